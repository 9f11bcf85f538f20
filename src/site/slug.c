/* File names from titles, free names, file:// addresses. */
#include "slug.h"

#include "url.h"

typedef struct Range {
	uint32_t from, to;
} Range;

/* What separates words instead of making them: punctuation, symbols, blanks, and everything invisible, directional or
 * private that a file name must not carry. Sorted. ASCII is decided apart. */
static const Range SEPARATORS[] = {
	{0x80, 0xa9},
	{0xab, 0xb1},
	{0xb4, 0xb4},
	{0xb6, 0xb8},
	{0xbb, 0xbf},
	{0xd7, 0xd7},
	{0xf7, 0xf7}, /* Latin-1 */
	{0x2b9, 0x2df},
	{0x34f, 0x34f},
	{0x37e, 0x37e},
	{0x387, 0x387},
	{0x55a, 0x55f},
	{0x589, 0x58a},
	{0x5be, 0x5be},
	{0x5c0, 0x5c0},
	{0x5c3, 0x5c3},
	{0x5c6, 0x5c6},
	{0x5f3, 0x5f4},
	{0x600, 0x60f},
	{0x61b, 0x61f},
	{0x66a, 0x66d},
	{0x6d4, 0x6d4},
	{0x6dd, 0x6de},
	{0x700, 0x70f},
	{0x964, 0x965},
	{0x115f, 0x1160},
	{0x1680, 0x1680},
	{0x17b4, 0x17b5},
	{0x1800, 0x180f},
	{0x2000, 0x206f},
	{0x20a0, 0x20cf},
	{0x2190, 0x2bff},
	{0x2e00, 0x2e7f},
	{0x2ff0, 0x3004},
	{0x3008, 0x3020},
	{0x3030, 0x3030},
	{0x3036, 0x3037},
	{0x303d, 0x303f},
	{0x30fb, 0x30fb},
	{0x3164, 0x3164},
	{0xd800, 0xf8ff},
	{0xfdd0, 0xfdef},
	{0xfe00, 0xfe1f},
	{0xfe30, 0xfe6f},
	{0xfeff, 0xff0f},
	{0xff1a, 0xff20},
	{0xff3b, 0xff40},
	{0xff5b, 0xff65},
	{0xffa0, 0xffa0},
	{0xffe0, 0xffff},
	{0x1bca0, 0x1bcaf},
	{0x1d173, 0x1d17a},
	{0x1f000, 0x1ffff},
	{0xe0000, 0x10ffff},
};

static bool
stands_in_a_name(uint32_t rune)
{
	if (rune < 0x80)
		return (rune >= '0' && rune <= '9') || (rune >= 'a' && rune <= 'z') || (rune >= 'A' && rune <= 'Z');
	if ((rune & 0xfffe) == 0xfffe)
		return false;
	size_t from = 0, to = sizeof(SEPARATORS) / sizeof(SEPARATORS[0]);
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (rune > SEPARATORS[middle].to)
			from = middle + 1;
		else if (rune < SEPARATORS[middle].from)
			to = middle;
		else
			return false;
	}
	return true;
}

static void
cut_at_cluster(Str *s, size_t max)
{
	size_t end = 0;
	for (size_t next = 0; next < s->len && next <= max; next = cluster_next(str_view(s), next))
		end = next;
	if (s->len > max)
		str_truncate(s, end);
	while (s->len > 0 && s->ptr[s->len - 1] == '-')
		str_truncate(s, s->len - 1);
}

bool
slug_make(StrView text, Str *out, Err *err)
{
	Str clean = {0}, folded = {0}, made = {0};
	bool done = unicode_clean(text, &clean, NULL, err) && unicode_fold(str_view(&clean), &folded, err);
	for (size_t pos = 0, len; done && pos < folded.len; pos += len) {
		uint32_t rune = unicode_rune(str_view(&folded), pos, &len);
		if (stands_in_a_name(rune))
			str_append(&made, sv_slice(str_view(&folded), pos, pos + len));
		else if (rune != '\'' && rune != 0x2019 && rune != 0x200c && rune != 0x200d && made.len > 0 &&
			 made.ptr[made.len - 1] != '-')
			str_append_byte(&made, '-');
	}
	done = done && str_ok(&made, err);
	if (done) {
		str_clear(out);
		done = unicode_nfc(str_view(&made), out, err); /* what stood apart may compose now that a mark went */
		cut_at_cluster(out, SLUG_MAX);
	}
	str_free(&clean);
	str_free(&folded);
	str_free(&made);
	return done && str_ok(out, err);
}

static bool
fold_name(StrView name, Str *out, Err *err)
{
	str_clear(out);
	if (unicode_valid(name))
		return unicode_fold(name, out, err);
	str_set(out, name);
	return str_ok(out, err);
}

bool
slug_pick(StrView stem, StrView extension, const StrList *taken, Str *chosen, Str *out, Err *err)
{
	StrList keys = {0};
	Str key = {0};
	bool done = true, found = false;
	for (size_t i = 0; done && i < taken->len; i++) {
		done = fold_name(str_view(&taken->items[i]), &key, err);
		list_append(&keys, str_view(&key));
	}
	done = done && list_ok(&keys, err);
	for (size_t number = 1; done && !found; number++) {
		str_set(chosen, stem);
		if (number > 1)
			str_printf(chosen, "-%zu", number);
		str_set(out, str_view(chosen));
		str_append(out, extension);
		done = str_ok(chosen, err) && str_ok(out, err) && fold_name(str_view(out), &key, err);
		found = done && !list_has(&keys, str_view(&key));
	}
	list_free(&keys);
	str_free(&key);
	return done;
}

void
slug_file_url(StrView path, Str *out)
{
	str_clear(out);
	str_append_c(out, "file://");
	url_encode_path(out, path);
}

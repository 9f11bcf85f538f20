/* One word or phrase in a text, whatever the case of its letters: as fast as memory allows for what most texts are. */
#include "look.h"

#include <string.h>

/* Letters that have no case, and those whose case is that of A to Z. */
static bool
is_plain(uint32_t rune)
{
	static const uint32_t ranges[][2] = {{0, 0x7F}, {0xA0, 0xB4}, {0xB6, 0xBF}, {0x0590, 0x08FF}, {0x0900, 0x109F},
		{0x1100, 0x11FF}, {0x2010, 0x2027}, {0x2030, 0x205E}, {0x2190, 0x23FF}, {0x2500, 0x27BF},
		{0x2E80, 0xA63F}, {0xAC00, 0xD7FF}, {0x1F000, 0x1FAFF}, {0x20000, 0x3FFFF}};
	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		if (rune >= ranges[i][0] && rune <= ranges[i][1])
			return true;
	return false;
}

bool
needle_needs_fold(StrView typed)
{
	size_t len;
	for (size_t at = 0; at < typed.len; at += len)
		if (!is_plain(unicode_rune(typed, at, &len)))
			return true;
	return false;
}

static bool
is_letter(uint8_t byte)
{
	return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

static bool
is_blank(uint8_t byte)
{
	return byte == ' ' || byte == '\n' || byte == '\t';
}

/* How many bytes of a text are this one, more or less: `place` is that in its character. */
static int
frequency(uint8_t byte, size_t place)
{
	static const char letters[] = "zqxjkvbpygfwmucldrhsnioate";
	const char *letter = is_letter(byte) ? strchr(letters, byte | 0x20) : NULL;
	if (letter != NULL)
		return 20 + (int)(letter - letters) * 5;
	if (byte >= 0xE0)
		return 250;
	if (byte >= 0xC0)
		return 120;
	if (byte >= 0x80)
		return place > 1 ? 60 : 110;
	return byte == ' ' ? 240 : 70;
}

static bool
is_taken(const Piece *piece, size_t taken, size_t at)
{
	for (size_t i = 0; i < taken; i++)
		if (piece->bytes[piece->rare[i]] == piece->bytes[at])
			return true;
	return false;
}

/* The rarest bytes, each of another value as long as there are such. */
static void
choose_rare(Piece *piece)
{
	for (size_t k = 0; k < RARE_BYTES; k++) {
		int best = 1000;
		piece->rare[k] = 0;
		for (size_t i = 0, place = 0; i < piece->len; i++) {
			place = (piece->bytes[i] & 0xC0) == 0x80 ? place + 1 : 0;
			int here = frequency(piece->bytes[i], place);
			if (here >= best || is_taken(piece, k, i))
				continue;
			best = here;
			piece->rare[k] = i;
		}
	}
}

void
needle_make(Needle *needle, StrView folded, bool folds)
{
	*needle = (Needle){.folds = folds};
	size_t most = folded.len < NEEDLE_MAX ? folded.len : NEEDLE_MAX;
	while (most < folded.len && most > 0 && ((uint8_t)folded.ptr[most] & 0xC0) == 0x80)
		most--;
	for (size_t at = 0, end; at < most && needle->piece_count < PIECES_MAX; at = end + 1) {
		for (end = at; end < most && folded.ptr[end] != ' '; end++) {
			needle->bytes[end] = (uint8_t)folded.ptr[end];
			needle->masks[end] = is_letter(needle->bytes[end]) ? 0x20 : 0;
		}
		if (end == at)
			continue;
		Piece *piece = &needle->pieces[needle->piece_count++];
		*piece = (Piece){.bytes = needle->bytes + at, .masks = needle->masks + at, .len = end - at};
		choose_rare(piece);
		needle->len = end;
	}
}

/* ---- In a text as it is */

static bool
fits_at(const Piece *piece, StrView text, size_t at)
{
	if (piece->len > text.len - at)
		return false;
	const uint8_t *here = (const uint8_t *)text.ptr + at;
	for (size_t i = 0; i < piece->len; i++)
		if ((here[i] | piece->masks[i]) != piece->bytes[i])
			return false;
	return true;
}

/* Sixteen bytes at once are what every processor has that meok runs on; four of them hide the wait for memory. */
enum { WIDE = 16, STEP = 4 * WIDE };
typedef uint8_t Wide __attribute__((vector_size(WIDE)));
typedef uint64_t WideWords __attribute__((vector_size(WIDE)));

/* One byte of a piece, in every place of a vector. */
typedef struct Probed {
	Wide byte, mask;
	size_t at;
} Probed;

static Wide
everywhere(uint8_t byte)
{
	return (Wide){0} + byte;
}

static Probed
probed(const Piece *piece, size_t at)
{
	return (Probed){everywhere(piece->bytes[at]), everywhere(piece->masks[at]), at};
}

/* All ones where the byte is that of the piece. */
static inline Wide
probe(const Probed *p, const uint8_t *at)
{
	Wide bytes;
	memcpy(&bytes, at + p->at, WIDE);
	return (Wide)((bytes | p->mask) == p->byte);
}

static inline bool
any(const Wide hits[4])
{
	WideWords all = (WideWords)(hits[0] | hits[1] | hits[2] | hits[3]);
	return (all[0] | all[1]) != 0;
}

static size_t
first_fit(const Piece *piece, StrView text, size_t at, const Wide hits[4])
{
	uint8_t found[STEP];
	uint64_t eight;
	memcpy(found, hits, STEP);
	for (size_t i = 0; i < STEP; i += sizeof eight) {
		memcpy(&eight, found + i, sizeof eight);
		for (size_t k = i; eight != 0 && k < i + sizeof eight; k++)
			if (found[k] != 0 && fits_at(piece, text, at + k))
				return at + k;
	}
	return SIZE_MAX;
}

/* The first hit at or behind `at`, or SIZE_MAX. */
static size_t
find_piece(const Piece *piece, StrView text, size_t at)
{
	const uint8_t *bytes = (const uint8_t *)text.ptr;
	Probed first = probed(piece, piece->rare[0]), second = probed(piece, piece->rare[1]),
	       third = probed(piece, piece->rare[2]);
	for (; at + piece->len + STEP <= text.len; at += STEP) {
		Wide hits[4];
		for (size_t i = 0; i < 4; i++)
			hits[i] = probe(&first, bytes + at + i * WIDE) & probe(&second, bytes + at + i * WIDE);
		if (!any(hits))
			continue;
		for (size_t i = 0; i < 4; i++)
			hits[i] &= probe(&third, bytes + at + i * WIDE);
		size_t found = any(hits) ? first_fit(piece, text, at, hits) : SIZE_MAX;
		if (found != SIZE_MAX)
			return found;
	}
	for (; at + piece->len <= text.len; at++)
		if (fits_at(piece, text, at))
			return at;
	return SIZE_MAX;
}

/* Where the hit ends whose first piece is at `at`; 0: the others do not follow. */
static size_t
end_of(const Needle *needle, StrView text, size_t at)
{
	size_t end = at + needle->pieces[0].len;
	for (size_t i = 1; i < needle->piece_count; i++) {
		size_t blanks = 0;
		while (end + blanks < text.len && is_blank((uint8_t)text.ptr[end + blanks]))
			blanks++;
		end += blanks;
		if (blanks == 0 || !fits_at(&needle->pieces[i], text, end))
			return 0;
		end += needle->pieces[i].len;
	}
	return end;
}

static void
find_plain(const Needle *needle, StrView text, size_t most, NeedleHits *out)
{
	*out = (NeedleHits){0};
	for (size_t at = 0; out->count < most;) {
		at = find_piece(&needle->pieces[0], text, at);
		if (at == SIZE_MAX)
			return;
		size_t end = end_of(needle, text, at);
		if (end == 0) {
			at++;
			continue;
		}
		if (out->count++ == 0) {
			out->at = at;
			out->len = end - at;
		}
		at = end;
	}
}

/* ---- In a folded text */

/* About where the first hit is: in which line, and as far behind its beginning as in the folded one. */
static bool
find_line(const Needle *needle, StrView text, NeedleHits *out)
{
	StrView rest = text, line;
	while (sv_split(&rest, '\n', &line)) {
		Str folded = {0};
		NeedleHits hits;
		if (!unicode_fold(line, &folded, NULL)) {
			str_free(&folded);
			return false;
		}
		find_plain(needle, str_view(&folded), 1, &hits);
		str_wipe(&folded);
		if (hits.count == 0)
			continue;
		size_t in_line = hits.at < line.len ? hits.at : line.len;
		while (in_line > 0 && in_line < line.len && ((uint8_t)line.ptr[in_line] & 0xC0) == 0x80)
			in_line--;
		out->at = (size_t)(line.ptr - text.ptr) + in_line;
		out->len = hits.len < line.len - in_line ? hits.len : line.len - in_line;
		return true;
	}
	return true;
}

bool
needle_find(const Needle *needle, StrView text, size_t most, NeedleHits *out)
{
	*out = (NeedleHits){0};
	if (needle->piece_count == 0 || text.len == 0)
		return true;
	if (!needle->folds) {
		find_plain(needle, text, most, out);
		return true;
	}
	Str folded = {0};
	bool ok = unicode_fold(text, &folded, NULL);
	if (ok) {
		find_plain(needle, str_view(&folded), most, out);
		out->at = out->len = 0;
		ok = out->count == 0 || find_line(needle, text, out);
	}
	str_wipe(&folded);
	return ok;
}

/* Vectors of journals: sound ones cut and edited everywhere, and groups that no writer makes behind a sound one. The
 * verdict is that of the head and the first group; how it ends is said beside it. */
#include "make.h"

#include "../../src/vault/journal_format.h"

#include <stdio.h>
#include <string.h>

enum { FILE_KIND_JOURNAL = 4, ROOM = RECORD_PLAIN_BYTES - 1, GROUPS_MOST = 8, NAME_MOST = 96 };
enum { TAG_PLAIN = 0, TAG_LAST = 1, TAG_REKEY = 2, TAG_FINAL = 3 };

/* A journal in the making. */
typedef struct Journal {
	Id id;
	Str file, taken; /* `taken`: the fields of all groups that a reader takes */
	StreamState state;
	uint64_t index;
	bool ad_without_header;
	size_t ends[GROUPS_MOST], lens[GROUPS_MOST], count; /* where groups end, in the file and in `taken` */
} Journal;

static void
journal_start(Vectors *v, Journal *j)
{
	uint8_t head[JOURNAL_HEAD_BYTES] = {0}, keys[64];
	*j = (Journal){.id = id_of(v->next_object++)};
	header_of(v, FILE_KIND_JOURNAL, j->id, head);
	secret_hash(keys, sizeof keys, v->keys->journals, KEY_BYTES, bytes_view(head, SEAL_KEYED_BYTES));
	memcpy(head + SEAL_KEYED_BYTES, keys + 32, SEAL_COMMITMENT_BYTES);
	fill_random(v, head + SEAL_KEYED_BYTES + SEAL_COMMITMENT_BYTES, SEAL_STREAM_BYTES);
	str_append(&j->file, bytes_view(head, sizeof head));
	crypto_secretstream_xchacha20poly1305_init_pull(
		&j->state, head + SEAL_KEYED_BYTES + SEAL_COMMITMENT_BYTES, keys);
}

static void
put_record(Journal *j, uint8_t used, StrView bytes, uint8_t tag)
{
	uint8_t plain[RECORD_PLAIN_BYTES] = {used}, ad[SEAL_HEADER_BYTES + 8] = {0}, out[RECORD_BYTES];
	if (bytes.len > 0)
		memcpy(plain + 1, bytes.ptr, bytes.len);
	memcpy(ad, j->file.ptr, SEAL_HEADER_BYTES);
	for (int i = 0; i < 8; i++)
		ad[SEAL_HEADER_BYTES + i] = (uint8_t)(j->index >> (8 * i));
	const uint8_t *from = j->ad_without_header ? ad + SEAL_HEADER_BYTES : ad;
	crypto_secretstream_xchacha20poly1305_push(
		&j->state, out, NULL, plain, sizeof plain, from, j->ad_without_header ? 8 : sizeof ad, tag);
	str_append(&j->file, bytes_view(out, sizeof out));
	j->index++;
}

/* In records that are full but for the last. */
static void
put_group(Journal *j, const Str *fields, bool taken)
{
	size_t at = 0;
	do {
		size_t len = fields->len - at < ROOM ? fields->len - at : ROOM;
		put_record(j, (uint8_t)len, sv_slice(str_view(fields), at, at + len),
			at + len == fields->len ? TAG_LAST : TAG_PLAIN);
		at += len;
	} while (at < fields->len);
	if (!taken)
		return;
	need(j->count < GROUPS_MOST, "too many groups");
	str_append(&j->taken, str_view(fields));
	j->ends[j->count] = j->file.len;
	j->lens[j->count++] = j->taken.len;
}

static void
put_zeros(Journal *j, size_t count)
{
	for (size_t i = 0; i < count; i++)
		str_append_byte(&j->file, 0);
}

static void
put_u64(Str *out, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		str_append_byte(out, (char)(value >> (8 * i)));
}

static void
put_begin(Str *fields, Id revision, Id continued)
{
	Str value = {0};
	const Id draft = id_of(0xD1);
	str_append(&value, bytes_view(draft.bytes, ID_BYTES));
	str_append(&value, bytes_view(revision.bytes, ID_BYTES));
	put_u64(&value, 1760000000000);
	str_append(&value, bytes_view(continued.bytes, ID_BYTES));
	field_put(fields, STEP_BEGIN, str_view(&value));
	str_free(&value);
}

static void
put_replace(Str *fields, uint64_t from, uint64_t to, uint64_t length, StrView text)
{
	Str value = {0};
	put_u64(&value, from);
	put_u64(&value, to);
	put_u64(&value, length);
	str_append(&value, text);
	field_put(fields, STEP_REPLACE, str_view(&value));
	str_free(&value);
}

/* The first group of most of these journals. */
static void
put_first(Journal *j)
{
	Str fields = {0};
	put_begin(&fields, id_of(0xD2), ID_NONE);
	put_group(j, &fields, true);
	str_free(&fields);
}

/* ---- Cases */

static void
sound_case(Vectors *v, const char *name, const char *base, const char *what, StrView taken, bool torn)
{
	Str plain = str_from(taken), keys = {0};
	str_printf(&keys, "%s rest=%s", what, torn ? "torn" : "damaged");
	add_good_case(v, name, base, str_c(&keys), &plain);
	str_free(&plain);
	str_free(&keys);
}

/* A base and its one case. With no group taken the journal is damaged. Frees it. */
static void
journal_end(Vectors *v, const char *name, Journal *j, bool torn)
{
	add_base(v, name, "journal", str_view(&j->file), &j->id);
	if (j->count > 0)
		sound_case(v, name, name, "", str_view(&j->taken), torn);
	else
		add_case(v, name, name, "", VERDICT_DAMAGED);
	str_free(&j->file);
	str_free(&j->taken);
}

/* What is left of `journal` when its first `count` groups are taken. */
static void
prefix_case(Vectors *v, const char *name, const char *what, const Journal *j, size_t count, bool torn)
{
	if (count == 0)
		add_case(v, name, "journal", what, VERDICT_DAMAGED);
	else
		sound_case(v, name, "journal", what, sv_slice(str_view(&j->taken), 0, j->lens[count - 1]), torn);
}

static void
add_sound(Vectors *v, Journal *j)
{
	Str fields = {0}, inner = {0};
	journal_start(v, j);
	put_begin(&fields, id_of(0xD2), id_of(0xD3));
	journal_encode_time(1760000000001, &fields);
	put_group(j, &fields, true);
	str_clear(&fields);
	field_put_c(&fields, STEP_GROUP_BEGIN, "");
	put_replace(&fields, 0, 0, 49, SV("아침에 눈이 내렸다.\n창문을 열었다.\n"));
	put_replace(&fields, 3, 1000000, 34, SV("버지는 마당을 쓸었다.\n"));
	field_put_c(&fields, STEP_GROUP_END, "");
	put_group(j, &fields, true);
	str_clear(&fields);
	field_put_u64(&fields, STEP_UNDO, 0);
	field_put_u64(&fields, STEP_REDO, 34);
	field_put(&fields, STEP_CURSOR, SV("\3\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"));
	put_group(j, &fields, true);
	str_clear(&fields);
	field_put_c(&inner, 4, "눈");
	field_put_id(&inner, 5, id_of(0xA1));
	field_put_u64(&inner, 6, 2);
	field_put(&fields, STEP_SETTINGS, str_view(&inner));
	put_group(j, &fields, true);
	str_clear(&fields);
	str_clear(&inner);
	const Id draft = id_of(0xD1), revision = id_of(0xD4);
	str_append(&inner, bytes_view(draft.bytes, ID_BYTES));
	str_append(&inner, bytes_view(revision.bytes, ID_BYTES));
	put_u64(&inner, 1760000002000);
	field_put(&fields, STEP_SAVED, str_view(&inner));
	field_put_u64(&fields, STEP_LEFT, 1760000003000);
	put_group(j, &fields, true);
	put_zeros(j, (size_t)2 * RECORD_BYTES);
	add_base(v, "journal", "journal", str_view(&j->file), &j->id);
	sound_case(v, "journal", "journal", "", str_view(&j->taken), true);
	str_free(&fields);
	str_free(&inner);
}

static void
add_head_edits(Vectors *v, const Journal *j)
{
	StrView bytes = base_bytes(v, "journal");
	for (size_t at = 0; at < SEAL_HEADER_BYTES; at += at < 16 || (at >= 44 && at < 54) ? 1 : 7)
		add_flip(v, "journal", bytes, at, (uint8_t)(1 << at % 8), header_verdict(at));
	prefix_case(v, "journal-behind-header", " edit=136:01,255:80", j, j->count, true);
	add_case(v, "journal-misnamed", "journal", " name=aaaaaaaaaaaaaaaaaaaaaaaaaa", VERDICT_MISNAMED);
	add_case(v, "journal-foreign", "journal", " vault=0123456789abcdef0123456789abcdef", VERDICT_FOREIGN);
	Str what = {0};
	str_append_c(&what, " keys=2:");
	put_hex(&what, v->keys->master, KEY_BYTES);
	add_case(v, "journal-unknown-epoch", "journal", str_c(&what), VERDICT_UNKNOWN_EPOCH);
	str_clear(&what);
	str_append_c(&what, " keys=1:");
	put_hex(&what, id_of(7).bytes, ID_BYTES);
	put_hex(&what, id_of(8).bytes, ID_BYTES);
	add_case(v, "journal-other-master-key", "journal", str_c(&what), VERDICT_DAMAGED);
	str_append_c(&what, ",1:");
	put_hex(&what, v->keys->master, KEY_BYTES);
	prefix_case(v, "journal-second-key-of-the-epoch", str_c(&what), j, j->count, true);
	str_free(&what);
}

static void
add_cuts(Vectors *v, const Journal *j)
{
	char name[NAME_MOST], what[NAME_MOST];
	static const size_t short_lengths[] = {0, 8, 135, 136, 255, 256, 257};
	for (size_t i = 0; i < sizeof short_lengths / sizeof *short_lengths; i++) {
		snprintf(name, sizeof name, "journal-length-%zu", short_lengths[i]);
		snprintf(what, sizeof what, " length=%zu", short_lengths[i]);
		add_case(v, name, "journal", what, VERDICT_DAMAGED);
	}
	for (size_t i = 0; i < j->count; i++) {
		static const int about[] = {-1, 0, 1};
		for (size_t k = 0; k < 3; k++) {
			size_t length = (size_t)((int64_t)j->ends[i] + about[k]);
			snprintf(name, sizeof name, "journal-length-%zu", length);
			snprintf(what, sizeof what, " length=%zu", length);
			prefix_case(v, name, what, j, i + (about[k] >= 0), true);
		}
	}
	/* A group of which the first record alone is there. */
	snprintf(what, sizeof what, " length=%zu", j->ends[0] + RECORD_BYTES);
	prefix_case(v, "journal-half-a-group", what, j, 1, true);
	snprintf(what, sizeof what, " length=%zu", j->file.len + 4096);
	prefix_case(v, "journal-more-reserved", what, j, j->count, true);
}

static void
add_record_edits(Vectors *v, const Journal *j)
{
	StrView bytes = base_bytes(v, "journal");
	char name[NAME_MOST], what[NAME_MOST + 4 * RECORD_BYTES];
	for (size_t i = 0; i < j->count; i++) {
		size_t start = i == 0 ? JOURNAL_HEAD_BYTES : j->ends[i - 1];
		static const size_t about[] = {0, 1, 60, 127};
		for (size_t k = 0; k < 4; k++) {
			size_t at = start + about[k];
			snprintf(name, sizeof name, "journal-record-%zu", at);
			snprintf(what, sizeof what, " edit=%zu:%02x", at, (uint8_t)bytes.ptr[at] ^ 4u);
			prefix_case(v, name, what, j, i, false);
		}
		/* never reached the disk, what follows did */
		Str zeros = {0};
		str_printf(&zeros, " edit=%zu:", start);
		for (int k = 0; k < RECORD_BYTES; k++)
			str_append_c(&zeros, "00");
		snprintf(name, sizeof name, "journal-zeros-from-%zu", start);
		prefix_case(v, name, str_c(&zeros), j, i, true);
		str_free(&zeros);
	}
	snprintf(what, sizeof what, " edit=%zu:01", j->file.len - 2 * RECORD_BYTES);
	prefix_case(v, "journal-reserve-begins-otherwise", what, j, j->count, false);
	snprintf(what, sizeof what, " edit=%zu:01", j->file.len - RECORD_BYTES - 1);
	prefix_case(v, "journal-reserve-ends-otherwise", what, j, j->count, false);
	snprintf(what, sizeof what, " edit=%zu:01", j->file.len - RECORD_BYTES);
	prefix_case(v, "journal-behind-a-record-of-zeros", what, j, j->count, true);
	snprintf(what, sizeof what, " edit=%zu:ff length=%zu", j->ends[j->count - 1],
		j->ends[j->count - 1] + RECORD_BYTES - 1);
	prefix_case(v, "journal-part-of-a-record", what, j, j->count, true);
	snprintf(what, sizeof what, " copy=journal:%zu:128:%zu", j->ends[0], j->ends[1]);
	prefix_case(v, "journal-record-twice", what, j, 2, false);
	snprintf(what, sizeof what, " copy=journal:%d:128:%zu", JOURNAL_HEAD_BYTES, j->ends[0]);
	prefix_case(v, "journal-first-record-again", what, j, 1, false);
	snprintf(what, sizeof what, " copy=journal:%zu:256:%d", j->ends[0], JOURNAL_HEAD_BYTES);
	prefix_case(v, "journal-without-its-first-record", what, j, 0, false);
}

/* ---- One entry behind a sound group */

typedef struct OneEntry {
	const char *name;
	uint16_t tag;
	StrView value;
	bool sound;
} OneEntry;

#define EIGHT "\0\0\0\0\0\0\0\0"
#define TOP "\0\0\0\0\0\0\0\x80"
#define LATEST "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F"
#define ONE "\1\0\0\0\0\0\0\0"
#define TWO_IDS "0123456789abcdef0123456789abcdef"

static void
add_entries(Vectors *v)
{
	static const OneEntry entries[] = {
		{"journal-entry-replace-empty", 2, SV(EIGHT EIGHT EIGHT), true},
		{"journal-entry-replace-23-bytes", 2, SV(EIGHT EIGHT "\0\0\0\0\0\0\0"), false},
		{"journal-entry-replace-not-utf8", 2, SV(EIGHT EIGHT ONE "\xC3("), false},
		{"journal-entry-replace-nul", 2, SV(EIGHT EIGHT ONE "\0"), false},
		{"journal-entry-replace-from-over-to", 2, SV(ONE EIGHT EIGHT), false},
		{"journal-entry-replace-to-2-64-less-1", 2, SV(ONE "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF" EIGHT), true},
		{"journal-entry-group-with-a-value", 3, SV("a"), false},
		{"journal-entry-end-with-a-value", 4, SV("a"), false},
		{"journal-entry-undo-7-bytes", 5, SV("\0\0\0\0\0\0\0"), false},
		{"journal-entry-redo-empty", 6, {NULL, 0}, false},
		{"journal-entry-cursor-not-selecting", 7, SV(ONE EIGHT "\0"), true},
		{"journal-entry-cursor-selecting-2", 7, SV(ONE EIGHT "\2"), false},
		{"journal-entry-cursor-16-bytes", 7, SV(ONE EIGHT), false},
		{"journal-entry-settings-empty", 8, {NULL, 0}, true},
		{"journal-entry-settings-other-field", 8, SV("\x84\3\1\0\0\0x"), true},
		{"journal-entry-settings-title-not-utf8", 8, SV("\1\0\1\0\0\0\xFF"), false},
		{"journal-entry-settings-comments-3", 8, SV("\6\0\x8\0\0\0\3\0\0\0\0\0\0\0"), false},
		{"journal-entry-settings-no-fields", 8, SV("\4\0\x8\0\0\0"), false},
		{"journal-entry-saved-latest", 9, SV(TWO_IDS LATEST), true},
		{"journal-entry-saved-time-2-63", 9, SV(TWO_IDS TOP), false},
		{"journal-entry-saved-39-bytes", 9, SV(TWO_IDS "\0\0\0\0\0\0\0"), false},
		{"journal-entry-left-time-2-63", 10, SV(TOP), false},
		{"journal-entry-left-empty", 10, {NULL, 0}, false},
		{"journal-entry-time-latest", 11, SV(LATEST), true},
		{"journal-entry-time-2-63", 11, SV(TOP), false},
		{"journal-entry-begin-again", 1, SV(TWO_IDS EIGHT "0123456789abcdef"), false},
		{"journal-entry-tag-0", 0, {NULL, 0}, false},
		{"journal-entry-tag-12", 12, {NULL, 0}, false},
		{"journal-entry-tag-257", 257, {NULL, 0}, false},
	};
	for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
		Journal j;
		Str fields = {0}, last = {0};
		journal_start(v, &j);
		put_first(&j);
		field_put_u64(&fields, STEP_UNDO, 1);
		field_put(&fields, entries[i].tag, entries[i].value);
		put_group(&j, &fields, entries[i].sound);
		field_put_u64(&last, STEP_LEFT, 5);
		put_group(&j, &last, entries[i].sound);
		journal_end(v, entries[i].name, &j, entries[i].sound);
		str_free(&fields);
		str_free(&last);
	}
}

/* ---- First groups */

static void
add_first_groups(Vectors *v)
{
	static const OneEntry firsts[] = {
		{"journal-first-no-begin", 10, SV(EIGHT), false},
		{"journal-first-empty-group", 0, {NULL, 0}, false},
		{"journal-first-begin-55-bytes", 1, SV(TWO_IDS EIGHT "0123456789abcde"), false},
		{"journal-first-begin-40-bytes", 1, SV(TWO_IDS EIGHT), false},
		{"journal-first-begin-time-2-63", 1, SV(TWO_IDS TOP "0123456789abcdef"), false},
		{"journal-first-begin-latest", 1, SV(TWO_IDS LATEST "0123456789abcdef"), true},
	};
	for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++) {
		Journal j;
		Str fields = {0};
		journal_start(v, &j);
		if (firsts[i].tag != 0)
			field_put(&fields, firsts[i].tag, firsts[i].value);
		put_group(&j, &fields, firsts[i].sound);
		journal_end(v, firsts[i].name, &j, true);
		str_free(&fields);
	}
	Journal j;
	Str fields = {0};
	journal_start(v, &j);
	put_begin(&fields, ID_NONE, ID_NONE);
	put_begin(&fields, ID_NONE, ID_NONE);
	put_group(&j, &fields, false);
	journal_end(v, "journal-first-begins-twice", &j, true);
	str_clear(&fields);
	journal_start(v, &j);
	field_put_u64(&fields, STEP_TIME, 5);
	put_begin(&fields, ID_NONE, ID_NONE);
	put_group(&j, &fields, false);
	journal_end(v, "journal-first-time-before-begin", &j, true);
	str_clear(&fields);
	journal_start(v, &j);
	j.ad_without_header = true;
	put_begin(&fields, ID_NONE, ID_NONE);
	put_group(&j, &fields, false);
	journal_end(v, "journal-header-not-in-ad", &j, true);
	str_clear(&fields);
	journal_start(v, &j);
	j.index = 1;
	put_begin(&fields, ID_NONE, ID_NONE);
	put_group(&j, &fields, false);
	journal_end(v, "journal-records-from-1", &j, true);
	str_free(&fields);
}

/* ---- Records that no writer makes, behind a sound group */

static void
add_records(Vectors *v)
{
	static const struct {
		const char *name;
		uint8_t used, tag;
		StrView bytes;
		bool sound, torn;
	} records[] = {
		{"journal-record-empty-group", 0, TAG_LAST, {NULL, 0}, true, true},
		{"journal-record-no-end-of-group", 6, TAG_PLAIN, SV("\3\0\0\0\0\0"), false, true},
		{"journal-record-rekey", 6, TAG_REKEY, SV("\3\0\0\0\0\0"), false, false},
		{"journal-record-final", 6, TAG_FINAL, SV("\3\0\0\0\0\0"), false, false},
		{"journal-record-not-filled-with-zeros", 6, TAG_LAST, SV("\3\0\0\0\0\0\0\1"), false, false},
		{"journal-record-empty-not-zeros", 0, TAG_LAST, SV("\1"), false, false},
		{"journal-record-111-used", 111, TAG_LAST, {NULL, 0}, false, false},
		{"journal-record-255-used", 255, TAG_LAST, {NULL, 0}, false, false},
		{"journal-record-field-cut", 5, TAG_LAST, SV("\3\0\0\0\0"), false, false},
		{"journal-record-value-cut", 7, TAG_LAST, SV("\5\0\x8\0\0\0\0"), false, false},
	};
	for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
		Journal j;
		journal_start(v, &j);
		put_first(&j);
		put_record(&j, records[i].used, records[i].bytes, records[i].tag);
		journal_end(v, records[i].name, &j, records[i].torn);
	}
	/* A field in three records, one of them empty and none full. */
	Journal j;
	Str fields = {0};
	journal_start(v, &j);
	put_first(&j);
	field_put_u64(&fields, STEP_LEFT, 77);
	put_record(&j, 3, sv_slice(str_view(&fields), 0, 3), TAG_PLAIN);
	put_record(&j, 0, (StrView){NULL, 0}, TAG_PLAIN);
	put_record(&j, 11, sv_slice(str_view(&fields), 3, 14), TAG_LAST);
	str_append(&j.taken, str_view(&fields));
	journal_end(v, "journal-record-scattered", &j, true);
	/* What is torn may be a group of which a part is there, then zeros; then nothing else counts. */
	journal_start(v, &j);
	put_first(&j);
	put_record(&j, 14, str_view(&fields), TAG_PLAIN);
	put_zeros(&j, RECORD_BYTES);
	journal_end(v, "journal-part-of-a-group-then-zeros", &j, true);
	journal_start(v, &j);
	put_first(&j);
	put_record(&j, 14, str_view(&fields), TAG_PLAIN);
	put_zeros(&j, RECORD_BYTES - 1);
	str_append_byte(&j.file, 1);
	journal_end(v, "journal-part-of-a-group-then-damage", &j, false);
	str_free(&fields);
}

void
make_journals(Vectors *v)
{
	str_append_c(&v->text, "\n# Journals\n");
	Journal journal;
	add_sound(v, &journal);
	add_head_edits(v, &journal);
	add_cuts(v, &journal);
	add_record_edits(v, &journal);
	str_free(&journal.file);
	str_free(&journal.taken);
	add_first_groups(v);
	add_entries(v);
	add_records(v);
}

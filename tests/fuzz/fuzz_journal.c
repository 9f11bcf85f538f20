/* Any bytes as a journal file, and as the records' plaintext under a right seal. */
#include <stdlib.h>
#include <string.h>

#include "../../src/vault/journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was taken is the same when it is written and read again. */
typedef struct Taken {
	Str fields; /* of all groups */
	size_t groups, entries;
} Taken;

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static bool
encode_again(void *data, const JournalEntry *entry, Err *err)
{
	Taken *taken = data;
	taken->entries++;
	if ((int)entry->step == STEP_TIME)
		journal_encode_time(entry->time_ms, &taken->fields);
	else
		check(journal_encode(entry, (Id){{9}}, &taken->fields, err));
	check((entry->step == STEP_BEGIN) == (taken->entries == 1));
	check(unicode_valid(entry->text) && entry->from <= entry->to && entry->time_ms >= 0);
	return true;
}

static bool
count_entry(void *data, const JournalEntry *entry, Err *err)
{
	(void)entry;
	(void)err;
	++*(size_t *)data;
	return true;
}

static bool
take_group(void *data, StrView fields, bool first, Err *err)
{
	Taken *taken = data;
	bool understood = false;
	size_t before = taken->entries, again = 0, start = taken->fields.len;
	check(journal_decode(fields, first, encode_again, taken, &understood, err) && understood);
	StrView written = sv_slice(str_view(&taken->fields), start, taken->fields.len);
	check(journal_decode(written, first, count_entry, &again, &understood, err) && understood);
	check(again == taken->entries - before);
	taken->groups++;
	return true;
}

static size_t
check_file(Vault *vault, Id journal, StrView file)
{
	Taken taken = {0};
	Verdict verdict;
	bool whole;
	check(journal_groups(vault, journal, file, take_group, &taken, &verdict, &whole, NULL));
	check((verdict == VERDICT_OK) == (taken.groups > 0));
	check(taken.groups == 0 || file.len >= JOURNAL_HEAD_BYTES + taken.groups * RECORD_BYTES);
	str_free(&taken.fields);
	return taken.groups;
}

/* A prefix of a file gives no more, and nothing else. */
static void
check_cuts(Vault *vault, Id journal, StrView file)
{
	size_t all = check_file(vault, journal, file);
	for (size_t cut = JOURNAL_HEAD_BYTES; cut < file.len && cut < 4096; cut += RECORD_BYTES / 2)
		check(check_file(vault, journal, sv_slice(file, 0, cut)) <= all);
}

/* The input in pieces, each a group: what it says is sealed rightly. */
static void
check_sealed(Vault *vault, StrView input)
{
	Id journal = {{5}};
	ObjectPlace place = {vault->id, journal, vault->keys->epoch};
	ObjectNonce nonce = {{1}, {2}};
	uint8_t head[JOURNAL_HEAD_BYTES];
	bool no_memory;
	Str file = {0}, fields = {0};
	JournalEntry begin = {.step = STEP_BEGIN};
	journal_head(head, vault->keys->journals, &place, &nonce);
	Records *records = records_new(vault->keys->journals, head, &no_memory);
	check(records != NULL);
	str_append(&file, (StrView){(const char *)head, sizeof head});
	check(journal_encode(&begin, ID_NONE, &fields, NULL));
	check(journal_seal_group(records, str_view(&fields), &file, NULL));
	/* A byte says how long the next group is. */
	while (input.len > 0) {
		size_t len = (uint8_t)input.ptr[0];
		StrView group = sv_slice(input, 1, 1 + len);
		check(journal_seal_group(records, group, &file, NULL));
		input = sv_slice(input, 1 + len, input.len);
	}
	check(check_file(vault, journal, str_view(&file)) >= 1);
	check_cuts(vault, journal, str_view(&file));
	records_free(records);
	str_free(&file);
	str_free(&fields);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Vault vault = {.sys = &SYS_POSIX, .keys = keys_new(NULL)};
	Id journal = ID_NONE;
	StrView input = {(const char *)data, size};
	check(vault.keys != NULL);
	memset(vault.keys->master, 7, KEY_BYTES);
	vault.keys->epoch = 1;
	keys_derive(vault.keys);
	if (size >= 48) {
		memcpy(vault.id.bytes, data + 16, ID_BYTES);
		memcpy(journal.bytes, data + 32, ID_BYTES);
	}
	check_cuts(&vault, journal, input);
	check_sealed(&vault, input);
	keys_free(vault.keys);
	return 0;
}

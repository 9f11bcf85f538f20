/* What journals acknowledged, and whether they still say it. */
#include "claims.h"

typedef struct Counting {
	int count;
	bool wrong;
} Counting;

/* Entries are numbered from 1, and each says its number. */
static bool
count_entry(void *data, const JournalEntry *entry, Err *err)
{
	(void)err;
	Counting *counting = data;
	if (entry->step != STEP_REPLACE)
		return true;
	Str wanted = {0};
	claim_entry(++counting->count, &wanted);
	counting->wrong = counting->wrong || !sv_equal(entry->text, str_view(&wanted));
	str_free(&wanted);
	return true;
}

static bool
found_holds(Look *look, Id id, JournalClaim *claim)
{
	Counting counting = {0};
	Err err = {0};
	bool whole = true;
	if (!journal_read(look->vault, id, count_entry, &counting, &whole, &err))
		return claims_wrong(look, "a journal does not open", claim->synced, &err);
	int least = look->wanted == WANT_KILLED ? claim->written : claim->synced;
	if (counting.wrong || counting.count > claim->added)
		return claims_wrong(look, "a journal says what nobody typed", counting.count, NULL);
	if (counting.count < least)
		return claims_wrong(look,
			look->wanted == WANT_KILLED ? "written entries of a journal are lost, left are"
						    : "synchronised entries of a journal are lost, left are",
			counting.count, NULL);
	if (!whole && claim->synced == claim->added)
		return claims_wrong(look, "a journal that was synchronised is not whole", counting.count, NULL);
	if (look->wanted == WANT_SETTLED) {
		claim->id = id;
		claim->from = ID_NONE;
		claim->synced = claim->written = claim->added = counting.count;
	}
	return true;
}

static JournalClaim *
claim_of(Claims *claims, Id id)
{
	for (int i = 0; i < claims->journal_count; i++) {
		if (id_equal(claims->journals[i].id, id) || id_equal(claims->journals[i].from, id))
			return &claims->journals[i];
	}
	return NULL;
}

static bool
compare(Look *look, const JournalFound *found, size_t count)
{
	bool seen[CLAIM_JOURNALS] = {false};
	Claims *claims = look->claims;
	int strangers = 0;
	for (size_t i = 0; i < count; i++) {
		JournalClaim *claim = claim_of(claims, found[i].id);
		strangers += claim == NULL;
		if (claim == NULL)
			continue;
		if (seen[claim - claims->journals])
			return claims_wrong(look, "a journal is there twice", 0, NULL);
		seen[claim - claims->journals] = true;
		if (claim->dropped && !claim->open)
			return claims_wrong(look, "a journal that was removed is there again", 0, NULL);
		if (!found_holds(look, found[i].id, claim))
			return false;
	}
	/* One that is just begun, or resumed, has no name for us yet. */
	if (strangers > claims->journals_coming)
		return claims_wrong(look, "a journal that nobody began", strangers, NULL);
	int missing = 0;
	for (int i = 0; i < claims->journal_count; i++)
		missing += !seen[i] && !claims->journals[i].dropped;
	if (missing > strangers)
		return claims_wrong(look, "a journal is gone", missing, NULL);
	return true;
}

bool
claims_journals(Look *look)
{
	JournalFound *found = NULL;
	size_t count, damaged;
	Err err = {0};
	if (!vault_journals(look->vault, &found, &count, &err))
		return claims_wrong(look, "journals cannot be listed", 0, &err);
	vault_damage(look->vault, &damaged);
	bool ok = damaged == 0 || claims_wrong(look, "a journal was set aside", (int)damaged, NULL);
	ok = ok && compare(look, found, count);
	free(found);
	if (ok && look->wanted == WANT_SETTLED) {
		look->claims->journals_coming = 0;
		for (int i = 0; i < look->claims->journal_count; i++)
			look->claims->journals[i].open = false;
	}
	return ok;
}

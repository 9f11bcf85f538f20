/* What a vault acknowledged, and whether a folder keeps to it. */
#include "claims.h"

/* ---- Texts as numbers */

void
claim_title(int text, Str *out)
{
	str_printf(out, "글 %d", text);
}

void
claim_body(int text, Str *out)
{
	/* Most fit into the smallest file, some need a larger one. */
	int lines = text % 7 == 3 ? 120 : text % 5;
	str_printf(out, "%d번째 글의 첫 줄.\n", text);
	for (int i = 0; i < lines; i++)
		str_printf(out, "\n%d번째 글, %d번째 문단을 이어서 적는다.\n", text, i);
}

void
claim_value(int value, Str *out)
{
	str_printf(out, "set value %d", value);
}

void
claim_entry(int number, Str *out)
{
	str_printf(out, "%d번째로 친 글.", number);
	for (int i = 0; i < number % 9; i++)
		str_append_c(out, " 그리고 이어서 더 친다.");
}

void
claim_passphrase(int number, Str *out)
{
	str_append(out, TORTURE_PASSPHRASE);
	if (number > 0)
		str_printf(out, " %d", number);
}

static int
number_of(StrView text)
{
	size_t at = text.len;
	while (at > 0 && text.ptr[at - 1] >= '0' && text.ptr[at - 1] <= '9')
		at--;
	int number = 0;
	for (size_t i = at; i < text.len; i++)
		number = number * 10 + (text.ptr[i] - '0');
	return number;
}

/* ---- What was acknowledged */

static int
index_of(const int *list, int count, int value)
{
	for (int i = 0; i < count; i++) {
		if (list[i] == value)
			return i;
	}
	return -1;
}

void
claims_saved(Claims *claims, int session, Id draft, Id object)
{
	Flight *flight = &claims->flights[session];
	int at = flight->draft;
	if (at < 0) {
		at = claims->draft_count++;
		claims->drafts[at] = (DraftClaim){.id = draft};
	}
	DraftClaim *claim = &claims->drafts[at];
	/* Grown out of what another session has written and not been told yet. */
	Flight *below = &claims->flights[1 - session];
	bool on_top = below->kind == FLIGHT_SAVE && below->text == flight->base && !below->overtaken;
	below->overtaken = below->overtaken || on_top;
	int old = index_of(claim->heads, claim->head_count, on_top ? below->base : flight->base);
	if (old >= 0 && !flight->overtaken)
		claim->heads[old] = flight->text;
	else if (flight->overtaken)
		old = -1;
	else if (claim->head_count < CLAIM_HEADS)
		claim->heads[claim->head_count++] = flight->text;
	else
		abort();
	if (flight->lasting && claims->save_count < CLAIM_SAVES)
		claims->saves[claims->save_count++] = (SaveClaim){object, flight->text, at};
	claims->clock++;
	*flight = (Flight){0};
}

void
claims_trashed(Claims *claims, int session)
{
	Flight *flight = &claims->flights[session];
	claims->drafts[flight->draft].trashed = flight->kind != FLIGHT_RESTORE;
	claims->drafts[flight->draft].gone = flight->kind == FLIGHT_DESTROY;
	claims->clock++;
	*flight = (Flight){0};
}

void
claims_record(Claims *claims, int session, Id id)
{
	Flight *flight = &claims->flights[session];
	RecordClaim *record = &claims->records[flight->record];
	/* What was acknowledged before it began, it has taken the place of. */
	int kept = 0;
	for (int i = 0; i < record->count; i++) {
		if (record->since[i] <= flight->began)
			continue;
		record->values[kept] = record->values[i];
		record->since[kept++] = record->since[i];
	}
	record->values[kept] = flight->text;
	record->since[kept++] = ++claims->clock;
	record->count = kept;
	record->id = id;
	*flight = (Flight){0};
}

void
claims_removed(Claims *claims, int session)
{
	claims->records[RECORD_SITE].gone = true;
	claims->clock++;
	claims->flights[session] = (Flight){0};
}

void
claims_keys(Claims *claims, int session)
{
	claims->passphrase_before = claims->passphrase;
	claims->passphrase = claims->flights[session].text;
	claims->clock++;
	claims->flights[session] = (Flight){0};
}

/* ---- Comparing */

bool
claims_wrong(Look *look, const char *what, int number, const Err *err)
{
	char text[ERR_TEXT_MAX] = "";
	if (err != NULL)
		err_format(err, err->id, text, sizeof text);
	snprintf(look->why, look->why_size, "%s (%d) %s", what, number, text);
	return false;
}

/* The text of a revision, 0 when it is not, to the byte, one that was ever saved. */
static int
text_of(const Revision *revision)
{
	int text = number_of(str_view(&revision->title));
	Str title = {0}, body = {0};
	claim_title(text, &title);
	claim_body(text, &body);
	bool same = sv_equal(str_view(&title), str_view(&revision->title)) &&
		    sv_equal(str_view(&body), str_view(&revision->body));
	str_free(&title);
	str_free(&body);
	return same ? text : 0;
}

static bool
read_text(Look *look, Id object, int *text)
{
	Revision revision = {0};
	Err err = {0};
	if (!vault_load_revision(look->vault, object, &revision, &err))
		return claims_wrong(look, "a revision does not open", 0, &err);
	*text = text_of(&revision);
	revision_free(&revision);
	return *text != 0 || claims_wrong(look, "a revision holds a text that nobody wrote", 0, NULL);
}

/* The texts of all heads of a draft. */
static bool
read_heads(Look *look, Id draft, int heads[CLAIM_HEADS], int *count)
{
	Chain chain = chains_of(&look->vault->chains, OBJECT_REVISION, draft);
	*count = 0;
	for (size_t i = 0; i < chain.len; i++) {
		if (chain.items[i]->superseded)
			continue;
		if (*count == CLAIM_HEADS || !read_text(look, chain.items[i]->id, &heads[*count]))
			return claims_wrong(look, "a head", *count, NULL);
		(*count)++;
	}
	return true;
}

/* A text in flight for that draft: as the head it would be, or as what takes the place of `base`. */
static bool
in_flight(const Claims *claims, int draft, int text)
{
	for (int s = 0; s < CLAIM_SESSIONS; s++) {
		const Flight *flight = &claims->flights[s];
		if (flight->kind == FLIGHT_SAVE && flight->draft == draft &&
			(flight->text == text || (flight->overtaken && flight->base == text)))
			return true;
	}
	return false;
}

static bool
replaced_in_flight(const Claims *claims, int draft, int text, const int *heads, int count)
{
	for (int s = 0; s < CLAIM_SESSIONS; s++) {
		const Flight *flight = &claims->flights[s];
		if (flight->kind == FLIGHT_SAVE && flight->draft == draft && flight->base == text &&
			(index_of(heads, count, flight->text) >= 0 ||
				replaced_in_flight(claims, draft, flight->text, heads, count)))
			return true;
	}
	return false;
}

static bool
destroying(const Claims *claims, int draft)
{
	for (int s = 0; s < CLAIM_SESSIONS; s++) {
		if (claims->flights[s].kind == FLIGHT_DESTROY && claims->flights[s].draft == draft)
			return true;
	}
	return false;
}

static bool
draft_holds(Look *look, int number)
{
	DraftClaim *claim = &look->claims->drafts[number];
	int heads[CLAIM_HEADS], count;
	const Entry *entry = vault_entry(look->vault, OBJECT_REVISION, claim->id);
	if (claim->gone)
		return entry == NULL || claims_wrong(look, "a destroyed draft is there again", number, NULL);
	if (entry == NULL && destroying(look->claims, number)) {
		claim->gone = look->wanted == WANT_SETTLED;
		return true;
	}
	if (entry == NULL)
		return claims_wrong(look, "an acknowledged draft is gone", number, NULL);
	if (!read_heads(look, claim->id, heads, &count))
		return false;
	for (int i = 0; i < claim->head_count; i++) {
		if (index_of(heads, count, claim->heads[i]) < 0 &&
			!replaced_in_flight(look->claims, number, claim->heads[i], heads, count))
			return claims_wrong(look, "an acknowledged save is lost, text", claim->heads[i], NULL);
	}
	for (int i = 0; i < count; i++) {
		if (index_of(claim->heads, claim->head_count, heads[i]) < 0 &&
			!in_flight(look->claims, number, heads[i]))
			return claims_wrong(look, "an old text is a head again", heads[i], NULL);
	}
	bool moving = false;
	for (int s = 0; s < CLAIM_SESSIONS; s++) {
		const Flight *flight = &look->claims->flights[s];
		moving = moving ||
			 ((flight->kind == FLIGHT_TRASH || flight->kind == FLIGHT_RESTORE) && flight->draft == number);
	}
	if (entry->trashed != claim->trashed && !moving)
		return claims_wrong(look, "a draft is not where it was put", number, NULL);
	Err err = {0};
	Revision shown = {0};
	bool loads = vault_load_draft(look->vault, claim->id, &shown, &err);
	revision_free(&shown);
	if (!loads)
		return claims_wrong(look, "a draft does not open", number, &err);
	if (look->wanted == WANT_SETTLED) {
		memcpy(claim->heads, heads, sizeof heads);
		claim->head_count = count;
		claim->trashed = entry->trashed;
	}
	return true;
}

/* Drafts that are not known are new ones in flight. */
static bool
strangers_hold(Look *look)
{
	size_t count;
	const Entry *const *entries = vault_entries(look->vault, OBJECT_REVISION, &count);
	for (size_t i = 0; i < count; i++) {
		bool known = false;
		for (int d = 0; d < look->claims->draft_count; d++)
			known = known || id_equal(look->claims->drafts[d].id, entries[i]->subject);
		if (known)
			continue;
		int text = 0;
		if (!read_text(look, entries[i]->head, &text))
			return false;
		if (!in_flight(look->claims, -1, text))
			return claims_wrong(look, "a draft that nobody wrote", text, NULL);
		if (look->wanted == WANT_SETTLED) {
			DraftClaim *claim = &look->claims->drafts[look->claims->draft_count++];
			*claim = (DraftClaim){.id = entries[i]->subject, .heads = {text}, .head_count = 1};
		}
	}
	return true;
}

static bool
history_holds(Look *look)
{
	for (int i = 0; i < look->claims->save_count; i++) {
		int text = 0, draft = look->claims->saves[i].draft;
		if (look->claims->drafts[draft].gone || destroying(look->claims, draft))
			continue;
		if (!read_text(look, look->claims->saves[i].object, &text))
			return false;
		if (text != look->claims->saves[i].text)
			return claims_wrong(look, "a revision of the history became another", text, NULL);
	}
	return true;
}

/* The newest value of a record; 0: there is none. */
static bool
read_record(Look *look, RecordName name, int *value)
{
	Err err = {0};
	Id id = look->claims->records[name].id;
	bool ok = true;
	*value = 0;
	if (name == RECORD_SETTINGS) {
		Str lines = {0};
		ok = vault_load_settings(look->vault, &lines, &err);
		*value = number_of(sv_trim(str_view(&lines)));
		str_free(&lines);
	} else if (name == RECORD_PUBLICATION) {
		Publication publication = {0};
		size_t drafts = (size_t)look->claims->draft_count;
		ok = drafts > 0 && vault_load_publication(look->vault, look->claims->drafts[0].id, look->vault->id,
					   &publication, &err);
		*value = number_of(str_view(&publication.slug));
		publication_free(&publication);
	} else {
		ObjectKind kind = name == RECORD_WORK ? OBJECT_WORK : OBJECT_SITE;
		size_t count;
		const Entry *const *entries = vault_entries(look->vault, kind, &count);
		if (id_is_none(id) && count > 0)
			id = entries[0]->subject;
		if (kind == OBJECT_WORK) {
			Work work = {0};
			ok = vault_load_work(look->vault, id, &work, &err);
			*value = number_of(str_view(&work.name));
			work_free(&work);
		} else {
			SiteRecord site = {0};
			ok = vault_load_site(look->vault, id, &site, &err);
			*value = number_of(str_view(&site.secret));
			site_record_free(&site);
		}
	}
	return ok || err.kind == ERR_NOT_FOUND || err.kind == ERR_NONE ||
	       claims_wrong(look, "a record does not open", name, &err);
}

static bool
record_holds(Look *look, RecordName name)
{
	RecordClaim *record = &look->claims->records[name];
	int value = 0;
	if (!read_record(look, name, &value))
		return false;
	bool moving = false, removing = false;
	for (int s = 0; s < CLAIM_SESSIONS; s++) {
		const Flight *flight = &look->claims->flights[s];
		moving = moving || (flight->kind == FLIGHT_RECORD && flight->record == name && flight->text == value);
		removing = removing || (flight->kind == FLIGHT_REMOVE && name == RECORD_SITE);
	}
	if (record->gone)
		return value == 0 || claims_wrong(look, "a removed site is there again", value, NULL);
	bool known = index_of(record->values, record->count, value) >= 0 || (value == 0 && record->count == 0);
	if (!known && !moving && !(removing && value == 0))
		return claims_wrong(look, "a record has an old state or none", value, NULL);
	if (look->wanted == WANT_SETTLED) {
		record->count = value != 0;
		record->values[0] = value;
		record->since[0] = 0;
		record->gone = removing && value == 0;
		/* Destroyed, perhaps without time to remove all of it: that has just been done. */
		if (record->gone)
			look->claims->site_object_count = 0;
		size_t count;
		const Entry *const *entries =
			vault_entries(look->vault, name == RECORD_WORK ? OBJECT_WORK : OBJECT_SITE, &count);
		if ((name == RECORD_WORK || name == RECORD_SITE) && id_is_none(record->id) && count > 0)
			record->id = entries[0]->subject;
	}
	return true;
}

static bool
nothing_damaged(Look *look, bool whole)
{
	size_t count, objects;
	Err err = {0};
	if (whole && !vault_check(look->vault, &objects, &err))
		return claims_wrong(look, "the check fails", 0, &err);
	const Damage *damage = vault_damage(look->vault, &count);
	if (count > 0)
		return claims_wrong(look, str_c(&damage[0].path), (int)count, &damage[0].reason);
	vault_missing(look->vault, &count);
	if (count > 0)
		return claims_wrong(look, "objects are said to be missing", (int)count, NULL);
	/* Who is cut short while slots change is asked about them. */
	for (int i = 0; i < CLAIM_SESSIONS; i++) {
		if (look->claims->flights[i].kind == FLIGHT_KEYS)
			return look->wanted != WANT_SETTLED || vault_accept_slots(look->vault, NULL);
	}
	vault_slots_changed(look->vault, &count);
	return count == 0 || claims_wrong(look, "slots are said to have changed", (int)count, NULL);
}

/* Looked for before anything is opened, for opening would remove them. */
static bool
credentials_gone(Look *look)
{
	const Claims *claims = look->claims;
	for (int i = 0; claims->records[RECORD_SITE].gone && i < claims->site_object_count; i++) {
		char name[ID_TEXT + 1];
		Str path = {0};
		id_format(claims->site_objects[i], name);
		str_printf(&path, CLAIM_DIR "/objects/%c/%s", name[0], name);
		bool there = file_exists(&CRASH_SYS, str_c(&path));
		str_free(&path);
		if (there)
			return claims_wrong(look, "a destroyed credential is there again", i, NULL);
	}
	return true;
}

/* Without a vault the next creation has to work. */
static bool
creation_holds(Look *look)
{
	Err err = {0};
	if (look->claims->created)
		return claims_wrong(look, "the vault is gone", 0, NULL);
	return open_create(&CRASH_SYS, CLAIM_DIR, TORTURE_PASSPHRASE, 1, 8192, &err) ||
	       claims_wrong(look, "what is left of a creation is in the way of the next", 0, &err);
}

static Vault *
open_numbered(int passphrase, Err *err)
{
	Str secret = {0};
	claim_passphrase(passphrase, &secret);
	Vault *vault = open_vault(&CRASH_SYS, CLAIM_DIR, CLAIM_STATE, str_view(&secret), &TORTURE_LIMITS, err);
	str_wipe(&secret);
	return vault;
}

/* With the passphrase that was acknowledged last or, while it is changed, with the next one. */
static Vault *
open_claimed(Look *look, Err *err)
{
	Claims *claims = look->claims;
	Vault *vault = NULL;
	if (claims->passphrase != claims->passphrase_before && claims->passphrase_before >= 0) {
		Err why = {0};
		vault = open_numbered(claims->passphrase_before, &why);
		if (vault != NULL || why.kind != ERR_PASSPHRASE) {
			vault_close(vault);
			*err = why;
			err_set(err, ERR_FAILED, "a passphrase that was changed opens: look why");
			return NULL;
		}
	}
	vault = open_numbered(claims->passphrase, err);
	for (int s = 0; s < CLAIM_SESSIONS && vault == NULL && err->kind == ERR_PASSPHRASE; s++) {
		if (claims->flights[s].kind != FLIGHT_KEYS)
			continue;
		vault = open_numbered(claims->flights[s].text, err);
		if (look->wanted == WANT_SETTLED)
			claims->passphrase = claims->flights[s].text;
	}
	if (look->wanted == WANT_SETTLED)
		claims->passphrase_before = -1;
	return vault;
}

bool
claims_hold(Claims *claims, Wanted wanted, bool whole, char *why, size_t why_size)
{
	Look look = {.claims = claims, .wanted = wanted, .why = why, .why_size = why_size};
	Err err = {0};
	if (!credentials_gone(&look) || (!vault_exists(&CRASH_SYS, CLAIM_DIR) && !creation_holds(&look)))
		return false;
	look.vault = open_claimed(&look, &err);
	if (look.vault == NULL)
		return claims_wrong(&look, "the vault does not open", 0, &err);
	bool ok = nothing_damaged(&look, false);
	for (int i = 0; ok && i < claims->draft_count; i++)
		ok = draft_holds(&look, i);
	ok = ok && history_holds(&look);
	for (int name = 0; ok && name < RECORD_NAMES; name++)
		ok = record_holds(&look, (RecordName)name);
	ok = ok && strangers_hold(&look) && claims_journals(&look);
	ok = ok && (!whole || nothing_damaged(&look, true));
	vault_close(look.vault);
	if (ok && wanted == WANT_SETTLED) {
		claims->created = true;
		memset(claims->flights, 0, sizeof claims->flights);
	}
	return ok;
}

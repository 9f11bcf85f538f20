/* meok check: what is damaged, what is missing, which keys changed, and what can be done about each. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>

enum { DAMAGED_CODE = 8, SHORT_ID = 10 };

typedef struct Findings {
	size_t objects, damaged, missing, slots;
	const Damage *damage;
	const Missing *gone;
	const SlotChange *changes;
	bool rolled_back;
} Findings;

/* ---- For programs */

static void
put_missing(Json *array, const Missing *missing)
{
	char id[ID_TEXT + 1], object[ID_TEXT + 1];
	Json *row = json_new_object();
	id_format(missing->subject, id);
	id_format(missing->object, object);
	json_put_text(row, "id", sv(id));
	json_put_text(row, "object", sv(object));
	json_put_text(row, "title", str_view(&missing->title));
	json_put_bool(row, "was_newest", missing->was_head);
	json_put(array, NULL, row);
}

static void
put_slot(Json *array, const SlotChange *change)
{
	Json *row = json_new_object();
	json_put_text(row, "file", str_view(&change->name));
	json_put_text(row, "change", sv(!change->went ? "new" : !change->came ? "gone" : "changed"));
	json_put(array, NULL, row);
}

static bool
print_json(Cli *cli, const Findings *found, Err *err)
{
	Json *root = json_new_object(), *damaged = json_new_array(), *missing = json_new_array(),
	     *keys = json_new_array();
	for (size_t i = 0; i < found->damaged; i++)
		history_put_way_out(cli, output_put_damage(damaged, &found->damage[i]), found->damage[i].subject);
	for (size_t i = 0; i < found->missing; i++)
		put_missing(missing, &found->gone[i]);
	for (size_t i = 0; i < found->slots; i++)
		put_slot(keys, &found->changes[i]);
	json_put_number(root, "objects", (int64_t)found->objects);
	json_put(root, "damaged", damaged);
	json_put(root, "missing", missing);
	json_put_bool(root, "rolled_back", found->rolled_back);
	json_put(root, "keys_changed", keys);
	return output_json(root, err);
}

/* ---- For people */

static void
note_missing(const Missing *missing)
{
	Str minute = {0};
	char id[ID_TEXT + 1];
	id_format(missing->subject, id);
	id[SHORT_ID] = '\0';
	time_minute(missing->time_ms, &minute);
	const char *title = missing->title.len > 0 ? str_c(&missing->title) : id;
	if (missing->was_head)
		output_note(_("missing: the newest state of %s, of %s: wait for the synchronisation, or bring it back "
			      "from a "
			      "backup"),
			title, str_c(&minute));
	else
		output_note(_("missing: an earlier state of %s, of %s"), title, str_c(&minute));
	str_free(&minute);
}

static void
note_slot(const SlotChange *change)
{
	if (!change->went)
		output_note(_("keys/%s is new here: an old passphrase may open the vault again, or another device "
			      "added one"),
			str_c(&change->name));
	else if (!change->came)
		output_note(_("keys/%s is gone: another device may have changed the passphrase"), str_c(&change->name));
	else
		output_note(_("keys/%s is another file now: an old passphrase may open the vault again"),
			str_c(&change->name));
}

static void
print_findings(Cli *cli, const Findings *found)
{
	for (size_t i = 0; i < found->damaged; i++) {
		output_note_damage(&found->damage[i]);
		history_note_way_out(cli, found->damage[i].subject);
	}
	if (found->rolled_back)
		output_note("%s", _("most of what this device has seen is not there: this folder is an older copy of "
				    "the vault, or "
				    "another one"));
	for (size_t i = 0; i < found->missing && !found->rolled_back; i++)
		note_missing(&found->gone[i]);
	for (size_t i = 0; i < found->slots; i++)
		note_slot(&found->changes[i]);
	if (found->missing + found->slots > 0)
		output_note("%s", _("`meok check --accept` takes what is missing or changed as it is now"));
	printf(ngettext("%zu object verified", "%zu objects verified", found->objects), found->objects);
	if (found->damaged > 0)
		printf(ngettext(", %zu damaged", ", %zu damaged", found->damaged), found->damaged);
	if (found->missing > 0)
		printf(ngettext(", %zu missing", ", %zu missing", found->missing), found->missing);
	printf("\n");
}

/* ---- The command */

static bool
accept_all(Cli *cli, Err *err)
{
	return vault_accept_missing(cli->app.vault, err) && vault_accept_slots(cli->app.vault, err);
}

int
command_check(Cli *cli)
{
	Err err = {0};
	Findings found = {0};
	if (!vault_check(cli->app.vault, &found.objects, &err))
		return output_error(&err);
	found.damage = vault_damage(cli->app.vault, &found.damaged);
	found.gone = vault_missing(cli->app.vault, &found.missing);
	found.changes = vault_slots_changed(cli->app.vault, &found.slots);
	found.rolled_back = vault_is_rolled_back(cli->app.vault);
	if (cli->arguments.values[OPT_JSON] == NULL)
		print_findings(cli, &found);
	else if (!print_json(cli, &found, &err))
		return output_error(&err);
	bool accepted = cli->arguments.values[OPT_ACCEPT] != NULL;
	if (accepted && !accept_all(cli, &err))
		return output_error(&err);
	return found.damaged > 0 || (found.missing > 0 && !accepted) ? DAMAGED_CODE : 0;
}

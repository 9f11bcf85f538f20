/* Out of the vault: a file of the machine, in the clear, where a writer wants one. */
#include "outside.h"

#include "commands.h"
#include "editor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

const HintWord OUTSIDE_HINTS[OUTSIDE_HINT_COUNT] = {{"accept", N_("write it, in the clear")}, {"close", N_("close")}};

/* A new file for its owner alone; one that is there is not touched. */
static bool
write_new(const Sys *sys, const char *path, StrView bytes, Err *err)
{
	int fd = sys->open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST)
		return err_set(err, ERR_USAGE, "%s is there already: give another name", path);
	if (fd < 0)
		return err_set(err, ERR_FAILED, "cannot write %s: %s", path, strerror(errno));
	bool ok = file_write_all(sys, fd, bytes) && sys->sync(fd) == 0;
	int failure = errno;
	if (sys->close(fd) != 0 && ok) {
		failure = errno;
		ok = false;
	}
	if (ok)
		return true;
	sys->unlink(path);
	return err_set(err, ERR_FAILED, "cannot write %s: %s", path, strerror(failure));
}

/* A name as typed: ~/ is the writer's home. */
static bool
typed_path(StrView typed, Str *path, Err *err)
{
	const char *home = getenv("HOME");
	if (sv_starts(typed, SV("~/")) && home != NULL)
		path_join(path, sv(home), sv_slice(typed, 2, typed.len));
	else
		str_set(path, typed);
	return str_ok(path, err);
}

bool
outside_write(Session *session, StrView typed, StrView bytes)
{
	Err err = {0};
	Str path = {0};
	StrView name = sv_trim(typed);
	if (name.len == 0)
		return true;
	bool ok = typed_path(name, &path, &err) && write_new(session->app->sys, str_c(&path), bytes, &err);
	if (ok)
		session_say(session, NOTICE_WARNING, _("%s holds it in the clear, outside the vault"), str_c(&path));
	else
		session_say_error(session, &err);
	str_free(&path);
	return ok;
}

/* ---- The draft on the desk */

static bool
write_draft(Session *session, StrView value)
{
	Err err = {0};
	Str text = {0};
	bool ok = writing_sync(session->writing, &err) &&
		  app_markdown(session->app, &session->writing->revision, &text, &err);
	if (ok)
		ok = outside_write(session, value, str_view(&text));
	else
		session_say_error(session, &err);
	str_wipe(&text);
	return ok;
}

static const PromptUse DRAFT_FILE = {
	.label = N_("File"),
	.accept = write_draft,
	.hints = OUTSIDE_HINTS,
	.hint_count = OUTSIDE_HINT_COUNT,
};

bool
run_write_file(Session *session, const StrList *words)
{
	(void)words;
	/* Why it is wanted, perhaps: what comes of it is to be seen. */
	session_dismiss_all(session);
	return prompt_open(session, &DRAFT_FILE, SV("~/meok.md"));
}

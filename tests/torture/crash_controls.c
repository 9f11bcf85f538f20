/* Orders of calls that are known to be bad: the simulator has to catch each of them. */
#include "crash.h"

#include <fcntl.h>

static int
skip_file_sync(int fd)
{
	return crash_is_folder(fd) ? CRASH_SYS.sync(fd) : 0;
}

static int
skip_shard_sync(int fd)
{
	bool shard = crash_is_folder(fd) && strstr(crash_path(fd), "/objects/") != NULL;
	return shard ? 0 : CRASH_SYS.sync(fd);
}

/* The calls have no argument for it. */
static const Run *run_at_work;

/* What the new object takes the place of is gone before the new one is there. */
static int
rename_after_removal(const char *from, const char *to)
{
	if (run_at_work->doomed[0] != '\0' && strstr(to, "/objects/") != NULL)
		CRASH_SYS.unlink(run_at_work->doomed);
	return CRASH_SYS.rename_new(from, to);
}

static int
write_in_place(const char *from, const char *to)
{
	Str bytes = {0};
	int fd = CRASH_SYS.open(to, O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd < 0 || !file_read(&CRASH_SYS, from, SIZE_MAX / 2, &bytes, NULL))
		abort();
	bool ok = file_write_all(&CRASH_SYS, fd, str_view(&bytes)) && CRASH_SYS.sync(fd) == 0;
	CRASH_SYS.close(fd);
	str_free(&bytes);
	return ok ? CRASH_SYS.unlink(from) : -1;
}

const int CONTROL_COUNT = 5;

/* The new slot comes when the old one is gone, for good. */
static int
remove_old_slots(const char *from, const char *to)
{
	StrList names = {0};
	const char keys[] = CLAIM_DIR "/keys";
	if (strncmp(to, keys, sizeof keys - 1) == 0 && CRASH_SYS.list_dir(keys, &names) && names.len > 0) {
		for (size_t i = 0; i < names.len; i++) {
			Str path = {0};
			path_join(&path, sv(keys), str_view(&names.items[i]));
			CRASH_SYS.unlink(str_c(&path));
			str_free(&path);
		}
		file_sync_dir(&CRASH_SYS, keys, NULL);
	}
	list_free(&names);
	return CRASH_SYS.rename_new(from, to);
}

typedef struct Control {
	const char *name;
	Sys sys;
} Control;

static bool
caught(const Control *control, size_t limit, uint64_t seed)
{
	Run run = {.limit = limit, .sys = &control->sys, .sessions = 1, .acts = 16};
	run_at_work = &run;
	for (int i = 0; i < 40 && run.failed == 0; i++)
		crash_live(&run, seed + (uint64_t)i);
	printf("# %s: after %zu states in %zu lives: %s\n", control->name, run.distinct.len, run.lives,
		run.failed > 0 ? run.why : "nothing found");
	crash_run_free(&run);
	return run.failed > 0;
}

bool
controls_caught(int *test, size_t limit, uint64_t seed)
{
	Control list[] = {{"no fsync of a file before its rename", CRASH_SYS},
		{"no fsync of the shard folder", CRASH_SYS},
		{"what is superseded goes before the new is durable", CRASH_SYS}, {"written in place", CRASH_SYS},
		{"the old slot goes before the new one is durable", CRASH_SYS}};
	list[0].sys.sync = skip_file_sync;
	list[1].sys.sync = skip_shard_sync;
	list[2].sys.rename_new = rename_after_removal;
	list[3].sys.rename_new = write_in_place;
	list[4].sys.rename_new = remove_old_slots;
	bool all = true;
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		bool found = caught(&list[i], limit, seed);
		char what[200];
		snprintf(what, sizeof what, "a bad order is caught: %s", list[i].name);
		all = torture_result((*test)++, found, what) && all;
	}
	return all;
}

/* What others write into the vault's folder while it is open: told by inotify(7), and looked at soon after. */
#include "watch.h"

#include "editor.h"
#include "rejoin.h"

#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum {
	SETTLE_MS = 400, /* a synchroniser brings more than one file */
	APART_MS = 40,   /* between sessions, so that what one takes in need not be taken in by all of them */
	SESSIONS = 8,
	PAUSE_MS = 1000, /* without a key, before a text that is written on is touched */
};

struct Watcher {
	int fd, timer;
	bool news; /* something was written there since it was looked at */
};

/* What is there already is only found again; a folder that is not there yet is told of by the one it will be in. */
static void
add_folders(Session *session)
{
	static const char shards[] = "abcdefghijklmnopqrstuvwxyz234567";
	static const char *const folders[] = {"", "/objects", "/drops"};
	const uint32_t events =
		IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR | IN_DONT_FOLLOW;
	const char *dir = str_c(&session->app->settings.vault);
	int fd = session->watcher->fd;
	Str path = {0};
	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
		str_clear(&path);
		str_printf(&path, "%s%s", dir, folders[i]);
		if (str_ok(&path, NULL))
			inotify_add_watch(fd, str_c(&path), i == 0 ? events & ~(uint32_t)IN_DONT_FOLLOW : events);
	}
	for (const char *shard = shards; *shard != '\0'; shard++) {
		str_clear(&path);
		str_printf(&path, "%s/objects/%c", dir, *shard);
		if (str_ok(&path, NULL))
			inotify_add_watch(fd, str_c(&path), events);
	}
	str_free(&path);
}

static void look_soon(Session *session, int64_t after_ms);

/* Elsewhere a place under the writer's hands would change, and is filled anew when it is come to. */
static bool
may_look(Session *session)
{
	return !session->over && (session_on_top(session, &EDITOR) || library_is_open(session));
}

static void
on_timer(void *data)
{
	Session *session = data;
	Watcher *watcher = session->watcher;
	watcher->timer = 0;
	if (!watcher->news || !may_look(session))
		return;
	int64_t pause = session->key_ms + PAUSE_MS - session_clock();
	if (pause > 0) {
		look_soon(session, pause);
		return;
	}
	watcher->news = false;
	add_folders(session);
	if (session_on_top(session, &EDITOR))
		desk_rejoin(session);
	else
		library_look_again(session);
}

static void
look_soon(Session *session, int64_t after_ms)
{
	Watcher *watcher = session->watcher;
	if (watcher->timer == 0)
		watcher->timer = loop_timer(session->loop, after_ms, on_timer, session);
}

static void
on_change(void *data, int fd, short revents)
{
	(void)revents;
	Session *session = data;
	char events[16 * (sizeof(struct inotify_event) + NAME_MAX + 1)];
	while (read(fd, events, sizeof events) > 0)
		session->watcher->news = true;
	if (session->watcher->news)
		look_soon(session, SETTLE_MS + getpid() % SESSIONS * APART_MS);
}

void
watch_begin(Session *session)
{
	Watcher *watcher = session->watcher;
	if (watcher != NULL)
		return;
	watcher = session->watcher = calloc(1, sizeof *watcher);
	if (watcher == NULL)
		return;
	watcher->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (watcher->fd < 0 || !loop_watch(session->loop, watcher->fd, POLLIN, on_change, session, NULL)) {
		watch_end(session);
		return;
	}
	add_folders(session);
}

void
watch_go_on(Session *session)
{
	if (session->watcher != NULL && session->watcher->news && may_look(session))
		look_soon(session, SETTLE_MS);
}

void
watch_end(Session *session)
{
	Watcher *watcher = session->watcher;
	if (watcher == NULL)
		return;
	loop_timer_cancel(session->loop, watcher->timer);
	if (watcher->fd >= 0) {
		loop_unwatch(session->loop, watcher->fd);
		close(watcher->fd);
	}
	free(watcher);
	session->watcher = NULL;
}

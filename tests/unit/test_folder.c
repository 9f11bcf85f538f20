/* The folder driver on a machine that stops after every change, with hostile names and foreign files. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../src/site/folder.h"

/* ---- A machine that stops after some changes, and a clock that the test sets */

static int changes_left; /* under 0: without end */
static int64_t now;

static bool
stops(void)
{
	if (changes_left == 0) {
		errno = EIO;
		return true;
	}
	if (changes_left > 0)
		changes_left--;
	return false;
}

static int
stop_open(const char *path, int flags, mode_t mode)
{
	return (flags & O_CREAT) && stops() ? -1 : SYS_POSIX.open(path, flags, mode);
}

/* The half of a write that stops is on the disk. */
static ssize_t
stop_write(int fd, const void *bytes, size_t size)
{
	if (!stops())
		return SYS_POSIX.write(fd, bytes, size);
	if (size > 1 && SYS_POSIX.write(fd, bytes, size / 2) < 0)
		abort();
	errno = EIO;
	return -1;
}

/* Counts, but does not wait for the disk: nothing here loses power. */
static int
stop_sync(int fd)
{
	(void)fd;
	return stops() ? -1 : 0;
}

static int
stop_rename_new(const char *from, const char *to)
{
	return stops() ? -1 : SYS_POSIX.rename_new(from, to);
}

static int
stop_rename_over(const char *from, const char *to)
{
	return stops() ? -1 : SYS_POSIX.rename_over(from, to);
}

static int
stop_unlink(const char *path)
{
	return stops() ? -1 : SYS_POSIX.unlink(path);
}

static int
stop_make_dir(const char *path, mode_t mode)
{
	return stops() ? -1 : SYS_POSIX.make_dir(path, mode);
}

static int64_t
test_now(void)
{
	return now;
}

static Sys
test_sys(void)
{
	Sys sys = SYS_POSIX;
	sys.open = stop_open;
	sys.write = stop_write;
	sys.sync = stop_sync;
	sys.rename_new = stop_rename_new;
	sys.rename_over = stop_rename_over;
	sys.unlink = stop_unlink;
	sys.make_dir = stop_make_dir;
	sys.now_ms = test_now;
	return sys;
}

/* ---- A blog in a fresh folder */

typedef struct Blog {
	char *dir;
	Sys sys;
	Account account;
	DriverContext ctx;
	int checkpoints;
	SitePhase last_phase, last_checkpoint;
	Str last_version;
	bool parent_gone;
} Blog;

static void
on_progress(void *data, SitePhase phase)
{
	((Blog *)data)->last_phase = phase;
}

static bool
on_checkpoint(void *data, SitePhase phase, StrView remote_id, StrView slug, StrView version, Err *err)
{
	Blog *blog = data;
	(void)slug;
	assert_true(remote_id.len > 0);
	blog->checkpoints++;
	blog->last_phase = blog->last_checkpoint = phase;
	str_set(&blog->last_version, version);
	return !blog->parent_gone || err_set(err, ERR_FAILED, "the parent is gone");
}

static Blog *
open_blog(const char *flavour)
{
	Blog *blog = calloc(1, sizeof(*blog));
	assert_non_null(blog);
	blog->dir = make_dir();
	blog->sys = test_sys();
	str_set(&blog->account.endpoint, sv(blog->dir));
	str_set(&blog->account.flavour, sv(flavour));
	blog->ctx = (DriverContext){.account = &blog->account,
		.sys = &blog->sys,
		.data = blog,
		.progress = on_progress,
		.checkpoint = on_checkpoint};
	changes_left = -1;
	now = 1767398400000; /* 3 January 2026, nine in the morning in Korea */
	return blog;
}

static void
close_blog(Blog *blog)
{
	remove_dir(blog->dir);
	account_free(&blog->account);
	str_free(&blog->last_version);
	free(blog);
}

static Article
article(const char *token, const char *title)
{
	Article made = {0};
	str_set(&made.token, sv(token));
	str_set(&made.title, sv(title));
	str_set(&made.author, SV("한지우"));
	str_set(&made.language, SV("ko"));
	str_set(&made.body, SV("본문.\n"));
	str_set(&made.body_html, SV("<p>본문.</p>\n"));
	return made;
}

static Article
chapter(const char *token, const char *title, const char *work, uint32_t number)
{
	Article made = article(token, title);
	str_set(&made.work, sv(work));
	made.chapter = number;
	return made;
}

/* What the parent does after an outcome or a checkpoint. */
static void
remember(Article *made, const Outcome *out)
{
	made->sent_before = true;
	made->phase = out->phase;
	str_set(&made->remote_id, str_view(&out->remote_id));
	str_set(&made->remote_version, str_view(&out->remote_version));
}

static void
publish(Blog *blog, Article *made, Outcome *out)
{
	Err err = {0};
	outcome_free(out);
	if (!folder_publish(&blog->ctx, made, out, &err))
		fail_msg("%s", err_text(&err));
	remember(made, out);
}

static void
publish_refused(Blog *blog, const Article *made, ErrKind kind, const char *word)
{
	Outcome out = {0};
	Err err = {0};
	assert_false(folder_publish(&blog->ctx, made, &out, &err));
	if (err.kind != kind || strstr(err_text(&err), word) == NULL)
		fail_msg("kind %d: %s", err.kind, err_text(&err));
	outcome_free(&out);
}

static char *
at(const Blog *blog, const char *path)
{
	static char full[4][512];
	static int turn;
	turn = (turn + 1) % 4;
	snprintf(full[turn], sizeof(full[turn]), "%s/%s", blog->dir, path);
	return full[turn];
}

static Str
read_at(const Blog *blog, const char *path)
{
	Str bytes = {0};
	Err err = {0};
	if (!file_read(&SYS_POSIX, at(blog, path), 1 << 24, &bytes, &err))
		fail_msg("%s", err_text(&err));
	return bytes;
}

static void
write_at(const Blog *blog, const char *path, const char *text)
{
	assert_true(file_replace(&SYS_POSIX, at(blog, path), sv(text), 0644, NULL));
}

static void
assert_holds(const Blog *blog, const char *path, const char *part)
{
	Str bytes = read_at(blog, path);
	if (strstr(str_c(&bytes), part) == NULL)
		fail_msg("no %s in %s:\n%s", part, path, str_c(&bytes));
	str_free(&bytes);
}

static bool
holds(const Blog *blog, const char *path, const char *part)
{
	Str bytes = read_at(blog, path);
	bool found = strstr(str_c(&bytes), part) != NULL;
	str_free(&bytes);
	return found;
}

static size_t
count_files(const Blog *blog, const char *dir, const char *ending)
{
	StrList names = {0};
	size_t count = 0;
	assert_true(SYS_POSIX.list_dir(at(blog, dir), &names));
	for (size_t i = 0; i < names.len; i++)
		count += sv_ends(str_view(&names.items[i]), sv(ending));
	list_free(&names);
	return count;
}

/* ---- Probing */

static void
test_probe(void **state)
{
	(void)state;
	Blog *blog = open_blog("");
	Probe probe = {0};
	Err err = {0};
	str_set(&blog->account.endpoint, sv(at(blog, "나의 글/새 블로그/")));
	assert_true(DRIVER_FOLDER.probe(&blog->ctx, &probe, &err));
	assert_view_equal(str_view(&probe.driver), "folder");
	assert_view_equal(str_view(&probe.endpoint), at(blog, "나의 글/새 블로그"));
	assert_view_equal(str_view(&probe.site_name), "새 블로그");
	assert_true(probe.may_publish);
	assert_true(sv_ends(str_view(&probe.address),
		SV("/%EB%82%98%EC%9D%98%20%EA%B8%80/%EC%83%88%20%EB%B8%94%EB%A1%9C%EA%B7%B8/index.html")));
	assert_true(sv_starts(str_view(&probe.address), SV("file:///")));
	probe_free(&probe);

	str_set(&blog->account.endpoint, SV("blog"));
	assert_false(DRIVER_FOLDER.probe(&blog->ctx, &probe, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	write_at(blog, "file", "x");
	str_set(&blog->account.endpoint, sv(at(blog, "file")));
	assert_false(DRIVER_FOLDER.probe(&blog->ctx, &probe, &err));
	assert_int_equal(err.kind, ERR_FAILED);
	str_set(&blog->account.endpoint, sv(blog->dir));
	str_set(&blog->account.flavour, SV("jekyll"));
	assert_false(DRIVER_FOLDER.probe(&blog->ctx, &probe, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	probe_free(&probe);
	close_blog(blog);
}

static void
test_typed_paths(void **state)
{
	(void)state;
	Str path = {0};
	setenv("HOME", "/home/w", 1);
	assert_true(folder_path(SV("  ~/blog/ "), &path, NULL));
	assert_view_equal(str_view(&path), "/home/w/blog");
	assert_true(folder_path(SV("file:///a%20b/%EA%B8%80/"), &path, NULL));
	assert_view_equal(str_view(&path), "/a b/글");
	assert_true(folder_path(SV("/50%"), &path, NULL));
	assert_view_equal(str_view(&path), "/50%");
	assert_false(folder_path(SV("file:///a%00b"), &path, NULL));
	assert_false(folder_path(SV("~other/x"), &path, NULL));
	assert_false(folder_path(SV(""), &path, NULL));
	str_free(&path);
	assert_true(DRIVER_FOLDER.claims(SV("~/meok-blog")));
	assert_true(DRIVER_FOLDER.claims(SV("/srv/blog")));
	assert_true(DRIVER_FOLDER.claims(SV("file:///srv/blog")));
	assert_false(DRIVER_FOLDER.claims(SV("https://blog.example/")));
	assert_false(DRIVER_FOLDER.claims(SV("blog.example")));
}

static void
test_probe_hugo(void **state)
{
	(void)state;
	Blog *blog = open_blog("hugo");
	Probe probe = {0};
	Err err = {0};
	assert_false(DRIVER_FOLDER.probe(&blog->ctx, &probe, &err));
	assert_int_equal(err.kind, ERR_REFUSED);
	assert_non_null(strstr(err_text(&err), "not a hugo site"));
	assert_int_equal(count_files(blog, ".", ""), 0); /* nothing was left in a folder that is not for us */
	write_at(blog, "config.toml", "baseURL = 'https://ink.example/'\ntitle = '먹'\n");
	str_set(&blog->account.flavour, SV(""));
	assert_true(DRIVER_FOLDER.probe(&blog->ctx, &probe, &err));
	assert_view_equal(str_view(&probe.site_name), "먹");
	assert_view_equal(str_view(&probe.address), "https://ink.example/");
	probe_free(&probe);
	close_blog(blog);
}

/* ---- Publishing */

static void
test_first_article(void **state)
{
	(void)state;
	Blog *blog = open_blog("plain");
	Article made = chapter("tok-1", "먹을 가는 저녁", "문방구 이야기", 1);
	Outcome out = {0};
	list_append(&made.keywords, SV("먹"));
	publish(blog, &made, &out);
	assert_int_equal(out.phase, SITE_PUBLIC);
	assert_false(out.updated);
	assert_int_equal(out.published_ms, now);
	assert_view_equal(str_view(&out.remote_id), "tok-1");
	assert_view_equal(str_view(&out.slug), "먹을-가는-저녁");
	assert_true(sv_starts(str_view(&out.url), SV("file:///tmp/meok-")));
	assert_true(sv_ends(str_view(&out.url), SV("/%EB%A8%B9%EC%9D%84-%EA%B0%80%EB%8A%94-%EC%A0%80%EB%85%81.html")));
	assert_int_equal(out.notes.len, 1);
	assert_int_equal(out.learned.len, 2);
	assert_int_equal(blog->checkpoints, 1);
	assert_int_equal(blog->last_checkpoint, SITE_FILLED);
	assert_int_equal(blog->last_phase, SITE_PUBLIC);
	assert_view_equal(str_view(&blog->last_version), str_c(&out.remote_version));
	assert_holds(blog, "먹을-가는-저녁.html", "<h1>먹을 가는 저녁</h1>");
	assert_holds(blog, "index.html", "먹을 가는 저녁</a>");
	assert_holds(blog, "feed.xml", "<title>먹을 가는 저녁</title>");
	assert_true(file_exists(&SYS_POSIX, at(blog, "style.css")));
	assert_int_equal(count_files(blog, ".", ""), 5);
	assert_int_equal(count_files(blog, ".meok", ""), 2); /* the list and the lock: nothing half written */

	Probe probe = {0};
	assert_true(DRIVER_FOLDER.probe(&blog->ctx, &probe, NULL));
	assert_int_equal(probe.terms.len, 2);
	probe_free(&probe);
	article_free(&made);
	outcome_free(&out);
	close_blog(blog);
}

static void
test_update(void **state)
{
	(void)state;
	Blog *blog = open_blog("plain");
	Article made = article("tok-1", "첫 제목");
	Outcome out = {0};
	int64_t first = now;
	list_append(&made.keywords, SV("먹"));
	publish(blog, &made, &out);
	assert_int_equal(out.notes.len, 1);
	Str before = read_at(blog, "index.html");

	now += 86400000; /* the same again changes nothing, not even the date */
	publish(blog, &made, &out);
	assert_true(out.updated);
	assert_int_equal(out.notes.len, 0);
	Str after = read_at(blog, "index.html");
	assert_view_equal(str_view(&after), str_c(&before));
	assert_false(holds(blog, "첫-제목.html", "고침"));

	str_set(&made.title, SV("다른 제목"));
	str_set(&made.slug, SV("another"));
	list_append(&made.keywords, SV("벼루"));
	publish(blog, &made, &out);
	assert_true(out.updated);
	assert_int_equal(out.notes.len, 1);
	assert_view_equal(str_view(&out.notes.items[0]), "벼루");
	assert_int_equal(out.published_ms, first);
	assert_view_equal(str_view(&out.slug), "첫-제목");
	assert_holds(blog, "첫-제목.html", "<h1>다른 제목</h1>");
	assert_holds(blog, "첫-제목.html", "2026년 1월 3일</time> · 고침 <time datetime=\"2026-01-04");
	assert_holds(blog, "feed.xml", "<updated>2026-01-04T00:00:00Z</updated>");
	assert_holds(blog, "feed.xml", "<published>2026-01-03T00:00:00Z</published>");
	assert_int_equal(count_files(blog, ".", ".html"), 2);
	str_free(&before);
	str_free(&after);
	article_free(&made);
	outcome_free(&out);
	close_blog(blog);
}

static void
test_chapters(void **state)
{
	(void)state;
	Blog *blog = open_blog("plain");
	Article one = chapter("t1", "하나", "벼루", 1), two = chapter("t2", "둘", "벼루", 2),
		three = chapter("t3", "셋", "벼루", 3);
	Outcome out = {0};
	publish(blog, &one, &out);
	assert_false(holds(blog, "하나.html", "<nav"));
	publish(blog, &three, &out);
	assert_holds(blog, "하나.html", "rel=\"next\" href=\"%EC%85%8B.html\"");
	publish(blog, &two, &out);
	assert_holds(blog, "하나.html", "rel=\"next\" href=\"%EB%91%98.html\"");
	assert_holds(blog, "셋.html", "rel=\"prev\" href=\"%EB%91%98.html\"");
	publish(blog, &one, &out); /* changed by our own links since: no conflict */

	str_set(&two.work, SV("붓")); /* moves to another work */
	two.chapter = 1;
	publish(blog, &two, &out);
	assert_holds(blog, "하나.html", "rel=\"next\" href=\"%EC%85%8B.html\"");
	assert_false(holds(blog, "둘.html", "<nav"));

	write_at(blog, "셋.html", "mine"); /* a neighbour that somebody changed keeps what it has */
	str_set(&one.title, SV("처음"));
	publish(blog, &one, &out);
	assert_holds(blog, "셋.html", "mine");
	article_free(&one);
	article_free(&two);
	article_free(&three);
	outcome_free(&out);
	close_blog(blog);
}

/* ---- What is not ours */

static void
test_foreign_files(void **state)
{
	(void)state;
	Blog *blog = open_blog("plain");
	Article made = article("t1", "Hello"), other = article("t2", "hello"), third = article("t3", "feed");
	Outcome out = {0};
	write_at(blog, "HELLO.html", "theirs");
	write_at(blog, "index.html", "theirs");
	write_at(blog, "Style.css", "theirs");
	publish(blog, &made, &out);
	assert_view_equal(str_view(&out.slug), "hello-2");
	publish(blog, &other, &out);
	assert_view_equal(str_view(&out.slug), "hello-3");
	publish(blog, &third, &out);
	assert_view_equal(str_view(&out.slug), "feed");
	assert_holds(blog, "HELLO.html", "theirs");
	assert_holds(blog, "index.html", "theirs");
	assert_holds(blog, "Style.css", "theirs");
	assert_holds(blog, "index-2.html", "href=\"hello-2.html\"");
	assert_holds(blog, "hello-2.html", "href=\"style-2.css\"");
	assert_holds(blog, "hello-2.html", "href=\"index-2.html\"");
	article_free(&made);
	article_free(&other);
	article_free(&third);
	outcome_free(&out);
	close_blog(blog);
}

static void
test_conflicts(void **state)
{
	(void)state;
	Blog *blog = open_blog("plain");
	Article made = article("t1", "글"), other = article("t2", "다른 글");
	Outcome out = {0};
	publish(blog, &made, &out);
	publish(blog, &other, &out);

	write_at(blog, "글.html", "changed by hand");
	str_set(&made.body_html, SV("<p>새 본문</p>"));
	publish_refused(blog, &made, ERR_CONFLICT, "글.html");
	assert_holds(blog, "글.html", "changed by hand");
	publish(blog, &other, &out); /* others go on */
	made.overwrite = true;
	publish(blog, &made, &out);
	assert_holds(blog, "글.html", "새 본문");
	made.overwrite = false;

	write_at(blog, "index.html", "changed by hand");
	str_set(&made.body_html, SV("<p>또 새 본문</p>"));
	publish_refused(blog, &made, ERR_CONFLICT, "index.html");
	assert_false(holds(blog, "글.html", "또 새 본문"));
	made.overwrite = true;
	publish(blog, &made, &out);
	assert_holds(blog, "index.html", "다른 글");
	made.overwrite = false;

	assert_int_equal(unlink(at(blog, "글.html")), 0);
	publish_refused(blog, &made, ERR_CONFLICT, "removed");
	made.overwrite = true;
	publish(blog, &made, &out);
	assert_holds(blog, "글.html", "또 새 본문");
	made.overwrite = false;

	Article elsewhere = made; /* the same draft on a machine that never saw the last text */
	elsewhere.remote_version = str_from(SV("older"));
	elsewhere.body_html = str_from(SV("<p>third</p>"));
	publish_refused(blog, &elsewhere, ERR_CONFLICT, "another meok");
	str_free(&elsewhere.remote_version);
	str_free(&elsewhere.body_html);

	assert_int_equal(unlink(at(blog, ".meok/manifest.json")), 0);
	publish_refused(blog, &made, ERR_CONFLICT, "knows nothing");
	made.overwrite = true;
	publish(blog, &made, &out);
	assert_view_equal(str_view(&out.slug), "글-2"); /* the old page is nobody's now */
	article_free(&made);
	article_free(&other);
	outcome_free(&out);
	close_blog(blog);
}

static void
test_own_style(void **state)
{
	(void)state;
	Blog *blog = open_blog("plain");
	Article made = article("t1", "글");
	Outcome out = {0};
	publish(blog, &made, &out);
	write_at(blog, "style.css", "body { color: red }");
	str_set(&made.title, SV("새 글"));
	publish(blog, &made, &out);
	assert_holds(blog, "style.css", "color: red");
	assert_int_equal(unlink(at(blog, "style.css")), 0);
	publish(blog, &made, &out);
	assert_holds(blog, "style.css", "Written by meok");
	article_free(&made);
	outcome_free(&out);
	close_blog(blog);
}

/* ---- Nothing outside */

static void
test_hostile_names(void **state)
{
	(void)state;
	static const char *const NAMES[] = {"../../escape", "/etc/passwd", "..", ".", "", "a/../../b", "a\nb\x1b[2J",
		"index", "INDEX.html", "feed.xml", ".meok", ".meok/manifest.json", "\xff\xfe", "con", "-", "%2e%2e%2f"};
	Blog *blog = open_blog("plain");
	Outcome out = {0};
	Str inner = str_from(sv(at(blog, "inner")));
	assert_int_equal(mkdir(str_c(&inner), 0755), 0);
	str_set(&blog->account.endpoint, str_view(&inner));
	for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
		char token[32];
		snprintf(token, sizeof(token), "t-%zu", i);
		Article made = chapter(token, NAMES[i], NAMES[i], 1);
		str_set(&made.slug, sv(NAMES[i]));
		str_set(&made.subtitle, sv(NAMES[i]));
		list_append(&made.keywords, sv(NAMES[i]));
		publish(blog, &made, &out);
		assert_true(sv_find(str_view(&out.slug), SV("/"), 0) == SIZE_MAX && out.slug.len > 0 &&
			    out.slug.ptr[0] != '.');
		article_free(&made);
	}
	Article huge = article("t-long", "");
	for (int i = 0; i < 400; i++)
		str_append_c(&huge.title, "긴");
	publish(blog, &huge, &out);
	article_free(&huge);
	assert_int_equal(count_files(blog, ".", ""), 1);
	assert_int_equal(count_files(blog, "inner", ".html"), sizeof(NAMES) / sizeof(NAMES[0]) + 2);
	assert_int_equal(count_files(blog, "inner", ""), sizeof(NAMES) / sizeof(NAMES[0]) + 5);
	str_free(&inner);
	outcome_free(&out);
	close_blog(blog);
}

static void
test_links_inside(void **state)
{
	(void)state;
	Blog *blog = open_blog("hugo");
	Article made = article("t1", "글"), plain_article = article("t2", "글");
	Outcome out = {0};
	assert_int_equal(mkdir(at(blog, "site"), 0755), 0);
	assert_int_equal(mkdir(at(blog, "outside"), 0755), 0);
	write_at(blog, "site/hugo.toml", "");
	str_set(&blog->account.endpoint, sv(at(blog, "site")));
	assert_int_equal(symlink("../outside", at(blog, "site/content")), 0);
	publish_refused(blog, &made, ERR_FAILED, "symbolic link");
	assert_int_equal(count_files(blog, "outside", ""), 0);
	assert_int_equal(unlink(at(blog, "site/content")), 0);
	assert_int_equal(mkdir(at(blog, "site/content"), 0755), 0);
	assert_int_equal(symlink("../../outside", at(blog, "site/content/posts")), 0);
	publish_refused(blog, &made, ERR_FAILED, "symbolic link");
	assert_int_equal(count_files(blog, "outside", ""), 0);

	assert_int_equal(mkdir(at(blog, "plain"), 0755), 0); /* .meok, the list and a page as links */
	str_set(&blog->account.endpoint, sv(at(blog, "plain")));
	str_set(&blog->account.flavour, SV("plain"));
	assert_int_equal(symlink("../outside", at(blog, "plain/.meok")), 0);
	publish_refused(blog, &plain_article, ERR_FAILED, "symbolic link");
	assert_int_equal(count_files(blog, "outside", ""), 0);
	assert_int_equal(unlink(at(blog, "plain/.meok")), 0);
	write_at(blog, "outside/target", "theirs");
	assert_int_equal(symlink("../outside/target", at(blog, "plain/글.html")), 0);
	assert_int_equal(symlink("../outside/missing", at(blog, "plain/feed.xml")), 0);
	publish(blog, &plain_article, &out);
	assert_view_equal(str_view(&out.slug), "글-2");
	assert_holds(blog, "outside/target", "theirs");
	assert_true(file_exists(&SYS_POSIX, at(blog, "plain/feed-2.xml")));

	assert_int_equal(rename(at(blog, "plain/글-2.html"), at(blog, "outside/moved")), 0);
	assert_int_equal(symlink("../outside/moved", at(blog, "plain/글-2.html")), 0);
	publish_refused(blog, &plain_article, ERR_CONFLICT, "글-2.html");
	plain_article.overwrite = true;
	str_set(&plain_article.body_html, SV("<p>새 본문</p>"));
	publish(blog, &plain_article, &out);
	assert_false(holds(blog, "outside/moved", "새 본문")); /* the link was replaced, not followed */
	assert_holds(blog, "plain/글-2.html", "새 본문");
	assert_int_equal(count_files(blog, "outside", ""), 2);
	article_free(&made);
	article_free(&plain_article);
	outcome_free(&out);
	close_blog(blog);
}

static void
test_linked_root(void **state)
{
	(void)state;
	Blog *blog = open_blog("plain");
	Article made = article("t1", "글");
	Outcome out = {0};
	assert_int_equal(mkdir(at(blog, "real"), 0755), 0);
	assert_int_equal(symlink("real", at(blog, "link")), 0);
	str_set(&blog->account.endpoint, sv(at(blog, "link")));
	publish(blog, &made, &out); /* the writer chose it */
	assert_holds(blog, "real/글.html", "본문");
	article_free(&made);
	outcome_free(&out);
	close_blog(blog);
}

static void
test_refusals(void **state)
{
	(void)state;
	Blog *blog = open_blog("plain");
	Article made = article("t1", "글");
	made.as_draft = true;
	publish_refused(blog, &made, ERR_REFUSED, "no drafts");
	made.as_draft = false;
	for (int i = 0; i <= MANIFEST_KEYWORDS_MAX; i++)
		list_append(&made.keywords, SV("k"));
	publish_refused(blog, &made, ERR_REFUSED, "keywords");
	list_free(&made.keywords);
	blog->parent_gone = true;
	publish_refused(blog, &made, ERR_FAILED, "parent");
	assert_int_equal(count_files(blog, ".", ".html"), 0);
	blog->parent_gone = false;
	write_at(blog, ".meok/manifest.json", "{}");
	publish_refused(blog, &made, ERR_DAMAGED, "manifest.json");
	assert_holds(blog, ".meok/manifest.json", "{}");
	str_set(&blog->account.endpoint, sv(at(blog, "gone")));
	publish_refused(blog, &made, ERR_NOT_FOUND, "gone");
	article_free(&made);
	close_blog(blog);
}

/* ---- Taken back at the checkpoint, before anything can be read */

/* What the parent does when the writer takes it back: the child ends there, the record stays. */
static void
take_back(Blog *blog, Article *made)
{
	blog->parent_gone = true;
	publish_refused(blog, made, ERR_FAILED, "parent");
	blog->parent_gone = false;
	assert_int_equal(blog->last_checkpoint, SITE_FILLED);
	made->sent_before = true;
	made->phase = SITE_FILLED;
	str_set(&made->remote_id, str_view(&made->token));
	str_set(&made->remote_version, str_view(&blog->last_version));
}

static void
test_taken_back(void **state)
{
	(void)state;
	Blog *blog = open_blog("plain");
	Article made = chapter("t1", "결재의 밤", "벼루", 1), other = chapter("t2", "다른 글", "벼루", 2);
	Outcome out = {0};
	take_back(blog, &made);
	assert_int_equal(count_files(blog, ".", ""), 1); /* .meok */
	publish(blog, &other, &out);                     /* others know nothing of it */
	assert_false(holds(blog, "index.html", "결재"));
	assert_false(holds(blog, "feed.xml", "결재"));
	assert_false(holds(blog, "다른-글.html", "<nav"));
	take_back(blog, &made);
	now += 7 * 86400000;
	str_set(&made.title, SV("결제의 밤"));
	publish(blog, &made, &out);
	assert_false(out.updated);
	assert_int_equal(out.phase, SITE_PUBLIC);
	assert_int_equal(out.published_ms, now);
	assert_view_equal(str_view(&out.slug), "결제의-밤");
	assert_int_equal(count_files(blog, ".", ".html"), 3);
	assert_holds(blog, "결제의-밤.html", "2026년 1월 10일");
	assert_holds(blog, "다른-글.html", "rel=\"prev\"");
	str_set(&made.body_html, SV("<p>고침</p>"));
	publish(blog, &made, &out);
	assert_int_equal(blog->last_checkpoint, SITE_PUBLIC); /* an update is not held */
	assert_true(out.updated);
	article_free(&made);
	article_free(&other);
	outcome_free(&out);
	close_blog(blog);
}

static void
test_hugo_draft_taken_back(void **state)
{
	(void)state;
	Blog *blog = open_blog("hugo");
	Article made = article("t1", "글");
	Outcome out = {0};
	write_at(blog, "hugo.toml", "title = 'x'\n");
	made.as_draft = true;
	publish(blog, &made, &out);
	assert_int_equal(blog->last_checkpoint, SITE_CREATED);
	made.as_draft = false;
	for (int i = 0; i < 2; i++) {
		now += 5000;
		take_back(blog, &made);
		assert_holds(blog, "content/posts/글.md", "draft: true\n");
	}
	now += 5000;
	publish(blog, &made, &out);
	assert_int_equal(out.published_ms, now);
	assert_holds(blog, "content/posts/글.md", "draft: false\n");
	assert_int_equal(count_files(blog, "content/posts", ""), 1);
	article_free(&made);
	outcome_free(&out);
	close_blog(blog);
}

/* ---- Hugo */

static void
test_hugo(void **state)
{
	(void)state;
	Blog *blog = open_blog("hugo");
	Article made = chapter("t1", "글: \"하나\"", "벼루", 3), bundle = article("t2", "다발"),
		index = article("t3", "index");
	Outcome out = {0};
	write_at(blog, "hugo.toml", "title = 'x'\n");
	assert_true(file_make_dirs(&SYS_POSIX, at(blog, "content/posts/다발"), 0755, NULL));
	made.as_draft = true;
	made.comments = SITE_COMMENTS_OPEN;
	publish(blog, &made, &out);
	assert_int_equal(out.phase, SITE_DRAFT);
	assert_view_equal(str_view(&out.slug), "글-하나");
	assert_holds(blog, "content/posts/글-하나.md", "draft: true\n");
	assert_holds(blog, "content/posts/글-하나.md", "comments: true\n");
	made.as_draft = false;
	now += 5000;
	publish(blog, &made, &out);
	assert_int_equal(out.phase, SITE_PUBLIC);
	assert_int_equal(out.published_ms, now); /* it was nowhere to be read before */
	assert_holds(blog, "content/posts/글-하나.md", "draft: false\n");
	publish(blog, &bundle, &out);
	assert_view_equal(str_view(&out.slug), "다발-2");
	publish(blog, &index, &out);
	assert_view_equal(str_view(&out.slug), "index-2");
	assert_int_equal(count_files(blog, ".", ""), 3);

	str_set(&blog->account.flavour, SV("plain"));
	publish_refused(blog, &made, ERR_REFUSED, "already a blog of the kind hugo");
	article_free(&made);
	article_free(&bundle);
	article_free(&index);
	outcome_free(&out);
	close_blog(blog);
}

/* ---- Crashes */

/* Every link of the index and every chapter link leads to a file. */
static void
check_links(const Blog *blog, const char *page)
{
	Str html = read_at(blog, page);
	static const char HREF[] = "href=\"";
	for (const char *link = strstr(str_c(&html), HREF); link != NULL; link = strstr(link + 1, HREF)) {
		const char *from = link + strlen(HREF), *end = strchr(from, '"');
		assert_non_null(end);
		Str url = {0}, path = {0};
		if (*from != '#') {
			str_printf(&url, "file://%s/%.*s", blog->dir, (int)(end - from), from);
			assert_true(folder_path(str_view(&url), &path, NULL));
			/* The feed is written last and only announced to machines; the first page of all precedes its
			 * index. */
			bool later =
				sv_ends(str_view(&path), SV(".xml")) ||
				(sv_ends(str_view(&path), SV("/index.html")) && count_files(blog, ".", ".html") == 1);
			if (!later && !file_exists(&SYS_POSIX, str_c(&path)))
				fail_msg("%s links to %s", page, str_c(&path));
		}
		str_free(&url);
		str_free(&path);
	}
	str_free(&html);
}

static void
check_readable(const Blog *blog)
{
	StrList names = {0};
	assert_true(SYS_POSIX.list_dir(blog->dir, &names));
	for (size_t i = 0; i < names.len; i++) {
		const char *name = str_c(&names.items[i]);
		assert_true(sv_ends(sv(name), SV(".html")) || sv_ends(sv(name), SV(".xml")) ||
			    sv_ends(sv(name), SV(".css")) || strcmp(name, ".meok") == 0);
		if (sv_ends(sv(name), SV(".html")))
			assert_true(holds(blog, name, "</html>"));
	}
	if (file_exists(&SYS_POSIX, at(blog, "index.html")))
		check_links(blog, "index.html");
	if (file_exists(&SYS_POSIX, at(blog, "하나.html")))
		check_links(blog, "하나.html");
	list_free(&names);
}

/* Publishes chapter 1, then 2, then 1 again with a new text; the machine stops after `changes` of the step `victim`. */
static bool
crash_once(int victim, int changes, bool edited)
{
	Blog *blog = open_blog("plain");
	Article one = chapter("t1", "하나", "벼루", 1), two = chapter("t2", "둘", "벼루", 2);
	Article *steps[] = {&one, &two, &one};
	Outcome out = {0};
	bool crashed = false;
	for (int step = 0; step < 3; step++) {
		Article *made = steps[step];
		if (step == 2)
			str_set(&made->body_html, SV("<p>고친 본문</p>\n"));
		now += 1000;
		if (step != victim) {
			publish(blog, made, &out);
			continue;
		}
		Err err = {0};
		blog->checkpoints = 0;
		changes_left = changes;
		outcome_free(&out);
		crashed = !folder_publish(&blog->ctx, made, &out, &err);
		changes_left = -1;
		if (crashed) {
			check_readable(blog);
			if (blog->checkpoints > 0) {
				made->sent_before = true;
				assert_int_equal(blog->last_checkpoint, step == 2 ? SITE_PUBLIC : SITE_FILLED);
				made->phase = blog->last_checkpoint;
				str_set(&made->remote_id, str_view(&made->token));
				str_set(&made->remote_version, str_view(&blog->last_version));
			}
			if (edited)
				str_set(&made->body_html, SV("<p>그 사이에 고친 본문</p>\n"));
			if (edited && victim != 1) /* somebody else's turn comes first */
				publish(blog, &two, &out);
			check_readable(blog);
			now += 1000;
		}
		if (crashed)
			publish(blog, made, &out);
		else
			remember(made, &out);
	}
	check_readable(blog);
	assert_int_equal(count_files(blog, ".", ".html"), 3);
	assert_int_equal(count_files(blog, ".meok", ""), 2);
	assert_holds(blog, "하나.html", "rel=\"next\"");
	assert_holds(blog, "둘.html", "rel=\"prev\"");
	assert_holds(blog, "하나.html", edited && crashed && victim == 2 ? "그 사이에" : "고친 본문");
	article_free(&one);
	article_free(&two);
	outcome_free(&out);
	close_blog(blog);
	return crashed;
}

static void
test_crashes(void **state)
{
	(void)state;
	int points = 0;
	for (int victim = 0; victim < 3; victim++)
		for (int edited = 0; edited < 2; edited++)
			for (int changes = 0; crash_once(victim, changes, edited); changes++)
				points++;
	assert_true(points > 100);
}

static void
test_many(void **state)
{
	(void)state;
	Blog *blog = open_blog("plain");
	Outcome out = {0};
	for (int i = 0; i < 300; i++) {
		char token[32], title[64];
		snprintf(token, sizeof(token), "t-%d", i);
		snprintf(title, sizeof(title), "글 %d", i % 100); /* three of each name */
		Article made = chapter(token, title,
			i % 3 == 0   ? ""
			: i % 3 == 1 ? "벼루"
				     : "붓",
			(uint32_t)(i / 3 + 1));
		list_append(&made.keywords, sv(title));
		list_append(&made.keywords, SV("먹"));
		now += 3600000;
		publish(blog, &made, &out);
		article_free(&made);
	}
	assert_int_equal(count_files(blog, ".", ".html"), 301);
	check_links(blog, "index.html");
	assert_holds(blog, "글-0-3.html", "rel=\"prev\"");
	SiteTerms terms = {0};
	assert_true(DRIVER_FOLDER.terms(&blog->ctx, &terms, NULL));
	assert_int_equal(terms.len, FOLDER_TERMS_MAX + 2);
	assert_view_equal(str_view(&terms.items[0].name), "먹");
	assert_int_equal(terms.items[0].count, 300);
	site_terms_free(&terms);
	outcome_free(&out);
	close_blog(blog);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_probe),
		cmocka_unit_test(test_typed_paths),
		cmocka_unit_test(test_probe_hugo),
		cmocka_unit_test(test_first_article),
		cmocka_unit_test(test_update),
		cmocka_unit_test(test_chapters),
		cmocka_unit_test(test_foreign_files),
		cmocka_unit_test(test_conflicts),
		cmocka_unit_test(test_own_style),
		cmocka_unit_test(test_hostile_names),
		cmocka_unit_test(test_links_inside),
		cmocka_unit_test(test_linked_root),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_taken_back),
		cmocka_unit_test(test_hugo_draft_taken_back),
		cmocka_unit_test(test_hugo),
		cmocka_unit_test(test_crashes),
		cmocka_unit_test(test_many),
	};
	setenv("TZ", "KST-9", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

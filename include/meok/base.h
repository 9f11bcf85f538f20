/* base: what every room of meok stands on. It knows bytes, strings, Unicode, errors, files, time, JSON and an
 * event loop, and nothing of meok itself.
 *
 * Conventions of the whole tree:
 *   - Str owns its bytes, StrView borrows them. A view stays valid until its owner changes or is freed.
 *   - A function that can fail returns bool (true: done) or a pointer (NULL: failed) and fills *err. `err` may be
 *     NULL where the caller does not want the reason. An out parameter is untouched on failure unless said otherwise.
 *   - Positions and lengths are bytes, times are UTC milliseconds since 1970, unless the name says another unit.
 *   - Text is UTF-8. Text that came through unicode_clean is valid and in NFC.
 */
#ifndef MEOK_BASE_H
#define MEOK_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* ---- Errors as values (err.c) */

/* What went wrong, by what the caller can do about it. The command line turns a kind into an exit code. */
typedef enum ErrKind {
	ERR_NONE,
	ERR_FAILED,     /* the machine said no: a file, memory, a limit */
	ERR_USAGE,      /* the caller asked for something that makes no sense */
	ERR_PASSPHRASE, /* wrong passphrase or recovery key */
	ERR_NOT_FOUND,  /* no such draft, site, work */
	ERR_REFUSED,    /* the server understood and refused */
	ERR_NETWORK,    /* the server could not be reached: nothing happened there */
	ERR_UNKNOWN,    /* the link broke after a request was sent: what happened is not known */
	ERR_CONFLICT,   /* somebody else changed it since we last looked */
	ERR_DAMAGED,    /* sealed data is not what was written */
} ErrKind;

/* ERR_TEXT_MAX holds every error put together. */
enum { ERR_ARGS = 4, ERR_ID_MAX = 240, ERR_ARG_MAX = 256, ERR_TEXT_MAX = ERR_ID_MAX + ERR_ARGS * ERR_ARG_MAX };

/* One sentence for a person: what failed, with what, and what to do next. `id` is the untranslated message, a format
 * whose only conversions are %s and %1$s … %4$s; it is translated at the border (ui, cli) with gettext(err->id). */
typedef struct Err {
	ErrKind kind;
	char id[ERR_ID_MAX];
	int arg_count;
	char args[ERR_ARGS][ERR_ARG_MAX]; /* cut at a character border when longer */
} Err;

/* Fills *err (when not NULL) and returns false, so that `return err_set(…)` is the usual form. `id` may hold only %s
 * conversions, at most ERR_ARGS; every argument is a NUL-terminated string. xgettext collects the ids (argument 3). */
bool err_set(Err *err, ErrKind kind, const char *id, ...) __attribute__((format(printf, 3, 4)));
/* The same with the arguments as an array: for an error that arrived from another process. Never fails. */
void err_set_args(Err *err, ErrKind kind, const char *id, const char *const *args, int arg_count);
/* ERR_FAILED "out of memory". Returns false. */
bool err_memory(Err *err);
bool err_is_memory(const Err *err); /* it is from there */
/* Writes `format` (err->id or its translation) with the arguments put in, to out (size bytes, always terminated). */
void err_format(const Err *err, const char *format, char *out, size_t size);

/* ---- Strings (str.c) */

typedef struct StrView {
	const char *ptr; /* not NUL-terminated unless it came from a Str or a literal; may be NULL when len is 0 */
	size_t len;
} StrView;

/* An owned string. All zero is the empty string. ptr is NUL-terminated whenever it is not NULL. When memory runs out
 * `failed` is set, the content stays what it was before that call, and every later append does nothing: build freely,
 * then ask str_ok once before the result is used. */
typedef struct Str {
	char *ptr;
	size_t len;
	size_t cap;
	bool failed;
} Str;

/* An owned list of owned strings, in order. All zero is the empty list. `failed` as in Str. */
typedef struct StrList {
	Str *items;
	size_t len;
	size_t cap;
	bool failed;
} StrList;

#define SV(literal) ((StrView){"" literal, sizeof(literal) - 1})
StrView sv(const char *c_string);                    /* NULL gives the empty view */
StrView sv_slice(StrView s, size_t from, size_t to); /* bytes [from, to), both cut to the length */
StrView sv_trim(StrView s);                          /* without ASCII blanks (space, tab, CR, LF) at both ends */
bool sv_equal(StrView a, StrView b);
int sv_compare(StrView a, StrView b); /* by bytes, as strcmp */
bool sv_starts(StrView s, StrView prefix);
bool sv_ends(StrView s, StrView suffix);
size_t sv_find(StrView s, StrView needle, size_t from); /* SIZE_MAX when it is not there */
/* Takes the part before the next `separator` off *rest; false when *rest is used up. "a,,b" gives a, "", b. */
bool sv_split(StrView *rest, char separator, StrView *part);

void str_append(Str *s, StrView bytes);
void str_append_c(Str *s, const char *c_string);
void str_append_byte(Str *s, char byte);
void str_append_rune(Str *s, uint32_t rune); /* as UTF-8; a surrogate or a value over 10FFFF becomes U+FFFD */
void str_printf(Str *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
void str_splice(Str *s, size_t from, size_t to, StrView bytes); /* replaces [from, to) */
void str_clear(Str *s);                                         /* empty, memory and `failed` kept */
void str_truncate(Str *s, size_t len);
void str_set(Str *s, StrView bytes); /* bytes may lie inside s */
void str_move(Str *to, Str *from);   /* frees what `to` held; `from` is empty afterwards */
Str str_from(StrView bytes);
StrView str_view(const Str *s);
const char *str_c(const Str *s);     /* never NULL; valid as long as a view */
bool str_ok(const Str *s, Err *err); /* false with "out of memory" when an append failed */
void str_free(Str *s);               /* and makes it the empty string */
void str_wipe(Str *s);               /* str_free after overwriting the bytes: for passphrases and tokens */

/* Room for one item more in an array of `len` items of `size` bytes, with room for *cap: the array, perhaps at another
 * place, which the caller keeps. NULL when memory runs out, with the array and *cap as they were. */
void *array_grow(void *items, size_t len, size_t *cap, size_t size);

void list_append(StrList *list, StrView item);
void list_take(StrList *list, Str *item); /* moves item in; item is empty afterwards */
void list_remove(StrList *list, size_t index);
void list_copy(StrList *to, const StrList *from); /* replaces what `to` held */
bool list_has(const StrList *list, StrView item);
bool list_ok(const StrList *list, Err *err);
void list_free(StrList *list);
/* The item nearest to `word` by edit distance if near enough to be a slip of the fingers, else the empty view. */
StrView list_nearest(const StrList *list, StrView word);

/* ---- Ids and tagged fields (id.c, fields.c) */

enum { ID_BYTES = 16, ID_TEXT = 26 };
typedef struct Id {
	uint8_t bytes[ID_BYTES];
} Id;

extern const Id ID_NONE;
bool id_is_none(Id id);
bool id_equal(Id a, Id b);
int id_compare(Id a, Id b);
void id_format(Id id, char out[ID_TEXT + 1]); /* RFC 4648 base32, lower case, no padding */
bool id_parse(StrView text, Id *out);         /* exactly 26 characters, spare bits zero */

/* Tagged fields: u16 tag, u32 length (both little endian), bytes; fields follow each other to the end. The form of
 * everything meok stores inside a seal and sends between its processes. A reader skips, or keeps, unknown tags. */
typedef struct FieldReader {
	StrView rest;
	bool malformed; /* set when the bytes do not end exactly at a field border */
} FieldReader;

void field_put(Str *out, uint16_t tag, StrView value);
void field_put_c(Str *out, uint16_t tag, const char *value);
void field_put_u64(Str *out, uint16_t tag, uint64_t value); /* 8 bytes little endian */
void field_put_id(Str *out, uint16_t tag, Id id);
FieldReader field_reader(StrView bytes);
bool field_next(FieldReader *reader, uint16_t *tag, StrView *value); /* false at the end or when malformed */
bool field_u64(StrView value, uint64_t *out);                        /* false unless exactly 8 bytes */
bool field_id(StrView value, Id *out);                               /* false unless exactly 16 bytes */

/* ---- The machine: files, time, randomness (sys.c, file.c, clock.c) */

/* Every call that changes or reads the outside, so that the same code runs on the real machine, in a crash simulator
 * and under injected errors. Meanings, results and errno as in the POSIX call of that name. */
typedef struct Sys {
	int (*open)(const char *path, int flags, mode_t mode);
	ssize_t (*read)(int fd, void *buffer, size_t size);
	ssize_t (*pread)(int fd, void *buffer, size_t size, off_t offset);
	ssize_t (*write)(int fd, const void *buffer, size_t size);
	int (*allocate)(int fd, off_t size); /* posix_fallocate from 0; returns an errno value, 0 when done */
	int (*truncate)(int fd, off_t size);
	int (*sync)(int fd);      /* fsync */
	int (*sync_data)(int fd); /* fdatasync */
	int (*lock)(int fd);      /* flock(2), alone and without waiting: EWOULDBLOCK; ends when the file is closed */
	int (*close)(int fd);
	int (*rename_new)(const char *from, const char *to); /* never replaces: EEXIST */
	int (*rename_over)(const char *from, const char *to);
	int (*unlink)(const char *path);
	int (*make_dir)(const char *path, mode_t mode);
	/* Names in a folder without . and .., in no order; false with errno. */
	bool (*list_dir)(const char *path, StrList *names);
	int (*stat_size)(const char *path, off_t *size, bool *is_dir); /* follows no symbolic link */
	int (*may_write)(const char *path);                            /* access(2) with W_OK */
	int64_t (*now_ms)(void);                                       /* CLOCK_REALTIME */
	void (*random)(void *buffer, size_t size);                     /* getrandom(2); never fails */
} Sys;

extern const Sys SYS_POSIX;

/* A whole file. ERR_NOT_FOUND when there is none; ERR_FAILED when it is larger than `limit` bytes or unreadable. */
bool file_read(const Sys *sys, const char *path, size_t limit, Str *out, Err *err);
/* Reads fd to its end, at most `limit` bytes. */
bool file_read_fd(const Sys *sys, int fd, size_t limit, Str *out, Err *err);
bool file_write_all(const Sys *sys, int fd, StrView bytes); /* loops over short writes and EINTR; false with errno */
/* Durable replacement: temporary file beside it, fsync, rename over, fsync of the folder. */
bool file_replace(const Sys *sys, const char *path, StrView bytes, mode_t mode, Err *err);
bool file_sync_dir(const Sys *sys, const char *path, Err *err);
bool file_make_dirs(const Sys *sys, const char *path, mode_t mode, Err *err); /* as mkdir -p */
bool file_exists(const Sys *sys, const char *path);
void path_join(Str *out, StrView dir, StrView name); /* sets out to dir/name */
/* $variable/meok, or ~/fallback/meok when the variable is unset or not absolute (XDG base directories). ERR_FAILED
 * when there is no HOME either. */
bool path_xdg(const char *variable, const char *fallback, Str *out, Err *err);

/* 2026-01-03T09:00:00+09:00 in the local zone; 2026-01-03T00:00:00Z in UTC; 2026-01-03 in the local zone. */
void time_local(int64_t ms, Str *out);
void time_utc(int64_t ms, Str *out);
void time_date(int64_t ms, Str *out);
void time_minute(int64_t ms, Str *out); /* 2026-01-03 09:00 in the local zone */
void time_clock(int64_t ms, Str *out);  /* 09:00 in the local zone */
/* Reads RFC 3339 with an offset or Z; without one it is local time; a bare date is midnight local. */
bool time_parse(StrView text, int64_t *ms);

/* ---- Unicode (utf8.c, unicode.c, width.c; width_table.h is generated from Debian's unicode-data) */

/* Clusters and line breaks of ill-formed text are safe: every maximal subpart is a cluster of its own. */

/* Appends the NFC of `in` to *out. Every maximal subpart of an ill-formed sequence (Unicode 15, 3.9) becomes one
 * U+FFFD, counted in *replaced (may be NULL); CRLF and a lone CR become LF; NUL and other C0 controls but tab and LF
 * become U+FFFD, counted too. False only when memory runs out. */
bool unicode_clean(StrView in, Str *out, size_t *replaced, Err *err);
bool unicode_valid(StrView in);                   /* well-formed UTF-8, no NUL */
bool unicode_nfc(StrView in, Str *out, Err *err); /* of valid text; appends */
bool unicode_is_nfc(StrView in);                  /* the fast answer for text that already is, else the slow one */
/* The code point at `pos` (U+FFFD when ill-formed) and its length in bytes (0 at the end). */
uint32_t unicode_rune(StrView in, size_t pos, size_t *len);
size_t unicode_count(StrView in); /* code points */
size_t unicode_count_clusters(StrView in);
/* Extended grapheme clusters (UAX 29): the border after / before a border `pos`. */
size_t cluster_next(StrView in, size_t pos);
size_t cluster_prev(StrView in, size_t pos);
/* The same for a whole text at once: out[i] for each byte i of in is 1 when a cluster starts there, else 0. */
void cluster_breaks(StrView in, uint8_t *out);
/* Columns of one cluster in a terminal: 0 (a lone control or zero-width), 1 or 2. `ambiguous_wide` sets what East Asian
 * ambiguous characters take. */
int cluster_width(StrView cluster, bool ambiguous_wide);
size_t unicode_width(StrView in, bool ambiguous_wide); /* sum over the clusters */
/* Words (UAX 29) that hold a letter or digit: the end of the first one that ends after `pos` (in.len when there is
 * none), the start of the last one that begins before `pos` (0 when there is none). */
size_t word_next(StrView in, size_t pos);
size_t word_prev(StrView in, size_t pos);

typedef enum BreakRule {
	BREAK_KEEP_ALL, /* Korean words stay whole, with the letters, digits, brackets and quotes beside Hangul */
	BREAK_ANYWHERE, /* UAX 14: between any two syllables */
} BreakRule;
/* out[i] for each byte i of in: 0 no break before i, 1 a line may break before i, 2 it must (after a newline). */
bool line_breaks(StrView in, BreakRule rule, uint8_t *out, Err *err);

/* A key under which two spellings of a keyword are the same: NFC, case-folded, blanks collapsed and trimmed. */
bool unicode_fold(StrView in, Str *out, Err *err);
bool unicode_same(StrView a, StrView b); /* equal keys; false when memory runs out */

/* Text that is harmless on a terminal. Only safe_text makes one; screens and prompts print nothing foreign in any
 * other form. Controls become their pictures (U+2400…), bidirectional and zero-width format characters become visible
 * as <U+202E>, at most four combining marks follow a base, ill-formed bytes become U+FFFD; ZWJ stays inside emoji. */
typedef struct SafeText {
	Str text;
} SafeText;
typedef enum SafeLines { SAFE_ONE_LINE, SAFE_KEEP_NEWLINES } SafeLines; /* a newline becomes U+2424, or stays */
SafeText safe_text(StrView untrusted, SafeLines lines);
void safe_free(SafeText *safe);
/* One cluster as a cell of a screen may hold it; only cluster_show makes one. What has no picture of its own (controls,
 * bidirectional and zero-width characters, a joiner without pictures) is replaced by one that is (control pictures,
 * U+2426), a mark without a base gets a dotted circle, a lone vowel its fillers, marks and joined pictures beyond the
 * bounds of safe_text are left out. A tab is four blanks. So `columns` is never 0. */
enum { SHOWN_MAX = 96 };
typedef struct Shown {
	char text[SHOWN_MAX]; /* valid UTF-8, not terminated */
	uint8_t len;
	uint8_t columns; /* 1 or 2; 4 for a tab */
	bool replaced;   /* it stands for something else, or for more (a tab's blanks do not count) */
	bool doubtful;   /* terminals differ about its width: position absolutely behind it */
} Shown;
void cluster_show(StrView cluster, bool ambiguous_wide, Shown *out);
int cluster_columns(StrView cluster, bool ambiguous_wide); /* the columns that cluster_show gives, without the rest */
/* JSON text in which what a terminal may obey or not show is written as \u escapes: the same value. */
void safe_json(StrView json, Str *out);

/* ---- JSON (json_check.c; json.c, the only file that calls cJSON) */

typedef struct Json Json; /* a value; the root owns all below it */

/* Reads exactly one JSON text (RFC 8259; a byte order mark is skipped): valid UTF-8, at most `limit` bytes, depth 64,
 * 200,000 tokens, no NUL in strings, numbers under 10^308 and 60 characters, nothing behind it but blanks. ERR_REFUSED
 * otherwise. Of members with the same key json_get finds the first. */
Json *json_parse(StrView text, size_t limit, Err *err);
void json_free(Json *root);
const Json *json_get(const Json *object, const char *key); /* exact key; NULL when absent or not an object */
/* "title.raw", "_links.predecessor-version.0.id"; a part is under 128 bytes. NULL when a step is missing. */
const Json *json_path(const Json *value, const char *path);
size_t json_count(const Json *array);                 /* 0 when not an array */
const Json *json_at(const Json *array, size_t index); /* steps from the start: take json_next in a loop */
const Json *json_next(const Json *element);           /* the one behind it in its array; NULL at the end */
bool json_is_object(const Json *value);
bool json_is_array(const Json *value);
bool json_is_string(const Json *value);
bool json_text(const Json *value, StrView *out); /* false unless a string */
bool json_bool(const Json *value, bool *out);
/* An identifier as text, from a string or from a number without fraction up to 2^53; false otherwise. Appends. */
bool json_id(const Json *value, Str *out);
bool json_number(const Json *value, double *out);

Json *json_new_object(void); /* the makers return NULL without memory; every put then does nothing, json_print fails */
Json *json_new_array(void);
/* `value` is valid UTF-8 without NUL. Here and below a NULL key appends to an array. */
void json_put_text(Json *object, const char *key, StrView value);
void json_put_number(Json *object, const char *key, int64_t value); /* |value| up to 2^53 */
void json_put_bool(Json *object, const char *key, bool value);
void json_put_null(Json *object, const char *key);
void json_put(Json *object, const char *key, Json *value); /* takes value */
/* A number from an identifier that is all digits, a string otherwise. */
void json_put_id(Json *object, const char *key, StrView id);
/* Appends; `pretty` indents. False when memory ran out while building or printing. */
bool json_print(const Json *root, bool pretty, Str *out, Err *err);

/* ---- Command lines of text files (words.c) */

/* One line of a settings or keymap file: words parted by blanks, "…" with \" \\ \n inside, '…' literal, # to the end of
 * the line. An empty line gives no words. ERR_USAGE on an open quote or an unknown escape. */
bool words_parse(StrView line, StrList *out, Err *err);
void words_quote(StrView word, Str *out); /* appends it so that words_parse gives it back */

/* ---- Event loop (loop.c) */

typedef struct Loop Loop;
typedef void LoopFdFn(void *data, int fd, short revents);
typedef void LoopTimerFn(void *data);

Loop *loop_new(Err *err);
void loop_free(Loop *loop);
/* Calls fn whenever poll(2) reports one of `events`, an error or a hang-up on fd. One watch a descriptor; the
 * descriptor stays the caller's. A handler may watch, unwatch, set timers and stop. */
bool loop_watch(Loop *loop, int fd, short events, LoopFdFn *fn, void *data, Err *err);
void loop_unwatch(Loop *loop, int fd);
/* Calls fn once, `delay_ms` (monotonic) from now. Returns its number (over 0), 0 without memory. */
int loop_timer(Loop *loop, int64_t delay_ms, LoopTimerFn *fn, void *data);
void loop_timer_cancel(Loop *loop, int timer);
bool loop_step(Loop *loop, int wait_ms, Err *err); /* one poll, waiting at most wait_ms (-1: until something comes) */
bool loop_run(Loop *loop, Err *err);               /* until loop_stop, or nothing is left to wait for */
void loop_stop(Loop *loop);

/* ---- Work off the loop (job.c): one function on a thread of its own */
typedef struct Job Job;
typedef void JobFn(void *data); /* runs on the thread: touches nothing but what `data` gives it */
/* Calls `work(data)` on a thread, then `done(data)` on the loop. NULL with *err when there is no thread. */
Job *job_start(Loop *loop, JobFn *work, JobFn *done, void *data, Err *err);
void
job_free(Job *job); /* waits for `work` to end; `done` is not called any more. Not from inside `work`; NULL allowed */

/* ---- The same work on many things (team.c) */
enum { TEAM_MAX = 16 };
typedef void TeamFn(void *data, size_t member, size_t index);
size_t team_size(void); /* of a team that has all processors: 1 to TEAM_MAX */
/* Calls work(data, member, index) once for each index under `count`, on `members` threads at once, the caller's among
 * them; on fewer when the system gives no more. Returns when all is done. `member` is under `members`: no two threads
 * have the same. */
void team_run(size_t members, size_t count, TeamFn *work, void *data);

#endif

/* Reads of a terminal as keys, pastes and focus. */
#include "unit.h"

#include <malloc.h>

#include "meok/keys.h"

/* ---- Allocations that fail on demand, and a look at what is freed (the linker sends these of the program here) */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *ptr, size_t size);
void __real_free(void *ptr);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *ptr, size_t size);
void __wrap_free(void *ptr);

static bool no_memory;
static const char *secret; /* NULL: what is freed is not looked at */
static size_t freed, leaked;
static void *newest; /* block of malloc */
static size_t newest_size;

void *
__wrap_malloc(size_t size)
{
	newest = no_memory ? NULL : __real_malloc(size);
	newest_size = size;
	return newest;
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return no_memory ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *ptr, size_t size)
{
	return no_memory ? NULL : __real_realloc(ptr, size);
}

void
__wrap_free(void *ptr)
{
	if (secret != NULL && ptr != NULL) {
		freed++;
		leaked += memmem(ptr, malloc_usable_size(ptr), secret, strlen(secret)) != NULL;
	}
	__real_free(ptr);
}

/* ---- Helpers */

/* Events as text: a key by its name, with = before it when it came alone; (text) for a piece of a paste, (text). for
 * the last; + and - for the focus. */
static void
log_event(const InputEvent *event, Str *log)
{
	if (log->len > 0)
		str_append_byte(log, ' ');
	switch (event->kind) {
	case INPUT_KEY:
		str_append_c(log, event->alone ? "=" : "");
		keys_format(&(Keys){{event->key}, 1}, log);
		break;
	case INPUT_PASTE:
		str_append_byte(log, '(');
		str_append(log, event->text);
		str_append_c(log, event->last ? ")." : ")");
		break;
	case INPUT_FOCUS:
		str_append_byte(log, event->gained ? '+' : '-');
		break;
	}
}

static void
drain(Input *input, Str *log)
{
	InputEvent event;
	while (input_next(input, &event))
		log_event(&event, log);
}

static Input *
new_input(void)
{
	Input *input = input_new(NULL);
	assert_non_null(input);
	return input;
}

static void
feed(Input *input, StrView bytes, int64_t now, Str *log)
{
	assert_true(input_feed(input, bytes, now, NULL));
	drain(input, log);
}

static void
assert_log(Str *log, const char *wanted, const char *what)
{
	assert_true(str_ok(log, NULL));
	if (!sv_equal(str_view(log), sv(wanted)))
		fail_msg("%s gives \"%s\", not \"%s\"", what, str_c(log), wanted);
	str_clear(log);
}

/* Reads (an empty one is a flush) and what they give. */
static void
assert_reads(const char *const *reads, const char *wanted)
{
	Input *input = new_input();
	Str log = {0}, what = {0};
	for (size_t i = 0; reads[i] != NULL; i++) {
		str_printf(&what, "%s\"%s\"", i > 0 ? " | " : "", reads[i]);
		if (reads[i][0] == '\0') {
			input_flush(input);
			drain(input, &log);
		}
		feed(input, sv(reads[i]), (int64_t)i, &log);
	}
	assert_log(&log, wanted, str_c(&what));
	str_free(&log);
	str_free(&what);
	input_free(input);
}
#define assert_events(wanted, ...) assert_reads((const char *const[]){__VA_ARGS__, NULL}, wanted)

typedef struct Row {
	const char *bytes, *keys;
} Row;

/* Each row alone, between two characters, and byte by byte: the same keys. */
static void
assert_rows(const Row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		Str log = {0}, bytes = {0}, wanted = {0};
		Input *input = new_input();
		str_printf(&bytes, "<%s>", rows[i].bytes);
		str_printf(&wanted, "< %s%s>", rows[i].keys, rows[i].keys[0] == '\0' ? "" : " ");
		feed(input, str_view(&bytes), 0, &log);
		assert_log(&log, str_c(&wanted), rows[i].bytes + 1);
		for (const char *c = rows[i].bytes; *c != '\0'; c++) {
			InputEvent event;
			assert_true(input_feed(input, (StrView){c, 1}, 1, NULL));
			while (input_next(input, &event)) {
				event.alone = false;
				log_event(&event, &log);
			}
		}
		assert_int_equal(input_wait(input), -1);
		assert_log(&log, rows[i].keys, rows[i].bytes + 1);
		input_free(input);
		str_free(&bytes);
		str_free(&wanted);
		str_free(&log);
	}
}
#define ASSERT_ROWS(rows) assert_rows(rows, sizeof(rows) / sizeof(rows)[0])

static void
test_characters(void **state)
{
	(void)state;
	static const Row rows[] = {{"a", "a"}, {"Z", "Z"}, {" ", "Space"}, {"가", "가"}, {"é", "é"}, {"😀", "😀"},
		{"\r", "Enter"}, {"\n", "^J"}, {"\t", "Tab"}, {"\x7F", "Backspace"}, {"\b", "^H"}, {"\x01", "^A"},
		{"\x1A", "^Z"}, {"\x1C", "^\\"}, {"\x1D", "^]"}, {"\x1E", "^^"}, {"\x1F", "^/"},
		{"\xEF\xBF\xBD", "\xEF\xBF\xBD"}, {"\xC2\x80", ""}, {"\xC2\x9B", ""}, {"\xC2\xA0", "U+00A0"},
		{"\xE2\x80\xAE", "U+202E"}};
	ASSERT_ROWS(rows);
	Input *input = new_input();
	Str log = {0};
	feed(input, (StrView){"\0", 1}, 0, &log);
	assert_log(&log, "=^Space", "NUL");
	feed(input, (StrView){NULL, 0}, 0, &log);
	assert_log(&log, "", "nothing");
	input_free(input);
	str_free(&log);
}

#define FFFD "\xEF\xBF\xBD"

static void
test_ill_formed(void **state)
{
	(void)state;
	static const Row rows[] = {{"\xFF", FFFD}, {"\x80", FFFD}, {"\xC0\xAF", FFFD " " FFFD},
		{"\xED\xA0\x80", FFFD " " FFFD " " FFFD}, {"\xF4\x90\x80\x80", FFFD " " FFFD " " FFFD " " FFFD},
		{"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF"
		 "A",
			FFFD " " FFFD " " FFFD " " FFFD " A"},
		{"\xF0\x80\x80\x41", FFFD " " FFFD " " FFFD " A"}};
	ASSERT_ROWS(rows);
	assert_events("=가", "\xEA", "\xB0", "\x80");
	assert_events(FFFD " b", "\xEA\xB0", "b");
	assert_events("a " FFFD " =b", "a\xEA\xB0", "", "b");
	assert_events("=" FFFD, "\xF0\x9F\x98", "");
	assert_events("Esc [ " FFFD, "\x1B[\xED\x95", "");
}

static void
test_cursor_keys(void **state)
{
	(void)state;
	static const Row rows[] = {{"\x1B[A", "Up"}, {"\x1B[B", "Down"}, {"\x1B[C", "Right"}, {"\x1B[D", "Left"},
		{"\x1BOA", "Up"}, {"\x1BOD", "Left"}, {"\x1B[H", "Home"}, {"\x1B[F", "End"}, {"\x1BOH", "Home"},
		{"\x1BOF", "End"}, {"\x1B[1~", "Home"}, {"\x1B[4~", "End"}, {"\x1B[7~", "Home"}, {"\x1B[8~", "End"},
		{"\x1B[2~", "Insert"}, {"\x1B[3~", "Delete"}, {"\x1B[5~", "PgUp"}, {"\x1B[6~", "PgDn"},
		{"\x1B[1;5A", "^Up"}, {"\x1B[1;2B", "Shift-Down"}, {"\x1B[1;6C", "Shift-^Right"},
		{"\x1B[1;3D", "Esc Left"}, {"\x1B[1;7D", "Esc ^Left"}, {"\x1B[5A", "^Up"}, {"\x1BO5A", "^Up"},
		{"\x1BO1;5D", "^Left"}, {"\x1BOa", "^Up"}, {"\x1B[a", "Shift-Up"}, {"\x1B[d", "Shift-Left"},
		{"\x1B\x1B[A", "Esc Up"}, {"\x1B[3;5~", "^Delete"}, {"\x1B[5;2~", "Shift-PgUp"},
		{"\x1B[3$", "Shift-Delete"}, {"\x1B[7^", "^Home"}, {"\x1B[8@", "Shift-^End"}, {"\x1B[Z", "Shift-Tab"},
		{"\x1B[1;2Z", "Shift-Tab"}, {"\x1B[1;9A", "Esc Up"}, {"\x1B[1;5:1A", "^Up"}, {"\x1B[1;5:3A", ""},
		{"\x1B[1;1:2B", "Down"}};
	ASSERT_ROWS(rows);
}

static void
test_function_keys(void **state)
{
	(void)state;
	static const Row rows[] = {{"\x1BOP", "F1"}, {"\x1BOS", "F4"}, {"\x1B[11~", "F1"}, {"\x1B[12~", "F2"},
		{"\x1B[13~", "F3"}, {"\x1B[14~", "F4"}, {"\x1B[15~", "F5"}, {"\x1B[17~", "F6"}, {"\x1B[18~", "F7"},
		{"\x1B[19~", "F8"}, {"\x1B[20~", "F9"}, {"\x1B[21~", "F10"}, {"\x1B[23~", "F11"}, {"\x1B[24~", "F12"},
		{"\x1B[[A", "F1"}, {"\x1B[[E", "F5"}, {"\x1B[P", "F1"}, {"\x1B[R", "F3"}, {"\x1B[1;2P", "Shift-F1"},
		{"\x1BO2P", "Shift-F1"}, {"\x1B[15;5~", "^F5"}, {"\x1B[16~", ""}, {"\x1B[22~", ""}, {"\x1B[25~", ""},
		{"\x1B[99999999999999999999~", ""}, {"\x1B[[Fx", "F x"}};
	ASSERT_ROWS(rows);
	static const Row keypad[] = {{"\x1BOM", "Enter"}, {"\x1BOI", "Tab"}, {"\x1BOX", "="}, {"\x1BOj", "*"},
		{"\x1BOk", "+"}, {"\x1BOn", "."}, {"\x1BOo", "/"}, {"\x1BOp", "0"}, {"\x1BOy", "9"}};
	ASSERT_ROWS(keypad);
}

static void
test_keys_by_number(void **state)
{
	(void)state;
	static const Row rows[] = {{"\x1B[97u", "a"}, {"\x1B[97;5u", "^A"}, {"\x1B[27;5;97~", "^A"},
		{"\x1B[97;3u", "Esc a"}, {"\x1B[27;3;97~", "Esc a"}, {"\x1B[97;7u", "Esc ^A"}, {"\x1B[97;2u", "A"},
		{"\x1B[27;2;65~", "A"}, {"\x1B[97:65;2u", "A"}, {"\x1B[49:33;2u", "!"}, {"\x1B[33;2u", "!"},
		{"\x1B[27;2;33~", "!"}, {"\x1B[105;5u", "Tab"}, {"\x1B[109;5u", "Enter"}, {"\x1B[91;5u", "Esc"},
		{"\x1B[104;5u", "^H"}, {"\x1B[106;5u", "^J"}, {"\x1B[32;5u", "^Space"}, {"\x1B[64;5u", "^Space"},
		{"\x1B[64;6u", "^Space"}, {"\x1B[47;5u", "^/"}, {"\x1B[95;6u", "^/"}, {"\x1B[63;6u", "Backspace"},
		{"\x1B[27u", "Esc"}, {"\x1B[13u", "Enter"}, {"\x1B[13;2u", "Shift-Enter"}, {"\x1B[13;5u", "^Enter"},
		{"\x1B[9;2u", "Shift-Tab"}, {"\x1B[9;5u", "^Tab"}, {"\x1B[127;5u", "^Backspace"},
		{"\x1B[27;5;8~", "^Backspace"}, {"\x1B[32;2u", "Shift-Space"}, {"\x1B[65;6u", "Shift-^A"},
		{"\x1B[54620u", "한"}, {"\x1B[54620;3u", "Esc 한"}, {"\x1B[97;5:3u", ""}, {"\x1B[97;69u", "^A"},
		{"\x1B[57399u", "0"}, {"\x1B[57414u", "Enter"}, {"\x1B[57417;5u", "^Left"}, {"\x1B[57426u", "Delete"},
		{"\x1B[57358u", ""}, {"\x1B[57427u", ""}, {"\x1B[63743u", ""}, {"\x1B[0u", ""}, {"\x1B[u", ""},
		{"\x1B[1u", ""}, {"\x1B[133u", ""}, {"\x1B[55296u", ""}, {"\x1B[1114112u", ""},
		{"\x1B[4294967393u", ""}, {"\x1B[27;5~", ""}};
	ASSERT_ROWS(rows);
}

/* Reports and answers leave no trace. */
static void
test_passed_over(void **state)
{
	(void)state;
	static const Row rows[] = {{"\x1B[<0;10;5M", ""}, {"\x1B[<35;80;24m", ""}, {"\x1B[M !!", ""},
		{"\x1B[M\x20\xF0\xF0", ""}, {"\x1B[32;10;5M", ""}, {"\x1B[24;80R", ""}, {"\x1B[1;1R", ""},
		{"\x1B[?62;22c", ""}, {"\x1B[>41;360;0c", ""}, {"\x1B[?2026;2$y", ""}, {"\x1B[4;1$y", ""},
		{"\x1B[?1u", ""}, {"\x1B[0n", ""}, {"\x1B[8;24;80t", ""}, {"\x1B[201~", ""}, {"\x1B[E", ""},
		{"\x1B[1 q", ""}, {"\x1B[12;34X", ""}, {"\x1B]11;rgb:1c1c/1c1c/1c1c\x1B\\", ""},
		{"\x1B]11;rgb:0000/0000/0000\a", ""}, {"\x1BP>|xterm(388)\x1B\\", ""}, {"\x1BP1$r0m\x1B\\", ""},
		{"\x1B_Gi=31;OK\x1B\\", ""}, {"\x1B]52;c;한글\x1B\\", ""}};
	ASSERT_ROWS(rows);
	assert_events("+ - a", "\x1B[I\x1B[Oa");
	assert_events("+", "\x1B[", "I");
}

/* What only looks like a sequence is Esc and the keys behind it: nothing that was typed is swallowed. */
static void
test_given_up(void **state)
{
	(void)state;
	static const Row rows[] = {{"\x1B[1;\r", "Esc [ 1 ; Enter"}, {"\x1B[한", "Esc [ 한"},
		{"\x1B[1\x1B[A", "Esc [ 1 Up"}, {"\x1BO한", "Esc O 한"}, {"\x1BO$", "Esc O $"},
		{"\x1BO12345678A", "Esc O 1 2 3 4 5 6 7 8 A"}, {"\x1B]0;hi\r", "Esc ] 0 ; h i Enter"},
		{"\x1BPq\x1B[A", "Esc P q Up"}, {"\x1B_\x03", "Esc _ ^C"}, {"\x1B^x", "Esc ^ x"}, {"\x1BXx", "Esc X x"},
		{"\x1B[M\r!!", "Enter ! !"}};
	ASSERT_ROWS(rows);
	for (size_t len = 4090; len < 4100; len++) {
		Input *input = new_input();
		Str log = {0}, bytes = str_from(SV("\033]"));
		while (bytes.len < len)
			str_append_byte(&bytes, '0');
		for (size_t at = 0; at < bytes.len; at += 60)
			feed(input, sv_slice(str_view(&bytes), at, at + 60), 0, &log);
		feed(input, SV("\a"), 0, &log);
		feed(input, SV("x"), 0, &log);
		if (len <= 4096) {
			assert_log(&log, "=x", "an answer");
		} else {
			assert_true(sv_starts(str_view(&log), SV("Esc ] 0 0")));
			assert_true(sv_ends(str_view(&log), SV("0 =^G =x")));
			assert_true(log.len > 2 * len);
		}
		input_free(input);
		str_free(&bytes);
		str_free(&log);
	}
	for (size_t len = 120; len < 140; len++) {
		Input *input = new_input();
		Str log = {0}, bytes = str_from(SV("\x1B["));
		while (bytes.len < len)
			str_append_byte(&bytes, ';');
		for (size_t at = 0; at < bytes.len; at += 50)
			feed(input, sv_slice(str_view(&bytes), at, at + 50), 0, &log);
		feed(input, SV("z"), 0, &log);
		if (len <= 128)
			assert_log(&log, "", "a long sequence");
		else
			assert_true(sv_starts(str_view(&log), SV("Esc [ ; ;")) && sv_ends(str_view(&log), SV(" ; =z")));
		input_free(input);
		str_free(&bytes);
		str_free(&log);
	}
}

static void
test_alone(void **state)
{
	(void)state;
	assert_events("=a", "a");
	assert_events("a b", "ab");
	assert_events("=a =b", "a", "b");
	assert_events("=Esc =x", "\x1Bx");
	assert_events("=Esc =한", "\x1B한");
	assert_events("=Esc =x", "\x1B", "x");
	assert_events("=Esc =한", "\x1B\xED", "\x95\x9C");
	assert_events("=Esc 한 a", "\x1B\xED",
		"\x95\x9C"
		"a");
	assert_events("=Esc", "\x1B", "");
	assert_events("=Esc =x", "\x1B", "", "x");
	assert_events("Esc x y", "\x1Bxy");
	assert_events("a Esc x", "a\x1Bx");
	assert_events("a Esc", "a\x1B", "");
	assert_events("=Esc =Up", "\x1B\x1B[A");
	assert_events("=Esc =a", "\x1B[97;3u");
	assert_events("Esc a b", "\x1B[97;3ub");
	assert_events("=Up", "\x1B[A");
	assert_events("=Up", "\x1B", "[", "A");
	assert_events("Up Up", "\x1B[A\x1B[A");
	assert_events("+ a", "\x1B[Ia");
	assert_events("a", "\x1B[0na");
	assert_events("a", "a\x1B[0n");
	assert_events("Esc +", "\x1B\x1B[I");
	assert_events("=Esc =Esc", "\x1B\x1B", "");
	assert_events("=Esc =[", "\x1B[", "");
}

static void
assert_wait(const char *bytes, int wanted)
{
	Input *input = new_input();
	Str log = {0};
	feed(input, sv(bytes), 0, &log);
	if (input_wait(input) != wanted)
		fail_msg("\"%s\" waits %d ms, not %d", bytes, input_wait(input), wanted);
	input_flush(input);
	drain(input, &log);
	assert_int_equal(input_wait(input), -1);
	str_clear(&log);
	feed(input, SV("z"), 200, &log);
	assert_log(&log, "=z", bytes);
	input_free(input);
	str_free(&log);
}

static void
test_waits(void **state)
{
	(void)state;
	assert_wait("a", -1);
	assert_wait("\x1B", 25);
	assert_wait("a\x1B", 25);
	assert_wait("\x1B\x1B", 25);
	assert_wait("\x1B[", 100);
	assert_wait("\x1B[1;", 100);
	assert_wait("\x1B[M!", 100);
	assert_wait("\x1B[[", 100);
	assert_wait("\x1BO", 100);
	assert_wait("\x1B]", 100);
	assert_wait("\x1B]11;", 250);
	assert_wait("\x1B]11;x\x1B", 250);
	assert_wait("\xED\x95", 100);
	assert_wait("\x1B[A", -1);
	Input *input = new_input();
	assert_int_equal(input_wait(input), -1);
	input_flush(input);
	InputEvent event;
	assert_false(input_next(input, &event));
	input_free(input);
	input_free(NULL);
}

static void
test_flush(void **state)
{
	(void)state;
	assert_events("Esc [ 1 ;", "\x1B[1;", "");
	assert_events("=Esc =O", "\x1BO", "");
	assert_events("Esc ] 1 1", "\x1B]11", "");
	assert_events("Esc ] x Esc", "\x1B]x\x1B", "");
	assert_events("", "\x1B[[", "");
	assert_events("!", "\x1B[M!", "");
}

#define BEGIN "\x1B[200~"
#define END "\x1B[201~"

static void
test_paste(void **state)
{
	(void)state;
	assert_events("(붙여\nx) ().", BEGIN "붙여\nx" END, "");
	assert_events("a (b) (). =c", "a" BEGIN "b" END, "", "c");
	assert_events("().", BEGIN END, "");
	assert_events("(ab) (cd) ().", BEGIN "ab", "cd", END, "");
	assert_events("(ab) (cd) ().", BEGIN "ab", "cd" END, "");
	assert_events("(a\x1B[Ab\x1B) ().", BEGIN "a\x1B[Ab\x1B" END, "");
	assert_events("(a) (\x1B[2b) ().", BEGIN "a\x1B[2", "b" END, "");
	assert_events("(\xED\x95) (\x9C) ().", BEGIN "\xED\x95", "\x9C" END, "");
	/* brackets tell more than the length of a read */
	assert_events("q (0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123) (). =q",
		"q" BEGIN "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123" END, "", "q");
	/* what comes right behind the end belongs to it, in the same read and in the next; what comes after a pause
	 * does not */
	assert_events("(rm) (\x11\r) (). =^Q", BEGIN "rm" END "\x11\r", "", "\x11");
	assert_events("(rm) (\x11) (\r) (). =^Q", BEGIN "rm" END, "\x11", "\r", "", "\x11");
	assert_events("(a) (b) (c) ().", BEGIN "a" BEGIN "b" END "c", "");
	assert_events("(a) (b) (c) ().", BEGIN "a" END "b" END END "c" END, "");
	assert_events("(a) (\x1B[20) ().", BEGIN "a" END "\x1B[20", "");
	/* one that begins in it ends where it ends */
	assert_events("(a) (b) (\x11) ().", BEGIN "a" END BEGIN "b", "\x11" END, "");
	/* markers cut at every byte */
	for (size_t i = 1; i < sizeof BEGIN - 1; i++) {
		char head[16], tail[16];
		snprintf(head, sizeof head, "%.*s", (int)i, BEGIN);
		snprintf(tail, sizeof tail, "%sx", &BEGIN[i]);
		assert_events("(x) ().", head, tail, END, "");
		snprintf(head, sizeof head, "%.*s", (int)i, END);
		snprintf(tail, sizeof tail, "%s", &END[i]);
		assert_events("(x) (). =q", BEGIN "x", head, tail, "", "q");
	}
}

/* A paste whose end was lost waits for ever, but the writer can leave it. */
static void
test_lost_end(void **state)
{
	(void)state;
	Input *input = new_input();
	Str log = {0};
	feed(input, SV(BEGIN "a"), 0, &log);
	assert_int_equal(input_wait(input), -1);
	feed(input, SV("b\x1B"), 100000, &log);
	assert_int_equal(input_wait(input), -1);
	feed(input, SV("c"), 200000, &log);
	assert_log(&log,
		"(a) (b) (\x1B"
		"c)",
		"an open paste");
	feed(input, SV("\x1B"), 300000, &log);
	assert_int_equal(input_wait(input), 1000);
	input_flush(input);
	drain(input, &log);
	assert_log(&log, "().", "Esc on its own");
	assert_int_equal(input_wait(input), -1);
	feed(input, SV("q"), 300001, &log);
	assert_log(&log, "=q", "the key behind");
	/* an Esc that is the begin of the end is none */
	feed(input, SV(BEGIN "a"), 400000, &log);
	feed(input, SV("\x1B"), 400001, &log);
	feed(input, SV("[201~"), 400002, &log);
	assert_int_equal(input_wait(input), 25);
	input_flush(input);
	drain(input, &log);
	feed(input, SV("q"), 400030, &log);
	assert_log(&log, "(a) (). =q", "an end in two reads");
	input_flush(input);
	input_free(input);
	str_free(&log);
	assert_events("(a) (\x1B[) (\x1B) (b)", BEGIN "a\x1B[", "\x1B", "", "b");
	assert_events("(a) (\x1B[20) (1~)", BEGIN "a\x1B[20", "", "1~");
}

static void
repeat(Str *out, const char *bytes, size_t times)
{
	str_clear(out);
	for (size_t i = 0; i < times; i++)
		str_append_c(out, bytes);
}

static bool
is_paste(const char *bytes, size_t times)
{
	Input *input = new_input();
	Str read = {0};
	InputEvent event = {0};
	repeat(&read, bytes, times);
	assert_true(input_feed(input, str_view(&read), 0, NULL));
	bool paste = input_next(input, &event) && event.kind == INPUT_PASTE;
	if (paste)
		assert_true(sv_equal(event.text, str_view(&read)) && !event.last);
	input_free(input);
	str_free(&read);
	return paste;
}

static void
test_plain_paste(void **state)
{
	(void)state;
	assert_true(is_paste("a", 64));
	assert_false(is_paste("a", 63));
	assert_true(is_paste("가 ", 16));
	assert_true(is_paste("line\r", 2000));
	assert_true(is_paste("\ta\r\n", 16));
	assert_true(is_paste("abcde\x1B[A", 10));
	assert_false(is_paste("\x1B[A", 100));
	assert_false(is_paste("\x1BOA", 1000));
	assert_false(is_paste("\x1B[1;5C", 30));
	assert_false(is_paste("\x1B[<35;10;10M", 30));
	assert_false(is_paste("\x7F", 100));
	assert_false(is_paste("\x04", 100));
	assert_false(is_paste("\r", 100));
	assert_false(is_paste("\x1B[3~a", 30));
}

static void
test_plain_paste_goes_on(void **state)
{
	(void)state;
	Input *input = new_input();
	Str log = {0}, text = {0}, wanted = {0};
	repeat(&text, "글", 30);
	str_printf(&wanted, "(%s)", str_c(&text));
	feed(input, str_view(&text), 1000, &log);
	assert_log(&log, str_c(&wanted), "the first read");
	assert_int_equal(input_wait(input), 50);
	feed(input, SV("\x1B[A\x11"), 1050, &log);
	assert_log(&log, "(\x1B[A\x11)", "50 ms later");
	feed(input, SV("x"), 1100, &log);
	assert_log(&log, "(x)", "50 ms after that");
	input_flush(input);
	drain(input, &log);
	assert_log(&log, "().", "the flush");
	assert_int_equal(input_wait(input), -1);
	feed(input, SV("x"), 1101, &log);
	assert_log(&log, "=x", "the key behind");
	/* without a flush the time decides */
	feed(input, str_view(&text), 2000, &log);
	str_clear(&log);
	feed(input, SV("x"), 2051, &log);
	assert_log(&log, "(). =x", "51 ms later");
	/* a terminal that brackets after all */
	feed(input, str_view(&text), 3000, &log);
	str_clear(&log);
	feed(input, SV(BEGIN "y"), 3001, &log);
	feed(input, SV(END), 3002, &log);
	input_flush(input);
	drain(input, &log);
	feed(input, SV("z"), 3030, &log);
	assert_log(&log, "(). (y) (). =z", "a bracketed paste right behind");
	/* a character that the reads cut is whole again */
	feed(input, SV("\xEA\xB8"), 4000, &log);
	repeat(&text, "\x80글", 30);
	feed(input, str_view(&text), 4001, &log);
	assert_true(sv_starts(str_view(&log), SV("(\xEA\xB8\x80글")));
	input_free(input);
	str_free(&log);
	str_free(&text);
	str_free(&wanted);
}

/* A megabyte in one read, and what was not taken when the next read came. */
static void
test_large(void **state)
{
	(void)state;
	Input *input = new_input();
	Str text = {0}, got = {0};
	InputEvent event;
	repeat(&text, "긴 글을 붙여 넣는다.\n", 40000);
	assert_true(input_feed(input, SV(BEGIN), 0, NULL));
	assert_false(input_next(input, &event));
	for (size_t at = 0; at < text.len; at += 4095) {
		assert_true(input_feed(input, sv_slice(str_view(&text), at, at + 4095), 0, NULL));
		while (input_next(input, &event))
			str_append(&got, event.text);
	}
	assert_true(sv_equal(str_view(&text), str_view(&got)));
	input_free(input);
	input = new_input();
	assert_true(input_feed(input, SV("ab"), 0, NULL));
	assert_true(input_feed(input, SV("c\x1B"), 0, NULL));
	Str log = {0};
	drain(input, &log);
	assert_true(sv_ends(str_view(&log), SV("b c")));
	input_free(input);
	str_free(&text);
	str_free(&got);
	str_free(&log);
}

/* What was typed is in no memory that is given back. */
static void
test_wipes(void **state)
{
	(void)state;
	Input *input = new_input();
	InputEvent event;
	Str filler = {0};
	for (size_t i = 0; i < 20000; i++)
		str_append_c(&filler, "x");
	assert_true(input_feed(input, SV("hunter2 hunter2"), 0, NULL));
	assert_non_null(memmem(newest, newest_size, "hunter2", 7));
	while (input_next(input, &event))
		;
	assert_true(input_feed(input, SV("a"), 0, NULL));
	assert_null(memmem(newest, newest_size, "hunter2", 7));
	assert_true(input_feed(input, SV("hunter2 hunter2"), 0, NULL));
	secret = "hunter2";
	/* grows with the secret not taken yet, shrinks over it, ends with it inside */
	assert_true(input_feed(input, str_view(&filler), 0, NULL));
	while (input_next(input, &event))
		;
	assert_true(input_feed(input, SV("hunter2"), 0, NULL));
	input_free(input);
	secret = NULL;
	assert_int_equal(freed, 3);
	assert_int_equal(leaked, 0);
	str_free(&filler);
}

static void
test_no_memory(void **state)
{
	(void)state;
	Str log = {0};
	Err err = {0};
	no_memory = true;
	assert_null(input_new(&err));
	no_memory = false;
	assert_int_equal(err.kind, ERR_FAILED);
	Input *input = new_input();
	no_memory = true;
	assert_false(input_feed(input, SV("a"), 0, &err));
	no_memory = false;
	feed(input, SV("\xED\x95"), 0, &log);
	Str large = {0};
	for (size_t i = 0; i < 10000; i++)
		str_append_c(&large, "x");
	no_memory = true;
	assert_false(input_feed(input, str_view(&large), 0, &err));
	assert_false(input_feed(input, (StrView){"", SIZE_MAX - 1}, 0, &err));
	no_memory = false;
	feed(input, SV("\x9C"), 0, &log);
	assert_log(&log, "=한", "the rest of a character after a read that did not fit");
	input_free(input);
	str_free(&large);
	str_free(&log);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_characters),
		cmocka_unit_test(test_ill_formed),
		cmocka_unit_test(test_cursor_keys),
		cmocka_unit_test(test_function_keys),
		cmocka_unit_test(test_keys_by_number),
		cmocka_unit_test(test_passed_over),
		cmocka_unit_test(test_given_up),
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_waits),
		cmocka_unit_test(test_flush),
		cmocka_unit_test(test_paste),
		cmocka_unit_test(test_lost_end),
		cmocka_unit_test(test_plain_paste),
		cmocka_unit_test(test_plain_paste_goes_on),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_wipes),
		cmocka_unit_test(test_no_memory),
	};
	return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}

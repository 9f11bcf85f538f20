/* Bytes of a terminal: however they are cut into reads, the same keys and pastes; no text is lost; nothing is left
 * after a flush; complete sequences never disturb the text between them. */
#include <stdlib.h>

#include "meok/keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { READ_MOST = 63, STEPS_MOST = 1 << 20 };

static void
require(bool condition)
{
	if (!condition)
		abort();
}

static void
log_key(Key key, Str *log)
{
	str_printf(log, "[%x.%u]", (unsigned)key.code, key.mods);
}

/* Keys as numbers, the text of a paste as it is, its end as a full stop. */
static void
log_event(const InputEvent *event, Str *log)
{
	switch (event->kind) {
	case INPUT_KEY:
		require(event->key.code <= KEY_LAST && (event->key.mods & MOD_ALT) == 0);
		log_key(event->key, log);
		break;
	case INPUT_PASTE:
		str_append(log, event->text);
		str_append_c(log, event->last ? "[.]" : "");
		break;
	case INPUT_FOCUS:
		str_append_c(log, event->gained ? "[+]" : "[-]");
		break;
	}
}

static void
drain(Input *input, Str *log)
{
	InputEvent event;
	for (size_t steps = 0; input_next(input, &event); steps++) {
		require(steps < STEPS_MOST);
		log_event(&event, log);
	}
}

static void
feed(Input *input, StrView read, int64_t now, Str *log)
{
	require(input_feed(input, read, now, NULL));
	drain(input, log);
}

/* A read of its own ends with each end of a paste and with the last byte but one; what is between is cut after `step`
 * bytes: that the pieces are small keeps them from being pastes. */
static size_t
cut(StrView bytes, size_t from, size_t step)
{
	size_t end = sv_find(bytes, SV("\033[201~"), from < 5 ? 0 : from - 5);
	size_t to = from + step;
	if (end != SIZE_MAX && end + 6 > from && end + 6 < to)
		to = end + 6;
	if (from < bytes.len - 1 && to > bytes.len - 1)
		to = bytes.len - 1;
	return to < bytes.len ? to : bytes.len;
}

static void
run(StrView bytes, const uint8_t *steps, size_t step_count, Str *log)
{
	Input *input = input_new(NULL);
	require(input != NULL);
	int64_t now = 0;
	for (size_t pos = 0, i = 0; pos < bytes.len; i++) {
		size_t step = step_count == 0 ? READ_MOST : 1 + steps[i % step_count] % READ_MOST;
		size_t to = cut(bytes, pos, step);
		feed(input, sv_slice(bytes, pos, to), now++, log);
		/* a pause: only then the end of a paste is one */
		if (sv_ends(sv_slice(bytes, 0, to), SV("\033[201~"))) {
			input_flush(input);
			drain(input, log);
		}
		pos = to;
	}
	input_flush(input);
	drain(input, log);
	require(input_wait(input) == -1);
	/* Everything is gone: the next key is itself, or text of a paste that is still open. */
	size_t before = log->len;
	feed(input, SV("Z"), now, log);
	StrView tail = sv_slice(str_view(log), before, log->len);
	require(sv_equal(tail, SV("[5a.0]")) || sv_equal(tail, SV("Z")));
	input_free(input);
}

static void
check_cuts(StrView bytes, const uint8_t *data, size_t size)
{
	static const uint8_t single[] = {0};
	Str whole = {0}, cut_somewhere = {0}, cut_everywhere = {0};
	run(bytes, NULL, 0, &whole);
	run(bytes, data, size, &cut_somewhere);
	run(bytes, single, 1, &cut_everywhere);
	require(str_ok(&whole, NULL) && str_ok(&cut_somewhere, NULL) && str_ok(&cut_everywhere, NULL));
	require(sv_equal(str_view(&whole), str_view(&cut_somewhere)));
	require(sv_equal(str_view(&whole), str_view(&cut_everywhere)));
	str_free(&whole);
	str_free(&cut_somewhere);
	str_free(&cut_everywhere);
}

/* What text without Esc must give. */
static void
log_text(StrView text, Str *log)
{
	size_t len;
	for (size_t pos = 0; pos < text.len; pos += len) {
		uint32_t rune = unicode_rune(text, pos, &len);
		if (rune == '\r')
			log_key((Key){KEY_ENTER, 0}, log);
		else if (rune == '\t')
			log_key((Key){KEY_TAB, 0}, log);
		else if (rune == 0x7F)
			log_key((Key){KEY_BACKSPACE, 0}, log);
		else if (rune == 0)
			log_key((Key){' ', MOD_CTRL}, log);
		else if (rune == 0x1F)
			log_key((Key){'/', MOD_CTRL}, log);
		else if (rune < ' ')
			log_key((Key){rune | (rune < 27 ? 0x60u : 0x40u), MOD_CTRL}, log);
		else if (rune < 0x80 || rune >= 0xA0)
			log_key((Key){rune, 0}, log);
	}
}

static void
check_text(StrView bytes, const uint8_t *data, size_t size)
{
	Str text = {0}, got = {0}, wanted = {0};
	for (size_t i = 0; i < bytes.len; i++)
		if (bytes.ptr[i] != 0x1B)
			str_append_byte(&text, bytes.ptr[i]);
	run(str_view(&text), data, size, &got);
	log_text(str_view(&text), &wanted);
	str_append_c(&wanted, "[5a.0]");
	require(sv_equal(str_view(&got), str_view(&wanted)));
	str_free(&text);
	str_free(&got);
	str_free(&wanted);
}

/* Each byte picks a complete sequence, or is text; what each gives alone they give together. */
static void
check_sequences(const uint8_t *data, size_t size)
{
	static const struct {
		const char *bytes, *events;
	} picks[] = {{"\033[A", "[110004.0]"}, {"\033[1;5C", "[110007.4]"}, {"\033OP", "[11000e.0]"},
		{"\033[<0;3;4M", ""}, {"\033[M !!", ""}, {"\033[24;80R", ""}, {"\033]11;rgb:0/0/0\a", ""},
		{"\033P1$r0m\033\\", ""}, {"\033_Gi=1;OK\033\\", ""}, {"\033[I", "[+]"},
		{"\033[97;3u", "[110003.0][61.0]"}, {"\033[?62c", ""}, {"한", "[d55c.0]"}, {"\r", "[110000.0]"},
		{"\033q", "[110003.0][71.0]"}, {"\033[1;\r", NULL}, {"\033[27;5;97~", "[61.4]"},
		{"\033\033[B", "[110003.0][110005.0]"}, {"x", "[78.0]"}, {"\xFF", "[fffd.0]"},
		{"\033[3$", "[11000d.1]"}, {"\033[99z", ""}};
	Str bytes = {0}, got = {0}, wanted = {0};
	for (size_t i = 0; i < size; i++) {
		size_t pick = data[i] % (sizeof picks / sizeof picks[0]);
		str_append_c(&bytes, picks[pick].bytes);
		str_append_c(&wanted,
			picks[pick].events != NULL ? picks[pick].events : "[110003.0][5b.0][31.0][3b.0][110000.0]");
	}
	str_append_c(&wanted, "[5a.0]");
	run(str_view(&bytes), data, size, &got);
	require(sv_equal(str_view(&got), str_view(&wanted)));
	str_free(&bytes);
	str_free(&got);
	str_free(&wanted);
}

/* One read: a paste without brackets is all of it, and ends. */
static void
check_whole(StrView bytes)
{
	Input *input = input_new(NULL);
	InputEvent event;
	require(input != NULL && input_feed(input, bytes, 0, NULL));
	if (input_next(input, &event) && input_wait(input) == 50) {
		require(event.kind == INPUT_PASTE && !event.last && sv_equal(event.text, bytes) && bytes.len >= 64);
		require(!input_next(input, &event));
		input_flush(input);
		require(input_next(input, &event) && event.last && event.text.len == 0);
		require(!input_next(input, &event) && input_wait(input) == -1);
	}
	input_free(input);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* the head says where the reads end */
	size_t head = size < 4 ? size : 4;
	StrView bytes = {(const char *)data + head, size - head};
	check_cuts(bytes, data, head);
	check_text(bytes, data, head);
	check_sequences(data, size);
	check_whole(bytes);
	return 0;
}

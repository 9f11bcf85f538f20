/* From reads of a terminal to keys, pastes and focus: what a sequence means says sequence.c. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

enum { ESC = 0x1B };
enum { ROOM_LEAST = 4096, PASTE_LEAST = 64, PASTE_GAP_MS = 50, PASTE_END_MS = 25, PASTE_LEAVE_MS = 1000 };

#define MARKER_BEGIN SV("\033[200~")
#define MARKER_END SV("\033[201~")
enum { MARKER_LEN = 6 };

typedef enum Paste { PASTE_NONE, PASTE_BRACKETED, PASTE_PLAIN } Paste;

struct Input {
	char *bytes; /* [pos, len) is not taken yet */
	size_t pos, len, cap;
	bool flushed;  /* no more bytes will complete what is there */
	bool first;    /* nothing of this read was taken */
	bool only_esc; /* this read is one Esc, and nothing waited for it */

	bool key_waits; /* the second key of one sequence */
	Key key;
	bool esc_before; /* a bare Esc came right before, in the same read */
	bool esc_alone;

	Paste paste;
	bool ending;      /* bracketed: an end has come; it is the true one when nothing comes behind it */
	bool closing;     /* the last piece of a paste is due */
	int64_t paste_ms; /* plain: when the last read of it came */
};

Input *
input_new(Err *err)
{
	Input *input = calloc(1, sizeof *input);
	if (input == NULL)
		err_memory(err);
	return input;
}

void
input_free(Input *input)
{
	if (input == NULL)
		return;
	if (input->bytes != NULL)
		explicit_bzero(input->bytes, input->cap);
	free(input->bytes);
	explicit_bzero(input, sizeof *input);
	free(input);
}

static StrView
rest_of(const Input *input, size_t pos)
{
	return (StrView){input->bytes + pos, input->len - pos};
}

/* Moves what is not taken yet to the front, with room for `more` behind it, and leaves no trace of what was taken. */
static bool
make_room(Input *input, size_t more, Err *err)
{
	size_t left = input->len - input->pos;
	if (more > SIZE_MAX / 2 - left)
		return err_memory(err);
	if (left + more > input->cap) {
		size_t cap = left + more < ROOM_LEAST / 2 ? ROOM_LEAST : (left + more) * 2;
		char *bytes = malloc(cap);
		if (bytes == NULL)
			return err_memory(err);
		if (input->bytes != NULL) {
			memcpy(bytes, input->bytes + input->pos, left);
			explicit_bzero(input->bytes, input->cap);
		}
		free(input->bytes);
		input->bytes = bytes;
		input->cap = cap;
	} else if (input->pos > 0) {
		memmove(input->bytes, input->bytes + input->pos, left);
		explicit_bzero(input->bytes + left, input->len - left);
	}
	input->pos = 0;
	input->len = left;
	return true;
}

/* Whether a read is text that nobody typed: mostly characters, not keys held down on a slow link. What a terminal
 * brackets needs no guess. */
static bool
is_pasted(StrView bytes)
{
	size_t text = 0, keys = 0;
	for (size_t pos = 0; pos < bytes.len;) {
		char c = bytes.ptr[pos];
		Token token = token_read(sv_slice(bytes, pos, bytes.len), true);
		if (token.kind == TOKEN_PASTE)
			return false;
		if (c == '\r' || c == '\n' || c == '\t')
			;
		else if ((unsigned char)c < ' ' || c == 0x7F)
			keys += token.len;
		else
			text += token.len;
		pos += token.len;
	}
	return text > keys;
}

/* What a read does to the paste without brackets before it, and whether it is one. `left`: bytes of earlier reads that
 * are not taken yet. */
static void
find_paste(Input *input, StrView read, size_t left, int64_t now_ms)
{
	if (input->paste == PASTE_PLAIN) {
		if (left > 0 || (now_ms - input->paste_ms <= PASTE_GAP_MS && !sv_starts(read, MARKER_BEGIN))) {
			input->paste_ms = now_ms;
			return;
		}
		input->paste = PASTE_NONE;
		input->closing = true;
	}
	if (input->paste == PASTE_NONE && read.len >= PASTE_LEAST && is_pasted(rest_of(input, 0))) {
		input->paste = PASTE_PLAIN;
		input->paste_ms = now_ms;
	}
}

bool
input_feed(Input *input, StrView bytes, int64_t now_ms, Err *err)
{
	if (bytes.len == 0)
		return true;
	if (!make_room(input, bytes.len, err))
		return false;
	size_t left = input->len;
	memcpy(input->bytes + left, bytes.ptr, bytes.len);
	input->len += bytes.len;
	input->flushed = false;
	input->first = true;
	input->esc_before = false;
	input->only_esc = left == 0 && bytes.len == 1 && bytes.ptr[0] == ESC;
	find_paste(input, bytes, left, now_ms);
	return true;
}

static bool
put_piece(const Input *input, InputEvent *event, size_t from, size_t to, bool last)
{
	*event = (InputEvent){.kind = INPUT_PASTE, .text = {input->bytes + from, to - from}, .last = last};
	return true;
}

static bool
put_key(InputEvent *event, Key key, bool alone)
{
	*event = (InputEvent){.kind = INPUT_KEY, .key = key, .alone = alone};
	return true;
}

/* ---- Inside of a bracketed paste */

typedef enum Marker { MARKER_NONE, MARKER_PART, MARKER_IS_BEGIN, MARKER_IS_END } Marker;

static Marker
marker_at(const Input *input, size_t pos)
{
	StrView rest = sv_slice(rest_of(input, pos), 0, MARKER_LEN);
	if (rest.len == MARKER_LEN)
		return sv_equal(rest, MARKER_BEGIN) ? MARKER_IS_BEGIN
		       : sv_equal(rest, MARKER_END) ? MARKER_IS_END
						    : MARKER_NONE;
	return sv_starts(MARKER_BEGIN, rest) || sv_starts(MARKER_END, rest) ? MARKER_PART : MARKER_NONE;
}

static void
skip_markers(Input *input)
{
	while (input->pos < input->len) {
		Marker marker = marker_at(input, input->pos);
		if (marker != MARKER_IS_BEGIN && marker != MARKER_IS_END)
			return;
		input->ending = marker == MARKER_IS_END;
		input->pos += MARKER_LEN;
	}
}

/* Where the text from `pos` on stops: at a marker, or at what may become one with the next read. */
static size_t
piece_end(const Input *input)
{
	bool may_grow = !input->flushed && !input->ending;
	for (size_t pos = input->pos; pos < input->len; pos++) {
		const char *esc = memchr(input->bytes + pos, ESC, input->len - pos);
		if (esc == NULL)
			break;
		pos = (size_t)(esc - input->bytes);
		Marker marker = marker_at(input, pos);
		if (marker == MARKER_PART ? may_grow : marker != MARKER_NONE)
			return pos;
	}
	return input->len;
}

static bool
waits_to_leave(const Input *input)
{
	return input->paste == PASTE_BRACKETED && input->only_esc && input->len - input->pos == 1;
}

static bool
next_bracketed(Input *input, InputEvent *event)
{
	skip_markers(input);
	if (waits_to_leave(input) && input->flushed) {
		input->pos = input->len;
		input->ending = true;
	}
	size_t from = input->pos, to = piece_end(input);
	input->pos = to;
	skip_markers(input);
	/* A text may hold an end marker of its own, with keys behind it: they come without a pause. */
	bool last = input->ending && input->flushed && input->pos == input->len;
	if (from == to && !last)
		return false;
	if (last) {
		input->paste = PASTE_NONE;
		input->ending = false;
	}
	return put_piece(input, event, from, to, last);
}

static bool
next_plain(Input *input, InputEvent *event)
{
	size_t from = input->pos;
	input->pos = input->len;
	if (from < input->len)
		return put_piece(input, event, from, input->len, false);
	if (!input->flushed)
		return false;
	input->paste = PASTE_NONE;
	return put_piece(input, event, from, from, true);
}

/* ---- Keys */

/* Whether nothing but the key at `pos` is left, or the begin of one. */
static bool
is_one_key(const Input *input, size_t pos)
{
	Token token = token_read(rest_of(input, pos), input->flushed);
	return token.kind == TOKEN_MORE || (token.kind == TOKEN_KEY && pos + token.len == input->len);
}

static bool
take_key(Input *input, const Token *token, bool first, InputEvent *event)
{
	bool bare_esc = token->len == 1 && token->key.code == KEY_ESC;
	bool ends = input->pos == input->len;
	bool alone =
		input->esc_before ? input->esc_alone : first && (ends || (bare_esc && is_one_key(input, input->pos)));
	input->esc_before = bare_esc && !ends;
	input->esc_alone = alone;
	if (!token->alt)
		return put_key(event, token->key, alone);
	input->key_waits = true;
	input->key = token->key;
	input->esc_alone = alone;
	return put_key(event, (Key){KEY_ESC, 0}, alone);
}

static bool
next_token(Input *input, InputEvent *event)
{
	while (input->pos < input->len) {
		Token token = token_read(rest_of(input, input->pos), input->flushed);
		bool first = input->first;
		if (token.kind == TOKEN_MORE)
			return false;
		input->pos += token.len;
		input->first = false;
		if (token.kind == TOKEN_KEY)
			return take_key(input, &token, first, event);
		input->esc_before = false;
		if (token.kind == TOKEN_PASTE) {
			input->paste = PASTE_BRACKETED;
			return next_bracketed(input, event);
		}
		if (token.kind == TOKEN_FOCUS) {
			*event = (InputEvent){.kind = INPUT_FOCUS, .gained = token.gained};
			return true;
		}
	}
	return false;
}

bool
input_next(Input *input, InputEvent *event)
{
	if (input->key_waits) {
		input->key_waits = false;
		return put_key(event, input->key, input->esc_alone);
	}
	if (input->closing) {
		input->closing = false;
		return put_piece(input, event, input->pos, input->pos, true);
	}
	switch (input->paste) {
	case PASTE_BRACKETED:
		return next_bracketed(input, event);
	case PASTE_PLAIN:
		return next_plain(input, event);
	case PASTE_NONE:
		break;
	}
	return next_token(input, event);
}

int
input_wait(const Input *input)
{
	if (input->paste == PASTE_PLAIN)
		return PASTE_GAP_MS;
	if (input->paste == PASTE_BRACKETED)
		return input->ending ? PASTE_END_MS : waits_to_leave(input) ? PASTE_LEAVE_MS : -1;
	if (input->pos == input->len)
		return -1;
	Token token = token_read(rest_of(input, input->pos), input->flushed);
	return token.kind == TOKEN_MORE ? token.wait_ms : -1;
}

void
input_flush(Input *input)
{
	input->flushed = true;
}

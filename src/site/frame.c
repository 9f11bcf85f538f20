/* Frames: cuts messages into length-capped records and puts them together again. */
#include "frame.h"

bool
frame_put(Str *out, uint16_t kind, StrView message, Err *err)
{
	if (message.len > FRAME_MESSAGE_MAX)
		return err_set(err, ERR_FAILED, "the article is larger than 64 MB: publish it in parts");
	size_t done = 0;
	do {
		StrView part = sv_slice(message, done, done + FRAME_BODY_MAX);
		done += part.len;
		char head[FRAME_HEAD] = {(char)FRAME_MAGIC, done == message.len, (char)kind, (char)(kind >> 8),
			(char)part.len, (char)(part.len >> 8), (char)(part.len >> 16), (char)(part.len >> 24)};
		str_append(out, (StrView){head, sizeof head});
		str_append(out, part);
	} while (done < message.len);
	return true;
}

void
frame_feed(FrameReader *reader, StrView bytes)
{
	if (reader->broken)
		return;
	if (reader->taken > 0) {
		str_splice(&reader->bytes, 0, reader->taken, (StrView){0});
		reader->taken = 0;
	}
	str_append(&reader->bytes, bytes);
	reader->broken = reader->bytes.failed;
}

/* The frame at the front: its length in bytes, 0 while it is not all there. */
static size_t
frame_whole(FrameReader *reader, StrView rest, uint16_t *kind, bool *last)
{
	if (rest.len < FRAME_HEAD)
		return 0;
	const unsigned char *head = (const unsigned char *)rest.ptr;
	uint32_t len = (uint32_t)head[4] | (uint32_t)head[5] << 8 | (uint32_t)head[6] << 16 | (uint32_t)head[7] << 24;
	*kind = (uint16_t)(head[2] | head[3] << 8);
	*last = head[1] == 1;
	if (head[0] != FRAME_MAGIC || head[1] > 1 || len > FRAME_BODY_MAX || (len == 0 && !*last) ||
		(reader->in_message && reader->kind != *kind) || reader->message.len + len > FRAME_MESSAGE_MAX) {
		reader->broken = true;
		return 0;
	}
	return rest.len - FRAME_HEAD < len ? 0 : FRAME_HEAD + len;
}

bool
frame_next(FrameReader *reader, uint16_t *kind, Str *message)
{
	while (!reader->broken) {
		StrView rest = sv_slice(str_view(&reader->bytes), reader->taken, SIZE_MAX);
		bool last = false;
		size_t len = frame_whole(reader, rest, kind, &last);
		if (len == 0)
			return false;
		reader->kind = *kind;
		reader->in_message = !last;
		str_append(&reader->message, sv_slice(rest, FRAME_HEAD, len));
		reader->taken += len;
		reader->broken = reader->message.failed;
		if (last && !reader->broken) {
			str_move(message, &reader->message);
			return true;
		}
	}
	return false;
}

void
frame_reader_free(FrameReader *reader)
{
	str_wipe(&reader->bytes);
	str_wipe(&reader->message);
	*reader = (FrameReader){0};
}

/* Frames: how messages travel between meok and its net child over a stream socket. Pure functions over bytes.
 *
 * A message has a kind and up to FRAME_MESSAGE_MAX bytes; it travels as one frame or more, one after the other:
 *
 *   u8  magic   0xB6
 *   u8  last    1 in the last frame of a message, else 0
 *   u16 kind    the same in all frames of a message
 *   u32 length  of what follows, at most FRAME_BODY_MAX
 *   bytes       a part of the message
 *
 * Integers are little endian. Frames of two messages never mix. Anything else breaks the stream for good: there is no
 * way to find the next frame. What a message says is told in message.h.
 */
#ifndef MEOK_SITE_FRAME_H
#define MEOK_SITE_FRAME_H

#include "meok/base.h"

enum {
	FRAME_HEAD = 8,
	FRAME_MAGIC = 0xB6,
	FRAME_BODY_MAX = 64 * 1024 - FRAME_HEAD,
	FRAME_MESSAGE_MAX = 64 * 1024 * 1024,
};

/* Appends the frames of one message. False (ERR_FAILED) when it is too long; out->failed tells of memory. */
bool frame_put(Str *out, uint16_t kind, StrView message, Err *err);

/* Takes bytes as they come from the socket and gives messages. All zero is a fresh reader. */
typedef struct FrameReader {
	Str bytes;    /* not yet taken apart */
	size_t taken; /* bytes at the front that are done with */
	Str message;  /* the parts so far */
	uint16_t kind;
	bool in_message;
	bool broken; /* malformed, too long or no memory: nothing comes out any more */
} FrameReader;

void frame_feed(FrameReader *reader, StrView bytes);
/* Moves the next whole message to *message (which the caller frees). False when there is none yet, or reader->broken.
 */
bool frame_next(FrameReader *reader, uint16_t *kind, Str *message);
void frame_reader_free(FrameReader *reader); /* wipes: a job holds a credential */

#endif

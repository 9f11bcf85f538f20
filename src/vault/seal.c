/* The keys of one file and its stream of chunks, with libsodium's secretstream. */
#include "seal.h"
#include "bytes.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { AD_BYTES = SEAL_HEADER_BYTES + 9 };

typedef struct FileKeys {
	uint8_t file[KEY_BYTES], commitment[SEAL_COMMITMENT_BYTES];
} FileKeys;

/* A stream on one file, from chunk to chunk. */
typedef struct Stream {
	crypto_secretstream_xchacha20poly1305_state state;
	uint8_t ad[AD_BYTES]; /* header, index, last */
	uint64_t index;
} Stream;

size_t
seal_room(uint64_t file_size)
{
	if (file_size > SEAL_FILE_MAX || file_size < 4096)
		return 0;
	bool small = file_size <= 65536 && (file_size & (file_size - 1)) == 0;
	if (!small && file_size % 65536 != 0)
		return 0;
	uint64_t chunks = file_size <= 65536 ? 1 : file_size / 65536;
	return (size_t)(file_size - SEAL_HEAD_BYTES - chunks * SEAL_EXTRA_BYTES);
}

size_t
seal_size(uint64_t body_len)
{
	for (size_t size = 4096; size <= 65536; size *= 2) {
		if (body_len <= seal_room(size))
			return size;
	}
	if (body_len > seal_room(SEAL_FILE_MAX))
		return 0;
	/* k steps of 64 KiB have k chunks behind the card. */
	uint64_t step = 65536 - SEAL_EXTRA_BYTES;
	return (size_t)((body_len + SEAL_HEAD_BYTES + step - 1) / step * 65536);
}

static void
file_keys(const uint8_t role_key[KEY_BYTES], const uint8_t *header, FileKeys *keys)
{
	secret_hash(keys, sizeof *keys, role_key, KEY_BYTES, (StrView){(const char *)header, SEAL_KEYED_BYTES});
}

bool
seal_commits(const uint8_t role_key[KEY_BYTES], StrView head)
{
	if (head.len < SEAL_HEADER_BYTES)
		return false;
	FileKeys keys;
	file_keys(role_key, (const uint8_t *)head.ptr, &keys);
	bool right = secret_equal(keys.commitment, head.ptr + SEAL_KEYED_BYTES, SEAL_COMMITMENT_BYTES);
	secret_wipe(&keys, sizeof keys);
	return right;
}

/* Starts a stream under a header. False when the header's commitment is not that of the key. */
static bool
stream_start(Stream *stream, const uint8_t role_key[KEY_BYTES], const uint8_t header[SEAL_HEADER_BYTES])
{
	FileKeys keys;
	file_keys(role_key, header, &keys);
	bool right = secret_equal(keys.commitment, header + SEAL_KEYED_BYTES, SEAL_COMMITMENT_BYTES);
	/* Pulling and pushing start from the same state. crypto_secretstream_…_init_push would choose the stream header
	 * from a source of its own, and every random byte of the vault comes from the table of calls. */
	if (right)
		crypto_secretstream_xchacha20poly1305_init_pull(
			&stream->state, header + SEAL_HEADER_BYTES - SEAL_STREAM_BYTES, keys.file);
	secret_wipe(&keys, sizeof keys);
	memcpy(stream->ad, header, SEAL_HEADER_BYTES);
	stream->index = 0;
	return right;
}

static void
stream_ad(Stream *stream, bool last)
{
	put_le(stream->ad + SEAL_HEADER_BYTES, stream->index, 8);
	stream->ad[AD_BYTES - 1] = last;
	stream->index++;
}

static unsigned char
stream_tag(bool last)
{
	return last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
		    : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
}

static void
stream_push(Stream *stream, const uint8_t *plain, size_t len, bool last, uint8_t *out)
{
	stream_ad(stream, last);
	crypto_secretstream_xchacha20poly1305_push(
		&stream->state, out, NULL, plain, len, stream->ad, AD_BYTES, stream_tag(last));
}

static bool
stream_pull(Stream *stream, const uint8_t *chunk, size_t len, bool last, uint8_t *plain)
{
	unsigned char tag = 0xFF;
	stream_ad(stream, last);
	return crypto_secretstream_xchacha20poly1305_pull(
		       &stream->state, plain, NULL, &tag, chunk, len, stream->ad, AD_BYTES) == 0 &&
	       tag == stream_tag(last);
}

static void
put_header(const uint8_t role_key[KEY_BYTES], const uint8_t keyed[SEAL_KEYED_BYTES],
	const uint8_t stream[SEAL_STREAM_BYTES], uint8_t *out)
{
	memcpy(out, keyed, SEAL_KEYED_BYTES);
	memcpy(out + SEAL_KEYED_BYTES + SEAL_COMMITMENT_BYTES, stream, SEAL_STREAM_BYTES);
	seal_commit(role_key, out);
}

/* Pushes the body and the zeros behind it. */
static void
push_body(Stream *stream, StrView body, uint8_t *at, const uint8_t *end, uint8_t block[SEAL_CHUNK_BYTES])
{
	while (at < end) {
		size_t left = (size_t)(end - at);
		bool last = left <= SEAL_CHUNK_BYTES + SEAL_EXTRA_BYTES;
		size_t len = last ? left - SEAL_EXTRA_BYTES : SEAL_CHUNK_BYTES;
		size_t text = body.len < len ? body.len : len;
		if (text > 0)
			memcpy(block, body.ptr, text);
		memset(block + text, 0, len - text);
		body = sv_slice(body, text, body.len);
		stream_push(stream, block, len, last, at);
		at += len + SEAL_EXTRA_BYTES;
	}
}

bool
seal_write(const uint8_t role_key[KEY_BYTES], const uint8_t keyed[SEAL_KEYED_BYTES],
	const uint8_t stream_header[SEAL_STREAM_BYTES], const uint8_t card[SEAL_CARD_BYTES], StrView body, Str *file,
	Err *err)
{
	size_t size = seal_size(body.len);
	if (size == 0)
		return err_set(err, ERR_FAILED, "the text is longer than %s: split it into several", "128 MiB");
	uint8_t *out = malloc(size + 1), *block = malloc(SEAL_CHUNK_BYTES);
	if (out == NULL || block == NULL) {
		free(out);
		free(block);
		return err_memory(err);
	}
	put_header(role_key, keyed, stream_header, out);
	Stream stream;
	stream_start(&stream, role_key, out);
	stream_push(&stream, card, SEAL_CARD_BYTES, false, out + SEAL_HEADER_BYTES);
	push_body(&stream, body, out + SEAL_HEAD_BYTES, out + size, block);
	secret_wipe(&stream, sizeof stream);
	secret_wipe(block, SEAL_CHUNK_BYTES);
	free(block);
	out[size] = '\0';
	Str sealed = {.ptr = (char *)out, .len = size, .cap = size + 1};
	str_move(file, &sealed);
	return true;
}

Verdict
seal_open_card(const uint8_t role_key[KEY_BYTES], StrView head, uint8_t card[SEAL_CARD_BYTES])
{
	const uint8_t *bytes = (const uint8_t *)head.ptr;
	Stream stream;
	bool ok = head.len >= SEAL_HEAD_BYTES && stream_start(&stream, role_key, bytes) &&
		  stream_pull(&stream, bytes + SEAL_HEADER_BYTES, SEAL_CARD_BYTES + SEAL_EXTRA_BYTES, false, card);
	secret_wipe(&stream, sizeof stream);
	return ok ? VERDICT_OK : VERDICT_DAMAGED;
}

/* Opens all chunks of a file of a right size: the body to `body`, or, when that is NULL, only compares it with
 * `expected` and zeros behind it, a chunk at a time in `block`. */
static bool
pull_all(const uint8_t role_key[KEY_BYTES], StrView file, uint8_t card[SEAL_CARD_BYTES], uint8_t *body,
	StrView expected, uint8_t *block)
{
	const uint8_t *bytes = (const uint8_t *)file.ptr, *end = bytes + file.len;
	Stream stream;
	bool ok = stream_start(&stream, role_key, bytes) &&
		  stream_pull(&stream, bytes + SEAL_HEADER_BYTES, SEAL_CARD_BYTES + SEAL_EXTRA_BYTES, false, card);
	for (const uint8_t *at = bytes + SEAL_HEAD_BYTES; ok && at < end;) {
		size_t left = (size_t)(end - at);
		bool last = left <= SEAL_CHUNK_BYTES + SEAL_EXTRA_BYTES;
		size_t len = last ? left - SEAL_EXTRA_BYTES : SEAL_CHUNK_BYTES;
		uint8_t *plain = body != NULL ? body : block;
		ok = stream_pull(&stream, at, len + SEAL_EXTRA_BYTES, last, plain);
		at += len + SEAL_EXTRA_BYTES;
		if (body != NULL) {
			body += len;
			continue;
		}
		size_t text = expected.len < len ? expected.len : len;
		ok = ok && (text == 0 || memcmp(block, expected.ptr, text) == 0) &&
		     sodium_is_zero(block + text, len - text);
		expected = sv_slice(expected, text, expected.len);
	}
	secret_wipe(&stream, sizeof stream);
	return ok && (body != NULL || expected.len == 0);
}

Verdict
seal_open(const uint8_t role_key[KEY_BYTES], StrView file, uint8_t card[SEAL_CARD_BYTES], Str *body)
{
	size_t room = seal_room(file.len);
	if (room == 0)
		return VERDICT_DAMAGED;
	uint8_t *plain = malloc(room + 1);
	if (plain == NULL)
		return VERDICT_NO_MEMORY;
	plain[room] = '\0';
	Str opened = {.ptr = (char *)plain, .len = room, .cap = room + 1};
	if (!pull_all(role_key, file, card, plain, (StrView){NULL, 0}, NULL)) {
		str_wipe(&opened);
		secret_wipe(card, SEAL_CARD_BYTES);
		return VERDICT_DAMAGED;
	}
	str_move(body, &opened);
	return VERDICT_OK;
}

Verdict
seal_open_into(const uint8_t role_key[KEY_BYTES], StrView file, uint8_t card[SEAL_CARD_BYTES], uint8_t *plain)
{
	if (seal_room(file.len) != 0 && pull_all(role_key, file, card, plain, (StrView){NULL, 0}, NULL))
		return VERDICT_OK;
	secret_wipe(card, SEAL_CARD_BYTES);
	return VERDICT_DAMAGED;
}

bool
seal_verify(const uint8_t role_key[KEY_BYTES], StrView file, const uint8_t card[SEAL_CARD_BYTES], StrView body)
{
	uint8_t again[SEAL_CARD_BYTES], *block = malloc(SEAL_CHUNK_BYTES);
	bool same = block != NULL && seal_room(file.len) != 0 && pull_all(role_key, file, again, NULL, body, block) &&
		    memcmp(again, card, SEAL_CARD_BYTES) == 0;
	secret_wipe(again, sizeof again);
	if (block != NULL)
		secret_wipe(block, SEAL_CHUNK_BYTES);
	free(block);
	return same;
}

/* ---- Records of a journal */

enum { RECORD_AD_BYTES = SEAL_HEADER_BYTES + 8 };

struct Records {
	crypto_secretstream_xchacha20poly1305_state state;
	uint8_t ad[RECORD_AD_BYTES]; /* header, index */
	uint64_t index;
};

void
seal_commit(const uint8_t role_key[KEY_BYTES], uint8_t header[SEAL_HEADER_BYTES])
{
	FileKeys keys;
	file_keys(role_key, header, &keys);
	memcpy(header + SEAL_KEYED_BYTES, keys.commitment, SEAL_COMMITMENT_BYTES);
	secret_wipe(&keys, sizeof keys);
}

Records *
records_new(const uint8_t role_key[KEY_BYTES], const uint8_t header[SEAL_HEADER_BYTES], bool *no_memory)
{
	Stream stream;
	*no_memory = false;
	if (!stream_start(&stream, role_key, header))
		return NULL;
	Records *records = calloc(1, sizeof *records);
	*no_memory = records == NULL;
	if (records != NULL) {
		records->state = stream.state;
		memcpy(records->ad, header, SEAL_HEADER_BYTES);
	}
	secret_wipe(&stream, sizeof stream);
	return records;
}

void
records_free(Records *records)
{
	if (records == NULL)
		return;
	secret_wipe(records, sizeof *records);
	free(records);
}

static void
record_ad(Records *records)
{
	put_le(records->ad + SEAL_HEADER_BYTES, records->index++, 8);
}

void
records_push(Records *records, const uint8_t plain[RECORD_PLAIN_BYTES], bool closes, uint8_t out[RECORD_BYTES])
{
	record_ad(records);
	crypto_secretstream_xchacha20poly1305_push(&records->state, out, NULL, plain, RECORD_PLAIN_BYTES, records->ad,
		RECORD_AD_BYTES,
		closes ? crypto_secretstream_xchacha20poly1305_TAG_PUSH
		       : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
}

bool
records_pull(Records *records, const uint8_t record[RECORD_BYTES], bool *closes, uint8_t plain[RECORD_PLAIN_BYTES])
{
	unsigned char tag = 0xFF;
	record_ad(records);
	if (crypto_secretstream_xchacha20poly1305_pull(
		    &records->state, plain, NULL, &tag, record, RECORD_BYTES, records->ad, RECORD_AD_BYTES) != 0)
		return false;
	*closes = tag == crypto_secretstream_xchacha20poly1305_TAG_PUSH;
	return *closes || tag == crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
}

/* ---- A file without a card */

bool
seal_blob_write(const uint8_t role_key[KEY_BYTES], const uint8_t keyed[SEAL_KEYED_BYTES],
	const uint8_t stream_header[SEAL_STREAM_BYTES], StrView body, Str *file, Err *err)
{
	size_t chunks = body.len == 0 ? 1 : (body.len + SEAL_CHUNK_BYTES - 1) / SEAL_CHUNK_BYTES;
	size_t size = SEAL_HEADER_BYTES + body.len + chunks * SEAL_EXTRA_BYTES;
	uint8_t *out = malloc(size + 1);
	if (out == NULL)
		return err_memory(err);
	put_header(role_key, keyed, stream_header, out);
	Stream stream;
	stream_start(&stream, role_key, out);
	uint8_t *at = out + SEAL_HEADER_BYTES;
	for (size_t i = 0; i < chunks; i++) {
		StrView part = sv_slice(body, i * SEAL_CHUNK_BYTES, (i + 1) * SEAL_CHUNK_BYTES);
		stream_push(&stream, (const uint8_t *)part.ptr, part.len, i + 1 == chunks, at);
		at += part.len + SEAL_EXTRA_BYTES;
	}
	secret_wipe(&stream, sizeof stream);
	out[size] = '\0';
	Str sealed = {.ptr = (char *)out, .len = size, .cap = size + 1};
	str_move(file, &sealed);
	return true;
}

/* All chunks of a file one after the other to `plain`; false when one does not open. */
static bool
pull_blob(const uint8_t role_key[KEY_BYTES], StrView file, uint8_t *plain)
{
	const uint8_t *bytes = (const uint8_t *)file.ptr, *end = bytes + file.len;
	Stream stream;
	bool ok = stream_start(&stream, role_key, bytes);
	for (const uint8_t *at = bytes + SEAL_HEADER_BYTES; ok && at < end;) {
		size_t left = (size_t)(end - at);
		bool last = left <= SEAL_CHUNK_BYTES + SEAL_EXTRA_BYTES;
		size_t len = last ? left - SEAL_EXTRA_BYTES : SEAL_CHUNK_BYTES;
		/* Only the only chunk may be empty: there is one way to cut a body. */
		ok = left >= SEAL_EXTRA_BYTES && (len > 0 || stream.index == 0) &&
		     stream_pull(&stream, at, len + SEAL_EXTRA_BYTES, last, plain);
		at += len + SEAL_EXTRA_BYTES;
		plain += len;
	}
	secret_wipe(&stream, sizeof stream);
	return ok;
}

Verdict
seal_blob_open(const uint8_t role_key[KEY_BYTES], StrView file, Str *body)
{
	if (file.len < SEAL_HEADER_BYTES + SEAL_EXTRA_BYTES)
		return VERDICT_DAMAGED;
	size_t sealed = file.len - SEAL_HEADER_BYTES, chunk = SEAL_CHUNK_BYTES + SEAL_EXTRA_BYTES;
	size_t extra = (sealed + chunk - 1) / chunk * SEAL_EXTRA_BYTES, last = (sealed - 1) % chunk + 1;
	/* The last chunk has room for its tag: the chunks before it fill what is left. */
	if (last < SEAL_EXTRA_BYTES)
		return VERDICT_DAMAGED;
	size_t room = sealed - extra;
	uint8_t *plain = malloc(room + 1);
	if (plain == NULL)
		return VERDICT_NO_MEMORY;
	plain[room] = '\0';
	Str opened = {.ptr = (char *)plain, .len = room, .cap = room + 1};
	if (!pull_blob(role_key, file, plain)) {
		str_wipe(&opened);
		return VERDICT_DAMAGED;
	}
	str_move(body, &opened);
	return VERDICT_OK;
}

/* Frames: whole messages come out however the bytes arrive; anything malformed breaks the stream. */
#include "unit.h"

#include "../../src/site/frame.h"

static Str
frames_of(uint16_t kind, StrView message)
{
	Str out = {0};
	assert_true(frame_put(&out, kind, message, NULL));
	assert_true(str_ok(&out, NULL));
	return out;
}

static Str
long_text(size_t len)
{
	Str text = {0};
	for (size_t i = 0; i < len; i++)
		str_append_byte(&text, (char)('a' + i % 23));
	return text;
}

/* Feeds `step` bytes at a time and expects exactly the message. */
static void
check_steps(StrView message, size_t step)
{
	Str bytes = frames_of(7, message), got = {0};
	FrameReader reader = {0};
	uint16_t kind = 0;
	size_t messages = 0;
	for (size_t i = 0; i < bytes.len; i += step) {
		frame_feed(&reader, sv_slice(str_view(&bytes), i, i + step));
		while (frame_next(&reader, &kind, &got))
			messages++;
		assert_false(reader.broken);
	}
	assert_int_equal(messages, 1);
	assert_int_equal(kind, 7);
	assert_true(sv_equal(str_view(&got), message));
	str_free(&bytes);
	str_free(&got);
	frame_reader_free(&reader);
}

static void
test_round_trip(void **state)
{
	(void)state;
	static const size_t LENGTHS[] = {0, 1, FRAME_BODY_MAX - 1, FRAME_BODY_MAX, FRAME_BODY_MAX + 1, 300000};
	for (size_t i = 0; i < sizeof LENGTHS / sizeof LENGTHS[0]; i++) {
		Str text = long_text(LENGTHS[i]);
		check_steps(str_view(&text), 65536);
		check_steps(str_view(&text), 4099);
		if (LENGTHS[i] < 2)
			check_steps(str_view(&text), 1);
		str_free(&text);
	}
}

static void
test_no_frame_exceeds_the_cap(void **state)
{
	(void)state;
	Str text = long_text(200000), bytes = frames_of(1, str_view(&text));
	size_t frames = 0;
	for (size_t at = 0; at < bytes.len; frames++) {
		const unsigned char *head = (const unsigned char *)bytes.ptr + at;
		size_t len = head[4] | (size_t)head[5] << 8 | (size_t)head[6] << 16 | (size_t)head[7] << 24;
		assert_true(FRAME_HEAD + len <= 65536);
		at += FRAME_HEAD + len;
	}
	assert_int_equal(frames, 4);
	str_free(&text);
	str_free(&bytes);
}

static void
check_broken(const void *bytes, size_t len)
{
	FrameReader reader = {0};
	Str got = {0};
	uint16_t kind = 0;
	frame_feed(&reader, (StrView){bytes, len});
	assert_false(frame_next(&reader, &kind, &got));
	assert_true(reader.broken);
	/* and stays so */
	Str good = frames_of(1, SV("later"));
	frame_feed(&reader, str_view(&good));
	assert_false(frame_next(&reader, &kind, &got));
	str_free(&good);
	frame_reader_free(&reader);
}

static void
test_malformed(void **state)
{
	(void)state;
	check_broken("\x00\x01\x01\x00\x00\x00\x00\x00", 8); /* no magic */
	check_broken("\xB6\x02\x01\x00\x00\x00\x00\x00", 8); /* last is neither 0 nor 1 */
	check_broken("\xB6\x01\x01\x00\xF9\xFF\x00\x00", 8); /* one byte over the cap */
	check_broken("\xB6\x01\x01\x00\xFF\xFF\xFF\xFF", 8);
	check_broken("\xB6\x00\x01\x00\x00\x00\x00\x00", 8); /* empty, and more to come: for ever */
	/* a second message inside the first */
	check_broken("\xB6\x00\x01\x00\x01\x00\x00\x00x\xB6\x01\x02\x00\x01\x00\x00\x00y", 18);
}

static void
test_message_cap(void **state)
{
	(void)state;
	FrameReader reader = {0};
	Str part = long_text(FRAME_BODY_MAX), frame = {0}, got = {0};
	uint16_t kind = 0;
	str_append(&frame, (StrView){"\xB6\x00\x01\x00\xF8\xFF\x00\x00", 8});
	str_append(&frame, str_view(&part));
	size_t frames = 0;
	while (!reader.broken && frames < 2000) {
		frame_feed(&reader, str_view(&frame));
		assert_false(frame_next(&reader, &kind, &got));
		frames++;
	}
	assert_true(reader.broken);
	assert_true(frames > 1000 && frames <= 1026);
	assert_true(reader.message.len <= FRAME_MESSAGE_MAX);
	frame_reader_free(&reader);
	str_free(&part);
	str_free(&frame);

	Err err = {0};
	StrView huge = {"", (size_t)FRAME_MESSAGE_MAX + 1};
	assert_false(frame_put(&got, 1, huge, &err));
	assert_int_equal(err.kind, ERR_FAILED);
	str_free(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_no_frame_exceeds_the_cap),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_message_cap),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

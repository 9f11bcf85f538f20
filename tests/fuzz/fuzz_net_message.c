/* Whatever arrives on the socket: the order and size of the pieces make no difference, what is read is written back the
 * same, and nothing else is accepted. */
#include <stdlib.h>

#include "../../src/site/frame.h"
#include "../../src/site/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

/* What is read and written is a fixed point: written again after reading it is the same bytes. */
static void
check_event(StrView message)
{
	NetEvent event, again;
	if (!message_read_event(message, &event, NULL))
		return;
	Str once = {0}, twice = {0};
	message_put_event(&once, &event);
	check(message_read_event(str_view(&once), &again, NULL));
	message_put_event(&twice, &again);
	check(sv_equal(str_view(&once), str_view(&twice)));
	check(event.kind >= NET_PROGRESS && event.kind <= NET_FAILED && event.phase <= SITE_DRAFT);
	str_free(&once);
	str_free(&twice);
	net_event_free(&event);
	net_event_free(&again);
}

static void
check_job(StrView message)
{
	NetJob job, again;
	if (!message_read_job(message, &job, NULL))
		return;
	Str once = {0}, twice = {0};
	message_put_job(&once, job.kind, &job.account, &job.article);
	check(message_read_job(str_view(&once), &again, NULL));
	message_put_job(&twice, again.kind, &again.account, &again.article);
	check(sv_equal(str_view(&once), str_view(&twice)));
	str_free(&once);
	str_free(&twice);
	net_job_free(&job);
	net_job_free(&again);
}

/* All messages of the stream, framed anew; fed `step` bytes at a time. */
static Str
read_stream(StrView bytes, size_t step, bool *broken)
{
	FrameReader reader = {0};
	Str all = {0}, message = {0};
	uint16_t kind = 0;
	for (size_t i = 0; i < bytes.len; i += step) {
		frame_feed(&reader, sv_slice(bytes, i, i + step));
		while (frame_next(&reader, &kind, &message))
			check(frame_put(&all, kind, str_view(&message), NULL));
	}
	*broken = reader.broken;
	str_free(&message);
	frame_reader_free(&reader);
	return all;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	StrView bytes = {(const char *)data, size};
	bool broken = false, broken_too = false;
	Str whole = read_stream(bytes, size == 0 ? 1 : size, &broken), pieces = read_stream(bytes, 7, &broken_too);
	check(broken == broken_too && sv_equal(str_view(&whole), str_view(&pieces)));
	check(whole.len <= size);
	str_free(&whole);
	str_free(&pieces);
	check_event(bytes);
	check_job(bytes);
	return 0;
}

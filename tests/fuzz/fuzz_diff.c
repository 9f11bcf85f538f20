/* Frames: whatever pictures follow each other, a terminal shows the last one, under every rule. */
#include "../unit/frames_unit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static void
check_frames(const DiffRule *rule, Dice *d, int rows, int columns)
{
	Surface *from = surface_new(rows, columns, NULL), *to = surface_new(rows, columns, NULL);
	Screen screen = {0}, fresh = {0};
	Str bytes = {0};
	check(from != NULL && to != NULL);
	screen_open(&screen, rows, columns);
	screen_feed(&screen, NULL, from, rule, &bytes);
	for (int step = 0; step < 16 && dice_left(d); step++) {
		check(surface_copy(to, from, NULL));
		change_picture(to, d, (Alphabet)dice(d, 4));
		screen_feed(&screen, from, to, rule, &bytes);
		check(*screen_differs(&screen, to) == '\0');
		check(surface_copy(from, to, NULL));
	}
	screen_open(&fresh, rows, columns);
	screen_feed(&fresh, NULL, from, rule, &bytes);
	check(*screens_differ(&screen, &fresh, from) == '\0');
	/* nothing to do is nothing to send */
	str_clear(&bytes);
	diff_frames(from, from, rule, &bytes);
	check(bytes.len == 0);
	screen_close(&screen);
	screen_close(&fresh);
	surface_free(from);
	surface_free(to);
	str_free(&bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Dice d = {.data = data, .size = size};
	unsigned bits = dice(&d, 64);
	DiffRule rule = {.insert_delete_cells = bits & 1,
		.insert_delete_rows = bits & 2,
		.erase = bits & 4,
		.synchronised = bits & 8,
		.column_moves = bits & 16,
		.colours = bits & 32 ? COLOURS_256 : COLOURS_16};
	int rows = (int)dice(&d, 12) + 1, columns = (int)dice(&d, 44) + 1;
	check_frames(&rule, &d, rows, columns);
	return 0;
}

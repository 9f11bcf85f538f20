/* The cells of one picture of the screen. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

static const Cell BLANK = {.glyph = ' ', .style = STYLE_TEXT, .width = 1};

/* ---- Memory: cells hold what a writer wrote, so they are wiped before they are given back */

static void
wipe_free(void *memory, size_t size)
{
	if (memory != NULL)
		explicit_bzero(memory, size);
	free(memory);
}

static void
drop_clusters(Surface *surface)
{
	if (surface->bytes_len > 0)
		explicit_bzero(surface->bytes, surface->bytes_len);
	if (surface->entry_count > 0)
		memset(surface->slots, 0, surface->entry_cap * 2 * sizeof *surface->slots);
	surface->bytes_len = surface->entry_count = 0;
}

void
surface_free(Surface *surface)
{
	if (surface == NULL)
		return;
	wipe_free(surface->cells, surface->cell_cap * sizeof *surface->cells);
	wipe_free(surface->bytes, surface->bytes_cap);
	free(surface->entries);
	free(surface->slots);
	free(surface);
}

/* Room for the cells of a picture; what was in them is gone. */
static bool
reserve_cells(Surface *surface, int rows, int columns, Err *err)
{
	size_t count = (size_t)rows * (size_t)columns;
	if (count <= surface->cell_cap)
		return true;
	Cell *cells = calloc(count, sizeof *cells);
	if (cells == NULL)
		return err_memory(err);
	wipe_free(surface->cells, surface->cell_cap * sizeof *surface->cells);
	surface->cells = cells;
	surface->cell_cap = count;
	return true;
}

bool
surface_reset(Surface *surface, int rows, int columns, Err *err)
{
	rows = rows > 0 ? rows : 1;
	columns = columns > 0 ? columns : 1;
	if (!reserve_cells(surface, rows, columns, err))
		return false;
	drop_clusters(surface);
	surface->torn = false;
	surface->rows = rows;
	surface->columns = columns;
	size_t count = (size_t)rows * (size_t)columns;
	for (size_t i = 0; i < count; i++)
		surface->cells[i] = BLANK;
	surface->cursor_shown = false;
	surface->cursor_row = surface->cursor_column = 0;
	return true;
}

Surface *
surface_new(int rows, int columns, Err *err)
{
	Surface *surface = calloc(1, sizeof *surface);
	if (surface == NULL) {
		err_memory(err);
		return NULL;
	}
	if (surface_reset(surface, rows, columns, err))
		return surface;
	surface_free(surface);
	return NULL;
}

bool
surface_is_whole(const Surface *surface)
{
	return !surface->torn;
}

int
surface_rows(const Surface *surface)
{
	return surface->rows;
}

int
surface_columns(const Surface *surface)
{
	return surface->columns;
}

/* ---- Clusters of several code points */

static uint32_t
hash_of(StrView text)
{
	uint32_t hash = 2166136261u; /* FNV-1a */
	for (size_t i = 0; i < text.len; i++)
		hash = (hash ^ (unsigned char)text.ptr[i]) * 16777619u;
	return hash;
}

static StrView
entry_text(const Surface *surface, const ClusterEntry *entry)
{
	return (StrView){surface->bytes + entry->start, entry->len};
}

/* The slot that holds `text`, or the empty one where it belongs. */
static size_t
slot_of(const Surface *surface, StrView text, uint32_t hash)
{
	size_t mask = surface->entry_cap * 2 - 1, slot = hash & mask;
	for (; surface->slots[slot] != 0; slot = (slot + 1) & mask) {
		const ClusterEntry *entry = &surface->entries[surface->slots[slot] - 1];
		if (entry->hash == hash && sv_equal(entry_text(surface, entry), text))
			break;
	}
	return slot;
}

size_t
surface_find(const Surface *surface, StrView text)
{
	if (surface->entry_count == 0)
		return SIZE_MAX;
	uint32_t number = surface->slots[slot_of(surface, text, hash_of(text))];
	return number == 0 ? SIZE_MAX : number - 1;
}

static bool
reserve_entry(Surface *surface)
{
	if (surface->entry_count < surface->entry_cap)
		return true;
	size_t cap = surface->entry_cap == 0 ? 64 : surface->entry_cap * 2;
	uint32_t *slots = calloc(cap * 2, sizeof *slots);
	ClusterEntry *entries = slots == NULL ? NULL : reallocarray(surface->entries, cap, sizeof *entries);
	if (entries == NULL) {
		free(slots);
		return false;
	}
	free(surface->slots);
	surface->slots = slots;
	surface->entries = entries;
	surface->entry_cap = cap;
	for (size_t i = 0; i < surface->entry_count; i++) {
		size_t slot = slot_of(surface, entry_text(surface, &entries[i]), entries[i].hash);
		slots[slot] = (uint32_t)i + 1;
	}
	return true;
}

static bool
reserve_bytes(Surface *surface, size_t len)
{
	if (surface->bytes_len + len <= surface->bytes_cap)
		return true;
	size_t cap = surface->bytes_cap == 0 ? 1024 : surface->bytes_cap * 2;
	char *bytes = malloc(cap);
	if (bytes == NULL)
		return false;
	if (surface->bytes_len > 0)
		memcpy(bytes, surface->bytes, surface->bytes_len);
	wipe_free(surface->bytes, surface->bytes_cap);
	surface->bytes = bytes;
	surface->bytes_cap = cap;
	return true;
}

/* The glyph of a cluster; 0 without memory. */
static uint32_t
intern(Surface *surface, StrView text)
{
	size_t len;
	uint32_t rune = unicode_rune(text, 0, &len);
	if (len == text.len)
		return rune;
	uint32_t hash = hash_of(text);
	if (!reserve_entry(surface) || !reserve_bytes(surface, text.len))
		return 0;
	size_t slot = slot_of(surface, text, hash);
	if (surface->slots[slot] == 0) {
		memcpy(surface->bytes + surface->bytes_len, text.ptr, text.len);
		surface->entries[surface->entry_count] =
			(ClusterEntry){(uint32_t)surface->bytes_len, (uint32_t)text.len, hash};
		surface->bytes_len += text.len;
		surface->slots[slot] = (uint32_t)++surface->entry_count;
	}
	return CELL_CLUSTER | (surface->slots[slot] - 1);
}

StrView
surface_glyph(const Surface *surface, uint32_t glyph, char room[4])
{
	if ((glyph & CELL_CLUSTER) != 0)
		return entry_text(surface, &surface->entries[glyph & ~(uint32_t)CELL_CLUSTER]);
	size_t n = 0;
	if (glyph < 0x80) {
		room[n++] = (char)glyph;
	} else if (glyph < 0x800) {
		room[n++] = (char)(0xC0 | glyph >> 6);
	} else if (glyph < 0x10000) {
		room[n++] = (char)(0xE0 | glyph >> 12);
		room[n++] = (char)(0x80 | (glyph >> 6 & 0x3F));
	} else {
		room[n++] = (char)(0xF0 | glyph >> 18);
		room[n++] = (char)(0x80 | (glyph >> 12 & 0x3F));
		room[n++] = (char)(0x80 | (glyph >> 6 & 0x3F));
	}
	if (glyph >= 0x80)
		room[n++] = (char)(0x80 | (glyph & 0x3F));
	return (StrView){room, n};
}

bool
surface_copy(Surface *to, const Surface *from, Err *err)
{
	size_t count = (size_t)from->rows * (size_t)from->columns;
	if (!reserve_cells(to, from->rows, from->columns, err))
		return false;
	drop_clusters(to);
	to->rows = from->rows;
	to->columns = from->columns;
	memcpy(to->cells, from->cells, count * sizeof *to->cells);
	to->cursor_shown = from->cursor_shown;
	to->cursor_row = from->cursor_row;
	to->cursor_column = from->cursor_column;
	/* In their order, so that the numbers in the cells stay right. */
	for (size_t i = 0; i < from->entry_count; i++)
		if (intern(to, entry_text(from, &from->entries[i])) == 0)
			return err_memory(err);
	return true;
}

/* ---- Drawing */

static Cell *
cell_at(Surface *surface, int row, int column)
{
	return surface->cells + (size_t)row * (size_t)surface->columns + column;
}

/* What loses one of its halves to the columns [from, to) becomes blank. */
static void
cut_halves(Surface *surface, int row, int from, int to)
{
	Cell *cells = cell_at(surface, row, 0);
	if (cells[from].width == 0) {
		uint8_t style = cells[from - 1].style;
		cells[from - 1] = BLANK;
		cells[from - 1].style = style;
	}
	if (to < surface->columns && cells[to].width == 0) {
		uint8_t style = cells[to].style;
		cells[to] = BLANK;
		cells[to].style = style;
	}
}

static void
set_cell(Surface *surface, int row, int column, const Shown *shown, Style style)
{
	StrView text = {shown->text, shown->len};
	Cell *cells = cell_at(surface, row, column);
	cut_halves(surface, row, column, column + shown->columns);
	uint32_t glyph = shown->columns <= 2 ? intern(surface, text) : ' ';
	if (shown->columns > 2 || glyph == 0) {
		/* a tab; or no memory for its cluster */
		surface->torn = surface->torn || glyph == 0;
		for (int i = 0; i < shown->columns; i++)
			cells[i] = (Cell){.glyph = glyph == 0 ? '?' : ' ', .style = (uint8_t)style, .width = 1};
		return;
	}
	cells[0] = (Cell){glyph, (uint8_t)style, shown->columns, shown->doubtful, 0};
	if (shown->columns == 2)
		cells[1] = (Cell){.style = (uint8_t)style};
}

/* What stands for something else says so, unless where it stands matters more. */
static Style
shown_style(const Shown *shown, Style style)
{
	if (!shown->replaced || style == STYLE_SELECTION || style == STYLE_CURRENT || style == STYLE_FOUND)
		return style;
	return STYLE_STRANGE;
}

/* The columns from `column` on that may be drawn on, at most `most`; 0 when the place is outside. */
static int
room_at(const Surface *surface, int row, int column, int most)
{
	if (row < 0 || row >= surface->rows || column < 0 || column >= surface->columns || most <= 0)
		return 0;
	return most < surface->columns - column ? most : surface->columns - column;
}

int
surface_put(Surface *surface, int row, int column, int most, StrView text, Style style)
{
	int room = room_at(surface, row, column, most), used = 0;
	Shown shown;
	for (size_t pos = 0, next; pos < text.len; pos = next) {
		next = cluster_next(text, pos);
		cluster_show(sv_slice(text, pos, next), false, &shown);
		if (used + shown.columns > room)
			break;
		set_cell(surface, row, column + used, &shown, shown_style(&shown, style));
		used += shown.columns;
	}
	return used;
}

/* Columns of the text, counted only until they are more than `enough`. */
static int
width_up_to(StrView text, int enough)
{
	int width = 0;
	for (size_t pos = 0, next; pos < text.len && width <= enough; pos = next) {
		next = cluster_next(text, pos);
		width += cluster_columns(sv_slice(text, pos, next), false);
	}
	return width;
}

int
surface_width(StrView text)
{
	return width_up_to(text, INT32_MAX - 4);
}

int
surface_put_cut(Surface *surface, int row, int column, int most, StrView text, Style style)
{
	int room = room_at(surface, row, column, most);
	if (room == 0 || width_up_to(text, room) <= room)
		return surface_put(surface, row, column, room, text, style);
	int used = surface_put(surface, row, column, room - 1, text, style);
	return used + surface_put(surface, row, column + used, 1, SV("…"), style);
}

int
surface_put_right(Surface *surface, int row, int end, StrView text, Style style)
{
	if (end > surface->columns)
		end = surface->columns;
	int width = end > 0 ? width_up_to(text, end) : 0;
	int column = width < end ? end - width : 0;
	surface_put(surface, row, column, end - column, text, style);
	return column;
}

void
surface_fill(Surface *surface, int row, int column, int columns, uint32_t rune, Style style)
{
	int room = room_at(surface, row, column, columns);
	char bytes[4];
	Shown shown;
	if (room == 0)
		return;
	cluster_show(surface_glyph(surface, rune <= 0x10FFFF ? rune : 0xFFFD, bytes), false, &shown);
	if (shown.columns != 1)
		return;
	for (int i = 0; i < room; i++)
		set_cell(surface, row, column + i, &shown, shown_style(&shown, style));
}

void
surface_restyle(Surface *surface, int row, int column, int columns, Style style)
{
	int room = room_at(surface, row, column, columns);
	if (room == 0)
		return;
	Cell *cells = cell_at(surface, row, 0);
	int from = cells[column].width == 0 ? column - 1 : column, to = column + room;
	if (to < surface->columns && cells[to].width == 0)
		to++;
	for (int i = from; i < to; i++)
		cells[i].style = (uint8_t)style;
}

static int
within(int value, int count)
{
	return value < 0 ? 0 : value >= count ? count - 1 : value;
}

void
surface_cursor(Surface *surface, int row, int column)
{
	surface->cursor_shown = true;
	surface->cursor_row = within(row, surface->rows);
	surface->cursor_column = within(column, surface->columns);
}

void
surface_hide_cursor(Surface *surface)
{
	surface->cursor_shown = false;
}

void
surface_text(const Surface *surface, Str *out)
{
	char room[4];
	for (int row = 0; row < surface->rows; row++) {
		const Cell *cells = surface_cells(surface, row);
		int end = surface->columns;
		while (end > 0 && cells[end - 1].glyph == ' ')
			end--;
		for (int i = 0; i < end; i++)
			if (cells[i].width > 0)
				str_append(out, surface_glyph(surface, cells[i].glyph, room));
		if (row + 1 < surface->rows)
			str_append_byte(out, '\n');
	}
}

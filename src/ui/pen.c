/* Looks and clusters as bytes: the pen of the terminal, and what is written with it. */
#include "painter.h"

#include <string.h>

int
look_cost(uint8_t from, uint8_t to)
{
	if (from == to)
		return 0;
	int reset = to == LOOK_PLAIN || from == LOOK_PLAIN ? 0 : 2;
	return 3 + reset + (int)strlen(theme_sgr(to));
}

void
look_set(Painter *p, uint8_t look)
{
	if (p->look == look)
		return;
	str_append_c(p->out, "\033[");
	if (p->look != LOOK_PLAIN && look != LOOK_PLAIN)
		str_append_c(p->out, "0;");
	str_append_c(p->out, theme_sgr(look));
	str_append_byte(p->out, 'm');
	p->look = look;
	painter_mark(p);
}

/* A plain blank may be written with any pen that leaves no trace on it. */
static bool
fits_pen(uint8_t look, Spot spot)
{
	return spot.look == look || (spot.glyph == ' ' && spot.look == LOOK_PLAIN && !theme_marks_blanks(look));
}

int
spot_look_cost(uint8_t look, Spot spot)
{
	return fits_pen(look, spot) ? 0 : look_cost(look, spot.look);
}

/* In the last column, while wrapping is off, tmux 3.3 puts a mark on the cluster before. The return behind it takes a
 * cursor that is about to wrap (libvterm 0.1) away from there. */
static bool
needs_wrapping(const Painter *p, Spot spot)
{
	return (spot.glyph & CELL_CLUSTER) != 0 && spot.width == 1 && !spot.doubtful && p->columns > 1;
}

void
spot_put(Painter *p, Spot spot)
{
	char room[4];
	if (!fits_pen(p->look, spot))
		look_set(p, spot.look);
	if (p->column == p->columns - 1 && needs_wrapping(p, spot)) {
		str_append_c(p->out, "\033[?7h");
		str_append(p->out, surface_glyph(p->to, spot.glyph, room));
		str_append_c(p->out, "\033[?7l\r");
		p->column = 0;
		painter_mark(p);
		return;
	}
	str_append(p->out, surface_glyph(p->to, spot.glyph, room));
	if (p->column != UNKNOWN)
		p->column += spot.width;
	/* Behind the last column terminals differ about where the cursor is. */
	if (p->column >= p->columns)
		p->column = UNKNOWN;
	painter_mark(p);
}

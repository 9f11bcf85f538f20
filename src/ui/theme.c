/* How styles look: ECMA-48 renditions that are readable on dark and on light backgrounds. */
#include "internal.h"

/* Foreground and background stay the terminal's own wherever that is enough. Colours that stand alone have about the
 * same contrast on black and on white; of the first sixteen only red, green and magenta come near that. */
typedef enum Look {
	PLAIN = LOOK_PLAIN,
	BOLD,
	FAINT,
	UNDERLINE,
	BOLD_UNDERLINE,
	REVERSE,
	FAINT_STRUCK,
	BLACK_ON_YELLOW,
	GREEN,
	BOLD_RED,
	MAGENTA,
	DEEP_GREEN,
	DEEP_ORANGE,
	DEEP_RED,
	DEEP_TEAL,
	LOOKS,
} Look;

_Static_assert((int)LOOKS <= (int)LOOK_MAX, "LOOK_MAX bounds the looks");

static const struct {
	const char *sgr;
	bool marks_blanks;
} LOOK[LOOKS] = {
	[PLAIN] = {"", false},
	[BOLD] = {"1", false},
	[FAINT] = {"2", false}, /* where the terminal has none, plain: readable, which no grey is everywhere */
	[UNDERLINE] = {"4", true},
	[BOLD_UNDERLINE] = {"1;4", true},
	[REVERSE] = {"7", true},
	[FAINT_STRUCK] = {"2;9", true},
	[BLACK_ON_YELLOW] = {"30;43", true},
	[GREEN] = {"32", false},
	[BOLD_RED] = {"1;31", false},
	[MAGENTA] = {"35", false},
	[DEEP_GREEN] = {"38;5;28", false},
	[DEEP_ORANGE] = {"38;5;130", false},
	[DEEP_RED] = {"1;38;5;160", false},
	[DEEP_TEAL] = {"38;5;31", false},
};

static const struct {
	uint8_t none, sixteen, many;
} THEME[STYLES] = {
	[STYLE_TEXT] = {PLAIN, PLAIN, PLAIN},
	[STYLE_TITLE] = {BOLD, BOLD, BOLD},
	[STYLE_SUBTITLE] = {PLAIN, PLAIN, PLAIN},
	[STYLE_DIM] = {FAINT, FAINT, FAINT},
	[STYLE_KEY] = {BOLD, BOLD, BOLD},
	[STYLE_BAR] = {PLAIN, PLAIN, PLAIN},
	[STYLE_VALUE] = {PLAIN, PLAIN, PLAIN},
	[STYLE_CURRENT] = {REVERSE, REVERSE, REVERSE},
	[STYLE_SELECTION] = {REVERSE, REVERSE, REVERSE},
	[STYLE_FOUND] = {BOLD_UNDERLINE, BLACK_ON_YELLOW, BLACK_ON_YELLOW},
	[STYLE_GOOD] = {PLAIN, GREEN, DEEP_GREEN},
	[STYLE_WARNING] = {BOLD, BOLD, DEEP_ORANGE},
	[STYLE_ERROR] = {BOLD, BOLD_RED, DEEP_RED},
	[STYLE_STRANGE] = {UNDERLINE, MAGENTA, DEEP_ORANGE},
	[STYLE_HEADING] = {BOLD, BOLD, BOLD},
	[STYLE_STRONG] = {BOLD, BOLD, BOLD},
	[STYLE_EMPHASIS] = {UNDERLINE, UNDERLINE, UNDERLINE},
	[STYLE_STRONG_EMPHASIS] = {BOLD_UNDERLINE, BOLD_UNDERLINE, BOLD_UNDERLINE},
	[STYLE_CODE] = {PLAIN, PLAIN, DEEP_TEAL},
	[STYLE_LINK] = {PLAIN, PLAIN, DEEP_TEAL},
	[STYLE_QUOTE] = {PLAIN, PLAIN, PLAIN},
	[STYLE_MARK] = {FAINT, FAINT, FAINT},
	[STYLE_RULE] = {FAINT, FAINT, FAINT},
	[STYLE_STRUCK] = {FAINT_STRUCK, FAINT_STRUCK, FAINT_STRUCK},
};

uint8_t
theme_look(Style style, Colours colours)
{
	if ((int)style < 0 || style >= STYLES)
		return LOOK_PLAIN;
	switch (colours) {
	case COLOURS_16:
		return THEME[style].sixteen;
	case COLOURS_256:
		return THEME[style].many;
	case COLOURS_AUTO:
	case COLOURS_NONE:
		break;
	}
	return THEME[style].none;
}

const char *
theme_sgr(uint8_t look)
{
	return look < LOOKS ? LOOK[look].sgr : "";
}

bool
theme_marks_blanks(uint8_t look)
{
	return look < LOOKS && LOOK[look].marks_blanks;
}

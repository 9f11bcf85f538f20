/* How well what is typed fits a name: letter by letter, Hangul by initial consonants and while it is being composed. */
#include "meok/text.h"

enum {
	LETTERS_MAX = 512, /* read of each */
	SYLLABLE_FIRST = 0xAC00,
	SYLLABLE_LAST = 0xD7A3,
	MEDIALS = 21,
	FINALS = 28,
	CONSONANT_FIRST = 0x3131,
	CONSONANT_LAST = 0x314E,
	INITIAL_FIRST = 0x1100,
	INITIAL_LAST = 0x1112,
};

/* ---- Letters */

typedef struct Letters {
	uint32_t runes[LETTERS_MAX];
	bool opens[LETTERS_MAX]; /* a word begins with it */
	size_t len;
} Letters;

static bool
is_between(uint32_t rune, uint32_t first, uint32_t last)
{
	return rune >= first && rune <= last;
}

static bool
is_syllable(uint32_t rune)
{
	return is_between(rune, SYLLABLE_FIRST, SYLLABLE_LAST);
}

static uint32_t
medial_of(uint32_t syllable)
{
	return (syllable - SYLLABLE_FIRST) / FINALS % MEDIALS;
}

static uint32_t
final_of(uint32_t syllable)
{
	return (syllable - SYLLABLE_FIRST) % FINALS;
}

/* The first consonant of a syllable as a letter of its own. */
static uint32_t
initial_of(uint32_t syllable)
{
	static const uint32_t letters[] = {0x3131, 0x3132, 0x3134, 0x3137, 0x3138, 0x3139, 0x3141, 0x3142, 0x3143,
		0x3145, 0x3146, 0x3147, 0x3148, 0x3149, 0x314A, 0x314B, 0x314C, 0x314D, 0x314E};
	return letters[(syllable - SYLLABLE_FIRST) / FINALS / MEDIALS];
}

/* The two consonants in ㄳ and its like: what a keyboard makes of two initial consonants in a row. */
static bool
part_letter(uint32_t letter, uint32_t *first, uint32_t *second)
{
	static const uint32_t parts[][3] = {{0x3133, 0x3131, 0x3145}, {0x3135, 0x3134, 0x3148},
		{0x3136, 0x3134, 0x314E}, {0x313A, 0x3139, 0x3131}, {0x313B, 0x3139, 0x3141}, {0x313C, 0x3139, 0x3142},
		{0x313D, 0x3139, 0x3145}, {0x313E, 0x3139, 0x314C}, {0x313F, 0x3139, 0x314D}, {0x3140, 0x3139, 0x314E},
		{0x3144, 0x3142, 0x3145}};
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (parts[i][0] == letter) {
			*first = parts[i][1];
			*second = parts[i][2];
			return true;
		}
	return false;
}

static bool
is_blank(uint32_t rune)
{
	return rune == ' ' || is_between(rune, '\t', '\r') || rune == 0xA0 || is_between(rune, 0x2000, 0x200A) ||
	       rune == 0x202F || rune == 0x205F || rune == 0x3000;
}

static bool
is_sign(uint32_t rune)
{
	return is_between(rune, 0x21, 0x2F) || is_between(rune, 0x3A, 0x40) || is_between(rune, 0x5B, 0x60) ||
	       is_between(rune, 0x7B, 0x7E) || is_between(rune, 0xA1, 0xBF) || is_between(rune, 0x2010, 0x205E) ||
	       is_between(rune, 0x3001, 0x303F) || is_between(rune, 0xFF01, 0xFF0F);
}

/* Whether unicode_fold would leave it as it is whatever its neighbours, but for A to Z and blanks. */
static bool
is_settled(uint32_t rune)
{
	return is_between(rune, ' ', 0x7F) || rune == '\t' || rune == '\n' || is_syllable(rune) ||
	       is_between(rune, 0x3131, 0x3163) || is_between(rune, 0x4E00, 0x9FFF) ||
	       is_between(rune, 0x3041, 0x3096) || is_between(rune, 0x30A1, 0x30FA) ||
	       is_between(rune, 0x2010, 0x2027) || is_between(rune, 0x3001, 0x3029);
}

static void
add_letter(Letters *letters, uint32_t rune, bool opens)
{
	if (letters->len == LETTERS_MAX)
		return;
	letters->opens[letters->len] = opens;
	letters->runes[letters->len++] = rune;
}

static void
add_rune(Letters *letters, uint32_t rune, bool opens)
{
	uint32_t first, second;
	if (is_between(rune, INITIAL_FIRST, INITIAL_LAST))
		rune = initial_of(SYLLABLE_FIRST + (rune - INITIAL_FIRST) * MEDIALS * FINALS);
	if (part_letter(rune, &first, &second)) {
		add_letter(letters, first, opens);
		add_letter(letters, second, false);
	} else {
		add_letter(letters, is_between(rune, 'A', 'Z') ? rune + ('a' - 'A') : rune, opens);
	}
}

/* False when it meets a letter that takes more than this to be compared. */
static bool
read_settled(StrView text, bool folded, Letters *letters)
{
	size_t len;
	bool opens = true;
	letters->len = 0;
	for (size_t pos = 0; pos < text.len && letters->len < LETTERS_MAX; pos += len) {
		uint32_t rune = unicode_rune(text, pos, &len);
		if (!folded && !is_settled(rune))
			return false;
		if (!is_blank(rune))
			add_rune(letters, rune, opens && !is_sign(rune));
		opens = is_blank(rune) || is_sign(rune);
	}
	return true;
}

static bool
read_letters(StrView text, Letters *letters)
{
	if (read_settled(text, false, letters))
		return true;
	Str folded = {0};
	bool done = unicode_fold(text, &folded, NULL) && read_settled(str_view(&folded), true, letters);
	str_free(&folded);
	return done;
}

/* ---- One letter on another */

/* How a typed letter meets a name, from the weakest. */
typedef enum Meeting {
	MEETS_NOT,
	MEETS_INITIAL,   /* ㄷ: 데 */
	MEETS_COMPOSING, /* 데: 덴, 데잍: 데이터 */
	MEETS_SAME,
} Meeting;

/* Whether further keys make `to` of the vowel `from`. */
static bool
medial_grows(uint32_t from, uint32_t to)
{
	enum { O = 8, WA = 9, OE = 11, U = 13, WO = 14, WI = 16, EU = 18, UI = 19 };
	return from == to || (from == O && to >= WA && to <= OE) || (from == U && to >= WO && to <= WI) ||
	       (from == EU && to == UI);
}

/* A final as letters: one, or two where two keys type it; *second is 0 otherwise. */
static void
letters_of_final(uint32_t final, uint32_t *first, uint32_t *second)
{
	static const uint32_t letters[FINALS] = {0, 0x3131, 0x3132, 0x3133, 0x3134, 0x3135, 0x3136, 0x3137, 0x3139,
		0x313A, 0x313B, 0x313C, 0x313D, 0x313E, 0x313F, 0x3140, 0x3141, 0x3142, 0x3144, 0x3145, 0x3146, 0x3147,
		0x3148, 0x314A, 0x314B, 0x314C, 0x314D, 0x314E};
	if (part_letter(letters[final], first, second))
		return;
	*first = letters[final];
	*second = 0;
}

static bool
final_grows(uint32_t from, uint32_t to)
{
	uint32_t begun, more, first, second;
	letters_of_final(from, &begun, &more);
	letters_of_final(to, &first, &second);
	return from == 0 || from == to || (more == 0 && second != 0 && begun == first);
}

static bool
is_consonant(uint32_t rune)
{
	return is_between(rune, CONSONANT_FIRST, CONSONANT_LAST);
}

/* Whether the syllable's last consonant may be the first one of the name's next syllable: 잍 on 이터, 값 on 갑사. */
static bool
lends_final(uint32_t typed, const Letters *name, size_t at)
{
	uint32_t here = name->runes[at], first, second, stays, more;
	if (final_of(typed) == 0 || at + 1 == name->len || !is_syllable(name->runes[at + 1]))
		return false;
	letters_of_final(final_of(typed), &first, &second);
	letters_of_final(final_of(here), &stays, &more);
	return here - final_of(here) == typed - final_of(typed) && more == 0 && stays == (second != 0 ? first : 0) &&
	       initial_of(name->runes[at + 1]) == (second != 0 ? second : first);
}

/* The typed letter `index` on the name's letter `at`; *taken is how many letters of the name it takes. */
static Meeting
meet(const Letters *typed, size_t index, const Letters *name, size_t at, size_t *taken)
{
	uint32_t letter = typed->runes[index], here = name->runes[at];
	bool last = index + 1 == typed->len;
	*taken = 1;
	if (letter == here)
		return MEETS_SAME;
	if (!is_syllable(here))
		return MEETS_NOT;
	if (is_consonant(letter))
		return initial_of(here) == letter ? MEETS_INITIAL : MEETS_NOT;
	if (!is_syllable(letter))
		return MEETS_NOT;
	bool grows = last && initial_of(letter) == initial_of(here) &&
		     (final_of(letter) == 0 ? medial_grows(medial_of(letter), medial_of(here))
					    : medial_of(letter) == medial_of(here)) &&
		     final_grows(final_of(letter), final_of(here));
	if (grows)
		return MEETS_COMPOSING;
	/* A keyboard makes 뎅ㅌ of 데ㅇㅌ. */
	if ((last || is_consonant(typed->runes[index + 1])) && lends_final(letter, name, at)) {
		*taken = 2;
		return last ? MEETS_COMPOSING : MEETS_INITIAL;
	}
	return MEETS_NOT;
}

/* ---- A whole name */

/* The kinds of fit, each better than all before it, and the room for differences within one. */
enum { IN_ORDER = 1, INITIALS_INSIDE, INITIALS_WORD, INITIALS_BEGIN, INSIDE, WORD, BEGIN, SAME, KIND = 10000 };

static int
at_most(size_t value, int limit)
{
	return value > (size_t)limit ? limit : (int)value;
}

/* All typed letters side by side from the name's letter `at` on; the weakest meeting of them. */
static Meeting
meet_run(const Letters *typed, const Letters *name, size_t at, size_t *end)
{
	Meeting weakest = MEETS_SAME;
	size_t taken;
	for (size_t i = 0; i < typed->len; i++, at += taken) {
		Meeting meeting = at < name->len ? meet(typed, i, name, at, &taken) : MEETS_NOT;
		if (meeting == MEETS_NOT)
			return MEETS_NOT;
		weakest = meeting < weakest ? meeting : weakest;
	}
	*end = at;
	return weakest;
}

static int
kind_of(Meeting meeting, const Letters *name, size_t at, size_t end)
{
	bool whole = at == 0 && end == name->len;
	if (meeting == MEETS_INITIAL)
		return at == 0 ? INITIALS_BEGIN : name->opens[at] ? INITIALS_WORD : INITIALS_INSIDE;
	if (meeting == MEETS_SAME && whole)
		return SAME;
	return at == 0 ? BEGIN : name->opens[at] ? WORD : INSIDE;
}

/* Shorter names and earlier places first, letters as they are before those that may still become the name's. */
static int
score_run(Meeting meeting, const Letters *name, size_t at, size_t end)
{
	return kind_of(meeting, name, at, end) * KIND + (meeting == MEETS_COMPOSING ? 0 : KIND / 2) +
	       (LETTERS_MAX - (int)(name->len - (end - at))) * 4 + at_most(LETTERS_MAX - at, LETTERS_MAX);
}

/* Letters in order with others between them: fewer gaps and more beginnings of words first. */
static int
score_order(const Letters *typed, const Letters *name)
{
	size_t at = 0, begin = 0, gaps = 0, opening = 0, taken;
	for (size_t i = 0; i < typed->len; i++, at += taken) {
		size_t from = at;
		while (at < name->len && meet(typed, i, name, at, &taken) == MEETS_NOT)
			at++;
		if (at == name->len)
			return 0;
		begin = i == 0 ? at : begin;
		gaps += i > 0 && at > from ? 1 : 0;
		opening += name->opens[at] && (i == 0 || at > from) ? 1 : 0;
	}
	return IN_ORDER * KIND + at_most(opening * 1000, KIND / 2) + (LETTERS_MAX - at_most(gaps, LETTERS_MAX)) * 4 +
	       LETTERS_MAX - (int)(at - begin);
}

static int
score(const Letters *typed, StrView name_text)
{
	Letters name;
	if (!read_letters(name_text, &name))
		return 0;
	if (typed->len == 0)
		return 1;
	int best = 0;
	for (size_t at = 0, end = 0; at < name.len; at++) {
		Meeting meeting = meet_run(typed, &name, at, &end);
		int here = meeting == MEETS_NOT ? 0 : score_run(meeting, &name, at, end);
		best = here > best ? here : best;
	}
	return best > 0 ? best : score_order(typed, &name);
}

int
match_score(StrView typed, StrView name)
{
	Letters letters;
	return read_letters(typed, &letters) ? score(&letters, name) : 0;
}

int
match_folded(StrView typed, StrView name)
{
	Letters letters;
	return read_settled(typed, true, &letters) ? score(&letters, name) : 0;
}

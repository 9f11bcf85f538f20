/* The first run and the unlock, in English, at home (80×24), on a phone (40×10) and on a wide screen. */
#include "screens_unit.h"

static const Hint START_HINTS[] = {{SV("Enter"), SV("go on")}, {SV("^R"), SV("show")}, {SV("^Q"), SV("quit")}};

static StartModel
first_run(void)
{
	return (StartModel){.first_run = true,
		.passphrase = {SV("rainonslate"), 11, true},
		.latin = 11,
		.strength = 2,
		.vault = SV("/home/ink/.local/share/meok"),
		.other_language = SV("한국어"),
		.language_key = SV("^L"),
		HINTS(START_HINTS)};
}

static void
test_first_run(void **state)
{
	(void)state;
	StartModel model = first_run();
	DRAW(draw_start, &model, 24, 80,
		"00| meok                                                                 ^L 한국어\n"
		"02| Your writing is kept locked. Choose the passphrase that opens it: without it\n"
		"03| nothing can be restored.\n"
		"05| Passphrase  ●●●●●●●●●●●       Latin 11, Hangul 0                   Enter go on\n"
		"06| Once more                                                          ^R show\n"
		"07|                                                                    ^Q quit\n"
		"08| Strength: fair. A longer one is harder to guess.\n"
		"10| Vault /home/ink/.local/share/meok\n"
		"cursor 5,24\n");
	DRAW(draw_start, &model, 10, 40,
		"00| meok                         ^L 한국어\n"
		"01| Your writing is kept locked. Choose\n"
		"02| the passphrase that opens it: without\n"
		"03| it nothing can be restored.\n"
		"04| Passphrase  ●●●●●●●●●●●\n"
		"05|   Latin 11, Hangul 0\n"
		"06| Once more\n"
		"07| Strength: fair. A longer one is harde…\n"
		"09| Enter go on  ^R show  ^Q quit\n"
		"cursor 4,24\n");
	DRAW(draw_start, &model, 6, 30,
		"00| meok               ^L 한국어\n"
		"01| Passphrase  ●●●●●●●●●●●\n"
		"02|   Latin 11, Hangul 0\n"
		"03| Once more\n"
		"04| Enter go on  ^R show\n"
		"05| ^Q quit\n"
		"cursor 1,24\n");
	DRAW(draw_start, &model, 50, 200,
		"00| meok                                                                                     ^L "
		"한국어\n"
		"02| Your writing is kept locked. Choose the passphrase that opens it: without it nothing can\n"
		"03| be restored.\n"
		"05| Passphrase  ●●●●●●●●●●●       Latin 11, Hangul 0                                       Enter go "
		"on\n"
		"06| Once more                                                                              ^R show\n"
		"07|                                                                                        ^Q quit\n"
		"08| Strength: fair. A longer one is harder to guess.\n"
		"10| Vault /home/ink/.local/share/meok\n"
		"cursor 5,24\n");
}

static void
test_first_run_again(void **state)
{
	(void)state;
	StartModel model = first_run();
	model.focus = 1;
	model.again = (Field){SV("rainon"), 6, true};
	model.has_again = true;
	model.latin = 6;
	DRAW(draw_start, &model, 24, 80,
		"00| meok                                                                 ^L 한국어\n"
		"02| Your writing is kept locked. Choose the passphrase that opens it: without it\n"
		"03| nothing can be restored.\n"
		"05| Passphrase  ●●●●●●●●●●●                                            Enter go on\n"
		"06| Once more   ●●●●●●            differs so far · Latin 6, Hangul 0   ^R show\n"
		"07|                                                                    ^Q quit\n"
		"08| Strength: fair. A longer one is harder to guess.\n"
		"10| Vault /home/ink/.local/share/meok\n"
		"cursor 6,19\n");
	model.again = model.passphrase;
	model.same = true;
	model.latin = 8;
	model.hangul = 2;
	model.digits = 1;
	model.capitals_only = true;
	DRAW(draw_start, &model, 24, 80,
		"00| meok                                                                 ^L 한국어\n"
		"02| Your writing is kept locked. Choose the passphrase that opens it: without it\n"
		"03| nothing can be restored.\n"
		"05| Passphrase  ●●●●●●●●●●●                                            Enter go on\n"
		"06| Once more   ●●●●●●●●●●●       ✓ the same · Latin 8, Hangul 2, di…  ^R show\n"
		"07|                                                                    ^Q quit\n"
		"08| Strength: fair. A longer one is harder to guess.\n"
		"09| ! There is Hangul in it: every time, type it in the same keyboard mode.\n"
		"10| ! Capitals only: is Caps Lock on?\n"
		"12| Vault /home/ink/.local/share/meok\n"
		"cursor 6,24\n");
	DRAW(draw_start, &model, 10, 40,
		"00| meok                         ^L 한국어\n"
		"01| Passphrase  ●●●●●●●●●●●\n"
		"02| Once more   ●●●●●●●●●●●\n"
		"03|   ✓ the same · Latin 8, Hangul 2, dig…\n"
		"04| Strength: fair. A longer one is harde…\n"
		"05| ! There is Hangul in it: every time,\n"
		"06|   type it in the same keyboard mode.\n"
		"07| ! Capitals only: is Caps Lock on?\n"
		"09| Enter go on  ^R show  ^Q quit\n"
		"cursor 2,24\n");
}

/* The dots become the text, and the keys are hidden while nothing can be typed. */
static void
test_first_run_shown_and_working(void **state)
{
	(void)state;
	StartModel model = first_run();
	model.shown = true;
	model.strength = 4;
	DRAW(draw_start, &model, 24, 80,
		"00| meok                                                                 ^L 한국어\n"
		"02| Your writing is kept locked. Choose the passphrase that opens it: without it\n"
		"03| nothing can be restored.\n"
		"05| Passphrase  rainonslate       Latin 11, Hangul 0                   Enter go on\n"
		"06| Once more                                                          ^R show\n"
		"07|                                                                    ^Q quit\n"
		"08| Strength: very good\n"
		"10| Vault /home/ink/.local/share/meok\n"
		"cursor 5,24\n");
	model.shown = false;
	model.working = SV("making the vault");
	DRAW(draw_start, &model, 24, 80,
		"00| meok                                                                 ^L 한국어\n"
		"02| Your writing is kept locked. Choose the passphrase that opens it: without it\n"
		"03| nothing can be restored.\n"
		"05| Passphrase  ●●●●●●●●●●●       Latin 11, Hangul 0                   Enter go on\n"
		"06| Once more                                                          ^R show\n"
		"07|                                                                    ^Q quit\n"
		"08| making the vault\n"
		"09| Strength: very good\n"
		"11| Vault /home/ink/.local/share/meok\n");
	DRAW(draw_start, &model, 8, 40,
		"00| meok                         ^L 한국어\n"
		"01| Passphrase  ●●●●●●●●●●●\n"
		"02|   Latin 11, Hangul 0\n"
		"03| Once more\n"
		"04| making the vault\n"
		"05| Strength: very good\n"
		"07| Enter go on  ^R show  ^Q quit\n");
}

static void
test_unlock(void **state)
{
	(void)state;
	StartModel model = {.passphrase = {SV("빗소리"), 9, true},
		.hangul = 3,
		.other_language = SV("English"),
		HINTS(START_HINTS),
		.notice = {NOTICE_ERROR, SV("wrong passphrase: nothing has changed, try again"), false, {0}}};
	DRAW(draw_start, &model, 24, 80,
		"00| meok\n"
		"02| Type your passphrase: it opens your writing.\n"
		"04| Passphrase  ●●●               Latin 0, Hangul 3\n"
		"06| ! There is Hangul in it: is the keyboard in the mode you chose it in?\n"
		"22| ✗ wrong passphrase: nothing has changed, try again\n"
		"23| Enter go on  ^R show  ^Q quit\n"
		"cursor 4,16\n");
	DRAW(draw_start, &model, 10, 40,
		"00| meok\n"
		"01| Type your passphrase: it opens your\n"
		"02| writing.\n"
		"03| Passphrase  ●●●\n"
		"04|   Latin 0, Hangul 3\n"
		"05| ! There is Hangul in it: is the\n"
		"06|   keyboard in the mode you chose it\n"
		"07|   in?\n"
		"08| ✗ wrong passphrase: nothing has\n"
		"09|   changed, try again\n"
		"cursor 3,16\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_run),
		cmocka_unit_test(test_first_run_again),
		cmocka_unit_test(test_first_run_shown_and_working),
		cmocka_unit_test(test_unlock),
	};
	return cmocka_run_group_tests_name("screen_start", tests, NULL, NULL);
}

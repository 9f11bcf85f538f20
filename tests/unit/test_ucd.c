/* The test files of the Unicode Character Database (Debian: unicode-data), in full. What fails is listed line by line
 * in tests/vectors/ucd-known-failures.txt; a failure that is not listed fails here, and so does a listed one that
 * passes. */
#include "unit.h"

#include <unictype.h>
#include <unistd.h>

static const char UCD[] = "/usr/share/unicode";

enum { RUNES = 256, LINE = 8192 };

/* One line of a break test: ÷ 0020 × 0308 ÷ … */
typedef struct Case {
	Str text;
	uint32_t runes[RUNES];
	size_t starts[RUNES + 1]; /* the byte where each rune starts; the last is the length */
	bool border[RUNES + 1];
	size_t count;
} Case;

typedef struct Listed {
	StrList names; /* "LineBreakTest.txt:123" */
	bool *met;
} Listed;

static void
read_listed(Listed *listed)
{
	Str path = {0}, content = {0}, name = {0};
	Err err = {0};
	path_join(&path, sv(getenv("MEOK_TOP")), SV("tests/vectors/ucd-known-failures.txt"));
	assert_true(file_read(&SYS_POSIX, str_c(&path), 1 << 20, &content, &err));
	StrView rest = str_view(&content), line;
	while (sv_split(&rest, '\n', &line)) {
		StrView first;
		if (line.len == 0 || line.ptr[0] == '#')
			continue;
		assert_true(sv_split(&line, ' ', &first));
		assert_true(line.len > 0); /* the reason */
		str_set(&name, first);
		list_append(&listed->names, str_view(&name));
	}
	listed->met = calloc(listed->names.len + 1, sizeof *listed->met);
	str_free(&path);
	str_free(&content);
	str_free(&name);
}

/* Counts a failure that nobody expected, or remembers that an expected one came. */
static int
judge(Listed *listed, bool passed, const char *file, int number, const char *what)
{
	char name[64];
	snprintf(name, sizeof name, "%s:%d", file, number);
	for (size_t i = 0; i < listed->names.len; i++) {
		if (!sv_equal(str_view(&listed->names.items[i]), sv(name)))
			continue;
		if (!passed)
			listed->met[i] = true;
		return 0;
	}
	if (!passed)
		print_error("%s fails and is not listed: %s\n", name, what);
	return passed ? 0 : 1;
}

/* Listed failures of `file` that did not fail. */
static int
unmet(const Listed *listed, const char *file)
{
	int count = 0;
	for (size_t i = 0; i < listed->names.len; i++) {
		if (!sv_starts(str_view(&listed->names.items[i]), sv(file)) || listed->met[i])
			continue;
		print_error("%s is listed and passes\n", str_c(&listed->names.items[i]));
		count++;
	}
	return count;
}

static FILE *
open_ucd(const char *command, const char *name)
{
	char line[256];
	snprintf(line, sizeof line, "%s/%s", UCD, name);
	if (access(line, R_OK) != 0) {
		print_message("%s is missing: install unicode-data\n", line);
		skip();
	}
	snprintf(line, sizeof line, "%s %s/%s", command, UCD, name);
	FILE *in = popen(line, "r");
	assert_non_null(in);
	return in;
}

/* False for a line without a case, or with a surrogate, which UTF-8 cannot hold. */
static bool
read_case(char *line, Case *c)
{
	str_clear(&c->text);
	c->count = 0;
	line[strcspn(line, "#\n")] = '\0';
	char *save = NULL;
	for (char *word = strtok_r(line, " \t", &save); word != NULL; word = strtok_r(NULL, " \t", &save)) {
		if (strcmp(word, "÷") == 0 || strcmp(word, "×") == 0) {
			c->border[c->count] = strcmp(word, "÷") == 0;
			continue;
		}
		assert_true(c->count < RUNES);
		uint32_t rune = (uint32_t)strtoul(word, NULL, 16);
		if (rune >= 0xD800 && rune <= 0xDFFF)
			return false;
		c->starts[c->count] = c->text.len;
		c->runes[c->count++] = rune;
		str_append_rune(&c->text, rune);
	}
	c->starts[c->count] = c->text.len;
	return c->count > 0;
}

static bool
clusters_right(const Case *c)
{
	StrView text = str_view(&c->text);
	uint8_t breaks[RUNES * 4];
	size_t clusters = 0, last = 0;
	bool right = true;
	cluster_breaks(text, breaks);
	for (size_t i = 0; i < c->count; i++) {
		right = right && breaks[c->starts[i]] == (c->border[i] || i == 0);
		clusters += c->border[i] || i == 0;
	}
	for (size_t i = 1; i <= c->count; i++) {
		if (i < c->count && !c->border[i])
			continue;
		right = right && cluster_next(text, last) == c->starts[i] && cluster_prev(text, c->starts[i]) == last;
		last = c->starts[i];
	}
	return right && unicode_count_clusters(text) == clusters;
}

static bool
has_letter_or_digit(const Case *c, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (uc_is_general_category_withtable(c->runes[i], UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N))
			return true;
	return false;
}

static bool
words_right(const Case *c)
{
	StrView text = str_view(&c->text);
	for (size_t at = 0; at <= c->count; at++) {
		size_t next = text.len, prev = 0;
		bool found = false;
		for (size_t from = 0, to; from < c->count; from = to) {
			for (to = from + 1; to < c->count && !c->border[to]; to++)
				;
			if (!has_letter_or_digit(c, from, to))
				continue;
			if (to > at && !found) {
				next = c->starts[to];
				found = true;
			}
			if (from < at)
				prev = c->starts[from];
		}
		if (word_next(text, c->starts[at]) != next || word_prev(text, c->starts[at]) != prev)
			return false;
	}
	return true;
}

static bool
lines_right(const Case *c)
{
	uint8_t breaks[RUNES * 4];
	if (!line_breaks(str_view(&c->text), BREAK_ANYWHERE, breaks, NULL))
		return false;
	for (size_t i = 1; i < c->count; i++)
		if ((breaks[c->starts[i]] != 0) != c->border[i])
			return false;
	return true;
}

static void
run_breaks(const char *file, bool (*right)(const Case *), int at_least)
{
	static const char FOLDER[] = "auxiliary/";
	char path[64], line[LINE], whole[LINE];
	snprintf(path, sizeof path, "%s%s", FOLDER, file);
	FILE *in = open_ucd("cat", path);
	Listed listed = {0};
	read_listed(&listed);
	Case *c = calloc(1, sizeof *c);
	int bad = 0, cases = 0;
	for (int number = 1; fgets(line, sizeof line, in) != NULL; number++) {
		snprintf(whole, sizeof whole, "%s", line);
		if (!read_case(line, c))
			continue;
		cases++;
		bad += judge(&listed, right(c), file, number, whole);
	}
	assert_int_equal(pclose(in), 0);
	bad += unmet(&listed, file);
	str_free(&c->text);
	free(c);
	list_free(&listed.names);
	free(listed.met);
	assert_true(cases >= at_least);
	assert_int_equal(bad, 0);
}

static void
test_clusters(void **state)
{
	(void)state;
	run_breaks("GraphemeBreakTest.txt", clusters_right, 602);
}

static void
test_words(void **state)
{
	(void)state;
	run_breaks("WordBreakTest.txt", words_right, 1823);
}

static void
test_lines(void **state)
{
	(void)state;
	run_breaks("LineBreakTest.txt", lines_right, 7654);
}

static bool
nfc_gives(const Str *from, const Str *to)
{
	Str nfc = {0}, clean = {0};
	bool right = unicode_nfc(str_view(from), &nfc, NULL) && sv_equal(str_view(&nfc), str_view(to)) &&
		     unicode_clean(str_view(from), &clean, NULL, NULL) && sv_equal(str_view(&clean), str_view(to)) &&
		     unicode_is_nfc(str_view(from)) == sv_equal(str_view(from), str_view(to));
	str_free(&nfc);
	str_free(&clean);
	return right;
}

static void
read_columns(const char *line, Str columns[5])
{
	for (int i = 0; i < 5; i++) {
		str_clear(&columns[i]);
		while (*line != ';') {
			char *end;
			str_append_rune(&columns[i], (uint32_t)strtoul(line, &end, 16));
			line = end;
		}
		line++;
	}
}

static void
test_normal_form(void **state)
{
	(void)state;
	static const char FILE_NAME[] = "NormalizationTest.txt.bz2";
	FILE *in = open_ucd("bzcat", FILE_NAME);
	Listed listed = {0};
	read_listed(&listed);
	bool *covered = calloc(0x110000, sizeof *covered);
	Str columns[5] = {0};
	char line[LINE];
	int bad = 0, cases = 0, part = 0;
	for (int number = 1; fgets(line, sizeof line, in) != NULL; number++) {
		if (sscanf(line, "@Part%d", &part) == 1 || line[0] == '#' || line[0] == '\n')
			continue;
		if (part == 1)
			covered[strtoul(line, NULL, 16)] = true;
		read_columns(line, columns);
		bool right = nfc_gives(&columns[0], &columns[1]) && nfc_gives(&columns[1], &columns[1]) &&
			     nfc_gives(&columns[2], &columns[1]) && nfc_gives(&columns[3], &columns[3]) &&
			     nfc_gives(&columns[4], &columns[3]);
		cases++;
		bad += judge(&listed, right, FILE_NAME, number, line);
	}
	assert_int_equal(pclose(in), 0);
	bad += unmet(&listed, FILE_NAME);
	/* Every character that part 1 leaves out is its own normal form. */
	for (uint32_t rune = 0x20; rune < 0x110000; rune++) {
		if (covered[rune] || (rune >= 0xD800 && rune <= 0xDFFF))
			continue;
		str_clear(&columns[0]);
		str_append_rune(&columns[0], rune);
		if (!nfc_gives(&columns[0], &columns[0])) {
			print_error("U+%04X is not its own normal form\n", (unsigned)rune);
			bad++;
		}
	}
	for (int i = 0; i < 5; i++)
		str_free(&columns[i]);
	free(covered);
	list_free(&listed.names);
	free(listed.met);
	assert_true(cases >= 19000);
	assert_int_equal(bad, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clusters),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_normal_form),
	};
	return cmocka_run_group_tests_name("ucd", tests, NULL, NULL);
}

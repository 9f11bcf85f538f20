/* What one typed key costs on the way to the terminal: bytes and processor time of its frame, in the middle of a text
 * of 10 KB, with the count of characters in the last row.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "meok/ui.h"

enum { ROWS = 24, COLUMNS = 80, TEXT_ROWS = 22, KEYS = 600, TEXT_BYTES = 10 * 1024, SENTENCES = 5, HOME_ROW = 11 };

static const char *const ENGLISH[] = {
	"The ferry leaves the island at seven and the whole harbour smells of diesel and oranges.",
	"My grandmother kept her letters in a biscuit tin, tied with the string of a kite nobody flew any more.",
	"What I remember of that winter is mostly the sound of the kettle.",
	"We walked along the river until the lamps ended, and then we walked a little further.",
	"Nobody in the office had noticed that the clock had stopped on a Tuesday.",
	"There are towns you can only understand from the window of a slow train.",
	"She paid for the coffee with coins she had been saving for something else."};
static const char *const KOREAN[] = {"새벽 배를 타려고 나온 사람들은 저마다 귤 한 봉지씩을 들고 있었다.",
	"할머니는 편지를 과자 상자에 모아 두셨고, 그 상자는 늘 장롱 위에 있었다.",
	"그해 겨울을 떠올리면 주전자에서 물이 끓던 소리부터 들려온다.",
	"강을 따라 가로등이 끝나는 곳까지 걷다가 우리는 조금 더 걷기로 했다.",
	"사무실의 시계가 화요일에 멈추었다는 것을 아무도 알아채지 못했다.",
	"느린 기차의 창가에서만 보이는 마을이 있다고 아버지는 말씀하셨다.",
	"다른 데 쓰려고 모아 둔 동전으로 그 사람은 커피값을 냈다."};
static const char KEYS_ENGLISH[] =
	"and when the rain began we stood under the awning of a closed bakery, counting cars ";
static const char KEYS_KOREAN[] = "비가 내리기 시작하자 우리는 문 닫은 빵집 처마 아래에 서서 지나가는 차를 세었다 ";

typedef struct Bench {
	Str text;
	size_t at; /* where is typed */
	size_t keys[KEYS];
	size_t top; /* byte of the first row on the screen */
	bool counts;
} Bench;

static void
fill_text(Str *text, const char *const *sentences)
{
	for (size_t i = 0; text->len < TEXT_BYTES; i++) {
		str_append_c(text, sentences[(i * 5 + i / 7) % 7]);
		str_append_c(text, i % SENTENCES == SENTENCES - 1 ? "\n" : " ");
	}
}

/* The end of the row that begins at `start`: before a word that does not fit, or behind a newline. */
static size_t
row_end(StrView text, size_t start)
{
	int width = 0;
	size_t blank = 0;
	for (size_t pos = start, next; pos < text.len; pos = next) {
		next = cluster_next(text, pos);
		if (text.ptr[pos] == '\n')
			return next;
		if (text.ptr[pos] == ' ') {
			blank = next;
			width++;
			continue;
		}
		width += cluster_columns(sv_slice(text, pos, next), false);
		if (width > COLUMNS)
			return blank > start ? blank : pos;
	}
	return text.len;
}

static size_t
paragraph_start(StrView text, size_t pos)
{
	while (pos > 0 && text.ptr[pos - 1] != '\n')
		pos--;
	return pos;
}

/* Rows are laid out from the paragraph's start on, so that the typing can change any of them. */
static void
draw(const Bench *bench, Surface *surface, int first_row)
{
	StrView text = str_view(&bench->text);
	char count[64];
	surface_reset(surface, ROWS, COLUMNS, NULL);
	size_t start = bench->top;
	for (int row = -first_row; row < TEXT_ROWS && start < text.len; row++) {
		size_t end = row_end(text, start), shown = end;
		if (shown > start && text.ptr[shown - 1] == '\n')
			shown--;
		if (row >= 0)
			surface_put(surface, row, 0, COLUMNS, sv_slice(text, start, shown), STYLE_TEXT);
		if (row >= 0 && bench->at >= start && (bench->at < end || end == text.len))
			surface_cursor(surface, row, surface_width(sv_slice(text, start, bench->at)));
		start = end;
	}
	if (bench->counts) {
		size_t clusters = unicode_count_clusters(text);
		snprintf(count, sizeof count, "%zu,%03zu characters", clusters / 1000, clusters % 1000);
		surface_put(surface, ROWS - 1, 1, COLUMNS, sv(count), STYLE_TEXT);
	}
}

/* Scrolls so that the typing begins on row HOME_ROW; the rows of the first paragraph that lie above the screen. */
static int
scroll_home(Bench *bench)
{
	StrView text = str_view(&bench->text);
	bench->top = paragraph_start(text, bench->at);
	for (;;) {
		int rows = 0;
		for (size_t start = bench->top; start < text.len && start <= bench->at; start = row_end(text, start))
			rows++;
		if (rows > HOME_ROW || bench->top == 0)
			return rows > HOME_ROW ? rows - HOME_ROW - 1 : 0;
		bench->top = paragraph_start(text, bench->top - 1);
	}
}

static int
by_size(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	return (x > y) - (x < y);
}

static double
cpu_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void
run(const char *name, const char *const *sentences, const char *keys, bool counts)
{
	static const DiffRule rule = {true, true, true, COLOURS_256, true, true};
	Bench bench = {.counts = counts};
	Str out = {0};
	double spent = 0;
	size_t sum = 0, key = 0;
	fill_text(&bench.text, sentences);
	bench.at = bench.text.len / 2;
	while (bench.text.ptr[bench.at - 1] != ' ')
		bench.at++;
	Surface *from = surface_new(ROWS, COLUMNS, NULL), *to = surface_new(ROWS, COLUMNS, NULL);
	if (from == NULL || to == NULL)
		abort();
	int above = scroll_home(&bench);
	draw(&bench, from, above);
	for (size_t i = 0; i < KEYS; i++) {
		size_t next = cluster_next(sv(keys), key);
		str_splice(&bench.text, bench.at, bench.at, sv_slice(sv(keys), key, next));
		bench.at += next - key;
		key = next < strlen(keys) ? next : 0;
		draw(&bench, to, above);
		str_clear(&out);
		double begin = cpu_us();
		diff_frames(from, to, &rule, &out);
		spent += cpu_us() - begin;
		bench.keys[i] = out.len;
		sum += out.len;
		Surface *swap = from;
		from = to;
		to = swap;
		/* every third of a row begins anew elsewhere, so that all columns are typed in */
		if (i % 40 == 39) {
			bench.at = cluster_next(str_view(&bench.text), bench.at);
			while (bench.text.ptr[bench.at - 1] != ' ')
				bench.at--;
			above = scroll_home(&bench);
			draw(&bench, from, above);
		}
	}
	qsort(bench.keys, KEYS, sizeof bench.keys[0], by_size);
	printf("%-24s median %3zu  mean %5.1f  p95 %4zu  max %4zu bytes, %5.1f us a frame\n", name,
		bench.keys[KEYS / 2], (double)sum / KEYS, bench.keys[KEYS * 95 / 100], bench.keys[KEYS - 1],
		spent / KEYS);
	surface_free(from);
	surface_free(to);
	str_free(&bench.text);
	str_free(&out);
}

int
main(void)
{
	run("English", ENGLISH, KEYS_ENGLISH, false);
	run("English, live count", ENGLISH, KEYS_ENGLISH, true);
	run("Korean", KOREAN, KEYS_KOREAN, false);
	run("Korean, live count", KOREAN, KEYS_KOREAN, true);
	return 0;
}

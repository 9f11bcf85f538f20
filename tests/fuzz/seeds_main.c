/* Runs a fuzz target without a fuzzer, for the default test run: on every seed of tests/fuzz/seeds/FUZZ_NAME/ in sorted
 * order, and on the same mutations of each every time. TAP on standard output, one test a seed. With file names as
 * arguments it runs the target on those instead: to repeat what a fuzzer found. */
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "meok/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MUTATIONS = 2000, MAX_INPUT = 1 << 20, MAX_STEPS = 4, MAX_GROWTH = 64 };

/* Which input ran when the target aborted; read by the signal handler. */
static char running[256];

static void
on_abort(int signal_number)
{
	static const char lead[] = "# aborted on ";
	(void)signal_number;
	if (write(STDOUT_FILENO, lead, sizeof lead - 1) < 0 || write(STDOUT_FILENO, running, strlen(running)) < 0)
		_exit(2);
}

/* xorshift64* (Vigna 2016): small, and the same everywhere. */
static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545F4914F6CDD1D;
}

static size_t
below(uint64_t *state, size_t limit)
{
	return limit == 0 ? 0 : (size_t)(next_random(state) >> 16) % limit;
}

/* The target gets a block of exactly its size, so that a sanitizer sees every byte read too many. */
static void
run(StrView input)
{
	uint8_t *copy = malloc(input.len > 0 ? input.len : 1);
	if (copy == NULL)
		abort();
	if (input.len > 0)
		memcpy(copy, input.ptr, input.len);
	LLVMFuzzerTestOneInput(copy, input.len);
	free(copy);
}

/* One small change: bits, a cut, bytes put in, a part doubled, a piece of another seed. */
static void
mutate(Str *input, const StrList *seeds, uint64_t *state)
{
	static const char DICTIONARY[] = "\0\xFF\xC0\xED\xA0\x80\xF4\x90\x7F\r\n\t\"'\\{}[]:,#0-.eu";
	size_t at = below(state, input->len + 1), len = 1 + below(state, 16);
	char bytes[MAX_GROWTH];
	switch (below(state, 6)) {
	case 0:
		if (at < input->len)
			input->ptr[at] = (char)(input->ptr[at] ^ (1 << below(state, 8)));
		break;
	case 1:
		str_splice(input, at, at + len, (StrView){NULL, 0});
		break;
	case 2:
		for (size_t i = 0; i < len; i++)
			bytes[i] = (char)next_random(state);
		str_splice(input, at, at, (StrView){bytes, len});
		break;
	case 3:
		str_splice(input, at, at, (StrView){&DICTIONARY[below(state, sizeof DICTIONARY - 1)], 1});
		break;
	case 4:
		str_splice(input, at, at, sv_slice(str_view(input), at, at + MAX_GROWTH));
		break;
	default: {
		const Str *other = &seeds->items[below(state, seeds->len)];
		size_t from = below(state, other->len + 1);
		str_splice(input, at, at + below(state, 2) * len, sv_slice(str_view(other), from, from + MAX_GROWTH));
	}
	}
}

static void
run_seed(const StrList *names, const StrList *seeds, size_t index)
{
	uint64_t state = 0x9E3779B97F4A7C15;
	for (const char *c = str_c(&names->items[index]); *c != '\0'; c++)
		state = (state ^ (unsigned char)*c) * 0x100000001B3;
	Str input = {0};
	for (int i = 0; i <= MUTATIONS; i++) {
		str_set(&input, str_view(&seeds->items[index]));
		for (size_t step = i == 0 ? 0 : 1 + below(&state, MAX_STEPS); step > 0; step--)
			mutate(&input, seeds, &state);
		if (!str_ok(&input, NULL))
			abort();
		snprintf(running, sizeof running, "%s, mutation %d\n", str_c(&names->items[index]), i);
		run(str_view(&input));
	}
	str_free(&input);
}

static int
by_name(const void *a, const void *b)
{
	return sv_compare(str_view(a), str_view(b));
}

/* Reads every file of the folder, in order of the names. */
static bool
read_seeds(const char *folder, StrList *names, StrList *seeds)
{
	Err err = {0};
	if (!SYS_POSIX.list_dir(folder, names) || !list_ok(names, NULL))
		return false;
	qsort(names->items, names->len, sizeof names->items[0], by_name);
	for (size_t i = 0; i < names->len; i++) {
		Str path = {0}, content = {0};
		path_join(&path, sv(folder), str_view(&names->items[i]));
		bool done = file_read(&SYS_POSIX, str_c(&path), MAX_INPUT, &content, &err);
		str_free(&path);
		list_take(seeds, &content);
		if (!done)
			return false;
	}
	return list_ok(seeds, NULL) && seeds->len > 0;
}

static int
run_files(int count, char **paths)
{
	for (int i = 0; i < count; i++) {
		Str content = {0};
		Err err = {0};
		if (!file_read(&SYS_POSIX, paths[i], MAX_INPUT, &content, &err)) {
			fprintf(stderr, "cannot read %s\n", paths[i]);
			return 1;
		}
		snprintf(running, sizeof running, "%.200s\n", paths[i]);
		run(str_view(&content));
		str_free(&content);
	}
	return 0;
}

int
main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGABRT, on_abort);
	if (argc > 1)
		return run_files(argc - 1, argv + 1);
	const char *top = getenv("MEOK_TOP");
	Str folder = {0};
	StrList names = {0}, seeds = {0};
	str_printf(&folder, "%s/tests/fuzz/seeds/%s", top == NULL ? "." : top, FUZZ_NAME);
	if (!read_seeds(str_c(&folder), &names, &seeds)) {
		printf("1..1\nnot ok 1 - %s has no seeds that can be read\n", str_c(&folder));
		return 1;
	}
	printf("1..%zu\n", seeds.len);
	for (size_t i = 0; i < seeds.len; i++) {
		run_seed(&names, &seeds, i);
		printf("ok %zu - %s and %d mutations\n", i + 1, str_c(&names.items[i]), MUTATIONS);
	}
	str_free(&folder);
	list_free(&names);
	list_free(&seeds);
	return 0;
}

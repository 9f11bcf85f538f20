/* What every unit test includes: cmocka with what it needs, and the base room. */
#ifndef MEOK_TESTS_UNIT_H
#define MEOK_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "meok/base.h"

#define assert_view_equal(view, c_string) assert_text_equal_(view, c_string, __FILE__, __LINE__)

static inline void
assert_text_equal_(StrView view, const char *wanted, const char *file, int line)
{
	if (sv_equal(view, sv(wanted)))
		return;
	print_error("got    \"%.*s\"\nwanted \"%s\"\n", (int)view.len, view.len > 0 ? view.ptr : "", wanted);
	_fail(file, line);
}

/* The sentence an error would show, in static storage. */
static inline const char *
err_text(const Err *err)
{
	static char text[1024];
	err_format(err, err->id, text, sizeof text);
	return text;
}

/* A fresh folder /tmp/meok-XXXXXX (short, for socket paths); remove_dir removes it with all that is in it. */
static inline char *
make_dir(void)
{
	char *path = strdup("/tmp/meok-XXXXXX");
	if (path == NULL || mkdtemp(path) == NULL)
		abort();
	return path;
}

static inline void
remove_dir(char *path)
{
	char command[256];
	snprintf(command, sizeof command, "rm -rf '%s'", path);
	if (system(command) != 0)
		abort();
	free(path);
}

#endif

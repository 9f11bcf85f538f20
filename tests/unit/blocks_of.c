/* Markdown on standard input, block markup on standard output: for tests/e2e/test_blocks.py. */
#include "meok/text.h"

#include <stdio.h>
#include <unistd.h>

int
main(void)
{
	enum { LIMIT = 1 << 20 };
	Str raw = {0}, text = {0}, out = {0};
	Err err = {0};
	bool ok = file_read_fd(&SYS_POSIX, STDIN_FILENO, LIMIT, &raw, &err) &&
		  unicode_clean(str_view(&raw), &text, NULL, &err) &&
		  markup_render(str_view(&text), MARKUP_BLOCKS, &out, &err) &&
		  file_write_all(&SYS_POSIX, STDOUT_FILENO, str_view(&out));
	if (!ok)
		fprintf(stderr, "blocks_of: %s\n", err.id);
	str_free(&raw);
	str_free(&text);
	str_free(&out);
	return ok ? 0 : 1;
}

/* Errors as values: one message id with its arguments, put together only where it is shown. */
#include "meok/base.h"

#include <stdio.h>
#include <string.h>

/* Copies at most size - 1 bytes and never half a UTF-8 sequence. */
static void
copy_cut(char *to, size_t size, const char *from, size_t len)
{
	if (len >= size) {
		len = size - 1;
		while (len > 0 && ((unsigned char)from[len] & 0xC0) == 0x80)
			len--;
	}
	memcpy(to, from, len);
	to[len] = '\0';
}

static int
count_conversions(const char *format)
{
	int count = 0;
	for (const char *p = format; *p != '\0'; p++) {
		if (*p != '%')
			continue;
		if (p[1] == '%')
			p++;
		else
			count++;
	}
	return count < ERR_ARGS ? count : ERR_ARGS;
}

bool
err_set(Err *err, ErrKind kind, const char *id, ...)
{
	if (err == NULL)
		return false;
	const char *args[ERR_ARGS];
	int count = count_conversions(id);
	va_list list;
	va_start(list, id);
	for (int i = 0; i < count; i++)
		args[i] = va_arg(list, const char *);
	va_end(list);
	/* An argument may point into the very error that is being replaced. */
	Err fresh = {0};
	err_set_args(&fresh, kind, id, args, count);
	*err = fresh;
	return false;
}

void
err_set_args(Err *err, ErrKind kind, const char *id, const char *const *args, int arg_count)
{
	if (err == NULL)
		return;
	err->kind = kind;
	copy_cut(err->id, sizeof err->id, id, strlen(id));
	err->arg_count = arg_count < ERR_ARGS ? arg_count : ERR_ARGS;
	for (int i = 0; i < err->arg_count; i++)
		copy_cut(err->args[i], sizeof err->args[i], args[i] == NULL ? "" : args[i],
			args[i] == NULL ? 0 : strlen(args[i]));
}

static const char MEMORY[] = "out of memory";

bool
err_memory(Err *err)
{
	return err_set(err, ERR_FAILED, MEMORY);
}

bool
err_is_memory(const Err *err)
{
	return strcmp(err->id, MEMORY) == 0;
}

void
err_format(const Err *err, const char *format, char *out, size_t size)
{
	if (size == 0)
		return;
	size_t used = 0;
	int next = 0;
	for (const char *p = format; *p != '\0' && used < size - 1;) {
		const char *piece = p;
		size_t len = strcspn(p, "%");
		if (len > 0) {
			p += len;
		} else if (p[1] == 's') {
			piece = next < err->arg_count ? err->args[next] : "";
			len = strlen(piece);
			next++;
			p += 2;
		} else if (p[1] >= '1' && p[1] <= '0' + ERR_ARGS && p[2] == '$' && p[3] == 's') {
			int index = p[1] - '1';
			piece = index < err->arg_count ? err->args[index] : "";
			len = strlen(piece);
			p += 4;
		} else {
			len = 1;
			p += p[1] == '%' ? 2 : 1;
		}
		copy_cut(out + used, size - used, piece, len);
		size_t copied = strlen(out + used);
		used += copied;
		if (copied < len)
			break;
	}
	out[used] = '\0';
}

/* Strings: owned (Str) and borrowed (StrView). */
#include "meok/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

StrView
sv(const char *c_string)
{
	return c_string == NULL ? (StrView){NULL, 0} : (StrView){c_string, strlen(c_string)};
}

StrView
sv_slice(StrView s, size_t from, size_t to)
{
	if (to > s.len)
		to = s.len;
	if (from > to)
		from = to;
	return from == to ? (StrView){NULL, 0} : (StrView){s.ptr + from, to - from};
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

StrView
sv_trim(StrView s)
{
	size_t from = 0, to = s.len;
	while (from < to && is_blank(s.ptr[from]))
		from++;
	while (to > from && is_blank(s.ptr[to - 1]))
		to--;
	return sv_slice(s, from, to);
}

bool
sv_equal(StrView a, StrView b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

int
sv_compare(StrView a, StrView b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len == 0 ? 0 : memcmp(a.ptr, b.ptr, len);
	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

bool
sv_starts(StrView s, StrView prefix)
{
	return s.len >= prefix.len && sv_equal(sv_slice(s, 0, prefix.len), prefix);
}

bool
sv_ends(StrView s, StrView suffix)
{
	return s.len >= suffix.len && sv_equal(sv_slice(s, s.len - suffix.len, s.len), suffix);
}

size_t
sv_find(StrView s, StrView needle, size_t from)
{
	if (from > s.len || needle.len > s.len - from)
		return SIZE_MAX;
	if (needle.len == 0)
		return from;
	const char *hit = memmem(s.ptr + from, s.len - from, needle.ptr, needle.len);
	return hit == NULL ? SIZE_MAX : (size_t)(hit - s.ptr);
}

bool
sv_split(StrView *rest, char separator, StrView *part)
{
	if (rest->ptr == NULL)
		return false;
	const char *hit = memchr(rest->ptr, separator, rest->len);
	if (hit == NULL) {
		*part = *rest;
		*rest = (StrView){NULL, 0};
	} else {
		size_t len = (size_t)(hit - rest->ptr);
		*part = (StrView){rest->ptr, len};
		*rest = (StrView){hit + 1, rest->len - len - 1};
	}
	return true;
}

/* Leaves no trace of a short text where it stood before: it may be a passphrase. */
static char *
move_bytes(const Str *s, size_t cap)
{
	enum { SHORT = 8192 };
	if (s->ptr == NULL || s->cap > SHORT)
		return realloc(s->ptr, cap);
	char *ptr = malloc(cap);
	if (ptr == NULL)
		return NULL;
	memcpy(ptr, s->ptr, s->len + 1);
	explicit_bzero(s->ptr, s->cap);
	free(s->ptr);
	return ptr;
}

/* Room for `more` bytes and the NUL behind them. */
static bool
str_reserve(Str *s, size_t more)
{
	if (s->failed)
		return false;
	if (more > SIZE_MAX / 2 - s->len - 1) {
		s->failed = true;
		return false;
	}
	size_t need = s->len + more + 1;
	if (need <= s->cap)
		return true;
	size_t cap = s->cap < 32 ? 32 : s->cap;
	while (cap < need)
		cap += cap / 2;
	char *ptr = move_bytes(s, cap);
	if (ptr == NULL) {
		s->failed = true;
		return false;
	}
	s->ptr = ptr;
	s->cap = cap;
	return true;
}

void
str_append(Str *s, StrView bytes)
{
	str_splice(s, s->len, s->len, bytes);
}

void
str_append_c(Str *s, const char *c_string)
{
	str_append(s, sv(c_string));
}

void
str_append_byte(Str *s, char byte)
{
	if (!str_reserve(s, 1))
		return;
	s->ptr[s->len++] = byte;
	s->ptr[s->len] = '\0';
}

void
str_append_rune(Str *s, uint32_t rune)
{
	if (rune > 0x10FFFF || (rune >= 0xD800 && rune <= 0xDFFF))
		rune = 0xFFFD;
	char b[4];
	size_t n = 0;
	if (rune < 0x80) {
		b[n++] = (char)rune;
	} else if (rune < 0x800) {
		b[n++] = (char)(0xC0 | rune >> 6);
		b[n++] = (char)(0x80 | (rune & 0x3F));
	} else if (rune < 0x10000) {
		b[n++] = (char)(0xE0 | rune >> 12);
		b[n++] = (char)(0x80 | (rune >> 6 & 0x3F));
		b[n++] = (char)(0x80 | (rune & 0x3F));
	} else {
		b[n++] = (char)(0xF0 | rune >> 18);
		b[n++] = (char)(0x80 | (rune >> 12 & 0x3F));
		b[n++] = (char)(0x80 | (rune >> 6 & 0x3F));
		b[n++] = (char)(0x80 | (rune & 0x3F));
	}
	str_append(s, (StrView){b, n});
}

void
str_printf(Str *s, const char *format, ...)
{
	va_list list, again;
	va_start(list, format);
	va_copy(again, list);
	int need = vsnprintf(NULL, 0, format, list);
	va_end(list);
	if (need < 0)
		s->failed = true;
	else if (str_reserve(s, (size_t)need)) {
		vsnprintf(s->ptr + s->len, (size_t)need + 1, format, again);
		s->len += (size_t)need;
	}
	va_end(again);
}

void
str_splice(Str *s, size_t from, size_t to, StrView bytes)
{
	if (to > s->len)
		to = s->len;
	if (from > to)
		from = to;
	/* The new bytes may be a part of s, which is about to move. */
	bool inside = s->ptr != NULL && bytes.len > 0 && bytes.ptr >= s->ptr && bytes.ptr < s->ptr + s->cap;
	char *copy = NULL;
	if (inside) {
		copy = malloc(bytes.len);
		if (copy == NULL) {
			s->failed = true;
			return;
		}
		memcpy(copy, bytes.ptr, bytes.len);
		bytes.ptr = copy;
	}
	if (str_reserve(s, bytes.len)) {
		memmove(s->ptr + from + bytes.len, s->ptr + to, s->len - to);
		if (bytes.len > 0)
			memcpy(s->ptr + from, bytes.ptr, bytes.len);
		s->len = s->len - (to - from) + bytes.len;
		s->ptr[s->len] = '\0';
	}
	free(copy);
}

void
str_clear(Str *s)
{
	s->failed = false;
	str_truncate(s, 0);
}

void
str_truncate(Str *s, size_t len)
{
	if (s->ptr == NULL || len > s->len)
		return;
	s->len = len;
	s->ptr[len] = '\0';
}

void
str_set(Str *s, StrView bytes)
{
	s->failed = false;
	str_splice(s, 0, s->len, bytes);
}

void
str_move(Str *to, Str *from)
{
	if (to == from)
		return;
	str_free(to);
	*to = *from;
	*from = (Str){0};
}

Str
str_from(StrView bytes)
{
	Str s = {0};
	str_append(&s, bytes);
	return s;
}

StrView
str_view(const Str *s)
{
	return (StrView){s->ptr, s->len};
}

const char *
str_c(const Str *s)
{
	return s->ptr == NULL ? "" : s->ptr;
}

bool
str_ok(const Str *s, Err *err)
{
	return s->failed ? err_memory(err) : true;
}

void
str_free(Str *s)
{
	free(s->ptr);
	*s = (Str){0};
}

void
str_wipe(Str *s)
{
	if (s->ptr != NULL)
		explicit_bzero(s->ptr, s->cap);
	str_free(s);
}

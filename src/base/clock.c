/* Times as text (RFC 3339) and back. */
#include "meok/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t
floor_seconds(int64_t ms)
{
	return ms >= 0 ? ms / 1000 : -((-ms + 999) / 1000);
}

static void
put_stamp(const struct tm *t, Str *out)
{
	str_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d", t->tm_year + 1900, t->tm_mon + 1, t->tm_mday, t->tm_hour,
		t->tm_min, t->tm_sec);
}

void
time_local(int64_t ms, Str *out)
{
	time_t seconds = (time_t)floor_seconds(ms);
	struct tm t;
	localtime_r(&seconds, &t);
	put_stamp(&t, out);
	long offset = t.tm_gmtoff / 60;
	str_printf(out, "%c%02ld:%02ld", offset < 0 ? '-' : '+', labs(offset) / 60, labs(offset) % 60);
}

void
time_utc(int64_t ms, Str *out)
{
	time_t seconds = (time_t)floor_seconds(ms);
	struct tm t;
	gmtime_r(&seconds, &t);
	put_stamp(&t, out);
	str_append_byte(out, 'Z');
}

void
time_date(int64_t ms, Str *out)
{
	time_t seconds = (time_t)floor_seconds(ms);
	struct tm t;
	localtime_r(&seconds, &t);
	str_printf(out, "%04d-%02d-%02d", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday);
}

void
time_minute(int64_t ms, Str *out)
{
	time_t seconds = (time_t)floor_seconds(ms);
	struct tm t;
	localtime_r(&seconds, &t);
	str_printf(out, "%04d-%02d-%02d %02d:%02d", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min);
}

void
time_clock(int64_t ms, Str *out)
{
	time_t seconds = (time_t)floor_seconds(ms);
	struct tm t;
	localtime_r(&seconds, &t);
	str_printf(out, "%02d:%02d", t.tm_hour, t.tm_min);
}

/* Exactly `digits` digits from *at on. */
static bool
take_number(StrView text, size_t *at, int digits, int *out)
{
	int value = 0;
	for (int i = 0; i < digits; i++, (*at)++) {
		if (*at >= text.len || text.ptr[*at] < '0' || text.ptr[*at] > '9')
			return false;
		value = value * 10 + (text.ptr[*at] - '0');
	}
	*out = value;
	return true;
}

static bool
take_char(StrView text, size_t *at, const char *allowed)
{
	if (*at >= text.len || text.ptr[*at] == '\0' || strchr(allowed, text.ptr[*at]) == NULL)
		return false;
	(*at)++;
	return true;
}

static bool
take_clock(StrView text, size_t *at, struct tm *t, int *fraction_ms)
{
	if (!take_number(text, at, 2, &t->tm_hour) || !take_char(text, at, ":") ||
		!take_number(text, at, 2, &t->tm_min))
		return false;
	if (take_char(text, at, ":") && !take_number(text, at, 2, &t->tm_sec))
		return false;
	if (take_char(text, at, ".,")) {
		int scale = 100, digit;
		if (!take_number(text, at, 1, &digit))
			return false;
		do {
			*fraction_ms += digit * scale;
			scale /= 10;
		} while (take_number(text, at, 1, &digit));
	}
	return t->tm_hour < 24 && t->tm_min < 60 && t->tm_sec < 61;
}

/* The offset east of UTC in minutes. */
static bool
take_offset(StrView text, size_t *at, int *minutes)
{
	if (take_char(text, at, "Zz")) {
		*minutes = 0;
		return true;
	}
	bool west = *at < text.len && text.ptr[*at] == '-';
	int hour, minute;
	if (!take_char(text, at, "+-") || !take_number(text, at, 2, &hour))
		return false;
	take_char(text, at, ":");
	if (!take_number(text, at, 2, &minute) || hour > 14 || minute > 59)
		return false;
	*minutes = (west ? -1 : 1) * (hour * 60 + minute);
	return true;
}

bool
time_parse(StrView text, int64_t *ms)
{
	text = sv_trim(text);
	struct tm t = {.tm_isdst = -1};
	size_t at = 0;
	int year, month, day, fraction_ms = 0, offset = 0;
	if (!take_number(text, &at, 4, &year) || !take_char(text, &at, "-") || !take_number(text, &at, 2, &month) ||
		!take_char(text, &at, "-") || !take_number(text, &at, 2, &day))
		return false;
	t.tm_year = year - 1900;
	t.tm_mon = month - 1;
	t.tm_mday = day;
	bool with_offset = false;
	if (at < text.len) {
		if (!take_char(text, &at, "Tt ") || !take_clock(text, &at, &t, &fraction_ms))
			return false;
		take_char(text, &at, " ");
		if (at < text.len) {
			if (!take_offset(text, &at, &offset) || at != text.len)
				return false;
			with_offset = true;
		}
	}
	struct tm check = t;
	time_t seconds = with_offset ? timegm(&check) : mktime(&check);
	/* A 31st of February comes back as another day. */
	if (check.tm_mday != day || check.tm_mon != month - 1)
		return false;
	*ms = ((int64_t)seconds - (int64_t)offset * 60) * 1000 + fraction_ms;
	return true;
}

/* What is typed into a search: words, phrases, and names with a sign before them. */
#include "look.h"

#include <string.h>

enum { EVERY_STATE = (1u << (STATE_TRASHED + 1)) - 1 };

/* The first letters of a state, folded and without blanks, in either language. */
static unsigned
states_of(StrView typed)
{
	static const struct {
		DraftState state;
		const char *name;
	} names[] = {
		{STATE_DRAFT, "draft"},
		{STATE_DRAFT, "초고"},
		{STATE_PUBLISHED, "published"},
		{STATE_PUBLISHED, "발행됨"},
		{STATE_EDITED, "edited"},
		{STATE_EDITED, "published,edited"},
		{STATE_EDITED, "발행됨·고치는중"},
		{STATE_EDITED, "고치는중"},
		{STATE_EDITED, "고침"},
		{STATE_REVIEW, "review"},
		{STATE_REVIEW, "inreview"},
		{STATE_REVIEW, "검토중"},
		{STATE_SITE_DRAFT, "site-draft"},
		{STATE_SITE_DRAFT, "블로그초고"},
		{STATE_HIDDEN, "hidden"},
		{STATE_HIDDEN, "숨김"},
		{STATE_UNKNOWN, "unknown"},
		{STATE_UNKNOWN, "tobechecked"},
		{STATE_UNKNOWN, "확인중"},
		{STATE_TRASHED, "trashed"},
		{STATE_TRASHED, "inthetrash"},
		{STATE_TRASHED, "휴지통"},
	};
	unsigned begun = 0, whole = 0;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (sv_starts(sv(names[i].name), typed))
			begun |= 1u << names[i].state;
		if (sv_equal(sv(names[i].name), typed))
			whole |= 1u << names[i].state;
	}
	return whole != 0 ? whole : begun;
}

typedef enum Sign { SIGN_NONE, SIGN_KEYWORD, SIGN_SITE, SIGN_WORK, SIGN_STATE } Sign;

static Sign
take_sign(StrView *rest)
{
	static const struct {
		Sign sign;
		const char *text;
	} signs[] = {{SIGN_KEYWORD, "#"}, {SIGN_SITE, "@"}, {SIGN_WORK, "work:"}, {SIGN_WORK, "작품:"},
		{SIGN_STATE, "state:"}, {SIGN_STATE, "상태:"}};
	for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
		if (!sv_starts(*rest, sv(signs[i].text)))
			continue;
		*rest = sv_slice(*rest, strlen(signs[i].text), rest->len);
		return signs[i].sign;
	}
	return SIGN_NONE;
}

/* Up to the next blank, or what stands in quotation marks. */
static StrView
take_value(StrView *rest)
{
	bool quoted = sv_starts(*rest, SV("\""));
	if (quoted)
		*rest = sv_slice(*rest, 1, rest->len);
	size_t end = sv_find(*rest, quoted ? SV("\"") : SV(" "), 0);
	StrView value = sv_slice(*rest, 0, end);
	*rest = end == SIZE_MAX ? (StrView){NULL, 0} : sv_slice(*rest, end + 1, rest->len);
	return sv_trim(value);
}

static void
take_blanks_out(StrView folded, Str *out)
{
	str_clear(out);
	for (size_t i = 0; i < folded.len; i++)
		if (folded.ptr[i] != ' ')
			str_append_byte(out, folded.ptr[i]);
}

bool
look_name(StrView text, Str *out, Err *err)
{
	Str folded = {0};
	bool ok = unicode_fold(text, &folded, err);
	if (ok)
		take_blanks_out(str_view(&folded), out);
	str_free(&folded);
	return ok && str_ok(out, err);
}

static void
take_state(LookQuery *query, StrView name)
{
	unsigned states = states_of(name);
	query->states = (query->has_state ? query->states : 0) | states;
	query->has_state = true;
	if (states == 0 && query->unknown_state.len == 0)
		str_set(&query->unknown_state, name);
}

static void
take_part(LookQuery *query, Sign sign, StrView value)
{
	Str name = {0};
	if (value.len == 0)
		return;
	take_blanks_out(value, &name);
	switch (sign) {
	case SIGN_NONE:
		list_append(&query->words, value);
		break;
	case SIGN_KEYWORD:
		list_take(&query->keywords, &name);
		break;
	case SIGN_SITE:
		list_take(&query->sites, &name);
		break;
	case SIGN_WORK:
		list_take(&query->works, &name);
		break;
	case SIGN_STATE:
		take_state(query, str_view(&name));
		break;
	}
	str_free(&name);
}

bool
look_parse(StrView typed, LookQuery *out, Err *err)
{
	LookQuery query = {.folds = needle_needs_fold(typed), .states = EVERY_STATE};
	Str folded = {0};
	bool ok = unicode_fold(typed, &folded, err);
	StrView rest = str_view(&folded);
	while (ok && rest.len > 0) {
		if (rest.ptr[0] == ' ') {
			rest = sv_slice(rest, 1, rest.len);
			continue;
		}
		Sign sign = take_sign(&rest);
		take_part(&query, sign, take_value(&rest));
	}
	str_wipe(&folded);
	ok = ok && list_ok(&query.words, err) && list_ok(&query.keywords, err) && list_ok(&query.sites, err) &&
	     list_ok(&query.works, err) && str_ok(&query.unknown_state, err);
	if (!ok) {
		look_query_free(&query);
		return false;
	}
	*out = query;
	return true;
}

void
look_query_free(LookQuery *query)
{
	list_free(&query->words);
	list_free(&query->keywords);
	list_free(&query->sites);
	list_free(&query->works);
	str_free(&query->unknown_state);
	*query = (LookQuery){0};
}

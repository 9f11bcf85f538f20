/* Messages: jobs and events as tagged fields and back. */
#include "message.h"

#include <string.h>

enum {
	JOB_KIND = 1,
	JOB_ACCOUNT = 2,
	JOB_ARTICLE = 3,

	ACCOUNT_DRIVER = 1,
	ACCOUNT_ENDPOINT,
	ACCOUNT_ADDRESS,
	ACCOUNT_USER,
	ACCOUNT_SECRET,
	ACCOUNT_CA_FILE,
	ACCOUNT_FLAVOUR,
	ACCOUNT_MAY_PUBLISH,

	ARTICLE_TOKEN = 1,
	ARTICLE_TITLE,
	ARTICLE_SUBTITLE,
	ARTICLE_BODY,
	ARTICLE_BODY_HTML,
	ARTICLE_SLUG,
	ARTICLE_KEYWORD,
	ARTICLE_WORK,
	ARTICLE_CHAPTER,
	ARTICLE_COMMENTS,
	ARTICLE_AUTHOR,
	ARTICLE_LANGUAGE,
	ARTICLE_KNOWN,
	ARTICLE_SENT_BEFORE,
	ARTICLE_PHASE,
	ARTICLE_REMOTE_ID,
	ARTICLE_REMOTE_VERSION,
	ARTICLE_REMOTE_SLUG,
	ARTICLE_AS_DRAFT,
	ARTICLE_OVERWRITE,

	TERM_IS_WORK = 1,
	TERM_REMOTE_ID,
	TERM_NAME,
	TERM_COUNT,

	EVENT_KIND = 1,
	EVENT_PHASE,
	EVENT_REMOTE_ID,
	EVENT_SLUG,
	EVENT_REMOTE_VERSION,
	EVENT_OUTCOME,
	EVENT_PROBE,
	EVENT_ERROR,

	OUTCOME_PHASE = 1,
	OUTCOME_UPDATED,
	OUTCOME_REMOTE_ID,
	OUTCOME_URL,
	OUTCOME_SLUG,
	OUTCOME_REMOTE_VERSION,
	OUTCOME_PUBLISHED_MS,
	OUTCOME_LEARNED,
	OUTCOME_NOTE,

	PROBE_DRIVER = 1,
	PROBE_ENDPOINT,
	PROBE_ADDRESS,
	PROBE_SITE_NAME,
	PROBE_USER_NAME,
	PROBE_MAY_PUBLISH,
	PROBE_TERM,
	PROBE_FLAVOUR,

	ERROR_KIND = 1,
	ERROR_ID,
	ERROR_ARG,

	TERMS_MAX = 2000, /* site_terms_put looks at all of them */
};

/* A decoder of one struct: takes one field, false when its value cannot be. */
typedef bool TakeFn(void *data, uint16_t tag, StrView value);

static bool
read_fields(StrView bytes, TakeFn *take, void *data)
{
	FieldReader reader = field_reader(bytes);
	uint16_t tag;
	StrView value;
	while (field_next(&reader, &tag, &value))
		if (!take(data, tag, value))
			return false;
	return !reader.malformed;
}

static bool
take_str(Str *out, StrView value)
{
	str_set(out, value);
	return str_ok(out, NULL);
}

static bool
take_number(StrView value, uint64_t limit, uint64_t *out)
{
	return field_u64(value, out) && *out <= limit;
}

static bool
take_flag(bool *out, StrView value)
{
	uint64_t n = 0;
	if (!take_number(value, 1, &n))
		return false;
	*out = n == 1;
	return true;
}

static bool
take_u32(uint32_t *out, StrView value)
{
	uint64_t n = 0;
	bool good = take_number(value, UINT32_MAX, &n);
	*out = (uint32_t)n;
	return good;
}

static bool
take_item(StrList *out, StrView value)
{
	list_append(out, value);
	return list_ok(out, NULL);
}

static bool
take_phase(SitePhase *out, StrView value)
{
	uint64_t n = 0;
	if (!take_number(value, SITE_DRAFT, &n))
		return false;
	*out = (SitePhase)n;
	return true;
}

static void
put_nested(Str *out, uint16_t tag, Str *inner)
{
	field_put(out, tag, str_view(inner));
	out->failed |= inner->failed;
	str_wipe(inner);
}

/* ---- Terms */

static void
put_terms(Str *out, uint16_t tag, const SiteTerms *terms)
{
	for (size_t i = 0; i < terms->len; i++) {
		const SiteTerm *term = &terms->items[i];
		Str inner = {0};
		field_put_u64(&inner, TERM_IS_WORK, term->is_work);
		field_put(&inner, TERM_REMOTE_ID, str_view(&term->remote_id));
		field_put(&inner, TERM_NAME, str_view(&term->name));
		field_put_u64(&inner, TERM_COUNT, term->count);
		put_nested(out, tag, &inner);
	}
}

typedef struct TermParts {
	bool is_work;
	StrView remote_id, name;
	uint32_t count;
} TermParts;

static bool
take_term_part(void *data, uint16_t tag, StrView value)
{
	TermParts *term = data;
	switch (tag) {
	case TERM_IS_WORK:
		return take_flag(&term->is_work, value);
	case TERM_REMOTE_ID:
		term->remote_id = value;
		return true;
	case TERM_NAME:
		term->name = value;
		return true;
	case TERM_COUNT:
		return take_u32(&term->count, value);
	default:
		return true;
	}
}

static bool
take_term(SiteTerms *terms, StrView value)
{
	TermParts term = {0};
	return read_fields(value, take_term_part, &term) && terms->len < TERMS_MAX &&
	       site_terms_put(terms, term.is_work, term.remote_id, term.name, term.count);
}

/* ---- Jobs */

static void
put_account(Str *out, const Account *account)
{
	field_put(out, ACCOUNT_DRIVER, str_view(&account->driver));
	field_put(out, ACCOUNT_ENDPOINT, str_view(&account->endpoint));
	field_put(out, ACCOUNT_ADDRESS, str_view(&account->address));
	field_put(out, ACCOUNT_USER, str_view(&account->user));
	field_put(out, ACCOUNT_SECRET, str_view(&account->secret));
	field_put(out, ACCOUNT_CA_FILE, str_view(&account->ca_file));
	field_put(out, ACCOUNT_FLAVOUR, str_view(&account->flavour));
	field_put_u64(out, ACCOUNT_MAY_PUBLISH, account->may_publish);
}

static bool
take_account(void *data, uint16_t tag, StrView value)
{
	Account *account = data;
	switch (tag) {
	case ACCOUNT_DRIVER:
		return take_str(&account->driver, value);
	case ACCOUNT_ENDPOINT:
		return take_str(&account->endpoint, value);
	case ACCOUNT_ADDRESS:
		return take_str(&account->address, value);
	case ACCOUNT_USER:
		return take_str(&account->user, value);
	case ACCOUNT_SECRET:
		return take_str(&account->secret, value);
	case ACCOUNT_CA_FILE:
		return take_str(&account->ca_file, value);
	case ACCOUNT_FLAVOUR:
		return take_str(&account->flavour, value);
	case ACCOUNT_MAY_PUBLISH:
		return take_flag(&account->may_publish, value);
	default:
		return true;
	}
}

static void
put_article(Str *out, const Article *article)
{
	field_put(out, ARTICLE_TOKEN, str_view(&article->token));
	field_put(out, ARTICLE_TITLE, str_view(&article->title));
	field_put(out, ARTICLE_SUBTITLE, str_view(&article->subtitle));
	field_put(out, ARTICLE_BODY, str_view(&article->body));
	field_put(out, ARTICLE_BODY_HTML, str_view(&article->body_html));
	field_put(out, ARTICLE_SLUG, str_view(&article->slug));
	for (size_t i = 0; i < article->keywords.len; i++)
		field_put(out, ARTICLE_KEYWORD, str_view(&article->keywords.items[i]));
	field_put(out, ARTICLE_WORK, str_view(&article->work));
	field_put_u64(out, ARTICLE_CHAPTER, article->chapter);
	field_put_u64(out, ARTICLE_COMMENTS, article->comments);
	field_put(out, ARTICLE_AUTHOR, str_view(&article->author));
	field_put(out, ARTICLE_LANGUAGE, str_view(&article->language));
	put_terms(out, ARTICLE_KNOWN, &article->known);
	field_put_u64(out, ARTICLE_SENT_BEFORE, article->sent_before);
	field_put_u64(out, ARTICLE_PHASE, article->phase);
	field_put(out, ARTICLE_REMOTE_ID, str_view(&article->remote_id));
	field_put(out, ARTICLE_REMOTE_VERSION, str_view(&article->remote_version));
	field_put(out, ARTICLE_REMOTE_SLUG, str_view(&article->remote_slug));
	field_put_u64(out, ARTICLE_AS_DRAFT, article->as_draft);
	field_put_u64(out, ARTICLE_OVERWRITE, article->overwrite);
}

static bool
take_comments(SiteComments *out, StrView value)
{
	uint64_t n = 0;
	bool good = take_number(value, SITE_COMMENTS_CLOSED, &n);
	*out = good ? (SiteComments)n : SITE_COMMENTS_DEFAULT;
	return good;
}

static bool
take_article(void *data, uint16_t tag, StrView value)
{
	Article *article = data;
	switch (tag) {
	case ARTICLE_TOKEN:
		return take_str(&article->token, value);
	case ARTICLE_TITLE:
		return take_str(&article->title, value);
	case ARTICLE_SUBTITLE:
		return take_str(&article->subtitle, value);
	case ARTICLE_BODY:
		return take_str(&article->body, value);
	case ARTICLE_BODY_HTML:
		return take_str(&article->body_html, value);
	case ARTICLE_SLUG:
		return take_str(&article->slug, value);
	case ARTICLE_KEYWORD:
		return take_item(&article->keywords, value);
	case ARTICLE_WORK:
		return take_str(&article->work, value);
	case ARTICLE_CHAPTER:
		return take_u32(&article->chapter, value);
	case ARTICLE_COMMENTS:
		return take_comments(&article->comments, value);
	case ARTICLE_AUTHOR:
		return take_str(&article->author, value);
	case ARTICLE_LANGUAGE:
		return take_str(&article->language, value);
	case ARTICLE_KNOWN:
		return take_term(&article->known, value);
	case ARTICLE_SENT_BEFORE:
		return take_flag(&article->sent_before, value);
	case ARTICLE_PHASE:
		return take_phase(&article->phase, value);
	case ARTICLE_REMOTE_ID:
		return take_str(&article->remote_id, value);
	case ARTICLE_REMOTE_VERSION:
		return take_str(&article->remote_version, value);
	case ARTICLE_REMOTE_SLUG:
		return take_str(&article->remote_slug, value);
	case ARTICLE_AS_DRAFT:
		return take_flag(&article->as_draft, value);
	case ARTICLE_OVERWRITE:
		return take_flag(&article->overwrite, value);
	default:
		return true;
	}
}

void
net_job_free(NetJob *job)
{
	account_free(&job->account);
	article_free(&job->article);
	*job = (NetJob){0};
}

void
message_put_job(Str *out, NetJobKind kind, const Account *account, const Article *article)
{
	field_put_u64(out, JOB_KIND, kind);
	Str inner = {0};
	put_account(&inner, account);
	put_nested(out, JOB_ACCOUNT, &inner);
	if (article == NULL)
		return;
	put_article(&inner, article);
	put_nested(out, JOB_ARTICLE, &inner);
}

static bool
take_job(void *data, uint16_t tag, StrView value)
{
	NetJob *job = data;
	uint64_t n = 0;
	switch (tag) {
	case JOB_KIND:
		if (!take_number(value, NET_TERMS, &n))
			return false;
		job->kind = (NetJobKind)n;
		return true;
	case JOB_ACCOUNT:
		return read_fields(value, take_account, &job->account);
	case JOB_ARTICLE:
		return read_fields(value, take_article, &job->article);
	default:
		return true;
	}
}

bool
message_read_job(StrView message, NetJob *job, Err *err)
{
	*job = (NetJob){0};
	if (read_fields(message, take_job, job) && job->kind != 0)
		return true;
	net_job_free(job);
	return err_set(err, ERR_FAILED, "the network process got a job it cannot read");
}

/* ---- Events */

static void
put_outcome(Str *out, const Outcome *outcome)
{
	field_put_u64(out, OUTCOME_PHASE, outcome->phase);
	field_put_u64(out, OUTCOME_UPDATED, outcome->updated);
	field_put(out, OUTCOME_REMOTE_ID, str_view(&outcome->remote_id));
	field_put(out, OUTCOME_URL, str_view(&outcome->url));
	field_put(out, OUTCOME_SLUG, str_view(&outcome->slug));
	field_put(out, OUTCOME_REMOTE_VERSION, str_view(&outcome->remote_version));
	field_put_u64(out, OUTCOME_PUBLISHED_MS, (uint64_t)outcome->published_ms);
	put_terms(out, OUTCOME_LEARNED, &outcome->learned);
	for (size_t i = 0; i < outcome->notes.len; i++)
		field_put(out, OUTCOME_NOTE, str_view(&outcome->notes.items[i]));
}

static bool
take_outcome(void *data, uint16_t tag, StrView value)
{
	Outcome *outcome = data;
	uint64_t n = 0;
	switch (tag) {
	case OUTCOME_PHASE:
		return take_phase(&outcome->phase, value);
	case OUTCOME_UPDATED:
		return take_flag(&outcome->updated, value);
	case OUTCOME_REMOTE_ID:
		return take_str(&outcome->remote_id, value);
	case OUTCOME_URL:
		return take_str(&outcome->url, value);
	case OUTCOME_SLUG:
		return take_str(&outcome->slug, value);
	case OUTCOME_REMOTE_VERSION:
		return take_str(&outcome->remote_version, value);
	case OUTCOME_PUBLISHED_MS:
		if (!take_number(value, INT64_MAX, &n))
			return false;
		outcome->published_ms = (int64_t)n;
		return true;
	case OUTCOME_LEARNED:
		return take_term(&outcome->learned, value);
	case OUTCOME_NOTE:
		return take_item(&outcome->notes, value);
	default:
		return true;
	}
}

static void
put_probe(Str *out, const Probe *probe)
{
	field_put(out, PROBE_DRIVER, str_view(&probe->driver));
	field_put(out, PROBE_ENDPOINT, str_view(&probe->endpoint));
	field_put(out, PROBE_ADDRESS, str_view(&probe->address));
	field_put(out, PROBE_SITE_NAME, str_view(&probe->site_name));
	field_put(out, PROBE_USER_NAME, str_view(&probe->user_name));
	field_put_u64(out, PROBE_MAY_PUBLISH, probe->may_publish);
	put_terms(out, PROBE_TERM, &probe->terms);
	field_put(out, PROBE_FLAVOUR, str_view(&probe->flavour));
}

static bool
take_probe(void *data, uint16_t tag, StrView value)
{
	Probe *probe = data;
	switch (tag) {
	case PROBE_DRIVER:
		return take_str(&probe->driver, value);
	case PROBE_ENDPOINT:
		return take_str(&probe->endpoint, value);
	case PROBE_ADDRESS:
		return take_str(&probe->address, value);
	case PROBE_SITE_NAME:
		return take_str(&probe->site_name, value);
	case PROBE_USER_NAME:
		return take_str(&probe->user_name, value);
	case PROBE_MAY_PUBLISH:
		return take_flag(&probe->may_publish, value);
	case PROBE_FLAVOUR:
		return take_str(&probe->flavour, value);
	case PROBE_TERM:
		return take_term(&probe->terms, value);
	default:
		return true;
	}
}

static void
put_error(Str *out, const Err *error)
{
	field_put_u64(out, ERROR_KIND, error->kind);
	field_put_c(out, ERROR_ID, error->id);
	for (int i = 0; i < error->arg_count; i++)
		field_put_c(out, ERROR_ARG, error->args[i]);
}

typedef struct ErrorParts {
	ErrKind kind;
	char id[ERR_ID_MAX];
	char args[ERR_ARGS][ERR_ARG_MAX];
	int arg_count;
} ErrorParts;

static bool
take_c_string(char *out, size_t size, StrView value)
{
	if (value.len >= size || memchr(value.ptr, '\0', value.len) != NULL)
		return false;
	memcpy(out, value.ptr, value.len);
	out[value.len] = '\0';
	return true;
}

static bool
take_error_part(void *data, uint16_t tag, StrView value)
{
	ErrorParts *error = data;
	uint64_t n = 0;
	switch (tag) {
	case ERROR_KIND:
		if (!take_number(value, ERR_DAMAGED, &n))
			return false;
		error->kind = (ErrKind)n;
		return true;
	case ERROR_ID:
		return take_c_string(error->id, sizeof error->id, value);
	case ERROR_ARG:
		if (error->arg_count == ERR_ARGS)
			return false;
		return take_c_string(error->args[error->arg_count++], ERR_ARG_MAX, value);
	default:
		return true;
	}
}

static bool
take_error(Err *out, StrView value)
{
	ErrorParts error = {0};
	if (!read_fields(value, take_error_part, &error))
		return false;
	const char *args[ERR_ARGS];
	for (int i = 0; i < error.arg_count; i++)
		args[i] = error.args[i];
	err_set_args(out, error.kind, error.id, args, error.arg_count);
	return true;
}

void
net_event_free(NetEvent *event)
{
	str_free(&event->remote_id);
	str_free(&event->slug);
	str_free(&event->remote_version);
	outcome_free(&event->outcome);
	probe_free(&event->probe);
	*event = (NetEvent){0};
}

void
message_put_event(Str *out, const NetEvent *event)
{
	field_put_u64(out, EVENT_KIND, event->kind);
	field_put_u64(out, EVENT_PHASE, event->phase);
	field_put(out, EVENT_REMOTE_ID, str_view(&event->remote_id));
	field_put(out, EVENT_SLUG, str_view(&event->slug));
	field_put(out, EVENT_REMOTE_VERSION, str_view(&event->remote_version));
	Str inner = {0};
	if (event->kind == NET_PUBLISHED) {
		put_outcome(&inner, &event->outcome);
		put_nested(out, EVENT_OUTCOME, &inner);
	} else if (event->kind == NET_PROBED) {
		put_probe(&inner, &event->probe);
		put_nested(out, EVENT_PROBE, &inner);
	} else if (event->kind == NET_FAILED) {
		put_error(&inner, &event->error);
		put_nested(out, EVENT_ERROR, &inner);
	}
}

static bool
take_event(void *data, uint16_t tag, StrView value)
{
	NetEvent *event = data;
	uint64_t n = 0;
	switch (tag) {
	case EVENT_KIND:
		if (!take_number(value, NET_FAILED, &n))
			return false;
		event->kind = (NetEventKind)n;
		return true;
	case EVENT_PHASE:
		return take_phase(&event->phase, value);
	case EVENT_REMOTE_ID:
		return take_str(&event->remote_id, value);
	case EVENT_SLUG:
		return take_str(&event->slug, value);
	case EVENT_REMOTE_VERSION:
		return take_str(&event->remote_version, value);
	case EVENT_OUTCOME:
		return read_fields(value, take_outcome, &event->outcome);
	case EVENT_PROBE:
		return read_fields(value, take_probe, &event->probe);
	case EVENT_ERROR:
		return take_error(&event->error, value);
	default:
		return true;
	}
}

bool
message_read_event(StrView message, NetEvent *event, Err *err)
{
	*event = (NetEvent){0};
	if (read_fields(message, take_event, event) && event->kind != 0)
		return true;
	net_event_free(event);
	return err_set(err, ERR_FAILED, "the network process sent something that cannot be read");
}

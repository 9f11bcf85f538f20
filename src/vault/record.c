/* The fields of each kind of record: values to bytes and back. */
#include "record.h"
#include "pack_format.h"

#include <string.h>

enum {
	REVISION_TITLE = 1,
	REVISION_SUBTITLE,
	REVISION_BODY,
	REVISION_KEYWORD,
	REVISION_WORK,
	REVISION_COMMENTS,
	REVISION_SITE,
	REVISION_SOURCE,
};
enum { WORK_NAME = 1, WORK_BLURB, WORK_CHAPTER, WORK_LIMIT, WORK_CADENCE, WORK_COMMENTS, WORK_SITE };
enum {
	SITE_NAME = 1,
	SITE_DRIVER,
	SITE_ENDPOINT,
	SITE_ADDRESS,
	SITE_USER,
	SITE_SECRET,
	SITE_CA_FILE,
	SITE_FLAVOUR,
	SITE_KEYWORD_LIMIT,
	SITE_MAY_PUBLISH,
	SITE_CLOSED,
};
enum {
	PUBLICATION_DRAFT = 1,
	PUBLICATION_SITE,
	PUBLICATION_REVISION,
	PUBLICATION_TOKEN,
	PUBLICATION_PHASE,
	PUBLICATION_REMOTE_ID,
	PUBLICATION_URL,
	PUBLICATION_SLUG,
	PUBLICATION_REMOTE_VERSION,
	PUBLICATION_SENT,
	PUBLICATION_PUBLISHED,
	PUBLICATION_EARLIER,
};
enum { VOCABULARY_TERM = 1 };
enum { TERM_IS_WORK = 1, TERM_REMOTE_ID, TERM_NAME, TERM_COUNT };
enum { SETTINGS_LINES = 1 };

/* ---- Writing: what is empty is left out */

typedef struct Writer {
	Str *out;
	bool ill_formed; /* a text was not valid UTF-8 */
} Writer;

static void
put_text(Writer *w, uint16_t tag, const Str *text)
{
	if (text->len == 0)
		return;
	w->ill_formed = w->ill_formed || !unicode_valid(str_view(text));
	field_put(w->out, tag, str_view(text));
}

static void
put_number(Writer *w, uint16_t tag, uint64_t value)
{
	if (value != 0)
		field_put_u64(w->out, tag, value);
}

static void
put_id(Writer *w, uint16_t tag, Id id)
{
	if (!id_is_none(id))
		field_put_id(w->out, tag, id);
}

static void
put_unknown(Writer *w, const Str *unknown)
{
	str_append(w->out, str_view(unknown));
}

/* Ends an encode: `title` goes to the card. */
static bool
finish(const Writer *w, Card *card, const Str *title, Err *err)
{
	if (w->ill_formed)
		return err_set(err, ERR_USAGE, "a text to be saved is not valid UTF-8: clean it first");
	if (title != NULL && !card_set_title(card, str_view(title)))
		return err_memory(err);
	return str_ok(w->out, err);
}

/* ---- Reading: the first thing that is wrong stops it */

typedef struct Reader {
	FieldReader fields;
	uint16_t tag;
	StrView value;
	bool damaged, failed;
} Reader;

static bool
reader_next(Reader *r)
{
	return !r->damaged && !r->failed && field_next(&r->fields, &r->tag, &r->value);
}

static Reader
reader_start(StrView body)
{
	return (Reader){.fields = field_reader(body)};
}

static void
take_text(Reader *r, Str *out)
{
	r->damaged = !unicode_valid(r->value);
	if (!r->damaged)
		str_set(out, r->value);
	r->failed = out->failed;
}

static uint64_t
take_number(Reader *r, uint64_t max)
{
	uint64_t value = 0;
	r->damaged = !field_u64(r->value, &value) || value > max;
	return r->damaged ? 0 : value;
}

static void
take_id(Reader *r, Id *out)
{
	r->damaged = !field_id(r->value, out);
}

static void
take_unknown(Reader *r, Str *unknown)
{
	field_put(unknown, r->tag, r->value);
	r->failed = unknown->failed;
}

static bool
reader_ok(const Reader *r, Err *err)
{
	if (r->failed)
		return err_memory(err);
	if (r->damaged || r->fields.malformed)
		return err_set(err, ERR_DAMAGED, "the fields of a record are damaged: take it from a backup");
	return true;
}

/* ---- Revisions */

/* Its title; without one, as it begins. */
static StrView
title_in_lists(const Revision *revision)
{
	StrView title = str_view(&revision->title), beginning = card_first_line(str_view(&revision->subtitle));
	if (sv_trim(title).len > 0)
		return title;
	return beginning.len > 0 ? beginning : card_first_line(str_view(&revision->body));
}

bool
revision_encode(const Revision *revision, Card *card, Str *body, Err *err)
{
	Writer w = {.out = body};
	put_text(&w, REVISION_TITLE, &revision->title);
	put_text(&w, REVISION_SUBTITLE, &revision->subtitle);
	put_text(&w, REVISION_BODY, &revision->body);
	for (size_t i = 0; i < revision->keywords.len; i++)
		put_text(&w, REVISION_KEYWORD, &revision->keywords.items[i]);
	put_id(&w, REVISION_WORK, revision->work);
	put_number(&w, REVISION_COMMENTS, (uint64_t)revision->comments);
	put_id(&w, REVISION_SITE, revision->site);
	put_text(&w, REVISION_SOURCE, &revision->source);
	put_unknown(&w, &revision->unknown);
	if (!finish(&w, card, NULL, err))
		return false;
	if (!card_set_title(card, title_in_lists(revision)))
		return err_memory(err);
	size_t characters = unicode_count_clusters(str_view(&revision->body));
	for (size_t i = 0; i < revision->body.len; i++)
		characters -= revision->body.ptr[i] == '\n';
	card->automatic = revision->automatic;
	card->characters = characters > UINT32_MAX ? UINT32_MAX : (uint32_t)characters;
	card->work = revision->work;
	card->site = revision->site;
	return true;
}

bool
revision_views(StrView body, SweepText *out)
{
	FieldReader fields = field_reader(body);
	uint16_t tag;
	StrView value;
	out->title = out->subtitle = out->body = out->source = (StrView){NULL, 0};
	out->fields = body;
	while (field_next(&fields, &tag, &value)) {
		if (tag == REVISION_TITLE)
			out->title = value;
		else if (tag == REVISION_SUBTITLE)
			out->subtitle = value;
		else if (tag == REVISION_BODY)
			out->body = value;
		else if (tag == REVISION_SOURCE)
			out->source = value;
	}
	return !fields.malformed;
}

bool
revision_next_keyword(StrView body, size_t *at, StrView *keyword)
{
	FieldReader fields = field_reader(sv_slice(body, *at, body.len));
	uint16_t tag;
	while (field_next(&fields, &tag, keyword)) {
		*at = body.len - fields.rest.len;
		if (tag == REVISION_KEYWORD)
			return true;
	}
	return false;
}

static void
take_keyword(Reader *r, StrList *keywords)
{
	r->damaged = !unicode_valid(r->value);
	if (!r->damaged)
		list_append(keywords, r->value);
	r->failed = keywords->failed;
}

bool
revision_decode(StrView body, Revision *out, Err *err)
{
	Revision read = {0};
	Reader r = reader_start(body);
	while (reader_next(&r)) {
		switch (r.tag) {
		case REVISION_TITLE:
			take_text(&r, &read.title);
			break;
		case REVISION_SUBTITLE:
			take_text(&r, &read.subtitle);
			break;
		case REVISION_BODY:
			take_text(&r, &read.body);
			break;
		case REVISION_KEYWORD:
			take_keyword(&r, &read.keywords);
			break;
		case REVISION_WORK:
			take_id(&r, &read.work);
			break;
		case REVISION_COMMENTS:
			read.comments = (Comments)take_number(&r, COMMENTS_CLOSED);
			break;
		case REVISION_SITE:
			take_id(&r, &read.site);
			break;
		case REVISION_SOURCE:
			take_text(&r, &read.source);
			break;
		default:
			take_unknown(&r, &read.unknown);
		}
	}
	bool ok = reader_ok(&r, err);
	if (!ok)
		revision_free(&read);
	*out = read;
	return ok;
}

/* ---- Works */

bool
work_encode(const Work *work, Card *card, Str *body, Err *err)
{
	Writer w = {.out = body};
	put_text(&w, WORK_NAME, &work->name);
	put_text(&w, WORK_BLURB, &work->blurb);
	for (size_t i = 0; i < work->chapter_count; i++)
		put_id(&w, WORK_CHAPTER, work->chapters[i]);
	put_number(&w, WORK_LIMIT, work->limit);
	put_text(&w, WORK_CADENCE, &work->cadence);
	put_number(&w, WORK_COMMENTS, (uint64_t)work->comments);
	put_id(&w, WORK_SITE, work->site);
	put_unknown(&w, &work->unknown);
	card->site = work->site;
	return finish(&w, card, &work->name, err);
}

static void
take_chapter(Reader *r, Work *work, size_t *room)
{
	Id chapter;
	take_id(r, &chapter);
	if (r->damaged)
		return;
	Id *chapters = array_grow(work->chapters, work->chapter_count, room, sizeof *chapters);
	if (chapters == NULL) {
		r->failed = true;
		return;
	}
	work->chapters = chapters;
	work->chapters[work->chapter_count++] = chapter;
}

bool
work_decode(StrView body, Work *out, Err *err)
{
	Work read = {0};
	size_t room = 0;
	Reader r = reader_start(body);
	while (reader_next(&r)) {
		switch (r.tag) {
		case WORK_NAME:
			take_text(&r, &read.name);
			break;
		case WORK_BLURB:
			take_text(&r, &read.blurb);
			break;
		case WORK_CHAPTER:
			take_chapter(&r, &read, &room);
			break;
		case WORK_LIMIT:
			read.limit = (uint32_t)take_number(&r, UINT32_MAX);
			break;
		case WORK_CADENCE:
			take_text(&r, &read.cadence);
			break;
		case WORK_COMMENTS:
			read.comments = (Comments)take_number(&r, COMMENTS_CLOSED);
			break;
		case WORK_SITE:
			take_id(&r, &read.site);
			break;
		default:
			take_unknown(&r, &read.unknown);
		}
	}
	bool ok = reader_ok(&r, err);
	if (!ok)
		work_free(&read);
	*out = read;
	return ok;
}

/* ---- Sites */

bool
site_encode(const SiteRecord *site, Card *card, Str *body, Err *err)
{
	Writer w = {.out = body};
	put_text(&w, SITE_NAME, &site->name);
	put_text(&w, SITE_DRIVER, &site->driver);
	put_text(&w, SITE_ENDPOINT, &site->endpoint);
	put_text(&w, SITE_ADDRESS, &site->address);
	put_text(&w, SITE_USER, &site->user);
	put_text(&w, SITE_SECRET, &site->secret);
	put_text(&w, SITE_CA_FILE, &site->ca_file);
	put_text(&w, SITE_FLAVOUR, &site->flavour);
	put_number(&w, SITE_KEYWORD_LIMIT, site->keyword_limit);
	put_number(&w, SITE_MAY_PUBLISH, site->may_publish);
	put_number(&w, SITE_CLOSED, site->closed_vocabulary);
	put_unknown(&w, &site->unknown);
	return finish(&w, card, &site->name, err);
}

bool
site_decode(StrView body, SiteRecord *out, Err *err)
{
	SiteRecord read = {0};
	Str *texts[] = {
		[SITE_NAME] = &read.name,
		[SITE_DRIVER] = &read.driver,
		[SITE_ENDPOINT] = &read.endpoint,
		[SITE_ADDRESS] = &read.address,
		[SITE_USER] = &read.user,
		[SITE_SECRET] = &read.secret,
		[SITE_CA_FILE] = &read.ca_file,
		[SITE_FLAVOUR] = &read.flavour,
	};
	Reader r = reader_start(body);
	while (reader_next(&r)) {
		if (r.tag >= SITE_NAME && r.tag <= SITE_FLAVOUR)
			take_text(&r, texts[r.tag]);
		else if (r.tag == SITE_KEYWORD_LIMIT)
			read.keyword_limit = (uint32_t)take_number(&r, UINT32_MAX);
		else if (r.tag == SITE_MAY_PUBLISH)
			read.may_publish = take_number(&r, 1) != 0;
		else if (r.tag == SITE_CLOSED)
			read.closed_vocabulary = take_number(&r, 1) != 0;
		else
			take_unknown(&r, &read.unknown);
	}
	bool ok = reader_ok(&r, err);
	if (!ok)
		site_record_free(&read);
	*out = read;
	return ok;
}

/* ---- Publications */

Id
publication_subject(Id draft, Id site)
{
	char message[16 + 2 * ID_BYTES];
	Id subject;
	memcpy(message, "meok publication", 16);
	memcpy(message + 16, draft.bytes, ID_BYTES);
	memcpy(message + 16 + ID_BYTES, site.bytes, ID_BYTES);
	secret_hash(subject.bytes, ID_BYTES, NULL, 0, (StrView){message, sizeof message});
	return subject;
}

bool
publication_encode(const Publication *publication, Card *card, Str *body, Err *err)
{
	bool whole = !id_is_none(publication->draft) && !id_is_none(publication->site) &&
		     publication->phase >= PHASE_INTENT && publication->phase <= PHASE_SITE_DRAFT &&
		     publication->sent_ms >= 0 && publication->published_ms >= 0;
	if (!whole)
		return err_set(
			err, ERR_USAGE, "a publication record needs a draft, a site, a phase and times after 1970");
	Writer w = {.out = body};
	put_id(&w, PUBLICATION_DRAFT, publication->draft);
	put_id(&w, PUBLICATION_SITE, publication->site);
	put_id(&w, PUBLICATION_REVISION, publication->revision);
	put_text(&w, PUBLICATION_TOKEN, &publication->token);
	put_number(&w, PUBLICATION_PHASE, (uint64_t)publication->phase);
	put_text(&w, PUBLICATION_REMOTE_ID, &publication->remote_id);
	put_text(&w, PUBLICATION_URL, &publication->url);
	put_text(&w, PUBLICATION_SLUG, &publication->slug);
	put_text(&w, PUBLICATION_REMOTE_VERSION, &publication->remote_version);
	put_number(&w, PUBLICATION_SENT, (uint64_t)publication->sent_ms);
	put_number(&w, PUBLICATION_PUBLISHED, (uint64_t)publication->published_ms);
	for (size_t i = 0; i < publication->earlier_count; i++)
		put_id(&w, PUBLICATION_EARLIER, publication->earlier[i]);
	put_unknown(&w, &publication->unknown);
	card->draft = publication->draft;
	card->site = publication->site;
	card->revision = publication->revision;
	card->state = (uint8_t)publication->phase;
	return finish(&w, card, NULL, err);
}

static void
take_earlier(Reader *r, Publication *read, size_t *room)
{
	Id revision;
	take_id(r, &revision);
	if (r->damaged)
		return;
	Id *earlier = array_grow(read->earlier, read->earlier_count, room, sizeof *earlier);
	if (earlier == NULL) {
		r->failed = true;
		return;
	}
	read->earlier = earlier;
	read->earlier[read->earlier_count++] = revision;
}

static void
take_publication_field(Reader *r, Publication *read, size_t *room)
{
	switch (r->tag) {
	case PUBLICATION_DRAFT:
		take_id(r, &read->draft);
		break;
	case PUBLICATION_SITE:
		take_id(r, &read->site);
		break;
	case PUBLICATION_REVISION:
		take_id(r, &read->revision);
		break;
	case PUBLICATION_TOKEN:
		take_text(r, &read->token);
		break;
	case PUBLICATION_PHASE:
		read->phase = (PublishPhase)take_number(r, PHASE_SITE_DRAFT);
		break;
	case PUBLICATION_REMOTE_ID:
		take_text(r, &read->remote_id);
		break;
	case PUBLICATION_URL:
		take_text(r, &read->url);
		break;
	case PUBLICATION_SLUG:
		take_text(r, &read->slug);
		break;
	case PUBLICATION_REMOTE_VERSION:
		take_text(r, &read->remote_version);
		break;
	case PUBLICATION_SENT:
		read->sent_ms = (int64_t)take_number(r, INT64_MAX);
		break;
	case PUBLICATION_PUBLISHED:
		read->published_ms = (int64_t)take_number(r, INT64_MAX);
		break;
	case PUBLICATION_EARLIER:
		take_earlier(r, read, room);
		break;
	default:
		take_unknown(r, &read->unknown);
	}
}

bool
publication_decode(StrView body, Publication *out, Err *err)
{
	Publication read = {0};
	Reader r = reader_start(body);
	size_t room = 0;
	while (reader_next(&r))
		take_publication_field(&r, &read, &room);
	if (read.phase < PHASE_INTENT || id_is_none(read.draft) || id_is_none(read.site))
		r.damaged = true;
	bool ok = reader_ok(&r, err);
	if (!ok)
		publication_free(&read);
	*out = read;
	return ok;
}

/* ---- Vocabularies */

bool
vocabulary_encode(const Vocabulary *vocabulary, Card *card, Str *body, Err *err)
{
	Writer w = {.out = body};
	Str fields = {0};
	for (size_t i = 0; i < vocabulary->len && !fields.failed; i++) {
		const Term *term = &vocabulary->terms[i];
		Writer inner = {.out = &fields};
		str_clear(&fields);
		put_number(&inner, TERM_IS_WORK, term->is_work);
		put_text(&inner, TERM_REMOTE_ID, &term->remote_id);
		put_text(&inner, TERM_NAME, &term->name);
		put_number(&inner, TERM_COUNT, term->count);
		w.ill_formed = w.ill_formed || inner.ill_formed;
		field_put(body, VOCABULARY_TERM, str_view(&fields));
	}
	bool ok = str_ok(&fields, err) && finish(&w, card, NULL, err);
	str_wipe(&fields);
	return ok;
}

static void
take_term(Reader *r, Vocabulary *vocabulary)
{
	Term term = {0};
	Reader inner = reader_start(r->value);
	while (reader_next(&inner)) {
		if (inner.tag == TERM_IS_WORK)
			term.is_work = take_number(&inner, 1) != 0;
		else if (inner.tag == TERM_REMOTE_ID)
			take_text(&inner, &term.remote_id);
		else if (inner.tag == TERM_NAME)
			take_text(&inner, &term.name);
		else if (inner.tag == TERM_COUNT)
			term.count = (uint32_t)take_number(&inner, UINT32_MAX);
	}
	r->damaged = inner.damaged || inner.fields.malformed;
	r->failed = inner.failed;
	if (!r->damaged && !r->failed) {
		Term *terms = array_grow(vocabulary->terms, vocabulary->len, &vocabulary->cap, sizeof *terms);
		r->failed = terms == NULL;
		if (terms != NULL)
			vocabulary->terms = terms;
	}
	if (!r->damaged && !r->failed) {
		vocabulary->terms[vocabulary->len++] = term;
		return;
	}
	str_free(&term.remote_id);
	str_free(&term.name);
}

bool
vocabulary_decode(StrView body, Vocabulary *out, Err *err)
{
	Vocabulary read = {0};
	Reader r = reader_start(body);
	while (reader_next(&r)) {
		if (r.tag == VOCABULARY_TERM)
			take_term(&r, &read);
	}
	bool ok = reader_ok(&r, err);
	if (!ok)
		vocabulary_free(&read);
	*out = read;
	return ok;
}

/* ---- Settings */

bool
settings_encode(StrView lines, Str *body, Err *err)
{
	if (!unicode_valid(lines))
		return err_set(err, ERR_USAGE, "a text to be saved is not valid UTF-8: clean it first");
	if (lines.len > 0)
		field_put(body, SETTINGS_LINES, lines);
	return str_ok(body, err);
}

bool
settings_decode(StrView body, Str *lines, Err *err)
{
	Str read = {0};
	Reader r = reader_start(body);
	while (reader_next(&r)) {
		if (r.tag == SETTINGS_LINES)
			take_text(&r, &read);
	}
	bool ok = reader_ok(&r, err);
	if (ok)
		str_move(lines, &read);
	str_free(&read);
	return ok;
}

/* ---- All kinds */

static bool
decodes(const Card *card, StrView body, Err *err)
{
	Revision revision = {0};
	Work work = {0};
	SiteRecord site = {0};
	Publication publication = {0};
	Vocabulary vocabulary = {0};
	Pack pack = {0};
	Fragment fragment = {0};
	Str lines = {0};
	bool ok = true;
	if (card->kind == OBJECT_REVISION)
		ok = revision_decode(body, &revision, err);
	else if (card->kind == OBJECT_WORK)
		ok = work_decode(body, &work, err);
	else if (card->kind == OBJECT_SITE)
		ok = site_decode(body, &site, err);
	else if (card->kind == OBJECT_PUBLICATION)
		ok = publication_decode(body, &publication, err) &&
		     (id_equal(publication_subject(publication.draft, publication.site), card->subject) ||
			     err_set(err, ERR_DAMAGED, "the fields of a record are damaged: take it from a backup"));
	else if (card->kind == OBJECT_PACK)
		ok = pack_decode(body, card->subject, &pack, err);
	else if (card->kind == OBJECT_VOCABULARY)
		ok = vocabulary_decode(body, &vocabulary, err);
	else if (card->kind == OBJECT_FRAGMENT)
		ok = fragment_decode(body, &fragment, err);
	else if (card->kind == OBJECT_SETTINGS)
		ok = settings_decode(body, &lines, err);
	else if (card->kind == OBJECT_KEYS)
		ok = epoch_body_right(body) ||
		     err_set(err, ERR_DAMAGED, "the fields of a record are damaged: take it from a backup");
	revision_free(&revision);
	work_free(&work);
	site_record_free(&site);
	publication_free(&publication);
	vocabulary_free(&vocabulary);
	pack_free(&pack);
	fragment_free(&fragment);
	str_free(&lines);
	return ok;
}

Verdict
record_check(const Card *card, StrView body)
{
	Err err = {0};
	if (decodes(card, body, &err))
		return VERDICT_OK;
	return err.kind == ERR_DAMAGED ? VERDICT_DAMAGED : VERDICT_NO_MEMORY;
}

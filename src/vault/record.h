/* What the body of each kind of object holds: values to fields and back. No I/O. */
#ifndef MEOK_VAULT_RECORD_H
#define MEOK_VAULT_RECORD_H

#include "object.h"

/* Each encode appends the fields, and sets the members of *card that a list shows (kind and subject are the caller's).
 * False with ERR_USAGE when a text is not valid UTF-8, ERR_FAILED without memory. Each decode replaces *out whole, with
 * everything but ids and times that are not in the body; false with ERR_DAMAGED or ERR_FAILED, *out is then empty. */
bool revision_encode(const Revision *revision, Card *card, Str *body, Err *err);
bool revision_decode(StrView body, Revision *out, Err *err);
/* The texts of a revision as they lie in its body, and its keywords one by one: for reading many. False when the body
 * does not end at a border of fields. */
bool revision_views(StrView body, SweepText *out);
bool revision_next_keyword(StrView body, size_t *at, StrView *keyword);
bool work_encode(const Work *work, Card *card, Str *body, Err *err);
bool work_decode(StrView body, Work *out, Err *err);
bool site_encode(const SiteRecord *site, Card *card, Str *body, Err *err);
bool site_decode(StrView body, SiteRecord *out, Err *err);
bool publication_encode(const Publication *publication, Card *card, Str *body, Err *err);
bool publication_decode(StrView body, Publication *out, Err *err);
bool vocabulary_encode(const Vocabulary *vocabulary, Card *card, Str *body, Err *err);
bool vocabulary_decode(StrView body, Vocabulary *out, Err *err);
bool fragment_encode(const Fragment *fragment, Card *card, Str *body, Err *err);
bool fragment_decode(StrView body, Fragment *out, Err *err);
bool settings_encode(StrView lines, Str *body, Err *err);
bool settings_decode(StrView body, Str *lines, Err *err);

/* The subject that all machines give the publications of a draft on a site. */
Id publication_subject(Id draft, Id site);

/* Whether the body of an object of kind 12 is one (epoch.c). */
bool epoch_body_right(StrView body);

/* The last check of meok-vault(5): whether card and body of a known kind go together. VERDICT_OK for kinds that this
 * version does not know. */
Verdict record_check(const Card *card, StrView body);

#endif

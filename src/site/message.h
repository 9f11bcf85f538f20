/* Messages: what the two processes tell each other, as tagged fields (fields.c). A reader skips tags it does not know;
 * a tag that comes twice counts the last time, but for lists, where each is one more item. Numbers are u64.
 *
 *   MESSAGE_JOB          parent to child, once: what to do, with which account, for a publication the article
 *   MESSAGE_ACKNOWLEDGE  parent to child, empty: the last checkpoint is durable
 *   MESSAGE_EVENT        child to parent: one NetEvent
 */
#ifndef MEOK_SITE_MESSAGE_H
#define MEOK_SITE_MESSAGE_H

#include "meok/site.h"

enum { MESSAGE_JOB = 1, MESSAGE_ACKNOWLEDGE = 2, MESSAGE_EVENT = 3 };

typedef struct NetJob {
	NetJobKind kind;
	Account account;
	Article article; /* only in NET_PUBLISH */
} NetJob;
void net_job_free(NetJob *job);

/* Appends; out->failed tells of memory. `article` may be NULL. */
void message_put_job(Str *out, NetJobKind kind, const Account *account, const Article *article);
void message_put_event(Str *out, const NetEvent *event);
/* False (ERR_FAILED) when the bytes are no such message; *job or *event is then empty. */
bool message_read_job(StrView message, NetJob *job, Err *err);
bool message_read_event(StrView message, NetEvent *event, Err *err);

#endif

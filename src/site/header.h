/* The header lines of an HTTP answer (RFC 9110, RFC 8288): the few that matter here. A pure function. */
#ifndef MEOK_SITE_HEADER_H
#define MEOK_SITE_HEADER_H

#include "meok/base.h"

typedef struct HttpHeaders {
	Str content_type; /* lower case, without parameters */
	Str location;
	Str api_root;    /* the target of Link with the relation https://api.w.org/ */
	int64_t total;   /* X-WP-Total; -1 when absent */
	int retry_after; /* seconds; -1 when absent, a date or over a day */
} HttpHeaders;

/* `raw` is the header block of one answer, lines ended by LF or CRLF, with or without the status line. What cannot be
 * read is skipped; of a header that comes twice the first counts. False only when memory runs out. */
bool http_headers_parse(StrView raw, HttpHeaders *out, Err *err);
void http_headers_free(HttpHeaders *headers);

#endif

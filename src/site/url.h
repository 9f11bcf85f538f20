/* Web addresses (RFC 3986, http and https only): read once, written in one normal form, and only that form goes to the
 * HTTP library, so that both see the same host. Pure functions.
 *
 * Normal form: scheme and host in lower case, no default port, no user information, no fragment, at least "/" as path,
 * bytes outside ASCII and blanks in path and query percent-encoded. A host may hold UTF-8 (an IDN).
 */
#ifndef MEOK_SITE_URL_H
#define MEOK_SITE_URL_H

#include "meok/base.h"

typedef struct Url {
	Str text;          /* the normal form */
	size_t host_start; /* in text, with [] around an IPv6 address */
	size_t host_end;
	size_t origin_end; /* text[0, origin_end): scheme://host[:port] */
	size_t path_end;   /* text[origin_end, path_end): path; then "?query" or nothing */
} Url;

/* ERR_USAGE when it is no absolute http or https address, or holds controls, NUL, a user name or a password. */
bool url_parse(StrView typed, Url *out, Err *err);
/* What a Location or a link in `base` points to. */
bool url_resolve(const Url *base, StrView reference, Url *out, Err *err);
void url_free(Url *url);

StrView url_text(const Url *url);
StrView url_origin(const Url *url);
StrView url_host(const Url *url);
StrView url_path(const Url *url);
bool url_is_secure(const Url *url);
bool url_is_loopback(const Url *url); /* localhost, 127.0.0.0/8, [::1] */

void url_encode(Str *out, StrView text);      /* appends; everything but letters, digits and -._~ becomes %XX */
void url_encode_path(Str *out, StrView path); /* the same, and the slashes stay */
void url_decode(Str *out, StrView text);      /* appends; a % without two hexadecimal digits stays */

#endif

/* Text and addresses as HTML holds them, and which addresses may be links. */
#include "markup.h"

#include <string.h>

void
markup_escape(StrView text, Str *out)
{
	size_t from = 0;
	for (size_t i = 0; i < text.len; i++) {
		const char *entity = text.ptr[i] == '&'   ? "&amp;"
				     : text.ptr[i] == '<' ? "&lt;"
				     : text.ptr[i] == '>' ? "&gt;"
				     : text.ptr[i] == '"' ? "&quot;"
							  : NULL;
		if (entity == NULL)
			continue;
		str_append(out, sv_slice(text, from, i));
		str_append_c(out, entity);
		from = i + 1;
	}
	str_append(out, sv_slice(text, from, text.len));
}

bool
address_is_harmless(StrView address)
{
	static const char *const schemes[] = {"http", "https", "mailto"};
	char scheme[16];
	size_t len = 0;
	for (size_t i = 0; i < address.len; i++) {
		char c = address.ptr[i];
		if (c == '/' || c == '?' || c == '#')
			return true;
		bool entity = c == '&' && !sv_starts(sv_slice(address, i, address.len), SV("&amp;"));
		if (entity)
			return false; /* it may hide the colon */
		if ((unsigned char)c <= ' ')
			continue; /* browsers drop them */
		if (c == ':') {
			for (size_t k = 0; k < sizeof schemes / sizeof schemes[0]; k++)
				if (sv_equal((StrView){scheme, len}, sv(schemes[k])))
					return true;
			return false;
		}
		if (len < sizeof scheme)
			scheme[len++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	return true;
}

static bool
address_byte_is_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("-_.~!*'();:@=+$,/?#%[]", c) != NULL);
}

void
address_append(StrView address, Str *out)
{
	for (size_t i = 0; i < address.len; i++) {
		unsigned char c = (unsigned char)address.ptr[i];
		if (address_byte_is_plain(c))
			str_append_byte(out, (char)c);
		else if (c == '&')
			str_append_c(out, "&amp;");
		else
			str_printf(out, "%%%02X", c);
	}
}

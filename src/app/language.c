/* Which language meok speaks. */
#include "meok/app.h"
#include "meok/i18n.h"

#include <stdlib.h>

/* Binding the domain again makes gettext forget what it had looked up. */
void
language_choose(StrView language)
{
	Str name = str_from(language);
	if (!name.failed)
		setenv("LANGUAGE", str_c(&name), 1);
	str_free(&name);
	const char *domain = textdomain(NULL);
	textdomain(domain != NULL ? domain : "meok");
}

bool
language_is_korean(void)
{
	/* Translators: the code of this language, as in "en" or "ko". */
	return sv_equal(sv(_("en")), SV("ko"));
}

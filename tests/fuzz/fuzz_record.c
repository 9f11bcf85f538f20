/* A byte for the kind, then any bytes as the body: what is read is written so that it is read the same. */
#include <stdlib.h>
#include <string.h>

#include "../../src/vault/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

/* Reads and writes one record; false when it is refused. */
static bool
again(uint8_t kind, StrView body, Str *out)
{
	Card card = {.kind = kind};
	Revision revision = {0};
	Work work = {0};
	SiteRecord site = {0};
	Publication publication = {0};
	Vocabulary vocabulary = {0};
	Str lines = {0};
	bool read = false;
	if (kind == OBJECT_REVISION)
		check(!(read = revision_decode(body, &revision, NULL)) || revision_encode(&revision, &card, out, NULL));
	else if (kind == OBJECT_WORK)
		check(!(read = work_decode(body, &work, NULL)) || work_encode(&work, &card, out, NULL));
	else if (kind == OBJECT_SITE)
		check(!(read = site_decode(body, &site, NULL)) || site_encode(&site, &card, out, NULL));
	else if (kind == OBJECT_PUBLICATION)
		check(!(read = publication_decode(body, &publication, NULL)) ||
			publication_encode(&publication, &card, out, NULL));
	else if (kind == OBJECT_VOCABULARY)
		check(!(read = vocabulary_decode(body, &vocabulary, NULL)) ||
			vocabulary_encode(&vocabulary, &card, out, NULL));
	else if (kind == OBJECT_SETTINGS)
		check(!(read = settings_decode(body, &lines, NULL)) || settings_encode(str_view(&lines), out, NULL));
	check(card.title.len <= CARD_TITLE_MAX && unicode_valid(str_view(&card.title)));
	revision_free(&revision);
	work_free(&work);
	site_record_free(&site);
	publication_free(&publication);
	vocabulary_free(&vocabulary);
	str_free(&lines);
	card_free(&card);
	return read;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	StrView body = {(const char *)data + 1, size - 1};
	Str first = {0}, second = {0};
	Card card = {.kind = data[0], .state = TOMBSTONE_KEPT};
	Verdict verdict = record_check(&card, body);
	check(verdict == VERDICT_OK || verdict == VERDICT_DAMAGED);
	if (again(data[0], body, &first)) {
		check(again(data[0], str_view(&first), &second));
		check(sv_equal(str_view(&first), str_view(&second)));
		check(first.len <= body.len);
	}
	str_free(&first);
	str_free(&second);
	return 0;
}

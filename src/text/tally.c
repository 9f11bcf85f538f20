/* Counts of a document from a line on. */
#include "meok/text.h"

#include <stdlib.h>

struct Tally {
	const Document *doc;
	size_t from_line;
	Counts counts;
};

Counts
document_count(const Document *doc, Span span)
{
	Str text = {0};
	document_copy(doc, span, &text);
	Counts counts = text_count(str_view(&text));
	str_free(&text);
	return counts;
}

Tally *
tally_new(const Document *doc, size_t from_line, Err *err)
{
	Tally *tally = calloc(1, sizeof *tally);
	if (tally == NULL) {
		err_memory(err);
		return NULL;
	}
	*tally = (Tally){doc, from_line, {0}};
	tally_edited(tally, NULL, err);
	return tally;
}

void
tally_free(Tally *tally)
{
	free(tally);
}

bool
tally_edited(Tally *tally, const Edit *edit, Err *err)
{
	(void)edit;
	(void)err;
	tally->counts = document_count(
		tally->doc, (Span){document_line_start(tally->doc, tally->from_line), document_length(tally->doc)});
	return true;
}

Counts
tally_counts(const Tally *tally)
{
	return tally->counts;
}

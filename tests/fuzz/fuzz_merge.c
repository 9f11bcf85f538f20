/* Merging: what one side alone did is done, what both did alike is done once, it makes no difference whose is whose, no
 * paragraph of either is lost whatever is chosen, and edits make one text into the other. The input is base, mine and
 * theirs, parted by bytes 0xFF. */
#include <stdlib.h>
#include <string.h>

#include "../../src/text/paragraphs.h"
#include "meok/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static bool
has_part(const Parts *parts, StrView part)
{
	for (size_t i = 0; i < parts->len; i++)
		if (sv_equal(parts->items[i].text, part))
			return true;
	return false;
}

static bool
in_conflict(const Merge *merge, StrView text, StrView part, bool mine)
{
	for (size_t i = 0; i < merge->len; i++) {
		const MergePlace *place = &merge->places[i];
		Span span = mine ? place->mine : place->theirs;
		if (place->side == MERGE_APART && sv_find(sv_slice(text, span.from, span.to), part, 0) != SIZE_MAX)
			return true;
	}
	return false;
}

/* Whether the other one wrote on in a part of mine: all letters of it are there, in the same order. */
static bool
was_begun(const Merge *merge, StrView text, StrView part, bool mine)
{
	for (size_t i = 0; i < merge->len; i++) {
		const MergePlace *place = &merge->places[i];
		Span span = mine ? place->mine : place->theirs;
		StrView less = sv_slice(text, span.from, span.to);
		StrView more = sv_slice(str_view(&merge->text), place->result.from, place->result.to);
		size_t at = 0;
		if (place->side != (mine ? MERGE_THEIRS : MERGE_MINE) || sv_find(less, part, 0) == SIZE_MAX)
			continue;
		for (size_t k = 0; k < more.len && at < less.len; k++)
			at += more.ptr[k] == less.ptr[at];
		if (at == less.len)
			return true;
	}
	return false;
}

/* Each paragraph of `text` that base does not have is in the result, or in a conflict. */
static void
check_kept(const Merge *merge, StrView text, const Parts *base, bool mine)
{
	Parts parts = {0};
	check(paragraphs_split(text, &parts));
	for (size_t i = 0; i < parts.len; i++) {
		StrView part = parts.items[i].text;
		check(has_part(base, part) || sv_find(str_view(&merge->text), part, 0) != SIZE_MAX ||
			in_conflict(merge, text, part, mine) || was_begun(merge, text, part, mine));
	}
	free(parts.items);
}

static void
check_places(const Merge *merge, StrView mine, StrView theirs)
{
	size_t end = 0, conflicts = 0;
	for (size_t i = 0; i < merge->len; i++) {
		const MergePlace *place = &merge->places[i];
		check(place->result.from >= end && place->result.from <= place->result.to);
		end = place->result.to;
		check(end <= merge->text.len);
		conflicts += place->side == MERGE_APART;
		StrView result = sv_slice(str_view(&merge->text), place->result.from, end);
		StrView a = sv_slice(mine, place->mine.from, place->mine.to);
		StrView b = sv_slice(theirs, place->theirs.from, place->theirs.to);
		check(place->side == MERGE_BOTH || sv_equal(result, place->side == MERGE_THEIRS ? b : a));
	}
	check(conflicts == merge->conflicts);
}

static void
check_choice(const Merge *merge, StrView mine, StrView theirs, MergeChoice choice)
{
	Str out = {0};
	MergeChoice *choices = calloc(merge->conflicts + 1, sizeof *choices);
	check(choices != NULL);
	for (size_t i = 0; i < merge->conflicts; i++)
		choices[i] = choice;
	check(merge_choose(merge, mine, theirs, choices, &out, NULL));
	if (choice == CHOOSE_MINE)
		check(sv_equal(str_view(&out), str_view(&merge->text)));
	for (size_t i = 0; i < merge->len; i++) {
		const MergePlace *place = &merge->places[i];
		StrView a = sv_slice(mine, place->mine.from, place->mine.to);
		StrView b = sv_slice(theirs, place->theirs.from, place->theirs.to);
		if (place->side != MERGE_APART)
			continue;
		check(choice == CHOOSE_THEIRS || sv_find(str_view(&out), a, 0) != SIZE_MAX);
		check(choice == CHOOSE_MINE || sv_find(str_view(&out), b, 0) != SIZE_MAX);
	}
	free(choices);
	str_free(&out);
}

static void
check_is(StrView base, StrView mine, StrView theirs, StrView wanted)
{
	Merge merge = {0};
	check(text_merge(&base, mine, theirs, &merge, NULL));
	check(merge.conflicts == 0 && sv_equal(str_view(&merge.text), wanted));
	merge_free(&merge);
}

static void
check_merge(const StrView *base, StrView mine, StrView theirs)
{
	Merge merge = {0}, turned = {0};
	Parts parts = {0};
	check(text_merge(base, mine, theirs, &merge, NULL));
	check(text_merge(base, theirs, mine, &turned, NULL));
	check(base == NULL || paragraphs_split(*base, &parts));
	check_kept(&merge, mine, &parts, true);
	check_kept(&merge, theirs, &parts, false);
	check_places(&merge, mine, theirs);
	for (MergeChoice choice = CHOOSE_MINE; choice <= CHOOSE_BOTH; choice++)
		check_choice(&merge, mine, theirs, choice);
	if (base != NULL) {
		check(merge.conflicts == turned.conflicts);
		check(merge.conflicts > 0 || sv_equal(str_view(&merge.text), str_view(&turned.text)));
	}
	free(parts.items);
	merge_free(&merge);
	merge_free(&turned);
}

static void
check_edits(StrView before, StrView after)
{
	TextEdits edits = {0};
	Str text = {0};
	check(text_edits(before, after, &edits, NULL));
	str_append(&text, before);
	for (size_t i = edits.len; i-- > 0;) {
		const TextEdit *edit = &edits.items[i];
		check(i == 0 || edits.items[i - 1].before.to <= edit->before.from);
		str_splice(
			&text, edit->before.from, edit->before.to, sv_slice(after, edit->after.from, edit->after.to));
	}
	check(sv_equal(str_view(&text), after));
	str_free(&text);
	text_edits_free(&edits);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	StrView rest = {(const char *)data, size}, raw;
	Str texts[3] = {{0}, {0}, {0}};
	for (size_t i = 0; i < 3 && sv_split(&rest, '\xFF', &raw); i++)
		check(unicode_clean(raw, &texts[i], NULL, NULL));
	StrView base = str_view(&texts[0]), mine = str_view(&texts[1]), theirs = str_view(&texts[2]);
	check_is(base, mine, base, mine);
	check_is(base, base, theirs, theirs);
	check_is(base, mine, mine, mine);
	check_merge(&base, mine, theirs);
	check_merge(NULL, mine, theirs);
	check_edits(base, mine);
	check_edits(mine, theirs);
	for (size_t i = 0; i < 3; i++)
		str_free(&texts[i]);
	return 0;
}

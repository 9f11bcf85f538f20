/* The document being edited: changes in normal form, undo, marks and snapshots over a piece tree. */
#include "history.h"

#include <stdlib.h>

struct Document {
	Pieces *pieces;
	Tree *root;
	uint64_t revision;
	Marks marks;
	History undo, redo;
	bool group_open; /* the last group of `undo` takes the next change */
	int group_depth; /* of begin without end */
};

struct Snapshot {
	Pieces *pieces;
	Tree *root;
};

Document *
document_new(StrView text, Err *err)
{
	StrView stored;
	Document *doc = calloc(1, sizeof *doc);
	if (doc != NULL)
		doc->pieces = calloc(1, sizeof *doc->pieces);
	if (doc == NULL || doc->pieces == NULL || !pieces_store(doc->pieces, text, &stored) ||
		!pieces_tree(doc->pieces, stored, &doc->root)) {
		document_free(doc);
		err_memory(err);
		return NULL;
	}
	return doc;
}

void
document_free(Document *doc)
{
	if (doc == NULL)
		return;
	if (doc->pieces != NULL) {
		history_free(&doc->undo, doc->pieces);
		history_free(&doc->redo, doc->pieces);
		pieces_free(doc->pieces);
	}
	marks_free(&doc->marks);
	free(doc->pieces);
	free(doc);
}

/* ---- Looking */

size_t
document_length(const Document *doc)
{
	return tree_bytes(doc->root);
}

size_t
document_lines(const Document *doc)
{
	return tree_newlines(doc->root) + 1;
}

uint64_t
document_revision(const Document *doc)
{
	return doc->revision;
}

StrView
document_chunk(const Document *doc, size_t pos)
{
	return tree_chunk(doc->root, pos);
}

void
document_copy(const Document *doc, Span span, Str *out)
{
	size_t len = document_length(doc);
	tree_copy(doc->root, span.from, span.to < len ? span.to : len, out);
}

size_t
document_line_start(const Document *doc, size_t line)
{
	if (line > tree_newlines(doc->root))
		return document_length(doc);
	return line == 0 ? 0 : tree_after_newline(doc->root, line);
}

size_t
document_line_at(const Document *doc, size_t pos)
{
	return tree_newlines_before(doc->root, pos);
}

/* The start of the code point that `pos` lies in. */
static size_t
rune_start(const Document *doc, size_t pos)
{
	if (pos >= document_length(doc))
		return document_length(doc);
	for (; pos > 0; pos--) {
		StrView chunk = tree_chunk(doc->root, pos);
		if (((unsigned char)chunk.ptr[0] & 0xC0) != 0x80)
			break;
	}
	return pos;
}

/* ---- Normal form across the joints */

/* A border between clusters is one that neither composition nor reordering crosses, so it is enough to normalise from
 * the last cluster before a change to the first one behind it. (Where a cut context shows a border inside an emoji or a
 * pair of flags, that holds as well.) */
enum { JOINT_WINDOW = 64 };

static bool
cluster_before(const Document *doc, size_t pos, Str *out)
{
	for (size_t want = JOINT_WINDOW;; want *= 4) {
		size_t from = pos > want ? rune_start(doc, pos - want) : 0;
		str_clear(out);
		tree_copy(doc->root, from, pos, out);
		if (out->failed)
			return false;
		size_t start = cluster_prev(str_view(out), out->len);
		if (start > 0 || from == 0) {
			str_splice(out, 0, start, (StrView){NULL, 0});
			return !out->failed;
		}
	}
}

static bool
cluster_after(const Document *doc, size_t pos, Str *out)
{
	for (size_t want = JOINT_WINDOW;; want *= 4) {
		size_t to = rune_start(doc, pos + want);
		str_clear(out);
		tree_copy(doc->root, pos, to, out);
		if (out->failed)
			return false;
		size_t end = cluster_next(str_view(out), 0);
		if (end < out->len || to == document_length(doc)) {
			str_truncate(out, end);
			return true;
		}
	}
}

/* Sets `out` to the NFC of before, text, after, where each of them is in NFC. The middle of a long text is not looked
 * at. */
static bool
normalise(StrView before, StrView text, StrView after, Str *out, Err *err)
{
	Str joint = {0};
	size_t head = cluster_next(text, 0), tail = cluster_prev(text, text.len);
	if (tail < head)
		head = tail = text.len;
	str_append(&joint, before);
	str_append(&joint, sv_slice(text, 0, head));
	if (head < text.len) {
		bool ok = str_ok(&joint, err) && unicode_nfc(str_view(&joint), out, err);
		str_append(out, sv_slice(text, head, tail));
		str_clear(&joint);
		joint.failed = joint.failed || !ok;
	}
	str_append(&joint, sv_slice(text, tail, text.len));
	str_append(&joint, after);
	bool done = str_ok(&joint, err) && unicode_nfc(str_view(&joint), out, err) && str_ok(out, err);
	str_free(&joint);
	return done;
}

/* How many bytes at the start (or end) of both are the same, whole code points only. */
static size_t
common_start(StrView a, StrView b)
{
	size_t n = 0, len = a.len < b.len ? a.len : b.len;
	while (n < len && a.ptr[n] == b.ptr[n])
		n++;
	while (n > 0 && ((n < a.len && ((unsigned char)a.ptr[n] & 0xC0) == 0x80) ||
				(n < b.len && ((unsigned char)b.ptr[n] & 0xC0) == 0x80)))
		n--;
	return n;
}

static size_t
common_end(StrView a, StrView b)
{
	size_t n = 0, len = a.len < b.len ? a.len : b.len;
	while (n < len && a.ptr[a.len - 1 - n] == b.ptr[b.len - 1 - n])
		n++;
	while (n > 0 && ((unsigned char)a.ptr[a.len - n] & 0xC0) == 0x80)
		n--;
	return n;
}

/* ---- Changes */

/* Puts `with` in the place of [at, at + removed) of *root and returns what was there: at most four tree operations. */
static Tree *
exchange(Document *doc, Tree **root, size_t at, size_t removed, Tree *with)
{
	Tree *left, *middle, *right;
	tree_split(doc->pieces, *root, at, &left, &right);
	tree_split(doc->pieces, right, removed, &middle, &right);
	*root = tree_join(doc->pieces, tree_join(doc->pieces, left, with), right);
	return middle;
}

/* The same with a short text, which may become a part of the piece before it. */
static Tree *
exchange_text(Document *doc, Tree **root, size_t at, size_t removed, StrView stored)
{
	Tree *left, *middle, *right;
	tree_split(doc->pieces, *root, at, &left, &right);
	tree_split(doc->pieces, right, removed, &middle, &right);
	*root = tree_join(doc->pieces, tree_append(doc->pieces, left, stored), right);
	return middle;
}

enum { CHANGE_OPERATIONS = 8 }; /* four to exchange, four for the history */

static bool
commit(Document *doc, size_t at, size_t removed, StrView text, Span asked, Err *err)
{
	StrView stored;
	Tree *with = NULL;
	if (!pieces_store(doc->pieces, text, &stored) ||
		(text.len > PIECE_MAX && !pieces_tree(doc->pieces, stored, &with)))
		return err_memory(err);
	if (!history_reserve(&doc->undo, doc->group_open) ||
		!pieces_reserve(doc->pieces, doc->root, with, CHANGE_OPERATIONS) ||
		!pieces_reserve(doc->pieces, doc->root, history_last(&doc->undo, doc->group_open), CHANGE_OPERATIONS)) {
		tree_release(doc->pieces, with);
		return err_memory(err);
	}
	Edit edit = {at, removed, text.len};
	history_free(&doc->redo, doc->pieces);
	Tree *old = with != NULL ? exchange(doc, &doc->root, at, removed, with)
				 : exchange_text(doc, &doc->root, at, removed, stored);
	history_add(&doc->undo, doc->group_open, doc->pieces, edit, old, &doc->marks);
	doc->group_open = true;
	marks_move(&doc->marks, edit, asked);
	doc->revision++;
	return true;
}

bool
document_replace(Document *doc, Span span, StrView text, Edit *edit, Err *err)
{
	span.to = rune_start(doc, span.to);
	span.from = rune_start(doc, span.from < span.to ? span.from : span.to);
	Edit did = {span.from, 0, 0};
	Str before = {0}, after = {0}, whole = {0};
	bool done = true;
	if (span.from < span.to || text.len > 0) {
		done = cluster_before(doc, span.from, &before) && cluster_after(doc, span.to, &after);
		if (!done)
			err_memory(err);
		done = done && normalise(str_view(&before), text, str_view(&after), &whole, err);
	}
	if (done && (span.from < span.to || text.len > 0)) {
		StrView result = str_view(&whole);
		size_t same_start = common_start(result, str_view(&before));
		result = sv_slice(result, same_start, result.len);
		size_t same_end = common_end(result, str_view(&after));
		result.len -= same_end;
		did.at = span.from - (before.len - same_start);
		did.removed = span.to + (after.len - same_end) - did.at;
		did.inserted = result.len;
		done = commit(doc, did.at, did.removed, result, span, err);
	}
	str_free(&before);
	str_free(&after);
	str_free(&whole);
	if (done && edit != NULL)
		*edit = did;
	return done;
}

bool
document_insert(Document *doc, size_t pos, StrView text, Edit *edit, Err *err)
{
	return document_replace(doc, (Span){pos, pos}, text, edit, err);
}

bool
document_delete(Document *doc, Span span, Edit *edit, Err *err)
{
	return document_replace(doc, span, (StrView){NULL, 0}, edit, err);
}

/* ---- Undo and redo */

void
document_group_begin(Document *doc)
{
	if (doc->group_depth++ == 0)
		doc->group_open = false;
}

void
document_group_end(Document *doc)
{
	if (doc->group_depth > 0)
		doc->group_depth--;
	if (doc->group_depth == 0)
		doc->group_open = false;
}

/* Widens `all`, which came first, so that it covers `next` too. */
static Edit
cover(Edit all, Edit next)
{
	size_t all_end = all.at + all.inserted, next_end = next.at + next.removed;
	size_t from = all.at < next.at ? all.at : next.at, to = all_end > next_end ? all_end : next_end;
	return (Edit){from, to - from - all.inserted + all.removed, to - from - next.removed + next.inserted};
}

/* The change that comes i-th when a group is taken back (the last first) or done again. */
static Change *
change_in_order(const Group *group, bool backwards, size_t i)
{
	return &group->items[backwards ? group->len - 1 - i : i];
}

/* Makes the text that swapping every change of the group gives; olds[i] is what the i-th change took out. */
static bool
swap_texts(Document *doc, const Group *group, bool backwards, Tree **root, Tree **olds)
{
	*root = tree_retain(doc->root);
	for (size_t i = 0; i < group->len; i++) {
		const Change *change = change_in_order(group, backwards, i);
		if (!pieces_reserve(doc->pieces, *root, change->removed, CHANGE_OPERATIONS)) {
			while (i > 0)
				tree_release(doc->pieces, olds[--i]);
			tree_release(doc->pieces, *root);
			return false;
		}
		olds[i] = exchange(doc, root, change->at, change->inserted, tree_retain(change->removed));
	}
	return true;
}

/* Turns a change whose text has been swapped into its own opposite, and moves the marks. */
static Edit
turn_round(Document *doc, Change *change, Tree *old)
{
	Edit edit = {change->at, change->inserted, tree_bytes(change->removed)};
	MarkMemory memory = {0};
	if (edit.removed > 0)
		memory_add(&memory, &doc->marks, (Span){edit.at, edit.at + edit.removed}, 0);
	marks_move(&doc->marks, edit, (Span){edit.at, edit.at + edit.removed});
	memory_restore(&change->marks, &doc->marks, edit.at);
	memory_free(&change->marks);
	tree_release(doc->pieces, change->removed);
	*change = (Change){.at = edit.at, .inserted = edit.inserted, .removed = old, .marks = memory};
	return edit;
}

static bool
swap_group(Document *doc, History *from, History *to, bool backwards, Edit *edit)
{
	if (from->len == 0)
		return false;
	Group *group = &from->items[from->len - 1];
	Tree *root, **olds = calloc(group->len, sizeof *olds);
	if (olds == NULL || !history_reserve(to, false) || !swap_texts(doc, group, backwards, &root, olds)) {
		free(olds);
		return false;
	}
	free(to->items[to->len].items); /* the room for one change: the whole group moves there */
	to->items[to->len++] = *group;
	*group = (Group){0};
	from->len--;
	tree_release(doc->pieces, doc->root);
	doc->root = root;
	group = &to->items[to->len - 1];
	Edit all = turn_round(doc, change_in_order(group, backwards, 0), olds[0]);
	for (size_t i = 1; i < group->len; i++)
		all = cover(all, turn_round(doc, change_in_order(group, backwards, i), olds[i]));
	free(olds);
	doc->group_open = false;
	doc->revision++;
	if (edit != NULL)
		*edit = all;
	return true;
}

bool
document_can_undo(const Document *doc)
{
	return doc->undo.len > 0;
}

bool
document_can_redo(const Document *doc)
{
	return doc->redo.len > 0;
}

bool
document_undo(Document *doc, Edit *edit)
{
	return swap_group(doc, &doc->undo, &doc->redo, true, edit);
}

bool
document_redo(Document *doc, Edit *edit)
{
	return swap_group(doc, &doc->redo, &doc->undo, false, edit);
}

/* ---- Marks */

int
document_mark_add(Document *doc, size_t pos, MarkSide side)
{
	return marks_add(&doc->marks, rune_start(doc, pos), side);
}

size_t
document_mark(const Document *doc, int mark)
{
	return mark >= 0 && (size_t)mark < doc->marks.len ? doc->marks.items[mark].pos : 0;
}

void
document_mark_set(Document *doc, int mark, size_t pos)
{
	marks_set(&doc->marks, mark, rune_start(doc, pos));
}

void
document_mark_remove(Document *doc, int mark)
{
	marks_remove(&doc->marks, mark);
}

/* ---- Snapshots */

Snapshot *
document_snapshot(const Document *doc, Err *err)
{
	Snapshot *snapshot = malloc(sizeof *snapshot);
	if (snapshot == NULL) {
		err_memory(err);
		return NULL;
	}
	*snapshot = (Snapshot){doc->pieces, tree_retain(doc->root)};
	return snapshot;
}

bool
snapshot_text(const Snapshot *snapshot, Str *out, Err *err)
{
	tree_copy(snapshot->root, 0, tree_bytes(snapshot->root), out);
	return str_ok(out, err);
}

StrView
snapshot_chunk(const Snapshot *snapshot, size_t pos)
{
	return tree_chunk(snapshot->root, pos);
}

void
snapshot_free(Snapshot *snapshot)
{
	if (snapshot == NULL)
		return;
	tree_release(snapshot->pieces, snapshot->root);
	free(snapshot);
}

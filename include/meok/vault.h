/* vault: everything a writer owns, sealed. Keys, sealed objects, and the drafts, works, sites, publication records and
 * settings that are stored in them. The format is meok-vault(5). It knows no document, no socket and no terminal.
 *
 * A vault is a set of immutable objects named by random ids; the union of two copies of a vault is a vault. Each thing
 * (draft, work, site, …) is a chain of objects with the same subject; its state is its head: the object that no other
 * names as parent (highest Lamport counter, then id, when there are several).
 */
#ifndef MEOK_VAULT_H
#define MEOK_VAULT_H

#include <stdatomic.h>

#include "meok/base.h"

typedef struct Vault Vault;

/* ---- Opening (open.c) */

typedef enum KdfCost {
	KDF_INTERACTIVE, /* 64 MiB, 2 passes */
	KDF_MODERATE,    /* 256 MiB, 3 passes; the default */
	KDF_SENSITIVE,   /* 1 GiB, 4 passes */
} KdfCost;

/* Makes a vault in `dir` (made when missing, else it must be empty) with one passphrase slot. At most a quarter of the
 * machine's memory is used for Argon2id whatever the cost says (but never under 64 MiB). ERR_USAGE: a vault is already
 * there, the folder is not empty, or the passphrase is empty or not UTF-8. On failure no file is left behind, and empty
 * folders at most, which the next try uses. */
bool vault_create(const Sys *sys, const char *dir, StrView passphrase, KdfCost cost, Err *err);
/* The same, and opens it with the keys that were just derived: one wait instead of two. */
Vault *
vault_create_open(const Sys *sys, const char *dir, const char *state, StrView passphrase, KdfCost cost, Err *err);

/* Opens with a passphrase or a recovery key (told apart by form, then tried as a passphrase). ERR_NOT_FOUND: no vault
 * there. ERR_PASSPHRASE: no slot opens; the message says when a recovery key has a slip in it. ERR_DAMAGED: the slots
 * are damaged or of a newer version. ERR_FAILED: the folder is a symbolic link. Takes a second: that is Argon2id.
 * `state`: where this device keeps folders of what it remembers, one for each vault (made when missing): index and
 * journals. NULL or empty: it remembers nothing. */
Vault *vault_open(const Sys *sys, const char *dir, const char *state, StrView secret, Err *err);
/* Zeroes the keys. NULL is allowed. */
void vault_close(Vault *vault);
/* How hard a passphrase is to guess (strength.c, over zxcvbn; Hangul counts as the keys under it): 0 empty, 1 weak, 2
 * fair, 3 good, 4 strong. A hint, never a refusal. Looks at the first 64 bytes, and the first 40 keys under them, only.
 */
int vault_strength(StrView passphrase);
/* ERR_NOT_FOUND: there is no vault. With any other error nobody can tell. */
bool vault_find(const Sys *sys, const char *dir, Err *err);
bool vault_exists(const Sys *sys, const char *dir); /* true as well when nobody can tell: opening it says why */
/* True when the system let the keys be locked into memory (RLIMIT_MEMLOCK). */
bool vault_memory_locked(const Vault *vault);
/* False when the folder, or the disk it is on, may only be read. */
bool vault_may_write(const Vault *vault);
/* Adds a slot for a new random recovery key and shows it: base32 in 13 groups of four and a check group, joined with
 * hyphens. Wipe `shown` after use. */
bool vault_recovery_key(Vault *vault, Str *shown, Err *err);

/* ---- What is there (scan.c, entries.c) */

typedef enum ObjectKind { /* values are the file format's */
	OBJECT_REVISION = 1,
	OBJECT_WORK = 2,
	OBJECT_ATTACHMENT = 3,
	OBJECT_SITE = 4,
	OBJECT_PUBLICATION = 5,
	OBJECT_JOB = 6,
	OBJECT_FRAGMENT = 7,
	OBJECT_SETTINGS = 8,
	OBJECT_TOMBSTONE = 9,
	OBJECT_PACK = 10,
	OBJECT_VOCABULARY = 11,
	OBJECT_KEYS = 12, /* of former epochs; in no list */
} ObjectKind;

/* What a list shows of a subject, read from the card of its head alone. */
typedef struct Entry {
	ObjectKind kind;
	Id subject;         /* the draft, work, site, …; a draft's is the id of its first revision */
	Id head;            /* the newest object of the chain */
	Id other_head;      /* the next one when the chain has split, else ID_NONE */
	int64_t created_ms; /* of the oldest object that is there */
	int64_t changed_ms;
	Str title; /* draft: title, or how the text begins; work, site: name; fragment: first line, or the file's name;
		      cut at 400 bytes */
	uint32_t characters; /* draft: clusters of the body; fragment: of the text */
	Id work, site;       /* draft: as in Revision */
	size_t revisions;    /* objects in the chain */
	bool trashed;
	int64_t trashed_ms; /* 0: it is not */
	Id draft, revision; /* publication: of which draft, and the revision last sent whole */
	int phase;          /* publication: a PublishPhase; else 0 */
} Entry;

typedef struct Damage {
	Str path;   /* inside the vault folder; of a journal, which is not, the whole one */
	Id object;  /* from the file's name; ID_NONE when the name is not one */
	Id subject; /* known when the card could be read or an earlier object of the same id names it, else ID_NONE */
	Str title;  /* of the subject where it is known */
	Err reason;
} Damage;

/* Reads the cards of all objects again (vault_open has done it once). Damaged objects are listed, not an error. */
bool vault_scan(Vault *vault, Err *err);
/* Takes in what other sessions and tools have added or removed, without reading what is known again: cheap. Saving a
 * work, site, publication, vocabulary or settings does it first, so that two sessions write into one chain. */
bool vault_refresh(Vault *vault, Err *err);
/* Keeps other meoks on this machine from holding the vault, and takes in what they wrote: what is not to be done twice
 * (publishing) is done meanwhile. Waits ten seconds at most. ERR_FAILED: another one holds it. Ends with vault_release
 * (nothing when it is not held), vault_close, or the process. */
bool vault_hold(Vault *vault, Err *err);
/* The same without waiting: *held says whether it worked. False only for errors other than somebody else's hold. */
bool vault_try_hold(Vault *vault, bool *held, Err *err);
void vault_release(Vault *vault);
/* Entries of one kind, newest change first, trashed ones included. Valid until the next scan, refresh, save or removal.
 * NULL only when memory ran out; *count is then 0. */
const Entry *const *vault_entries(Vault *vault, ObjectKind kind, size_t *count);
const Entry *vault_entry(Vault *vault, ObjectKind kind, Id subject); /* NULL when there is none */
/* The publications of one draft, valid as long as vault_entries. NULL only when memory ran out; *count is then 0. */
const Entry *const *vault_draft_publications(Vault *vault, Id draft, size_t *count);
/* What the last scan, refresh or check found, and journals that were met since. Valid until the next such call. */
const Damage *vault_damage(const Vault *vault, size_t *count);
/* Opens and verifies every object whole; replaces the damage list, which then holds files that do not belong in
 * objects/ and half-destroyed key slots too. *objects: how many objects there are, damaged ones included. */
bool vault_check(Vault *vault, size_t *objects, Err *err);

/* ---- Drafts (draft.c) */

typedef enum Comments { COMMENTS_DEFAULT, COMMENTS_OPEN, COMMENTS_CLOSED } Comments;

/* One saved state of a draft. A plain value that owns its strings. */
typedef struct Revision {
	Id draft;  /* ID_NONE in a draft that was never saved: saving gives it one */
	Id object; /* of this revision; filled by load and save */
	Id base;   /* the head its text grew out of; filled by load and save. ID_NONE: all heads there are */
	Id merged; /* set it to another head whose text was taken in; it becomes the second parent */
	Id parents[2];
	int parent_count;
	int64_t time_ms;
	bool automatic;  /* saved by the program, not asked for; set it before each save */
	int64_t date_ms; /* the next save bears this time in place of now, and sets it to 0; 0: now */
	Str title, subtitle, body;
	StrList keywords; /* in the writer's order */
	Id work;          /* ID_NONE: a single article */
	Comments comments;
	Id site;     /* where it is meant to go; ID_NONE: not decided */
	Str source;  /* path of the file it came from, or empty */
	Str unknown; /* fields of a newer version, kept and written back */
} Revision;

void revision_free(Revision *revision);
bool revision_copy(Revision *to, const Revision *from, Err *err);
/* True when nothing a writer set differs (ids, times and parents aside). */
bool revision_same(const Revision *a, const Revision *b);
/* Seals and stores a new revision whose parents are `base` and `merged`; with no base, the draft's heads. A head that
 * came from another machine after the text was loaded is never made a parent unseen: the draft splits
 * (Entry.other_head) until a save names it in `merged`. Text that equals the single head writes nothing. An automatic
 * revision replaces the automatic one before it of the same session. Fills draft, object, base, parents, time, clears
 * merged. When it returns true the revision survives power loss; when false nothing changed. ERR_USAGE: text that is
 * not valid UTF-8. */
bool vault_save_draft(Vault *vault, Revision *revision, Err *err);
/* The head of a draft. ERR_NOT_FOUND; ERR_DAMAGED names the draft by its title where the card could be read. */
bool vault_load_draft(Vault *vault, Id draft, Revision *out, Err *err);
bool vault_load_revision(Vault *vault, Id object, Revision *out, Err *err);
typedef struct RevisionEntry {
	Id object;
	int64_t time_ms;
	bool automatic, head;
	bool packed;    /* it is in a pack */
	bool published; /* readers have it, or had it */
	uint32_t characters;
} RevisionEntry;
/* All revisions of a draft that are there, newest first. Free *out with free(). A pack that is damaged hides its own
 * alone. */
bool vault_history(Vault *vault, Id draft, RevisionEntry **out, size_t *count, Err *err);
/* To the trash and back. */
bool vault_trash_draft(Vault *vault, Id draft, Err *err);
bool vault_restore_draft(Vault *vault, Id draft, Err *err);

/* ---- The journal (journal.c): every change to a draft, sealed, before it is drawn
 * One file for one draft on the desk, in the state folder, held by its session until the process ends. Entries are
 * added in memory, then sealed and written in one call; what was written survives the process, what was synchronised
 * survives power loss. */

typedef struct Journal Journal;

typedef enum JournalStep {    /* values are the file format's */
	STEP_BEGIN = 1,       /* of every journal the first: draft, revision (none: an empty draft), time_ms */
	STEP_REPLACE = 2,     /* bytes [from, to) of the text became `text`; `length` is that of the text afterwards */
	STEP_GROUP_BEGIN = 3, /* of undo */
	STEP_GROUP_END = 4,
	STEP_UNDO = 5, /* `length` afterwards */
	STEP_REDO = 6,
	STEP_CURSOR = 7,   /* cursor, anchor, selecting: where they are when they are not behind the last change */
	STEP_SETTINGS = 8, /* keywords, work, comments, site of *settings; its texts are not looked at */
	STEP_SAVED = 9,    /* all up to here is `revision` of `draft`, saved at time_ms */
	STEP_LEFT = 10, /* the session ended as it was told to, at time_ms: nothing was lost that would need saying */
} JournalStep;

typedef struct JournalEntry {
	JournalStep step;
	size_t from, to, length;
	StrView text; /* borrowed */
	size_t cursor, anchor;
	bool selecting;
	Id draft, revision;
	int64_t time_ms;
	const Revision *settings; /* borrowed */
} JournalEntry;

/* A journal that begins with `begin`; the file is there and durable when it returns. NULL when it cannot be;
 * a vault without a state folder has no journals: ERR_FAILED. */
Journal *journal_new(Vault *vault, const JournalEntry *begin, Err *err);
/* In memory only. False when memory ran out, or the text is not valid UTF-8 (ERR_USAGE); the entry is then not in it.
 */
bool journal_add(Journal *journal, const JournalEntry *entry, Err *err);
/* Seals what was added since and writes it. On failure it is kept and written with the next call. When the file has
 * failed, or the last journal_sync, everything goes into a new file: it is then durable. False as well, as a warning,
 * while there is no space but what was reserved ahead: all is written then. */
bool journal_write(Journal *journal, Err *err);
bool journal_is_synced(const Journal *journal); /* nothing was written since the last journal_sync began */
/* fdatasync; the one function that may run on another thread while the others are called (not journal_close). */
bool journal_sync(Journal *journal, Err *err);
uint64_t journal_size(const Journal *journal); /* bytes of the file: a caller begins a new one when it is long */
/* Ends it: writes and synchronises what is left and keeps the file for the next session, or removes it when all of it
 * is in a revision. Frees in any case. NULL allowed. */
bool journal_close(Journal *journal, bool keep, Err *err);

typedef struct JournalFound {
	Id id, draft;    /* draft: ID_NONE when it was never saved (STEP_SAVED counts) */
	int64_t time_ms; /* when it was last written: the file's, or that of the last entry that has one */
	bool left;       /* ended with STEP_LEFT */
} JournalFound;
/* Journals that no session holds, newest first. What cannot be opened at all is set aside under another name and told
 * in vault_damage; what a newer meok may have made, or could not be read this time, is told there and stays. Free *out
 * with free(). */
bool vault_journals(Vault *vault, JournalFound **out, size_t *count, Err *err);
typedef bool JournalEntryFn(void *data, const JournalEntry *entry, Err *err);
/* Gives all whole groups of entries, in order; a torn end is left out. *whole (may be NULL): false when a complete
 * record did not open: journal_resume and vault_remove_journal then set the file aside, with the rest in it, and note
 * that in vault_damage. False when it cannot be read or `each` returned false. */
bool journal_read(Vault *vault, Id journal, JournalEntryFn *each, void *data, bool *whole, Err *err);
/* Goes on with one that journal_read has read: a new file with the same entries under a new key, in place of the old.
 */
Journal *journal_resume(Vault *vault, Id journal, Err *err);
/* All of it is in a revision. ERR_FAILED when a session holds it; one that is gone is fine. */
bool vault_remove_journal(Vault *vault, Id journal, Err *err);

/* ---- The index (index.c): what this device remembers of the vault
 * A sealed cache of all cards in the state folder, and the memory of every object that was seen here. Without a state
 * folder nothing is remembered; an index that is lost, damaged or old is made anew from the objects without a word. */

/* An object that this device has seen, that is gone, and whose absence nothing that is there explains. */
typedef struct Missing {
	Id object, subject;
	ObjectKind kind;
	Str title; /* of the subject where it is known */
	int64_t time_ms;
	bool was_head; /* what the subject was last known to be; else a revision of the past */
} Missing;
/* Valid until the next scan, refresh, check or accept. */
const Missing *vault_missing(const Vault *vault, size_t *count);
/* What was last known to be the newest text of a draft is among them: what is there is older. */
bool vault_newest_is_missing(const Vault *vault, Id draft);
/* Most of what is remembered is gone: the folder is an older or another copy, and that is the one thing to say. */
bool vault_is_rolled_back(const Vault *vault);
/* The writer knows: they are forgotten. False when that could not be written; they are asked about again then. */
bool vault_accept_missing(Vault *vault, Err *err);

/* A key slot that came, went or changed (both) since this device last made or accepted the slots that there are: an old
 * passphrase may open the vault again. */
typedef struct SlotChange {
	Str name; /* of the file in keys/ */
	bool came, went;
} SlotChange;
/* As of vault_open or the last vault_check. Valid until the next vault_check or accept. */
const SlotChange *vault_slots_changed(const Vault *vault, size_t *count);
bool vault_accept_slots(Vault *vault, Err *err);

/* Where the cursor of a draft was, in bytes of its body. In memory; the newest 1,000 are written with the index. */
void vault_set_place(Vault *vault, Id draft, size_t cursor);
bool vault_place(const Vault *vault, Id draft, size_t *cursor); /* false: not known */

/* Writes the index when something in it changed; vault_close does it too, and is silent when it cannot. Nothing that
 * was written is lost without it. Off the key path: some milliseconds. */
bool vault_save_index(Vault *vault, Err *err);

/* ---- History, packs, the trash (pack.c)
 * Old revisions become fewer with time: every one for a day, one an hour for a week, one a day for 90 days, one a week
 * after. The first one, heads, and what readers ever had stay for ever. What stays of them is merged into packs. */

/* Thins and packs the old revisions of a draft, when there are enough of them. Nothing while the draft is split.
 * *removed (may be NULL): how many files it has less. */
bool vault_tidy(Vault *vault, Id draft, size_t *removed, Err *err);
/* The same for the drafts that need it most, at most so many: for a quiet moment. Nothing when another session holds
 * the vault. */
bool vault_tidy_some(Vault *vault, size_t most, Err *err);
/* A draft that is in the trash, with its history and what is known of its publications, for good. ERR_USAGE when it is
 * not in the trash. What blogs have of it stays there. */
bool vault_destroy_draft(Vault *vault, Id draft, Err *err);

/* ---- Drafts changed in two places (heads.c) */

/* The heads of a draft, newest first: more than one when it was changed in several places at once. Free *out with
 * free(). */
bool vault_heads(const Vault *vault, Id draft, Id **out, size_t *count, Err *err);
/* Its heads are not all the same text. Reads them only when there are several. */
bool vault_is_split(const Vault *vault, Id draft);
/* The newest revision that both `mine` (its base, whatever was changed since) and the revision `other` grew out of,
 * each of them included, and a second one that the first did not grow out of: there is one when both had taken the
 * other in before. ID_NONE when none is known, because parents are missing. */
bool vault_common(const Vault *vault, const Revision *mine, Id other, Id out[2], Err *err);

/* ---- Passphrases and keys (rekey.c) */

/* A slot for another passphrase takes the place of all passphrase slots; recovery keys stay. The new one is saved, and
 * opened again from the disk, before an old one is removed: whenever it is cut short, the old or the new passphrase
 * opens. Who forgot it opens with a recovery key first. Old copies of the vault still open with the old passphrase, and
 * with what they give everything, until vault_rekey. Hold the vault meanwhile. Of the vault it only reads what does not
 * change, so that it may run on another thread while the vault is read and saved to. When it fails nothing has changed,
 * or the message says that the new passphrase opens already. ERR_USAGE: as vault_create. Takes two derivations. */
bool vault_change_passphrase(Vault *vault, StrView passphrase, KdfCost cost, Err *err);
/* A new master key, and all objects sealed again under it (*resealed of them; may be NULL). Only the passphrase opens
 * the vault from then on: recovery keys have to be made anew. What is cut short after the new slot is in the folder is
 * finished a little with every save, or by the next vault_rekey. Other sessions have to open the vault again. Hold the
 * vault meanwhile. When it fails, the old slots open the vault as before, or the message says that the new one does. */
bool vault_rekey(Vault *vault, StrView passphrase, KdfCost cost, size_t *resealed, Err *err);
/* True when there is a slot for a recovery key. */
bool vault_has_recovery_key(Vault *vault);
/* Two machines that rekeyed at the same time made two keys: takes in that of the other one, which its passphrase gives,
 * and keeps it, so that everything can be read again. ERR_PASSPHRASE: that secret opens no slot of this vault. */
bool vault_join_keys(Vault *vault, StrView other_secret, Err *err);

/* ---- Fragments (drop.c, fragment.c): thoughts and pictures that are no draft yet */

enum { FRAGMENT_BYTES_MAX = (16 << 20) - 4096 }; /* of its text, name and bytes together */

typedef struct Fragment {
	Id id;
	Str text;
	Str name;        /* of the file it was, without folders; empty: it was none */
	Str media_type;  /* of `bytes`: "image/png" */
	Str bytes;       /* of a file that is no text, such as a picture */
	int64_t time_ms; /* when it was dropped or written; 0 when it is saved: now */
	Str unknown;
} Fragment;
void fragment_free(Fragment *fragment);
/* Seals a fragment to the vault in `dir` without a passphrase, also while others have it open: the next session that
 * opens or refreshes it takes it in. Fills id and time. `state` as in vault_open. When it returns true the fragment
 * survives power loss. ERR_NOT_FOUND: there is no vault, or it has no drop key yet (opening it makes one). ERR_DAMAGED:
 * the drop key is not the one that this device has seen, or damaged. ERR_USAGE: nothing in it, too long, or not UTF-8.
 */
bool vault_drop(const Sys *sys, const char *dir, const char *state, Fragment *fragment, Err *err);
/* Takes dropped fragments in, as opening and every refresh do; no more than some at a time: *waiting (may be NULL)
 * tells how many were left for the next. What cannot be taken in stays and is told in vault_damage. */
bool vault_collect_drops(Vault *vault, size_t *waiting, Err *err);
/* A new fragment, made inside meok. Fills id and time. */
bool vault_save_fragment(Vault *vault, Fragment *fragment, Err *err);
bool vault_load_fragment(Vault *vault, Id id, Fragment *out, Err *err);
/* To the trash and back. */
bool vault_remove_fragment(Vault *vault, Id id, Err *err);
bool vault_restore_fragment(Vault *vault, Id id, Err *err);
/* One that is in the trash, for good. ERR_USAGE when it is not in the trash. */
bool vault_destroy_fragment(Vault *vault, Id id, Err *err);

/* ---- Reading many drafts (sweep.c)
 * The texts of all drafts as they are now, opened on all processors at once. What a sweep is told to keep is not read
 * again by its next run: for a search while it is typed. */

typedef struct Sweep Sweep;
typedef struct SweepText {
	Id draft, revision;
	StrView title, subtitle, body, source; /* as they were saved: not looked at whether they are valid UTF-8 */
	StrView fields;                        /* for sweep_keyword */
} SweepText;
/* The next keyword of a text; *at begins with 0. */
bool sweep_keyword(const SweepText *text, size_t *at, StrView *keyword);

/* `keep`: at most so many bytes of texts stay in memory from one run to the next; they are wiped with the sweep. */
Sweep *sweep_new(size_t keep, Err *err);
void sweep_free(Sweep *sweep); /* NULL allowed */
/* Takes the heads of all drafts anew, trashed ones included, newest first; of a draft that is split all of them. What
 * is kept of those that are still there stays. All are wanted. */
bool sweep_list(Sweep *sweep, Vault *vault, Err *err);
size_t sweep_count(const Sweep *sweep);
const Id *sweep_draft(const Sweep *sweep, size_t at); /* valid until the next sweep_list */
void sweep_want(Sweep *sweep, size_t at, bool wanted);
/* Gives each wanted text to `each`, in no order and from several threads at once; a text is valid until `each` returns.
 * Neither it nor sweep_failed looks at the vault, which may be used, and closed, meanwhile on another thread. Ends
 * early when *stop (may be NULL) becomes true. `each` may be NULL: then only what can be kept is read, for the next
 * run. */
typedef void SweepFn(void *data, size_t at, const SweepText *text);
void sweep_run(Sweep *sweep, const atomic_bool *stop, SweepFn *each, void *data);
/* The last run could not read it: it is damaged, or was replaced by another one since sweep_list. */
bool sweep_failed(const Sweep *sweep, size_t at);
/* Gives the newest text of that draft to `each`, read on this thread out of the vault. Errors as vault_load_draft. */
bool sweep_again(Sweep *sweep, Vault *vault, size_t at, SweepFn *each, void *data, Err *err);

/* ---- Works, sites, publication records, vocabularies, settings (records.c) */

typedef struct Work {
	Id id; /* ID_NONE before the first save */
	Str name, blurb;
	Id *chapters; /* drafts in order; membership is the draft's own field, this is the order */
	size_t chapter_count;
	uint32_t limit;    /* chapters planned; 0: none */
	Str cadence;       /* the writer's words; empty: none */
	Comments comments; /* default for its drafts */
	Id site;           /* default for its drafts */
	Str unknown;
} Work;
void work_free(Work *work);
bool work_add_chapter(Work *work, Id draft, Err *err); /* at the end; nothing when it is there */
size_t work_chapter(const Work *work, Id draft);       /* its number from 1; 0 when it is not listed */
bool vault_save_work(Vault *vault, Work *work, Err *err);
bool vault_load_work(Vault *vault, Id id, Work *out, Err *err);

typedef struct SiteRecord {
	Id id;
	Str name;     /* what the writer calls it */
	Str driver;   /* "wordpress", "folder", … */
	Str endpoint; /* REST root or folder */
	Str address;  /* what readers open */
	Str user, secret;
	Str ca_file;            /* extra trust anchor, or empty */
	Str flavour;            /* folder: "plain" or "hugo" */
	uint32_t keyword_limit; /* 0: none */
	bool may_publish;       /* false: the account hands in for review */
	bool closed_vocabulary; /* only listed keywords are taken */
	Str unknown;
} SiteRecord;
void site_record_free(SiteRecord *site);
bool vault_save_site(Vault *vault, SiteRecord *site, Err *err);
bool vault_load_site(Vault *vault, Id id, SiteRecord *out, Err *err);
/* The site leaves every list and its credential is destroyed: the objects that hold it are removed. */
bool vault_remove_site(Vault *vault, Id id, Err *err);

/* How far a publication got. A retry begins by looking at it. */
typedef enum PublishPhase { /* values are the file format's */
	PHASE_INTENT = 1,   /* the token is chosen; nothing was sent yet, or the answer was lost */
	PHASE_CREATED = 2,  /* the hidden draft is on the server, remote_id is known */
	PHASE_FILLED = 3,   /* it holds the whole article and its final address, still hidden */
	PHASE_PUBLIC = 4,
	PHASE_REVIEW = 5,     /* handed in for review */
	PHASE_SITE_DRAFT = 6, /* left as a draft on the site on purpose */
} PublishPhase;

typedef struct Publication {
	Id draft, site;
	/* The revision last sent whole. In PHASE_FILLED only while nothing was sent that could make it public: none
	 * then says that it may be. */
	Id revision;
	Str token; /* unguessable, chosen before the first byte is sent */
	PublishPhase phase;
	Str remote_id, url, slug;
	Str remote_version;            /* opaque to all but the driver: what the server held after our last write */
	int64_t sent_ms, published_ms; /* 0: never */
	/* Revisions that readers had before, oldest first; saving adds to them. */
	Id *earlier;
	size_t earlier_count;
	Str unknown;
} Publication;
void publication_free(Publication *publication);
bool vault_save_publication(Vault *vault, Publication *publication, Err *err);
/* ERR_NOT_FOUND when the draft was never sent there. vault_refresh first shows what another session did meanwhile. */
bool vault_load_publication(Vault *vault, Id draft, Id site, Publication *out, Err *err);
/* All sites a draft was sent to. The caller frees each and then the array. ERR_DAMAGED when one cannot be read: a list
 * with a hole would lead to a second post. */
bool vault_publications(Vault *vault, Id draft, Publication **out, size_t *count, Err *err);

/* The keywords (or works) a site is known to have: a cache that may be lost. */
typedef struct Term {
	bool is_work; /* a category, not a tag */
	Str remote_id, name;
	uint32_t count; /* articles that carry it, as the site said */
} Term;
typedef struct Vocabulary {
	Id site;
	Term *terms;
	size_t len, cap;
} Vocabulary;
void vocabulary_free(Vocabulary *vocabulary);
/* Adds it, or replaces the entry with the same kind and remote id. */
bool vocabulary_put(Vocabulary *vocabulary, bool is_work, StrView remote_id, StrView name, uint32_t count, Err *err);
bool vault_save_vocabulary(Vault *vault, const Vocabulary *vocabulary, Err *err);
bool vault_load_vocabulary(Vault *vault, Id site, Vocabulary *out, Err *err); /* empty when nothing is known yet */

/* The sealed settings: lines of commands (words_parse), the same syntax as the configuration file. */
bool vault_save_settings(Vault *vault, StrView lines, Err *err);
bool vault_load_settings(Vault *vault, Str *lines, Err *err); /* empty when none were saved */

#endif

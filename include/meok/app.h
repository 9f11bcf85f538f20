/* app: what meok does, without saying how it is shown. It holds the open vault and the settings, and has one function
 * for each thing a writer can ask for; the screens and the command line both call these. It touches no library.
 */
#ifndef MEOK_APP_H
#define MEOK_APP_H

#include <stdatomic.h>

#include "meok/base.h"
#include "meok/site.h"
#include "meok/text.h"
#include "meok/vault.h"

/* ---- Settings (settings.c)
 * Lines of commands: `set NAME VALUE`, `include FILE`, `bind …`, `unbind …`. What is needed before the vault opens
 * stands in $XDG_CONFIG_HOME/meok/config, and in keys beside it; the rest is sealed inside the vault. */
typedef struct Settings {
	Str vault;              /* folder */
	Str language;           /* "ko", "en"; empty: from the locale */
	Str ca_file;            /* extra trust anchor for every site */
	Str theme;              /* "auto", "none", "16", "256"; empty: auto */
	Str kdf;                /* cost of a new vault: "interactive", "moderate", "sensitive"; empty: moderate */
	Str passphrase_command; /* prints the passphrase; empty: it is asked for */
	Str lock;            /* idle minutes (seconds with s behind) until the vault is locked; "0": never; empty: 60 */
	Str default_site;    /* sealed: name of the site that is taken when nothing says which */
	StrList binds;       /* lines of keymap files (bind, unbind), as written, in order */
	StrList bind_places; /* file:line of each */
} Settings;

/* One complaint about a settings file; reading goes on behind it. */
typedef struct Complaint {
	Str where; /* file:line */
	Err what;
} Complaint;
typedef struct Complaints {
	Complaint *items;
	size_t len, cap;
} Complaints;
void complaints_free(Complaints *complaints);

typedef enum SettingsPlace { SETTINGS_FILE, SETTINGS_SEALED } SettingsPlace;
/* Applies `lines` to *settings. `name` is the file they came from; included files are read relative to it, at most
 * eight deep. What cannot be understood is added to *complaints. False only when memory runs out. */
bool settings_parse(const Sys *sys, StrView lines, const char *name, SettingsPlace place, Settings *settings,
	Complaints *complaints, Err *err);
void settings_print(const Settings *settings, SettingsPlace place, Str *lines); /* what settings_parse reads back */
void settings_free(Settings *settings);

/* ---- The App (app.c) */

/* How the screens ended, when they are to begin again. */
typedef struct SessionEnd {
	bool locked;         /* the vault: the program has to begin anew, so that no text stays in its memory */
	bool idle;           /* by itself */
	Id draft;            /* that was on the desk; ID_NONE: the library */
	size_t line, column; /* of its body, from 1; 0: in its title */
} SessionEnd;

typedef struct App {
	const Sys *sys;
	SessionEnd end; /* filled by session_run */
	Settings settings;
	Complaints complaints; /* about the settings, for whoever shows them */
	Str config;            /* path of the configuration file */
	Str state;             /* folder for what this device remembers ($XDG_STATE_HOME/meok); empty without a home */
	const char *program;   /* path of this binary, for the net child */
	Vault *vault;          /* NULL while locked */
} App;

/* Reads the configuration. vault_dir, config_file and ca_file override it; each may be NULL. The file of keys is read
 * after the configuration, whichever that is, when it is there. */
bool app_init(App *app, const Sys *sys, const char *vault_dir, const char *config_file, const char *ca_file, Err *err);
KdfCost app_kdf_cost(const App *app);                /* of a new vault, by the settings */
bool app_unlock(App *app, StrView secret, Err *err); /* passphrase or recovery key */
/* Runs `command` with /bin/sh, without a terminal, and takes the first line it prints (4096 bytes at most) as the
 * passphrase: wipe *out. ERR_FAILED when it does not end well within 60 seconds, or *stop (may be NULL) becomes true,
 * which ends it. May run on another thread. */
bool passphrase_from_command(const char *command, const atomic_bool *stop, Str *out, Err *err); /* passphrase.c */
/* An open vault becomes the app's, with the settings that are sealed in it. */
bool app_take_vault(App *app, Vault *vault, Err *err);
/* Changes one setting of the configuration file, of which all else stays as it is. */
bool app_set(App *app, const char *name, StrView value, Err *err);
void app_free(App *app);

/* ---- Language (language.c) */

void language_choose(StrView language); /* "ko" or "en", for everything said from now on */
bool language_is_korean(void);

/* ---- Finding things (find.c) */

/* A draft by a prefix of its id (as git does), or @ for the one changed last. ERR_NOT_FOUND; ERR_USAGE when the prefix
 * fits more than one. Trashed drafts are found as well. */
bool app_find_draft(App *app, StrView prefix, Id *out, Err *err);
/* A fragment by a prefix of its id, those in the trash as well. Errors as above. */
bool app_find_fragment(App *app, StrView prefix, Id *out, Err *err);
/* How many characters of an id, at least seven, tell every draft from every other. */
bool app_short_id(App *app, size_t *length, Err *err);
bool app_find_site(App *app, StrView name, Id *out, Err *err); /* ERR_NOT_FOUND tells the nearest name */
bool app_find_work(App *app, StrView name, Id *out, Err *err);
StrView app_site_name(App *app, Id site); /* empty when it is not there; valid until the next save */
StrView app_work_name(App *app, Id work);

/* ---- Drafts (drafts.c, state.c) */

/* What the writer wants different about a draft; a NULL or unset member leaves things as they are. */
typedef struct DraftChange {
	const StrView *title, *subtitle, *body;
	const StrList *keywords;
	const StrView *work; /* a name: made when there is none; empty takes the draft out of its work */
	const StrView *site; /* a name; empty: undecided */
	bool set_comments;
	Comments comments;
	const StrView *source; /* path of the file it came from */
} DraftChange;

typedef struct DraftChanged {
	bool new_work;   /* the work was made for it */
	bool unchanged;  /* nothing was different: no revision was written */
	size_t replaced; /* ill-formed sequences that became U+FFFD */
} DraftChanged;

/* Changes *revision (a new draft when its id is ID_NONE) and saves it. All text is cleaned (unicode_clean); keywords
 * are trimmed, empty and repeated ones dropped, and more than the site's limit refused (ERR_USAGE). */
bool app_change_draft(App *app, Revision *revision, const DraftChange *change, DraftChanged *changed, Err *err);
/* The draft whose text came from this file. ERR_NOT_FOUND. */
bool app_find_source(App *app, StrView path, Id *out, Err *err);
/* A draft, not in the trash, and the file it came from. */
typedef struct Source {
	Str path;
	Id draft;
} Source;
typedef struct Sources {
	Source *items; /* sorted by path */
	size_t len;
} Sources;
/* Replaces *out. Of damaged drafts none. */
bool app_sources(App *app, Sources *out, Err *err);
void sources_free(Sources *sources);
const Source *sources_find(const Sources *sources, StrView path); /* NULL: none came from there */
/* Whether the draft is, or once was, what the change would make of it; work and site are not compared. */
bool app_was_so(App *app, Id draft, const DraftChange *change, bool *out, Err *err);

typedef enum DraftState {
	STATE_DRAFT,
	STATE_PUBLISHED,
	STATE_EDITED,     /* published, changed since */
	STATE_REVIEW,     /* handed in for review */
	STATE_SITE_DRAFT, /* left on the site as a draft */
	STATE_HIDDEN,     /* complete on the site, taken back before it was public: publishing finishes it */
	STATE_UNKNOWN,    /* the link broke while it was sent */
	STATE_TRASHED,
} DraftState;
const char *state_name(DraftState state);  /* stable, for --json and --state: "draft", "published", … */
const char *state_label(DraftState state); /* for a writer, translated */
bool state_parse(StrView name, DraftState *out);
/* Looks at the publication records of all sites. */
bool app_draft_state(App *app, const Entry *draft, DraftState *out, Err *err);
/* What a publication record says in that phase about that revision is STATE_HIDDEN. */
bool app_is_hidden(PublishPhase phase, Id revision);
/* Number in its work counted over the drafts that are in it now, from 1; 0 for a single article. */
bool app_chapter(App *app, Id draft, Id work, uint32_t *out, Err *err);
/* Front matter and body, as `meok new` reads it back. */
bool app_markdown(App *app, const Revision *revision, Str *out, Err *err);

/* ---- Former revisions (past.c, versus.c) */

/* A revision of the draft by a prefix of its id. ERR_NOT_FOUND; ERR_USAGE when the prefix fits more than one. */
bool app_find_revision(App *app, Id draft, StrView prefix, Id *out, Err *err);
/* How many characters of an id, at least seven, tell each of them from the others. */
size_t revisions_short_id(const RevisionEntry *entries, size_t count);
/* The newest revision that can be read, for a draft whose newest one cannot. ERR_DAMAGED: there is none. */
bool app_find_sound(App *app, Id draft, RevisionEntry *out, Err *err);
/* Title, subtitle and text become those of a former revision, in a new one on top; keywords, work, comments and site
 * stay, but where the newest revision cannot be read all comes from the former one. *same: nothing was different. */
bool app_bring_back(App *app, Id draft, Id revision, bool *same, Err *err);

/* What the first byte of a line of app_compare says. */
enum { STAYS = ' ', APPEARS = '+', DISAPPEARS = '-', CHANGES = '~' };
/* The text of `then` with what would change if it were brought back now: lines that begin with one of these signs.
 * A line of CHANGES is "these words → those"; lines in which only words differ follow them whole. Appends. */
bool app_compare(const Revision *now, const Revision *then, Str *out, Err *err);

/* ---- Publishing (publish.c, article.c) */

/* The site's Article for a draft: free it with article_free. `known` terms come from the vault. */
bool app_article(App *app, const Revision *revision, const SiteRecord *site, const Publication *publication,
	Article *out, Err *err);
/* The site's Account, its secret in it: free it with account_free. */
bool app_account(App *app, const SiteRecord *site, Account *out, Err *err);
/* ERR_USAGE when the draft has more keywords than the site takes. */
bool app_keywords_fit(const Revision *revision, const SiteRecord *site, Err *err);
/* Everything that can be refused before a byte is sent: two texts that contradict, a newer text that is missing,
 * no title, too many keywords. */
bool app_publishable(const App *app, const Revision *revision, const SiteRecord *site, Err *err);

typedef struct PublishRequest {
	Id draft;
	StrView site;   /* name, or empty */
	bool as_draft;  /* leave it on the site as a draft */
	bool overwrite; /* replace what was changed on the web since */
} PublishRequest;

typedef enum PublishResult {
	RESULT_PUBLISHED,
	RESULT_UPDATED,
	RESULT_UNCHANGED,
	RESULT_REVIEW,
	RESULT_SITE_DRAFT
} PublishResult;
const char *result_name(PublishResult result); /* stable, for --json */

typedef struct Published {
	PublishResult result;
	Str site, url, remote_id, slug;
	StrList new_keywords; /* that the site did not have before */
} Published;
void published_free(Published *published);

typedef void ProgressFn(void *data, SitePhase phase);

/* An article on its way. The caller's loop drives it; when `done` is called it is over, either with *published or with
 * *error, and it must be freed (not from inside `done`). */
typedef struct Publishing Publishing;
typedef void PublishDoneFn(void *data, const Published *published, const Err *error);
/* The article is on the site, complete and hidden, and waits until publish_release makes it public or publish_free
 * leaves it hidden (STATE_HIDDEN). Only for an article that was not public before and is not left as a site's draft.
 * Where the link breaks meanwhile, `done` gets an error that says so. */
typedef void PublishHeldFn(void *data);
typedef struct PublishWatcher {
	ProgressFn *progress; /* may be NULL */
	PublishHeldFn *held;  /* NULL: nothing is held, it becomes public at once */
	PublishDoneFn *done;
	void *data;
} PublishWatcher;
/* Holds the vault from when nobody else does (it tries for ten seconds, on the loop) until publish_free: two sessions
 * that send the same draft would make two articles of it. Never blocks for long. Errors that are known at once are
 * returned, later ones reach `done`. One at a time. */
Publishing *publish_start(App *app, Loop *loop, const PublishRequest *request, const PublishWatcher *watcher, Err *err);
void publish_release(Publishing *publishing); /* of what is held: makes it public; also from inside `held` */
bool publish_is_held(const Publishing *publishing);
/* Ends the child when it still runs. The outcome is unknown then, unless the article was held: that stays hidden. Not
 * from inside the watcher's functions; NULL allowed. */
void publish_free(Publishing *publishing);
/* The same, run to its end. *out is filled when it returns true: free it with published_free. */
bool app_publish(App *app, const PublishRequest *request, ProgressFn *progress, void *data, Published *out, Err *err);

/* ---- Sites (sites.c) */

typedef struct SiteAdd {
	StrView name, address; /* URL or folder as typed */
	StrView type;          /* empty: found out */
	StrView user, secret;
	uint32_t keyword_limit;
} SiteAdd;
/* Probes the site and keeps it. *probe tells what was found: free it with probe_free, after a failure too. */
bool app_add_site(App *app, const SiteAdd *add, Probe *probe, Err *err);
/* The same on the caller's loop: `done` is called once, with *probe or *error. Errors that are known at once are
 * returned. */
typedef struct SiteAdding SiteAdding;
typedef void SiteAddedFn(void *data, const Probe *probe, const Err *error);
SiteAdding *site_add_start(App *app, Loop *loop, const SiteAdd *add, SiteAddedFn *done, void *data, Err *err);
void site_add_free(SiteAdding *adding); /* ends it when it still runs; not from inside `done`; NULL allowed */
/* Probes it again with the kept credential and refreshes its vocabulary. */
bool app_check_site(App *app, Id site, Probe *probe, Err *err);
bool app_remove_site(App *app, Id site, Err *err);
/* True when `address` means a folder, not a URL. */
bool app_is_folder(StrView address);
/* The site a draft goes to: `name` when not empty, else the draft's own, its work's, the default, the only one, or a
 * new plain folder ~/meok-blog when there is none at all. */
bool app_choose_site(App *app, const Revision *revision, StrView name, SiteRecord *out, Err *err);
/* True when app_choose_site would make that folder. */
bool app_has_no_site(App *app);
/* Readers already have this revision. */
bool app_is_unchanged(const Revision *revision, const Publication *publication);

/* ---- What a list of drafts shows (shelf.c) */

typedef struct ShelfItem {
	Id draft, work;
	Str title;
	DraftState state;
	bool split;       /* changed in two places: both versions are there */
	uint32_t chapter; /* in its work, 0: none */
	uint32_t characters;
	int64_t changed_ms;
} ShelfItem;
typedef struct ShelfWork {
	Id id;
	Str name;
	uint32_t chapters, limit;
} ShelfWork;
typedef struct ShelfFragment {
	Id id;
	Str title;           /* its first line, or the name of the file */
	uint32_t characters; /* 0: it is a file, not a text */
	int64_t time_ms;
} ShelfFragment;
typedef struct Shelf {
	ShelfItem *items; /* newest change first; trashed ones are left out */
	size_t len, cap;
	ShelfWork *works; /* by name */
	size_t work_count, work_cap;
	ShelfFragment *fragments; /* newest first; trashed ones are left out */
	size_t fragment_count;
} Shelf;
/* Everything in one pass: 10,000 drafts in a few milliseconds. Replaces *out. */
bool app_shelf(App *app, Shelf *out, Err *err);
void shelf_free(Shelf *shelf);

/* ---- Full-text search (look.c, fragment_look.c, query.c, needle.c)
 * A query is words, all of which occur in the title, subtitle, keywords or text of a draft, whatever their case;
 * "a phrase" in quotation marks, in which a blank is any run of blanks; #keyword (its beginning), @site (where the
 * draft is meant for or was sent; a part of its name), work:NAME (a part of it) and state:NAME, in English or Korean
 * (its beginning). Names compare without case and blanks; in quotation marks they may have blanks. Of several sites,
 * works or states one has to fit, of keywords all. Trashed drafts are found by their state alone. */

typedef enum LookOrder {
	LOOK_BY_RELEVANCE, /* words in the title first, then how often they occur, then the newest */
	LOOK_BY_DATE,
} LookOrder;
typedef struct LookHit {
	Id draft;
	size_t in_title; /* how many of the words are */
	size_t count;    /* how often the words occur outside the title */
	int64_t changed_ms;
	Str snippet; /* around the first of them: one line, whole clusters, of a text as it is; empty: title alone */
} LookHit;
typedef struct LookHits {
	LookHit *items;
	size_t len;
	Id *unread; /* drafts that could not be read */
	size_t unread_count;
} LookHits;
/* Replaces *out. An empty query finds every draft. ERR_USAGE: there is no state of that name. */
bool app_look(App *app, StrView query, LookOrder order, LookHits *out, Err *err);
void look_hits_free(LookHits *hits);

typedef struct FragmentHit {
	Id fragment;
	size_t count; /* how often the words occur */
	int64_t time_ms;
	Str snippet; /* around the first of them in the text, empty when that is in what lists show */
} FragmentHit;
typedef struct FragmentHits {
	FragmentHit *items; /* the newest first */
	size_t len;
} FragmentHits;
/* Fragments that are not in the trash. Replaces *out. Of a picture or another file only the name is looked at. A query
 * that asks for a keyword, a work, a site or a state finds none: fragments have no such thing. One that is damaged is
 * passed over; opening it tells. */
bool app_look_fragments(App *app, StrView query, FragmentHits *out, Err *err);
void fragment_hits_free(FragmentHits *hits);

/* ---- In and out: Markdown files (export.c, import.c) */

/* ---- Texts changed in two places (join.c) */

typedef enum JoinField { /* conflicts come in this order */
	JOIN_TITLE,
	JOIN_SUBTITLE,
	JOIN_WORK,
	JOIN_SITE,
	JOIN_COMMENTS,
	JOIN_BODY,
} JoinField;
typedef struct JoinConflict {
	JoinField field;
	Str base, mine, theirs; /* of the text whole paragraphs; of a setting its name as a writer reads it */
} JoinConflict;
typedef struct Join {
	Revision revision; /* both together: base and draft as mine, `merged` the other; mine where they disagree */
	Revision theirs;
	JoinConflict *conflicts;
	size_t len, cap;
	Merge body;
	Str mine_body;
} Join;
/* Puts `mine` (unsaved changes included) and the revision `other` of the same draft together: title, subtitle, work,
 * site, comments and each paragraph of the text as the one who changed it left it, keywords of both. `ground`: the text
 * that both grew out of, NULL: what the vault knows of it. Replaces *out. Nothing is saved. */
bool app_join(App *app, const Revision *mine, const Revision *ground, Id other, Join *out, Err *err);
void join_free(Join *join);
/* With a choice for each conflict. Replaces *out. */
bool join_choose(const Join *join, const MergeChoice *choices, Revision *out, Err *err);
/* The merged text with its conflicts between marks, as diff3 shows them. Appends. */
bool join_diff3(const Join *join, Str *out, Err *err);
const char *join_field_label(JoinField field); /* translated */

/* Merges all heads of a draft that nobody has open, one after the other, and saves what merges. */
typedef struct Joined {
	size_t merged; /* heads taken in */
	bool apart;    /* the next one contradicts: `join` says where; both stay as they are */
	Join join;
} Joined;
bool app_join_heads(App *app, Id draft, Joined *out, Err *err);
void joined_free(Joined *joined);

/* ---- The interactive session (session.c) */

typedef struct SessionStart {
	bool new_draft;         /* begin with a new draft */
	StrView draft;          /* begin with this one (as app_find_draft); empty: the library */
	size_t line, column;    /* of its body, from 1; 0: where it begins */
	const char *was_locked; /* NULL; "idle" or "asked": begin by saying that the vault was locked */
} SessionStart;
/* The screens, on the terminal of standard input, until the writer leaves or the terminal is gone. `app` may be locked:
 * the passphrase is asked for, or a vault made. ERR_USAGE: there is no terminal, or it is of an unknown kind. False
 * when the draft could not be kept; *err says why. */
bool session_run(App *app, const SessionStart *start, Err *err);

/* ---- Keywords (keywords.c, choices.c) */

/* What a writer may choose from for one draft: nouns of its text, keywords of its site, and those used before (in the
 * newest 500 drafts), each once, the likeliest first; those that the draft has already are left out, and those that the
 * site would not take. */
typedef struct KeywordChoice {
	Str name;
	bool in_title, in_text,
		is_new; /* is_new: the site does not have it (known only when the site has told its own) */
	uint32_t drafts, articles;
	Str near; /* the site spells nearly the same so (blanks aside), or empty */
} KeywordChoice;
typedef struct KeywordChoices {
	KeywordChoice *items;
	size_t len, cap;
} KeywordChoices;
/* `site` may be ID_NONE. Replaces *out. Reads the text: off the key path for long ones. */
bool app_keyword_choices(App *app, const Revision *revision, Id site, KeywordChoices *out, Err *err);
void keyword_choices_free(KeywordChoices *choices);

typedef struct KeywordUse {
	Str name, key;     /* as it is spelled; as unicode_fold compares it */
	uint32_t drafts;   /* of the writer's own */
	uint32_t articles; /* on the site */
} KeywordUse;
typedef struct KeywordUses {
	KeywordUse *items;
	size_t len, cap;
} KeywordUses;
/* Keywords used in the writer's drafts and known on the site (ID_NONE: on all), most used first. */
bool app_keywords(App *app, Id site, KeywordUses *out, Err *err);
void keyword_uses_free(KeywordUses *uses);

#endif

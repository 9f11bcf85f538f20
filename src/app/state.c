/* What the state of a draft is, from what is known of its publications. */
#include "state.h"

#include "meok/i18n.h"

static const char *const state_names[] = {
	[STATE_DRAFT] = "draft",
	[STATE_PUBLISHED] = "published",
	[STATE_EDITED] = "edited",
	[STATE_REVIEW] = "review",
	[STATE_SITE_DRAFT] = "site-draft",
	[STATE_HIDDEN] = "hidden",
	[STATE_UNKNOWN] = "unknown",
	[STATE_TRASHED] = "trashed",
};
enum { STATES = sizeof state_names / sizeof state_names[0] };

const char *
state_name(DraftState state)
{
	return state_names[state];
}

const char *
state_label(DraftState state)
{
	static const char *const labels[STATES] = {
		[STATE_DRAFT] = N_("draft"),
		[STATE_PUBLISHED] = N_("published"),
		[STATE_EDITED] = N_("published, edited"),
		[STATE_REVIEW] = N_("in review"),
		[STATE_SITE_DRAFT] = N_("draft on the blog"),
		[STATE_HIDDEN] = N_("hidden on the blog"),
		[STATE_UNKNOWN] = N_("to be checked"),
		[STATE_TRASHED] = N_("in the trash"),
	};
	return _(labels[state]);
}

bool
state_parse(StrView name, DraftState *out)
{
	for (size_t i = 0; i < STATES; i++) {
		if (sv_equal(name, sv(state_names[i]))) {
			*out = (DraftState)i;
			return true;
		}
	}
	return false;
}

bool
app_is_hidden(PublishPhase phase, Id revision)
{
	return phase == PHASE_FILLED && !id_is_none(revision);
}

DraftState
state_of_card(Id head, const Entry *publication)
{
	PublishPhase phase = (PublishPhase)publication->phase;
	switch (phase) {
	case PHASE_PUBLIC:
		return id_equal(publication->revision, head) ? STATE_PUBLISHED : STATE_EDITED;
	case PHASE_REVIEW:
		return STATE_REVIEW;
	case PHASE_SITE_DRAFT:
		return STATE_SITE_DRAFT;
	case PHASE_FILLED:
		return app_is_hidden(phase, publication->revision) ? STATE_HIDDEN : STATE_UNKNOWN;
	case PHASE_INTENT:
	case PHASE_CREATED:
		break;
	}
	return STATE_UNKNOWN;
}

/* An intent of which nothing was sent is none; its card does not tell. */
static bool
intent_state(App *app, Id draft, Id site, DraftState *out, Err *err)
{
	Publication intent = {0};
	if (!vault_load_publication(app->vault, draft, site, &intent, err))
		return false;
	*out = intent.phase == PHASE_INTENT && intent.sent_ms == 0 ? STATE_DRAFT : STATE_UNKNOWN;
	publication_free(&intent);
	return true;
}

DraftState
state_more_urgent(DraftState a, DraftState b)
{
	static const int weights[STATES] = {
		[STATE_DRAFT] = 0,
		[STATE_SITE_DRAFT] = 1,
		[STATE_REVIEW] = 2,
		[STATE_PUBLISHED] = 3,
		[STATE_EDITED] = 4,
		[STATE_HIDDEN] = 5,
		[STATE_UNKNOWN] = 6,
		[STATE_TRASHED] = 7,
	};
	return weights[a] > weights[b] ? a : b;
}

bool
app_draft_state(App *app, const Entry *draft, DraftState *out, Err *err)
{
	Id id = draft->subject, head = draft->head;
	*out = draft->trashed ? STATE_TRASHED : STATE_DRAFT;
	for (size_t i = 0; *out != STATE_TRASHED; i++) {
		/* Asked for anew each time: reading a record may look at the folder again, and the lists are void. */
		size_t count;
		const Entry *const *publications = vault_draft_publications(app->vault, id, &count);
		if (publications == NULL)
			return err_memory(err);
		if (i >= count)
			break;
		DraftState state = state_of_card(head, publications[i]);
		if (publications[i]->phase == PHASE_INTENT &&
			!intent_state(app, id, publications[i]->site, &state, err))
			return false;
		*out = state_more_urgent(*out, state);
	}
	return true;
}

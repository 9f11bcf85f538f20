/* A list to choose from, with or without a line of input that narrows it. */
#ifndef MEOK_APP_PICKER_H
#define MEOK_APP_PICKER_H

#include "writing.h"

#define PICKER_NONE SIZE_MAX /* no item is current */

typedef struct PickerItem {
	Str label, detail;
	Style style;
	bool marked;
	size_t tag; /* the use's own: what it stands for */
} PickerItem;

typedef struct Picker Picker;
typedef struct PickerUse {
	const char *heading; /* marked with N_ */
	bool has_input;
	bool idle; /* no item is current until one is gone to or something is typed: Enter then closes */
	void (*fill)(Session *session, Picker *picker);                     /* makes the items for what is typed */
	void (*take)(Session *session, Picker *picker, size_t item);        /* Enter or a digit; may close it */
	void (*draw)(Session *session, Picker *picker, PickerModel *model); /* adds to the model; NULL: nothing */
	bool (*erase_chosen)(Session *session, Picker *picker); /* Backspace before an empty input; may be NULL */
	bool (*move_chosen)(Session *session, Picker *picker, int by); /* Left, Right there; may be NULL */
	void (*key)(Picker *picker);                                   /* before each key; may be NULL */
	bool (*close)(Session *session);                               /* Esc; may be NULL */
	void (*free)(Picker *picker);                                  /* of picker->data; may be NULL */
	const HintWord *hints;
	size_t hint_count;
} PickerUse;

struct Picker {
	const PickerUse *use;
	LineInput input;
	PickerItem *items;
	size_t len, cap, current, top;
	Str heading, aside, empty; /* heading: a use that makes its own keeps it here */
	void *data;
};

extern const PlaceKind PICKER;
bool picker_open(Session *session, const PickerUse *use, void *data); /* owns data */
/* For `fill`: takes label and detail. */
void picker_add(Session *session, Picker *picker, PickerItem *item);
void picker_rest(Picker *picker); /* to the first item, or none (idle) */
void picker_refill(Session *session, Picker *picker);
/* The picker that is the top place, of this use (NULL: of any), else NULL. */
Picker *picker_on_top(Session *session, const PickerUse *use);

#endif

/* ui/tui/call_index.h - which calls the list shows, and in which order.
 *
 * New calls are taken in as they come; filtering and sorting everything is done in steps that take
 * the model's lock for some hundred calls at a time, while the order before stays in use. Values
 * change while a capture runs, so a filtered or sorted list is made anew every now and then. */
#pragma once
#include "dissect/call/model.h"
#include "dissect/filter/filter.h"

typedef struct CallIndex CallIndex;

CallIndex *call_index_new(Model *model, GHashTable *names);
void call_index_free(CallIndex *index);

/* These begin to make the list anew. NULL: no filter; the index owns it. */
void call_index_set_filter(CallIndex *index, Filter *filter);
void call_index_set_calls_only(CallIndex *index, bool calls_only);
/* @column of call_column_set. */
void call_index_set_sort(CallIndex *index, unsigned column, bool reverse);

/* Forgets all calls there are now; they stay in the model. */
void call_index_clear(CallIndex *index);
/* Forgets the calls that are not in the list. */
void call_index_clear_hidden(CallIndex *index);

/* Some milliseconds of work; true: there is more. */
bool call_index_step(CallIndex *index);
/* The list will have to be made anew, now or in some seconds. */
bool call_index_is_stale(const CallIndex *index);
/* To be told that a call that is listed is no longer in the model. */
void call_index_note_gone(CallIndex *index);

unsigned call_index_count(const CallIndex *index);
uint32_t call_index_at(const CallIndex *index, unsigned row);
/* Row of a call; count when it is not listed. @near is looked at first. */
unsigned call_index_row(const CallIndex *index, uint32_t call, unsigned near);

typedef struct {
    unsigned sort_column;
    bool reverse, calls_only, filtered;
    unsigned unsorted; /* rows at the end that came since the last sort */
    double progress;   /* 0..1 of what is being made; negative: nothing is */
} CallIndexState;
void call_index_state(const CallIndex *index, CallIndexState *out);

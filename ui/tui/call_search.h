/* ui/tui/call_search.h - looks for text in the calls of the list, some hundred calls at a time. */
#pragma once
#include "ui/tui/screen.h"

typedef struct {
    char *text;  /* as typed; owned; NULL: nothing was searched for */
    char *shown; /* the same, safe to draw; owned */
    bool active, backwards;
    unsigned at;   /* next row to look at */
    unsigned left; /* rows still to look at; UINT_MAX: all of them */
} CallSearch;

typedef enum {
    CALL_SEARCH_IDLE,
    CALL_SEARCH_MORE,
    CALL_SEARCH_FOUND,
    CALL_SEARCH_NOWHERE
} CallSearchResult;

/* Empty text ends the search. The first row looked at is @from. */
void call_search_begin(CallSearch *search, const char *text, unsigned from, bool backwards);
CallSearchResult call_search_step(CallSearch *search, const Ui *ui, unsigned *ret_row);
void call_search_clear(CallSearch *search);

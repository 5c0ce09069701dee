/* ui/tui/row_search.h - looks for text in the rows of a list, some hundred rows at a time. */
#pragma once
#include "ui/tui/list.h"
#include "ui/tui/screen.h"

typedef struct {
    char *text;   /* as typed; owned; NULL: nothing was searched for */
    char *shown;  /* the same, safe to draw; owned */
    char *needle; /* what is shown in lower case, to be marked in the rows; owned */
    bool active, backwards;
    unsigned at;   /* next row to look at */
    unsigned left; /* rows still to look at; UINT_MAX: all of them */
} RowSearch;

/* The list that is looked through. */
typedef struct {
    const void *owner;
    unsigned count;
    /* Appends all that can be found of a row, with line ends between; nothing when it is gone. */
    void (*append)(const void *owner, const Model *model, unsigned row, GString *out);
} RowSource;

typedef enum {
    ROW_SEARCH_IDLE,
    ROW_SEARCH_MORE,
    ROW_SEARCH_FOUND,
    ROW_SEARCH_NOWHERE
} RowSearchResult;

/* Empty text ends the search. The first row looked at is @from. */
void row_search_begin(RowSearch *search, const char *text, unsigned from, bool backwards);
/* From the row after @at, or before it; nothing when nothing was searched for. */
void row_search_again(RowSearch *search, unsigned at, unsigned count, bool backwards);
RowSearchResult row_search_step(RowSearch *search, const Ui *ui, const RowSource *source,
                                unsigned *ret_row);
void row_search_clear(RowSearch *search);

/* The prompt that searches a list while it is typed; lives as long as the view that opened it. */
typedef struct {
    RowSearch *search;
    List *list;      /* its cursor goes back when the search is given up */
    unsigned origin; /* where it was */
    void (*moved)(void *owner);
    void *owner;
} RowSearchPrompt;

ScreenResult row_search_open(RowSearchPrompt *prompt, Ui *ui);

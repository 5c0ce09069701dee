/* ui/tui/text_pane.h - lines of text that can be scrolled, wrapped and searched. */
#pragma once
#include "ui/tui/cells.h"
#include "ui/tui/list.h"

typedef struct {
    char *text;    /* escaped, without its line end; owned */
    unsigned lead; /* its first bytes are in style @lead_style ... */
    unsigned lead_style;
    unsigned style; /* ... and the others in this */
} TextLine;

typedef struct {
    GArray *lines; /* TextLine; owned */
    GArray *rows;  /* pieces of lines as wide as the window; owned */
    bool wrap;
    int width;      /* @rows were made for; 0: make them anew */
    unsigned laid;  /* lines that have their rows */
    unsigned top;   /* first row that is seen */
    unsigned seen;  /* rows that can be seen */
    int left;       /* cells scrolled sideways */
    char *needle;   /* lower case; owned; NULL: no search */
    unsigned match; /* line of the match last gone to */
} TextPane;

void text_pane_init(TextPane *pane, bool wrap);
void text_pane_clear(TextPane *pane);
/* Throws the lines away and goes to the top. */
void text_pane_reset(TextPane *pane);
/* Takes @text, which has been escaped. */
void text_pane_add(TextPane *pane, TextLine line);
/* A line of one style from a literal or other safe text. */
void text_pane_say(TextPane *pane, unsigned style, const char *format, ...) G_GNUC_PRINTF(3, 4);
void text_pane_fit(TextPane *pane, int rows, int columns);
void text_pane_draw(const TextPane *pane, WINDOW *window, Rect at);
/* The common actions for moving; false for others. */
bool text_pane_action(TextPane *pane, int action);
void text_pane_scroll(TextPane *pane, long by);
void text_pane_set_wrap(TextPane *pane, bool wrap);
/* Looks for @needle (NULL or "": no more) from the line on top. False when it is nowhere. */
bool text_pane_search(TextPane *pane, const char *needle);
/* The next match, or the one before. */
bool text_pane_search_next(TextPane *pane, bool backwards);

/* ui/tui/list.h - a cursor in a list that is longer than its window. */
#pragma once
#include <stdbool.h>

typedef struct {
    unsigned count; /* rows there are */
    unsigned rows;  /* rows that can be seen */
    unsigned at;    /* the cursor; 0 in an empty list */
    unsigned top;   /* first row that is seen */
} List;

/* After @count or @rows changed: the cursor stays in the list and in sight. */
void list_fit(List *list, unsigned count, unsigned rows);
void list_go(List *list, unsigned at);
/* @by rows down, or up when negative; stops at the ends. */
void list_move(List *list, long by);
/* Scrolls without moving the cursor out of sight: the wheel. */
void list_scroll(List *list, long by);
/* The common actions UP to END; false when @action is none of them. */
bool list_action(List *list, int action);
/* Row under line @y of the window; false when there is none. */
bool list_hit(const List *list, int y, unsigned *ret_row);

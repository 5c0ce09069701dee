/* ui/tui/call_layout.h - which columns the call list has, in which order and how wide. */
#pragma once
#include "ui/tui/call_columns.h"

#define CALL_LAYOUT_MAX 32

typedef struct {
    unsigned column; /* of call_columns() */
    int width;       /* as the user wants it; 0: as the room allows */
} CallLayoutItem;

typedef struct {
    unsigned count;
    CallLayoutItem items[CALL_LAYOUT_MAX];
} CallLayout;

/* From "index,time,from:20"; unknown names are left out. Empty: the usual columns. */
void call_layout_parse(CallLayout *layout, const char *text);
/* The same the other way round. */
char *call_layout_text(const CallLayout *layout);

typedef struct {
    unsigned column;
    int x, width;
} PlacedColumn;

/* Places what fits into @width cells, the first column and then from column @from on; what matters
 * least is left out. Returns how many were placed; @ret_hidden counts those that were not. */
unsigned call_layout_place(const CallLayout *layout, unsigned from, int width,
                           PlacedColumn placed[CALL_LAYOUT_MAX], unsigned *ret_hidden);

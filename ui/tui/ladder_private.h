/* ui/tui/ladder_private.h - what ladder_view.c (state and keys) and ladder_draw.c share. */
#pragma once
#include "export/ladder.h"
#include "ui/tui/message_text.h"

typedef enum { LADDER_BY_KIND, LADDER_BY_CALL_ID, LADDER_BY_CSEQ, LADDER_COLOURS } LadderColour;

typedef enum {
    LADDER_CHOSEN,  /* the calls it was opened with */
    LADDER_RELATED, /* these and the calls they belong to: other legs, transfers */
    LADDER_LEG,     /* only the Call-ID of the row under the cursor */
    LADDER_MARKED,  /* these and all marked calls */
    LADDER_SCOPES
} LadderScope;

typedef enum { PREVIEW_AUTO, PREVIEW_ON, PREVIEW_OFF } LadderPreview;

/* A row that is shown. */
typedef struct {
    unsigned row;         /* of ladder->rows */
    unsigned label_bytes; /* of its label that are shown */
    uint8_t leg;
} ShownRow;

typedef struct {
    Ui *ui;
    GArray *chosen; /* uint32_t call numbers; owned */
    LadderScope scope;
    uint32_t scope_call; /* for LADDER_LEG */
    uint8_t scope_leg;
    unsigned left_out; /* calls in scope that are too many to be shown */
    LadderOptions options;
    bool sdp;
    LadderTime time;
    LadderColour colour;
    LadderPreview preview_mode;

    Ladder *ladder;
    int *gaps;                 /* see ladder_wanted_gaps(); owned */
    GArray *shown;             /* ShownRow; owned */
    bool stale;                /* what is shown was changed by a key */
    uint64_t signature;        /* of the calls and streams when it was built */
    uint64_t model_generation; /* when that was last looked at */
    int64_t built_us, cost_us;

    List list;
    bool has_mark; /* a message waits for another to be compared with */
    MessageRef mark;
    unsigned left; /* first column in sight */
    TextPane preview;
    MessageRef previewed; /* call 0: none */

    /* Geometry, by ladder_update(). */
    int *x;                          /* of each life line, from the ladder's left edge; owned */
    int margin, width, ladder_width; /* cells: times, room for the ladder, the whole of it */
    int preview_x, preview_width;    /* 0: no preview */
} LadderView;

#define LADDER_HEAD_ROWS 2

static inline const LadderRow *ladder_shown_row(const LadderView *view, unsigned index,
                                                const ShownRow **ret_shown)
{
    const ShownRow *shown = &g_array_index(view->shown, ShownRow, index);
    if (ret_shown)
        *ret_shown = shown;
    return &g_array_index(view->ladder->rows, LadderRow, shown->row);
}

int ladder_margin(LadderTime time, int columns);
void ladder_draw(const void *self, WINDOW *window);

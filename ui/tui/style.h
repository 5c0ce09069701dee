/* ui/tui/style.h - colours by what they mean. Screens name a role; term.c knows how it looks on
 * this terminal. */
#pragma once

typedef enum {
    STYLE_NORMAL,
    STYLE_DIM,
    STYLE_STRONG,
    STYLE_TITLE,   /* the line at the top */
    STYLE_STATUS,  /* the line above the keys */
    STYLE_KEY,     /* a key in the line of hints */
    STYLE_HINT,    /* what it does */
    STYLE_HEADING, /* head of a table */
    STYLE_BORDER,  /* boxes, rules and life lines */
    STYLE_MARK,
    STYLE_MATCH, /* found by a search; a difference */
    STYLE_OK,
    STYLE_WARNING,
    STYLE_ERROR,
    STYLE_ALARM, /* packets are being lost */
    STYLE_REQUEST,
    STYLE_PROVISIONAL, /* 1xx */
    STYLE_SUCCESS,     /* 2xx */
    STYLE_REDIRECT,    /* 3xx */
    STYLE_FAILURE,     /* 4xx to 6xx */
    STYLE_MEDIA,
    STYLE_FIELD,     /* the name of a header or SDP line */
    STYLE_PALETTE_0, /* to tell calls or transactions apart */
    STYLE_PALETTE_1,
    STYLE_PALETTE_2,
    STYLE_PALETTE_3,
    STYLE_PALETTE_4,
    STYLE_PALETTE_5,
    STYLE_COUNT
} Style;

#define STYLE_PALETTE_SIZE 6u

/* Added to a style: the cell is in the row of the cursor. */
#define STYLE_ON_CURSOR 0x100u

static inline unsigned style_palette(unsigned number)
{
    return STYLE_PALETTE_0 + number % STYLE_PALETTE_SIZE;
}

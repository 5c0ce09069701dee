/* ui/tui/term.h - the terminal: colours, glyphs, keys, mouse, resizing, and leaving it as it was.
 * There is one terminal, so its state is this file's own. Main thread only, but for tui_wake(). */
#pragma once
#include "ui/config/settings.h"
#include "ui/tui/style.h"
#include <curses.h>

#define TUI_ERROR tui_error_quark()
GQuark tui_error_quark(void);

/* False when standard output is no terminal that can be used. */
bool term_open(const Settings *settings, GError **error);
/* For tests: the styles without colours, and the glyphs, of a terminal curses already has. */
void term_open_plain(bool utf8);
void term_close(void);
bool term_utf8(void);
/* False also on the Linux console, whose fonts have no braille patterns. */
bool term_braille(void);

/* Curses attributes of a style, with or without STYLE_ON_CURSOR. */
attr_t term_attributes(unsigned style);

typedef enum {
    GLYPH_HORIZONTAL,
    GLYPH_VERTICAL,
    GLYPH_TEE,   /* a life line hanging from a rule */
    GLYPH_CROSS, /* an arrow over a life line */
    GLYPH_DOUBLE_CROSS,
    GLYPH_TOP_LEFT,
    GLYPH_TOP_RIGHT,
    GLYPH_BOTTOM_LEFT,
    GLYPH_BOTTOM_RIGHT,
    GLYPH_DASHED, /* a retransmission */
    GLYPH_DOUBLE, /* media */
    GLYPH_RIGHT,  /* head of an arrow */
    GLYPH_LEFT,
    GLYPH_TURN, /* to itself */
    GLYPH_MORE, /* text goes on */
    GLYPH_BULLET,
    GLYPH_MARK,
    GLYPH_ASCENDING,
    GLYPH_DESCENDING,
    GLYPH_WRAP,
    GLYPH_BAR_FULL,
    GLYPH_BAR_EMPTY,
    GLYPH_DOT,  /* between parts of a line */
    GLYPH_TICK, /* on an axis */
    GLYPH_COUNT
} Glyph;
const char *term_glyph(Glyph glyph);

/* Keys: Unicode characters, or TERM_CODE() of a curses KEY_ code. */
#define TERM_CODE(key) (0x200000 + (key))

typedef enum { TERM_INPUT, TERM_WOKEN, TERM_TIMEOUT, TERM_GONE } TermEvent;

/* Sleeps until there is input, tui_wake(), or @timeout_ms (-1: for ever). TERM_GONE: the terminal
 * was closed. */
TermEvent term_wait(int timeout_ms);
/* The next key that was pressed; false when there is none. */
bool term_read_key(int *ret_key);
/* Takes in a changed size; true when it did. */
bool term_resize(void);

typedef enum { MOUSE_CLICK, MOUSE_DOUBLE_CLICK, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN } MouseKind;
typedef struct {
    MouseKind kind;
    int y, x;
} MouseEvent;
/* After the key TERM_CODE(KEY_MOUSE): what it was; false when nothing of interest. */
bool term_read_mouse(MouseEvent *out);

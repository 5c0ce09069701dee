/* ui/tui/text_field.h - one line of text that is typed. */
#pragma once
#include "ui/tui/cells.h"

typedef struct {
    GString *text; /* UTF-8; owned */
    size_t at;     /* byte offset of the cursor */
} TextField;

void text_field_init(TextField *field, const char *text);
void text_field_clear(TextField *field);
/* True when @key was one for typing or editing. */
bool text_field_key(TextField *field, int key);
void text_field_replace(TextField *field, size_t from, size_t to, const char *with);
void text_field_draw(const TextField *field, WINDOW *window, Rect at, bool focused);

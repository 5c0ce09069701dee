/* ui/tui/prompt.h - a box at the bottom that asks for a line of text. */
#pragma once
#include "ui/tui/screen.h"

typedef struct {
    const char *name, *meaning;
} PromptWord;

typedef struct {
    const char *title;
    const char *initial;
    const char *hint; /* one line, shown while there is nothing to complain about */
    void *owner;      /* lies below on the stack */
    /* While the text is typed; may be NULL. */
    void (*changed)(void *owner, const char *text);
    /* False with a message keeps the box open; "column N: ..." points there. */
    bool (*accept)(void *owner, const char *text, GError **error);
    /* Esc; may be NULL. */
    void (*cancelled)(void *owner);
    /* What the word under the cursor may become, or NULL; words live as long as the program. */
    GArray *(*complete)(const char *word); /* PromptWord */
} PromptSpec;

Screen *prompt_new(Ui *ui, const PromptSpec *spec);

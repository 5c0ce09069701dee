/* ui/tui/menu.h - a box to choose one of several things from. */
#pragma once
#include "ui/tui/columns.h"
#include "ui/tui/screen.h"

typedef struct {
    const char *title;
    const char *const *items; /* NULL-terminated; copied */
    unsigned chosen;          /* the cursor starts here */
    void *owner;              /* lies below on the stack */
    /* The box is closed unless the result says otherwise. */
    ScreenVerb (*pick)(void *owner, unsigned item);
    /* Instead of pick: the screen that takes the box's place. */
    Screen *(*open)(Ui *ui, unsigned item);
} MenuSpec;

Screen *menu_new(Ui *ui, const MenuSpec *spec);
/* The columns of a set, to sort by; @spec has owner and pick. */
Screen *sort_menu_new(Ui *ui, const ColumnSet *set, unsigned chosen, const MenuSpec *spec);

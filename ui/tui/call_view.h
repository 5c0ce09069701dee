/* ui/tui/call_view.h - what is known of some calls beside their messages: how they went, how they
 * are built, whom else they have to do with. */
#pragma once
#include "ui/tui/screen.h"

/* @calls: uint32_t numbers; copied. */
Screen *call_view_new(Ui *ui, const GArray *calls);

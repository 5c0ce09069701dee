/* ui/tui/sound_view.h - what a call sounds like: wave forms of both sides on one time line, levels,
 * silence, digits, what is missing or clipped; played when there is a sound device. */
#pragma once
#include "ui/tui/screen.h"

/* @calls: uint32_t numbers; the first one is shown, the others are there at a key. */
Screen *sound_view_new(Ui *ui, const GArray *calls);

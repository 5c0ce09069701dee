/* ui/tui/save_dialog.h - saves calls to a file, in a thread of its own: screen and capture go on.
 */
#pragma once
#include "ui/tui/screen.h"

/* @these: call numbers (uint32_t) that are on the screen now, possibly none; copied. */
Screen *save_dialog_new(Ui *ui, const GArray *these);
/* The same with a folder for fax pages. */
Screen *save_dialog_fax_new(Ui *ui, const GArray *these);
/* The same with a folder for MSRP chat and files. */
Screen *save_dialog_msrp_new(Ui *ui, const GArray *these);
/* The same with a name for sound. */
Screen *save_dialog_sound_new(Ui *ui, const GArray *these);

/* ui/tui/columns_dialog.h - chooses, orders and sizes the columns of the call list. */
#pragma once
#include "ui/tui/call_layout.h"
#include "ui/tui/screen.h"

/* @layout lies below on the stack and is changed as the user goes. */
Screen *columns_dialog_new(Ui *ui, CallLayout *layout);

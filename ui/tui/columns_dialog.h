/* ui/tui/columns_dialog.h - chooses, orders and sizes the columns of a table. */
#pragma once
#include "ui/tui/column_layout.h"
#include "ui/tui/screen.h"

/* @layout lies below on the stack and is changed as the user goes. */
Screen *columns_dialog_new(Ui *ui, ColumnLayout *layout);

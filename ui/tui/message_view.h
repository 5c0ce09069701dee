/* ui/tui/message_view.h - one SIP message, or all of some calls, as text. */
#pragma once
#include "ui/tui/message_text.h"

/* @messages (MessageRef) are those one can go to; @at is shown first. Copies them. */
Screen *message_view_new(Ui *ui, const GArray *messages, unsigned at);
/* All messages of the calls (uint32_t numbers) one after the other. */
Screen *message_view_all_new(Ui *ui, const GArray *calls);

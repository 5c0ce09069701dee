/* ui/tui/msrp_text.h - MSRP messages for the screen: headers, text, what is known of a file. For
 * message_text.c. */
#pragma once
#include "ui/tui/message_text.h"

/* As message_text_add() and message_bytes(), for @ref of MSRP. */
void msrp_text_add(const Ui *ui, MessageRef ref, unsigned parts, TextPane *pane);
char *msrp_bytes(const Ui *ui, MessageRef ref, size_t *out_length, GError **error);

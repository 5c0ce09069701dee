/* ui/tui/msrp_text.h - MSRP messages for the screen: headers, text, what is known of a file. For
 * message_text.c. */
#pragma once
#include "ui/tui/message_text.h"

/* As message_text_add() and message_bytes(), for @ref of MSRP. */
void msrp_text_add(const Ui *ui, MessageRef ref, unsigned parts, TextPane *pane);
/* When it was sent and which way; false when it is no longer kept. Locks the model. */
bool msrp_place(const Ui *ui, MessageRef ref, int64_t *ret_time_ns, char **ret_way);
char *msrp_bytes(const Ui *ui, MessageRef ref, size_t *out_length, GError **error);

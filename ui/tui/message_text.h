/* ui/tui/message_text.h - the text of SIP and MSRP messages for the screen: read back from the
 * capture, made safe, coloured. */
#pragma once
#include "dissect/sip/body/body.h"
#include "ui/tui/screen.h"
#include "ui/tui/text_pane.h"

typedef struct {
    uint32_t call;  /* number */
    unsigned index; /* of its messages, or of those of the MSRP session */
    uint32_t msrp;  /* number of that session; 0: a SIP message */
} MessageRef;

bool message_ref_equal(MessageRef a, MessageRef b);

/* The record of a SIP message and where it went, "10.0.0.1:5060 -> 10.0.0.2:5060", with
 * the tunnels it came through; false when it is no
 * longer in the model. Locks the model. */
bool message_lookup(const Ui *ui, MessageRef ref, CallMessage *out, char **ret_way);

/* When a message of SIP or MSRP was sent, and which way, likewise. */
bool message_place(const Ui *ui, MessageRef ref, int64_t *ret_time_ns, char **ret_way);

/* Role of the colour for a request (@status 0) or an answer. */
unsigned message_style(unsigned status);

typedef enum {
    MESSAGE_TEXT_HEADING = 1, /* first a line with time and way */
    MESSAGE_TEXT_DECODED = 2, /* at the end the fields of its bodies */
} MessageTextParts;

/* Adds its lines to @pane, or one line saying why it cannot be shown; @parts: bits. Must not hold
 * the lock: the text may come from a disk. */
void message_text_add(const Ui *ui, MessageRef ref, unsigned parts, TextPane *pane);

/* The message as captured, NUL-terminated: of MSRP start line, headers and all its data. The caller
 * frees; NULL with an error. Must not hold the lock. */
char *message_bytes(const Ui *ui, MessageRef ref, size_t *out_length, GError **error);

/* Parts of it, for texts of other kinds. @start_style: of the first line. */
void message_text_paint(const Ui *ui, Slice text, unsigned start_style, TextPane *pane);
void message_text_paint_fields(const BodyReport *report, TextPane *pane);

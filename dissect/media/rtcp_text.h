/* dissect/media/rtcp_text.h - what RTCP says of a source in words: the items of SDES besides CNAME
 * (RFC 3550 6.5) and why it left (6.6). Few sources say any, so each costs its own bytes only. */
#pragma once
#include "dissect/base/slice.h"

/* SDES item types, but for the first. */
typedef enum {
    RTCP_TEXT_BYE_REASON = 0,
    RTCP_TEXT_NAME = 2,
    RTCP_TEXT_EMAIL,
    RTCP_TEXT_PHONE,
    RTCP_TEXT_LOC,
    RTCP_TEXT_TOOL,
    RTCP_TEXT_NOTE,
    RTCP_TEXT_PRIV,
    RTCP_TEXT_KINDS,
} RtcpTextKind;

typedef struct RtcpText {
    struct RtcpText *next; /* owned */
    uint8_t kind;          /* RtcpTextKind */
    char text[];           /* bytes of the wire; of PRIV "prefix=value" */
} RtcpText;

/* "tool"; NULL for what is no kind. */
const char *rtcp_text_name(unsigned kind);
/* The last text of a kind stays; an empty one, or one of another kind, is passed over. */
void rtcp_text_note(RtcpText **list, unsigned kind, Slice text);
/* NULL: it said none. */
const char *rtcp_text_find(const RtcpText *list, RtcpTextKind kind);
/* The caller frees it. */
RtcpText *rtcp_text_copy(const RtcpText *list);
void rtcp_text_free(RtcpText *list);

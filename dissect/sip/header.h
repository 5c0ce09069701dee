/* dissect/sip/header.h - which header a name means. The rest of header.c is declared in
 * message.h. */
#pragma once
#include "dissect/sip/message.h"

/* Long or compact name, case-insensitive. SIP_HEADER_UNKNOWN when rung has no id for it. */
G_GNUC_PURE SipHeaderId sip_header_id(Slice name);
/* The same, of a name of nothing but letters, digits, '-', '.' and '_', where SCAN_WIDTH bytes may
 * be read from its beginning. */
G_GNUC_PURE SipHeaderId sip_header_id_of_token(Slice name);

/* dissect/sip/method.h - SIP methods (RFC 3261, 3262, 3265/6665, 3311, 3428, 3515, 3903, 6086). */
#pragma once
#include "dissect/base/slice.h"

typedef enum {
    SIP_OTHER, /* a method rung has no name for: SipMessage.method_name has it */
    SIP_INVITE,
    SIP_ACK,
    SIP_BYE,
    SIP_CANCEL,
    SIP_REGISTER,
    SIP_OPTIONS,
    SIP_PRACK,
    SIP_UPDATE,
    SIP_INFO,
    SIP_REFER,
    SIP_SUBSCRIBE,
    SIP_NOTIFY,
    SIP_PUBLISH,
    SIP_MESSAGE,
    SIP_METHODS
} SipMethod;

/* Case-sensitive, as RFC 3261 section 7.1 says. SIP_OTHER when not known. */
SipMethod sip_method_from(Slice name);
/* "INVITE"; "OTHER" for SIP_OTHER. */
const char *sip_method_name(SipMethod method);

/* The reason phrase the IANA registry has for @status, or NULL. */
const char *sip_status_phrase(unsigned status);

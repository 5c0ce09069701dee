/* dissect/call/forwarding.h - how a call was forwarded, told by the Diversion (RFC 5806) or
 * History-Info (RFC 7044, causes of RFC 4458) of its INVITE (identity.h), or by the History-Info of
 * a response. */
#pragma once
#include "dissect/call/call.h"

/* The strings belong to the call's identity, or are static. */
typedef struct {
    const char *from, *to; /* URIs: who forwarded, and where to */
    const char *reason;    /* in the words of RFC 5806: "user-busy"; NULL: not given */
    const char *index;     /* of History-Info: that of @to; else NULL */
    int cause;             /* SIP status or cause of RFC 4458; 0: not given */
    bool history;          /* told by History-Info, not by Diversion */
} ForwardingStep;

/* The chain, the first who forwarded first: ForwardingStep; empty when the call was not forwarded.
 * The longer chain counts where both headers tell one. Caller frees. */
GArray *call_forwarding(const Call *call);

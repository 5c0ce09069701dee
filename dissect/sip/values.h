/* dissect/sip/values.h - what headers mean that not every reader of a message needs.
 * Pure functions; slices are borrowed. */
#pragma once
#include "dissect/base/slice.h"
#include "dissect/base/status.h"

/* "refer;id=93" to "refer" and "id=93": Event, Subscription-State, Reason, Session-ID and others.
 * @parameters may be NULL. */
Slice sip_value_token(Slice value, Slice *parameters);

/* RAck: response number, CSeq number and method (RFC 3262 section 7.2). */
typedef struct {
    uint32_t rseq;
    uint32_t cseq;
    Slice method;
} SipRack;

/* DISSECT_OK, or DISSECT_MALFORMED with @out untouched. */
DissectStatus sip_rack_parse(Slice value, SipRack *out);

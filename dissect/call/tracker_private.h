/* dissect/call/tracker_private.h - what the tracker lends to the files it is made of. */
#pragma once
#include "dissect/call/model.h"
#include "dissect/sip/digest.h"
#include "dissect/sip/message.h"

/* By which an endpoint asks for something outside of dialogs, as endpoint.h and security.h follow:
 * bits, 1 << SipMethod. */
#define METHODS_ASKED (1u << SIP_INVITE | 1u << SIP_REGISTER | 1u << SIP_OPTIONS)

/* One parsed SDP at a time, reused: it is large. */
SdpBuffer *tracker_sdp(Model *model);
/* An empty string to write into, reused. */
GString *tracker_text(Model *model);

/* The challenge or credentials in the header value @value of the message being followed, read once;
 * valid until the next one is asked for. */
const SipDigest *tracker_digest(Model *model, Slice value);

void tracker_new(Model *model);
void tracker_free(Model *model);

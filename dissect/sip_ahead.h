/* dissect/sip_ahead.h - SIP messages parsed before their packets are dissected: parsing keeps no
 * state, so that another thread can do it. Only datagrams that are whole in their packet are parsed
 * here, and only where there is much SIP; the engine parses the others itself. */
#pragma once
#include "capture/packet.h"
#include "dissect/sip/message.h"
#include "dissect/sip/sdp.h"

typedef struct SipAhead SipAhead;

/* @scratch is borrowed: one serves all that the same thread parses. */
SipAhead *sip_ahead_new(SdpBuffer *scratch);
void sip_ahead_free(SipAhead *ahead);

/* Forgets what was parsed before, and parses what follows. Returns how many of the packets that
 * covers: a few where there is much SIP, else all that there are. The messages borrow the packets'
 * bytes. */
unsigned sip_ahead_parse(SipAhead *ahead, const Packet *packets, unsigned count);

/* What sip_parse() said of @payload of @packet, which is one of those, or NULL when it was not
 * asked. Packets must be asked for in their order. Of the message only the headers that are there
 * may be read: it must not be copied. */
const SipMessage *sip_ahead_take(SipAhead *ahead, const Packet *packet, Slice payload,
                                 DissectStatus *ret_status);

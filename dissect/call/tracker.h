/* dissect/call/tracker.h - SIP messages in, calls out: transactions (RFC 3261 section 17), dialogs
 * (12), offers and answers (RFC 3264), registrations, subscriptions, and the joining of RTP streams
 * to what announced them. Writes the Model; the caller holds its lock. */
#pragma once
#include "dissect/call/model.h"
#include "dissect/sip/message.h"

typedef struct {
    int64_t time_ns;
    Endpoint source, destination;
    uint32_t source_entry, destination_entry; /* model_endpoint_id() + 1; 0: to be found */
    PacketRef text;                           /* where the message's bytes can be read again */
    uint32_t frame;
    uint32_t tunnel; /* path of the model's tunnel table; 0: none */
    SipTransport transport;
    uint8_t dscp, hops; /* of its IP packet; hops (TTL or hop limit) 0: not known, dscp neither */
    uint8_t flags;      /* MESSAGE_REASSEMBLED, MESSAGE_TRUNCATED, MESSAGE_SENT_AGAIN */
} MessageOrigin;

void call_tracker_message(Model *model, const SipMessage *message, const MessageOrigin *origin);

/* The call or other exchange that has a leg of that Call-ID, or NULL. */
Call *call_tracker_find(const Model *model, Slice call_id);
/* Adds what a capture agent reported of it, and takes its note; what is beyond the messages kept of
 * a call is forgotten. */
void call_tracker_report(Model *model, Call *call, const CallReport *report);

typedef struct {
    const SipMessage *sip; /* borrowed */
    MessageOrigin origin;
} TrackedMessage;

#define TRACKER_BATCH 16

/* The same for up to TRACKER_BATCH messages in their order: what they will touch is fetched from
 * memory for all of them at once, which is most of the time when many calls are up. */
void call_tracker_messages(Model *model, const TrackedMessage *messages, unsigned count);

/* dissect/decoded_run.h - packets decoded before they are dissected: down to their transport, and
 * SIP messages with their SDP. That keeps no state, so that another thread can do it. Only SIP that
 * is whole in its packet is parsed here; the engine parses what it puts together itself. */
#pragma once
#include "dissect/net/decode_as.h"
#include "dissect/net/net_packet.h"
#include "dissect/sip/message.h"
#include "dissect/sip/sdp.h"

typedef struct {
    DissectStatus status;     /* of net_decode_as() */
    DissectStatus sip_status; /* of sip_parse(), when @sip_asked */
    bool sip_asked;           /* whether net.payload is SIP */
    const SipMessage *sip;    /* the run's; NULL: not SIP, or not asked. Only the headers that are
                                 there may be read: it must not be copied */
    uint64_t flow_hash;       /* flow_key_hash() of a datagram; 0: none */
    NetPacket net;
} DecodedPacket;

typedef struct {
    const Packet *packets;  /* borrowed */
    DecodedPacket *decoded; /* owned; of each of those */
    unsigned count;
    char *room; /* owned: the messages */
    size_t used;
    SdpBuffer *scratch; /* borrowed */
} DecodedRun;

/* @scratch is borrowed: one serves all runs of a thread. */
DecodedRun *decoded_run_new(SdpBuffer *scratch);
void decoded_run_free(DecodedRun *run);

/* Forgets what it held, and decodes the first of @packets, as many as one run should hold: at least
 * one where there are any. @rules (or NULL) say what ports carry. The packets and their bytes are
 * borrowed. */
void decoded_run_fill(DecodedRun *run, const DecodeRules *rules, const Packet *packets,
                      unsigned count);

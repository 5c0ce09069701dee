/* dissect/hep_input.h - what capture agents sent goes where it would have gone had it been captured
 * here: SIP to the calls, RTP and RTCP to their streams, MSRP to its sessions. Logs and reports of
 * quality become reports of the call that their correlation id names. What was captured here as
 * well counts as a copy. Writes the Model; the caller holds its lock. */
#pragma once
#include "dissect/call/tracker.h"
#include "dissect/msrp_input.h"
#include "dissect/net/flow.h"

/* The packet that a HEP packet came in. */
typedef struct {
    int64_t time_ns;
    uint32_t frame;
    IpAddress source, destination; /* agent and server */
    const NetTunnel *tunnels;      /* it came through */
    unsigned tunnel_count;
} HepArrival;

typedef struct {
    Model *model;     /* borrowed, as the others */
    FlowTable *flows; /* where streams are known by */
    const MsrpInput *msrp;
    SipMessage *scratch;
    /* Where bytes of a packet can be read again; adds to @flags of the message. */
    PacketRef (*keep)(void *context, Slice bytes, uint8_t *flags);
    void *context;
} HepInput;

/* Takes one whole HEP packet. */
void hep_input_packet(HepInput *input, const HepArrival *arrival, Slice bytes, size_t on_wire);

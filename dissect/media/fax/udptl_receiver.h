/* dissect/media/fax/udptl_receiver.h - one direction of UDPTL put in order and repaired (ITU-T T.38
 * clause 9.1.4): copies and parities fill the gaps, duplicates are dropped, and a gap that nothing
 * fills is given up after 16 packets or a second. Bounded memory. */
#pragma once
#include "dissect/base/clock.h"
#include "dissect/media/fax/udptl.h"

typedef struct {
    uint64_t packets;          /* datagrams, copies included */
    uint64_t copies, parities; /* packets got from the redundancy of later ones */
    uint64_t lost;             /* those nothing could bring back */
    uint64_t duplicates, reordered;
    uint64_t jumps;     /* sequence numbers began anew, confirmed by a second packet */
    uint64_t strays;    /* a number far from all others, once */
    uint64_t oversized; /* IFP packets longer than any of fax; not kept for repair */
} UdptlCounts;

/* @lost: packets missing just before this one. */
typedef void UdptlSink(Slice ifp, unsigned lost, int64_t time_ns, void *context);

typedef struct UdptlReceiver UdptlReceiver;

UdptlReceiver *udptl_receiver_new(UdptlSink *sink, void *context);
/* What is still held is dropped. */
void udptl_receiver_free(UdptlReceiver *receiver);
void udptl_receiver_add(UdptlReceiver *receiver, const UdptlPacket *packet, int64_t time_ns);
/* The stream is over: hands out what waits behind a gap. */
void udptl_receiver_finish(UdptlReceiver *receiver);
const UdptlCounts *udptl_receiver_counts(const UdptlReceiver *receiver);
/* Is @seq near those seen last? False before the first. */
bool udptl_receiver_is_near(const UdptlReceiver *receiver, uint16_t seq);

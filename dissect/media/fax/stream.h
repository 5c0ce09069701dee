/* dissect/media/fax/stream.h - one direction of T.38 over UDPTL: datagrams in, put in order and
 * repaired, the facsimile packets of it told to their session. */
#pragma once
#include "dissect/media/fax/session.h"
#include "dissect/media/fax/udptl_receiver.h"
#include "dissect/net/flow.h"

typedef struct FaxStream {
    FlowKey key;
    FaxSession *session; /* borrowed */
    Flow *flow;          /* that brings it; NULL: evicted. Private to fax/tracker.c */
    uint8_t side;
    UdptlReceiver *receiver; /* owned */
    int64_t last_ns;
    uint64_t malformed; /* datagrams and packets in them */
    IfpSyntax syntax;   /* told by the SDP, or by what only one of them could mean */
    bool syntax_proven;
    unsigned frame_length; /* of the frame that is being put together, */
    bool frame_open;       /* and whether there is one */
    bool ended;            /* the signal did; what repeats its end says nothing new */
    bool frame_torn;       /* a packet inside it is missing, or it is too long for a frame */
    uint8_t frame[300];
} FaxStream;

/* @session outlives the stream. */
FaxStream *fax_stream_new(FlowKey key, FaxSession *session, unsigned side, IfpSyntax syntax);
void fax_stream_free(FaxStream *stream);
/* False when @bytes are no UDPTL. What is wrong with them is noted in the session, too. */
bool fax_stream_datagram(FaxStream *stream, Slice bytes, int64_t time_ns, AnomalySet *anomalies);
/* RTP on the same port begins with its version, UDPTL with a number that is far from 0x8000 for the
 * first half hour. */
bool fax_stream_is_rtp(const FaxStream *stream, Slice bytes);
/* No more will come. */
void fax_stream_finish(FaxStream *stream);

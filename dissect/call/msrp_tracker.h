/* dissect/call/msrp_tracker.h - MSRP chunks in, sessions out: both directions of a pair of URIs
 * between two hosts make one; chunks of one Message-ID make one message, in whatever order they
 * come. Writes the Model; the caller holds its lock.
 *
 * Bounded: 32768 sessions and 500,000 messages, beyond which the oldest sessions go whose call is
 * over or not known; as many messages in a session as in a call; a million pieces of messages in
 * all. What is not kept is counted (msrp.table-full). */
#pragma once
#include "dissect/call/model.h"
#include "dissect/call/msrp.h"

typedef struct MsrpChunk MsrpChunk; /* one that is being received */

/* Where a chunk was seen. */
typedef struct {
    int64_t time_ns;
    Endpoint source, destination;
    uint32_t frame;
    uint8_t carriers; /* StreamCarriers */
    PacketRef head;   /* of its start line and headers */
} MsrpOrigin;

MsrpTracker *msrp_tracker_new(void);
void msrp_tracker_free(MsrpTracker *tracker);

/* Start line and headers of a request or response. The chunk is freed by msrp_tracker_end(). */
MsrpChunk *msrp_tracker_begin(Model *model, const MsrpMessage *message, const MsrpOrigin *origin);
/* Is @message of a session that was captured itself, so that what an agent tells of it is a copy?
 */
bool msrp_tracker_is_captured(const Model *model, const MsrpMessage *message,
                              const MsrpOrigin *origin);
/* Whether the tracker wants to find the chunk's data again; else its ref may be empty. */
bool msrp_tracker_wants(const Model *model, const MsrpChunk *chunk);
void msrp_tracker_data(Model *model, MsrpChunk *chunk, Slice bytes, PacketRef ref);
/* @time_ns: TIME_UNKNOWN when nobody knows. */
void msrp_tracker_end(Model *model, MsrpChunk *chunk, int64_t time_ns, MsrpEnd end,
                      const AnomalySet *anomalies);

/* The call of a session was evicted. */
void msrp_tracker_drop(MsrpTracker *tracker, uint32_t number);

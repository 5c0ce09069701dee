/* dissect/call/confidence.h - how far the loss counted in a stream can be laid at the network's
 * door: what the probe itself lost while the stream was up is no loss of the network, nor is what a
 * stream framed in TCP lacks where bytes of that were not captured. */
#pragma once
#include "dissect/call/model.h"

typedef enum {
    CONFIDENCE_HIGH,    /* nothing says that the probe lost any of it */
    CONFIDENCE_REDUCED, /* it lost packets, and the stream lacks nothing all the same; or packets
                           came out of the order of time, so that jitter is that of the probe as
                           well */
    CONFIDENCE_LOW,     /* it lost packets, and what the stream lacks may be those */
} ConfidenceLevel;
const char *confidence_level_name(ConfidenceLevel level);

typedef struct {
    ConfidenceLevel level;
    uint64_t probe_drops;        /* packets of any kind that the probe lost in the stream's time */
    uint64_t received_elsewhere; /* not seen here, though the receiver's RTCP says they came */
    uint64_t lost_at_least;      /* by the network, even if all of those were the stream's */
    bool disorder; /* packets of the capture are older, by 1 ms or more, than one before them */
} CaptureConfidence;

CaptureConfidence capture_confidence(const Model *model, const Stream *stream,
                                     const StreamReport *report);

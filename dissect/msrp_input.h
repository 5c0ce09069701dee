/* dissect/msrp_input.h - MSRP of streams, and what capture agents saw of it, to the sessions of the
 * model. Writes the Model; the caller
 * holds its lock. */
#pragma once
#include "dissect/call/msrp_tracker.h"
#include "dissect/session/msrp_stream.h"

typedef struct {
    Model *model; /* borrowed */
    /* Where bytes of a packet can be read again. */
    PacketRef (*keep)(void *context, Slice bytes, uint8_t *flags);
    void *context;
    MsrpStreamReader reader; /* for the StreamRow */
} MsrpInput;

/* Fills in @input->reader. @input stays where it is. */
void msrp_input_init(MsrpInput *input);

typedef enum { MSRP_REPORTED_NO /* no MSRP */, MSRP_REPORTED, MSRP_REPORTED_COPY } MsrpReported;
/* Takes what an agent saw at once: one message or chunk, or several. */
MsrpReported msrp_input_report(const MsrpInput *input, const StreamOrigin *origin, Slice bytes);

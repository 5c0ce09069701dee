/* dissect/call/early_media.h - media before the answer: a provisional response with an SDP opens
 * the way for it (RFC 3960). Found in the call's messages and streams when somebody looks. */
#pragma once
#include "dissect/call/model.h"

typedef struct {
    int64_t time_ns;  /* first response 101 to 199 with an SDP */
    int64_t end_ns;   /* the answer, else the final failure; TIME_UNKNOWN: neither yet */
    int64_t media_ns; /* first packet of the callee before that; TIME_UNKNOWN: none */
    uint32_t frame;   /* of that response */
    uint16_t status;  /* of that response */
} EarlyMedia;

/* False: no provisional response had an SDP. */
bool call_early_media(const Model *model, const Call *call, EarlyMedia *out);

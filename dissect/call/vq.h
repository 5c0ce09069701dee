/* dissect/call/vq.h - voice quality reports of endpoints (RFC 6035), kept by the call they speak
 * of: known by the Call-ID in the report, else by the SSRCs and addresses. A report may come long
 * after its call ended; PUBLISH and NOTIFY have Call-IDs of their own. */
#pragma once
#include "dissect/call/model.h"
#include "dissect/sip/vq_report.h"

typedef struct {
    int64_t time_ns;
    uint32_t source; /* endpoint id of who sent it */
    char *body;      /* owned; parsed again by whoever reads it */
    size_t length;
    uint64_t content; /* hash of the body, to know a proxy's copy */
} VqRecord;

#define VQ_REPORTS_PER_CALL 64
#define VQ_REPORT_BYTES     16384 /* longer ones are cut */

unsigned call_vq_count(const Call *call);
const VqRecord *call_vq_at(const Call *call, unsigned index);
/* The stream that the reporter (@local) or its peer measured; NULL when the call has none such. */
const Stream *vq_stream(const Model *model, const Call *call, const VqReport *report, bool local);

#include "dissect/call/confidence.h"

/* Queues of a network card change places within microseconds: that is no matter. */
#define DISORDER_MIN_NS NS_PER_MS

const char *confidence_level_name(ConfidenceLevel level)
{
    static const char *const names[] = { "high", "reduced", "low" };
    return names[level];
}

CaptureConfidence capture_confidence(const Model *model, const Stream *stream,
                                     const StreamReport *report)
{
    const CaptureFacts *facts = &model->facts;
    CaptureConfidence confidence = {
        .probe_drops = drop_log_between(&facts->drops, report->first_ns, report->last_ns),
        .received_elsewhere = loss_placed(stream->rtcp.loss.in_capture),
        .disorder = facts->disorder_ns >= DISORDER_MIN_NS,
    };
    uint64_t doubt = MAX(confidence.probe_drops, confidence.received_elsewhere);
    if (stream->tcp_gaps > 0) /* TCP sends again what the network loses */
        doubt = MAX(doubt, MAX(report->lost, 1));

    confidence.lost_at_least = report->lost - MIN(report->lost, doubt);
    if (doubt > 0 && report->lost > 0)
        confidence.level = CONFIDENCE_LOW;
    else if (doubt > 0 || confidence.disorder)
        confidence.level = CONFIDENCE_REDUCED;
    return confidence;
}

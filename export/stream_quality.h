/* export/stream_quality.h - the score of a stream, or of a call, as JSON. */
#pragma once
#include "dissect/call/model.h"
#include "dissect/media/quality.h"
#include "export/json_writer.h"

/* The members of a stream's record that come from jitter buffers and the E-model; null where they
 * are not known. */
void write_stream_quality(JsonWriter *json, const Stream *stream, const StreamQuality *quality);

/* Of a call: its worst stream in either direction. Scores of different scales cannot be compared,
 * so the share of what the scale allows decides; @scale says whose MOS it is. */
typedef struct {
    double mos_lq, mos_cq; /* NAN: no stream has a score */
    QualityScale scale;
    struct {
        uint32_t stream; /* 0: none */
        QualityScale scale;
        double mos_lq, r_lq, loss_percent; /* the last: lost or late */
        int64_t start_ns, duration_ns;
        double share; /* private */
    } worst;          /* the worst seconds of all its streams */
    double share;     /* of R, 0..1; private */
} CallQuality;
CallQuality call_quality_none(void);
void call_quality_add(CallQuality *call, const Stream *stream);
CallQuality call_quality(const Model *model, const Call *call);

/* export/dtmf_detector.h - DTMF digits in sound (ITU-T Q.23, Q.24), by spandsp. Not for use outside
 * export/. */
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct DtmfDetector DtmfDetector;

/* A digit "0".."9", "*", "#", "A".."D" that was heard from @from until @to, in frames. */
typedef void DtmfSink(char digit, int64_t from, int64_t to, void *context);

/* NULL when rung was built without spandsp, or cannot bring @rate_hz to 8000 Hz. */
DtmfDetector *dtmf_detector_new(uint32_t rate_hz, DtmfSink *sink, void *context);
void dtmf_detector_free(DtmfDetector *detector);
/* What is not given between two positions is silence. Positions never go back. */
void dtmf_detector_add(DtmfDetector *detector, int64_t at, const int16_t *samples, size_t count);
/* Ends a digit that is still heard. */
void dtmf_detector_finish(DtmfDetector *detector);

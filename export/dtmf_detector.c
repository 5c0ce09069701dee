#include "export/dtmf_detector.h"
#include "export/resampler.h"
#include <glib.h>

#ifdef RUNG_HAVE_SPANDSP
#include <spandsp.h>

#define RATE_HZ   8000u
#define BLOCK     102  /* samples spandsp looks at together: 12.75 ms */
#define AGREEING  2    /* blocks it takes to tell that a digit began, or ended */
#define PAUSE_MAX 1600 /* of a longer silence no more is told: any digit has ended */

struct DtmfDetector {
    dtmf_rx_state_t *receiver;
    Resampler *resampler; /* NULL: none is needed */
    DtmfSink *sink;
    void *context;
    uint32_t rate_hz;
    bool started;
    int64_t next;        /* frame that is expected */
    int64_t origin;      /* frame where sample 0 stands */
    int64_t heard;       /* samples at 8000 Hz since @origin */
    char digit;          /* that is being heard; 0: none */
    int64_t digit_since; /* samples */
};

static int64_t frame_of(const DtmfDetector *detector, int64_t sample)
{
    return detector->origin + MAX(sample, 0) * detector->rate_hz / RATE_HZ;
}

static void end_digit(DtmfDetector *detector, int64_t at)
{
    if (detector->digit)
        detector->sink(detector->digit, frame_of(detector, detector->digit_since),
                       frame_of(detector, at), detector->context);
    detector->digit = 0;
}

/* spandsp's: a digit begins, or 0 when it ends; told with the end of the block that made it sure.
 */
static void note_tone(void *context, int code, int level, int delay)
{
    DtmfDetector *detector = context;
    int64_t block_end = (detector->heard / BLOCK + 1) * BLOCK;

    (void)level;
    (void)delay;
    if (code == detector->digit)
        return;
    end_digit(detector, block_end - AGREEING * BLOCK);
    detector->digit = (char)code;
    detector->digit_since = block_end - AGREEING * BLOCK;
}

DtmfDetector *dtmf_detector_new(uint32_t rate_hz, DtmfSink *sink, void *context)
{
    if (rate_hz != RATE_HZ && !resampler_exists())
        return NULL;
    DtmfDetector *detector = g_new0(DtmfDetector, 1);
    detector->receiver = dtmf_rx_init(NULL, NULL, NULL);
    dtmf_rx_set_realtime_callback(detector->receiver, note_tone, detector);
    if (rate_hz != RATE_HZ)
        detector->resampler = resampler_new(rate_hz, RATE_HZ, 1);
    detector->sink = sink;
    detector->context = context;
    detector->rate_hz = rate_hz;
    return detector;
}

void dtmf_detector_free(DtmfDetector *detector)
{
    if (!detector)
        return;
    dtmf_rx_free(detector->receiver);
    resampler_free(detector->resampler);
    g_free(detector);
}

/* Block by block, so that what is told in between is known to a block. */
static void listen(const int16_t *samples, size_t count, void *context)
{
    DtmfDetector *detector = context;

    while (count > 0) {
        size_t part = MIN(count, (size_t)(BLOCK - detector->heard % BLOCK));
        dtmf_rx(detector->receiver, samples, (int)part);
        detector->heard += (int64_t)part;
        samples += part;
        count -= part;
    }
}

static void take(DtmfDetector *detector, const int16_t *samples, size_t count)
{
    if (detector->resampler)
        resampler_feed(detector->resampler, samples, count, listen, detector);
    else
        listen(samples, count, detector);
    detector->next += (int64_t)count;
}

static void begin_at(DtmfDetector *detector, int64_t at)
{
    detector->started = true;
    detector->origin = detector->next = at;
    detector->heard = 0;
}

/* What is not there up to @at; a long silence is cut short. */
static void pause_until(DtmfDetector *detector, int64_t at)
{
    static const int16_t silence[256];
    int64_t missing = at - detector->next;

    for (int64_t left = MIN(missing, (int64_t)PAUSE_MAX * detector->rate_hz / RATE_HZ); left > 0;) {
        size_t part = (size_t)MIN(left, (int64_t)G_N_ELEMENTS(silence));
        take(detector, silence, part);
        left -= (int64_t)part;
    }
    if (detector->next < at) {
        if (detector->resampler)
            resampler_drain(detector->resampler, listen, detector);
        end_digit(detector, detector->heard);
        begin_at(detector, at);
    }
}

void dtmf_detector_add(DtmfDetector *detector, int64_t at, const int16_t *samples, size_t count)
{
    if (!detector->started)
        begin_at(detector, at);
    pause_until(detector, at);
    int64_t known = MIN(MAX(detector->next - at, 0), (int64_t)count);
    take(detector, samples + known, count - (size_t)known);
}

void dtmf_detector_finish(DtmfDetector *detector)
{
    if (!detector->started)
        return;
    if (detector->resampler)
        resampler_drain(detector->resampler, listen, detector);
    end_digit(detector, detector->heard);
}
#else
DtmfDetector *dtmf_detector_new(uint32_t rate_hz, DtmfSink *sink, void *context)
{
    (void)rate_hz;
    (void)sink;
    (void)context;
    return NULL;
}

void dtmf_detector_free(DtmfDetector *detector)
{
    (void)detector;
}

void dtmf_detector_add(DtmfDetector *detector, int64_t at, const int16_t *samples, size_t count)
{
    (void)detector;
    (void)at;
    (void)samples;
    (void)count;
}

void dtmf_detector_finish(DtmfDetector *detector)
{
    (void)detector;
}
#endif

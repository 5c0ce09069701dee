/* dissect/media/quality.h - how a stream sounded, by the E-model, and why.
 *
 * The score is of what a receiver with an adaptive jitter buffer had: packets lost in the network
 * and packets that came too late, and how they clustered. MOS-LQ is listening alone; MOS-CQ is a
 * conversation and adds the delay from mouth to ear. Every input is given with where it is from;
 * nothing is assumed silently.
 * Reading counts the last packets first, so that it needs the model's lock, as writing does. */
#pragma once
#include "dissect/media/burst.h"
#include "dissect/media/codec_quality.h"
#include "dissect/media/jitter_buffer.h"
#include "dissect/media/stream.h"

typedef struct {
    bool concealment; /* receivers conceal lost G.711 packets (G.711 appendix I): most do */
} QualitySettings;
QualitySettings quality_settings_default(void);

typedef enum {
    QUALITY_MEASURED,  /* counted here, or by RTCP */
    QUALITY_HALF,      /* RTCP of one side only: the other half of the way is not in it */
    QUALITY_STANDARD,  /* a Recommendation says so */
    QUALITY_PUBLISHED, /* somebody else does */
    QUALITY_ASSUMED,   /* nothing tells */
} QualityOrigin;
const char *quality_origin_name(QualityOrigin origin); /* "measured" */

typedef struct {
    double value;
    QualityOrigin origin;
} QualityInput;

typedef struct {
    double r_lq, r_cq, mos_lq, mos_cq;
} QualityScore;

/* What takes points off, on the scale of R. */
typedef enum {
    QUALITY_COST_CODEC,
    QUALITY_COST_LOSS,    /* in the network */
    QUALITY_COST_DISCARD, /* jitter: late for the buffer */
    QUALITY_COST_DELAY,   /* of MOS-CQ alone */
    QUALITY_COSTS,
} QualityCost;
const char *quality_cost_name(QualityCost cost); /* "codec" */

typedef struct {
    const char *unscored; /* why there is no score, a static text; NULL: there is one */
    QualityScale scale;
    bool provisional; /* a codec value that the score rests on is no standard */
    QualityScore whole;
    QualityScore worst; /* the eight seconds in a row with the highest share of bad packets */
    int64_t worst_start_ns, worst_duration_ns; /* the whole stream when it is shorter */
    double worst_loss_percent;
    double clean_mos_lq; /* what the codec allows */
    double mos_lq_by_buffer[JITTER_BUFFERS];

    CodecQuality codec; /* valid when there is a score */
    QualityInput ie, bpl;
    QualityInput loss_percent, discard_percent, burst_ratio;
    QualityInput network_ms, packetisation_ms, lookahead_ms, buffer_ms; /* of the delay */
    double delay_ms;                                                    /* their sum: Ta */
    double cost[QUALITY_COSTS];                                         /* points of R */
    int costliest; /* QualityCost; -1: nothing costs */

    /* Known with or without a score. */
    bool timed;             /* false: no packet could be timed, so the buffers discarded nothing */
    uint64_t timed_packets; /* that went through the buffers */
    uint64_t replayed_packets; /* of them, those that did so when an SDP named their clock later */
    int64_t timed_since_ns;    /* the first of them; TIME_UNKNOWN: none */
    JitterDiscards discards[JITTER_BUFFERS];
    BurstReport burst; /* lost, or discarded by the adaptive buffer */
    double packet_ms;  /* to tell lengths of bursts as time; NAN: not known */
    uint32_t loss_runs[LOSS_RUN_LENGTHS];
    DelayBuckets delays;
    uint64_t concealed_seconds, severely_concealed_seconds;
} StreamQuality;

void stream_quality_with(const Stream *stream, const QualitySettings *settings, StreamQuality *out);
/* With the default settings. */
void stream_quality(const Stream *stream, StreamQuality *out);

/* MOS-LQ if @bad_percent of the packets were lost or discarded; NAN: no score. */
double stream_quality_mos(const StreamQuality *quality, double bad_percent);

/* One bin of the time line. */
typedef struct {
    int64_t start_ns, duration_ns;
    uint32_t packets, lost, discarded;
    double jitter_max_ms, delta_max_ms;
    double mos_lq;     /* by the burst ratio of the whole stream; NAN: no score, or nothing in it */
    double level_dbov; /* the loudest, at most 0; NAN: nobody has listened */
} QualityInterval;

unsigned stream_interval_count(const Stream *stream);
/* @quality: of the same stream. */
QualityInterval stream_interval(const Stream *stream, const StreamQuality *quality, unsigned index);
/* How loud it was at @time_ns, by who has decoded the sound: dBov, -127 to 0. */
void stream_note_level(Stream *stream, int64_t time_ns, double level_dbov);

/* ui/tui/stream_snapshot.h - all that the screen shows of one stream, taken under the model's lock
 * at once, so that drawing needs no lock. */
#pragma once
#include "dissect/call/vq.h"
#include "dissect/media/quality.h"
#include "ui/tui/screen.h"

/* What an endpoint measured of the stream and reported by itself (RFC 6035); NAN: it did not. */
typedef struct {
    int64_t time_ns;
    char source[ENDPOINT_TEXT_SIZE];
    const char *kind; /* static */
    double mos_lq, mos_cq, r_lq, r_cq, loss_percent, discard_percent, jitter_ms, round_trip_ms;
} SnapshotVq;

typedef struct {
    uint32_t number;  /* 0: the stream is no longer kept, and nothing below is valid */
    uint32_t call;    /* 0: none */
    uint32_t reverse; /* the stream that goes the other way in the same call; 0: none */
    bool from_caller, live;
    StreamKey key;
    StreamMatch match;
    StreamSecurity security;
    StreamReport report; /* its codec is in .codec */
    StreamQuality quality;
    LevelOrigin level_origin; /* of the points */
    StreamRtcp rtcp;          /* with copies of what it owns */
    GArray *vq;               /* SnapshotVq; owned */
    char *passages;           /* owned: the same at other points, a line each; "" for none */
    char *network;            /* owned: stream_network_text() */
    char *transport;          /* owned: stream_transport_text() */
    char codec[32];           /* as on the wire; "" for unknown */
    GArray *points;           /* QualityInterval, from the first packet on without gaps; owned */
} StreamSnapshot;

void stream_snapshot_take(StreamSnapshot *snapshot, const Ui *ui, uint32_t stream);
void stream_snapshot_clear(StreamSnapshot *snapshot);
/* Of the points; 0 when there are none. */
int64_t stream_snapshot_start_ns(const StreamSnapshot *snapshot);
int64_t stream_snapshot_span_ns(const StreamSnapshot *snapshot);

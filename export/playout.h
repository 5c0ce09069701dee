/* export/playout.h - one RTP stream as sound on a time line: through a jitter buffer, with the
 * codec's concealment, comfort noise and silence where they belong. Redundant payloads (RFC 2198)
 * stand in for packets that did not come.
 *
 * Positions are frames of the output, from @origin_ns; the buffer's own delay (of an adaptive one:
 * its margin) is left out, so that a packet which waits for exactly that delay is heard when it
 * came. */
#pragma once
#include "dissect/media/payload.h"
#include "dissect/media/rtp.h"

#define PLAYOUT_CHANNELS_MAX 2u

/* @count frames of setup.channels samples each. */
typedef void PlayoutSink(int64_t at, const int16_t *samples, size_t count, void *context);
/* Packets for [@from, @to) did not come in time; also told when they were made up for. */
typedef void PlayoutMissing(int64_t from, int64_t to, void *context);

typedef struct {
    const PayloadMap *payloads; /* borrowed; NULL: static payload types only */
    int64_t origin_ns, last_ns; /* of the time line; of the stream */
    uint32_t rate_hz;           /* of the output */
    unsigned channels;          /* of the output: 1, the mean of the codec's, or its first two */
    unsigned buffer_ms;         /* of a fixed buffer */
    bool adaptive;              /* the buffer of jitter_buffer.h that grows with the jitter */
    bool conceal;               /* losses are made up for; else they are silent */
    PlayoutSink *sink;
    PlayoutMissing *missing; /* NULL: not told */
    void *context;
} PlayoutSetup;

typedef struct {
    uint64_t packets, late, early, duplicates;
    uint64_t undecodable; /* the payload was damaged, or of a type that cannot be decoded */
    uint64_t cut;         /* the snap length cut it */
    uint64_t restored;    /* missing packets that came in later ones (RFC 2198) */
    uint64_t encrypted;   /* G.711 with the tag of SRTP behind it: not played */
    uint64_t concealed;   /* packets that were missing and made up for */
} PlayoutCounts;

typedef struct Playout Playout;

Playout *playout_new(const PlayoutSetup *setup);
void playout_free(Playout *playout);
/* In the order of capture. */
void playout_packet(Playout *playout, const RtpPacket *packet, int64_t time_ns);
/* Plays what is due at @now_ns. */
void playout_advance(Playout *playout, int64_t now_ns);
/* Plays all that was not yet. */
void playout_finish(Playout *playout);
const PlayoutCounts *playout_counts(const Playout *playout);

/* tests/unit/media/rtp_source.h - makes the packets of RTP sources for tests. */
#pragma once
#include "dissect/media/stream.h"
#include "dissect/net/sighting.h"
#include <math.h>

#define G711_BYTES      160
#define G711_WIRE_BYTES 200
#define PTIME_NS        (20 * NS_PER_MS)
#define START_NS        (1700000000 * NS_PER_S)

static inline Endpoint test_endpoint(uint32_t host, uint16_t port)
{
    return (Endpoint){ ip_from_v4(0x0a000000 | host), port };
}

static inline Stream *test_stream(void)
{
    StreamKey key = { test_endpoint(1, 5000), test_endpoint(2, 7000), 0xcafe, 0 };
    return stream_new(&key, 1);
}

typedef struct {
    Stream *stream;
    uint8_t payload_type;
    bool marker;
    uint32_t payload_bytes; /* 0: G711_BYTES */
    Slice payload;
} RtpSource;

static inline void source_send(const RtpSource *source, uint16_t seq, uint32_t ts_ticks,
                               int64_t after_ns)
{
    RtpPacket packet = {
        .seq = seq,
        .ts_ticks = ts_ticks,
        .ssrc = source->stream->key.ssrc,
        .payload_type = source->payload_type,
        .marker = source->marker,
        .payload = source->payload,
        .payload_bytes = source->payload_bytes ? source->payload_bytes : G711_BYTES,
    };
    StreamArrival arrival = { START_NS + after_ns, G711_WIRE_BYTES, 46, SIGHTING_FIRST };
    stream_add(source->stream, &packet, &arrival);
}

/* The @index-th packet of a perfect G.711 stream. */
static inline void source_send_nth(const RtpSource *source, unsigned index)
{
    source_send(source, (uint16_t)(1000 + index), 160 * index, PTIME_NS * index);
}

static inline StreamReport report_of(const Stream *stream)
{
    StreamReport report;
    stream_report(stream, &report);
    return report;
}

#define assert_near(actual, expected, tolerance)                                                   \
    g_assert_cmpfloat_with_epsilon((actual), (expected), (tolerance))

/* tests/unit/media/tracker_fixture.h - a tracker with flows and made-up datagrams. */
#pragma once
#include "dissect/media/tracker.h"

typedef struct {
    MediaTracker *tracker;
    unsigned found, rtcp, gone;
    int64_t now_ns;
    uint64_t packets_when_found;
} Fixture;

static inline void on_found(Stream *stream, void *context)
{
    Fixture *fixture = context;
    StreamReport report;
    stream_report(stream, &report);
    fixture->found++;
    fixture->packets_when_found = report.packets;
}

static inline void on_rtcp(const RtcpPacket *packet, Endpoint source, Endpoint destination,
                           int64_t time_ns, void *context)
{
    (void)packet, (void)source, (void)destination, (void)time_ns;
    ((Fixture *)context)->rtcp++;
}

static inline void on_gone(Stream *stream, void *context)
{
    (void)stream;
    ((Fixture *)context)->gone++;
}

static inline void fixture_init(Fixture *fixture)
{
    *fixture = (Fixture){ .now_ns = 1700000000 * NS_PER_S };
    MediaEvents events = {
        .stream_found = on_found, .rtcp_seen = on_rtcp, .stream_gone = on_gone, .context = fixture
    };
    fixture->tracker = media_tracker_new(&events);
}

static inline void fixture_clear(Fixture *fixture)
{
    media_tracker_free(fixture->tracker);
}

static inline Endpoint at(uint8_t host, uint16_t port)
{
    return (Endpoint){ ip_from_v4(0x0a000000u | host), port };
}

static inline Flow flow_between(Endpoint source, Endpoint destination)
{
    return (Flow){ .key = { source, destination } };
}

/* The bytes end where the heap block does, so that sanitizers see a read behind them. */
static inline bool feed(Fixture *fixture, Flow *flow, const void *bytes, size_t len)
{
    g_autofree uint8_t *exact = g_memdup2(bytes, len);
    MediaDatagram datagram = {
        .time_ns = fixture->now_ns,
        .payload = slice_of(exact, len),
        .on_wire = (uint32_t)len,
        .wire_bytes = (uint32_t)len + 28,
        .dscp = 46,
    };
    return media_tracker_datagram(fixture->tracker, flow, &datagram);
}

static inline void put_be32(uint8_t *at_byte, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at_byte[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* 20 ms of G.711; time goes on by as much. */
static inline bool feed_rtp(Fixture *fixture, Flow *flow, uint32_t ssrc, unsigned index)
{
    uint8_t bytes[172] = { 0x80, 0, (uint8_t)(index >> 8), (uint8_t)index };
    put_be32(bytes + 4, 160 * index);
    put_be32(bytes + 8, ssrc);
    fixture->now_ns += 20 * NS_PER_MS;
    return feed(fixture, flow, bytes, sizeof bytes);
}

static inline StreamReport report_at(const Fixture *fixture, unsigned index)
{
    StreamReport report;
    stream_report(media_tracker_at(fixture->tracker, index), &report);
    return report;
}

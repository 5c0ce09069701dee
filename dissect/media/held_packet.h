/* dissect/media/held_packet.h - what is kept of an RTP packet that has to wait for the next one
 * before it can be counted. Private to dissect/media/. */
#pragma once
#include "dissect/media/stream.h"

#define HELD_PAYLOAD 48 /* bytes: an RFC 4733 event, typed text, what begins a video */

typedef struct {
    StreamArrival arrival;
    uint32_t ts_ticks, payload_bytes;
    uint16_t seq;
    uint8_t payload_type;
    bool marker;
    uint8_t payload[HELD_PAYLOAD];
    uint8_t payload_len;
} HeldPacket;

static inline HeldPacket held_packet_of(const RtpPacket *rtp, const StreamArrival *arrival)
{
    Slice start = slice_sub(rtp->payload, 0, HELD_PAYLOAD);
    HeldPacket held = {
        .arrival = *arrival,
        .ts_ticks = rtp->ts_ticks,
        .payload_bytes = rtp->payload_bytes,
        .seq = rtp->seq,
        .payload_type = rtp->payload_type,
        .marker = rtp->marker,
        .payload_len = (uint8_t)start.len,
    };
    if (start.len > 0)
        memcpy(held.payload, start.data, start.len);
    return held;
}

/* The payload is borrowed from @held. */
static inline RtpPacket held_packet_rtp(const HeldPacket *held, uint32_t ssrc)
{
    return (RtpPacket){
        .seq = held->seq,
        .ts_ticks = held->ts_ticks,
        .ssrc = ssrc,
        .payload_type = held->payload_type,
        .marker = held->marker,
        .payload = slice_of(held->payload, held->payload_len),
        .payload_bytes = held->payload_bytes,
    };
}

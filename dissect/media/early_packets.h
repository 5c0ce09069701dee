/* dissect/media/early_packets.h - what is kept of a stream while its clock is not known: timings by
 * the clocks that are likely, and its packets from the first one on, so that they can be timed anew
 * when an SDP names the clock, and what begins their payloads, so that text and pictures can be
 * read. Private to dissect/media/.
 *
 * A stream with more than EARLY_PACKETS_MAX packets before its SDP keeps none: memory is for those
 * whose SDP comes a little late. */
#pragma once
#include "dissect/base/slice.h"
#include "dissect/media/timing.h"

#define EARLY_PACKETS_MAX 512u         /* ten seconds at 20 ms; 12 KiB */
#define EARLY_HEAD_BYTES  48u          /* of a payload: typed text, what begins a video */
#define EARLY_HEADS_MAX   (16u * 1024) /* bytes of all packets; beyond it none are kept */

/* Clocks tried in parallel as long as nothing names the right one. */
static const uint32_t candidate_clocks_hz[] = { 8000, 16000, 48000, 90000 };
#define CLOCK_CANDIDATES (sizeof candidate_clocks_hz / sizeof candidate_clocks_hz[0])

/* A packet that is no copy, as it was counted. */
typedef struct {
    int64_t arrival_ns;
    uint32_t ts_ticks;
    uint32_t extended;    /* sequence number of its segment: the low 32 bits */
    uint16_t octets : 12; /* of its payload, or as many as fit */
    uint16_t marker : 1;
    uint16_t odd_segment : 1;
    uint8_t slot;       /* of its payload type */
    uint8_t level;      /* -dBov that it told, or AUDIO_LEVEL_UNTOLD's low byte */
    uint8_t head_bytes; /* of its payload that are kept */
} EarlyPacket;

typedef struct {
    Timing candidates[CLOCK_CANDIDATES];
    unsigned count, room;
    bool whole;           /* @packets are all since the stream began */
    EarlyPacket *packets; /* owned; NULL: none */
    uint8_t *heads;       /* owned; the beginnings of their payloads, one after the other */
    size_t heads_bytes, heads_room;
    bool no_heads; /* there were too many, or one did not fit */
} EarlyPackets;

/* @from_first: no packet was counted yet. */
EarlyPackets *early_packets_new(bool from_first);
void early_packets_free(EarlyPackets *early);
/* Drops them all when there are too many. @payload: what is known of it; packet->head_bytes is set.
 */
void early_packets_keep(EarlyPackets *early, const EarlyPacket *packet, Slice payload);
/* The beginning of the payload of packets[index], of which *@at is the place: 0 for the first,
 * moved on by each call. Empty when it was not kept. */
Slice early_packets_head(const EarlyPackets *early, unsigned index, size_t *at);

/* dissect/media/frame_table.h - which streams carried which packet lately, so that the same one is
 * known when it comes by again under other addresses. Constant memory: FRAME_WAYS entries a set,
 * the oldest of the set goes first. */
#pragma once
#include "dissect/base/clock.h"

#define FRAME_SETS 2048u /* a power of two */
#define FRAME_WAYS 8u

typedef struct {
    uint64_t key; /* a hash under a secret seed of what makes the packet the same; 0: empty */
    int64_t time_ns;
    uint32_t stream; /* its number */
    uint32_t ts_ticks;
    uint32_t payload; /* a hash of it; 0: it cannot be read */
    uint16_t seq;
    uint8_t hops; /* TTL or hop limit; 0: not known */
} FrameSighting;

typedef struct FrameTable FrameTable;

FrameTable *frame_table_new(void);
void frame_table_free(FrameTable *table);

/* The FRAME_WAYS sightings among which those of @key are, in no order. */
const FrameSighting *frame_table_set(const FrameTable *table, uint64_t key);
/* Takes the place of what the same stream carried under the same key. */
void frame_table_add(FrameTable *table, const FrameSighting *sighting);

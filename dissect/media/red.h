/* dissect/media/red.h - redundant payloads: what is in a packet of encoding "red" (RFC 2198).
 * Pure function; slices borrowed from the payload. */
#pragma once
#include "dissect/base/slice.h"
#include "dissect/base/status.h"

enum { RED_BLOCKS_MAX = 16 }; /* more than any sender has generations */

typedef struct {
    uint8_t payload_type;  /* of what is in it: 0..127 */
    uint16_t offset_ticks; /* how much older than the packet; 0: the primary, or sent with it */
    uint32_t ts_ticks;     /* its own timestamp: that of the packet less the offset */
    Slice data;            /* may be empty: RFC 4103 5.2 has empty blocks */
} RedBlock;

typedef struct {
    unsigned count;                  /* at least 1 */
    RedBlock blocks[RED_BLOCKS_MAX]; /* in the packet's order: oldest first, the primary last */
} RedPacket;

/* Takes the RTP @payload apart; @ts_ticks is the packet's timestamp.
 * DISSECT_TRUNCATED when a block is longer than what is there, DISSECT_MALFORMED when there are
 * more than RED_BLOCKS_MAX; @out is left alone then. */
DissectStatus red_parse(Slice payload, uint32_t ts_ticks, RedPacket *out);
/* The block that was not sent before. */
static inline const RedBlock *red_primary(const RedPacket *red)
{
    return &red->blocks[red->count - 1];
}

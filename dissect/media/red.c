/* dissect/media/red.c - see red.h */
#include "dissect/media/red.h"
#include "dissect/base/cursor.h"

#define FOLLOWED     0x80 /* F: another header comes behind this one */
#define LENGTH_BITS  10
#define LENGTH_MASK  0x3ffu
#define OFFSET_SHIFT LENGTH_BITS

DissectStatus red_parse(Slice payload, uint32_t ts_ticks, RedPacket *out)
{
    Cursor c = cursor_over(payload);
    uint16_t lengths[RED_BLOCKS_MAX];
    RedPacket red = { .count = 0 };

    for (bool followed = true; followed;) {
        if (red.count == RED_BLOCKS_MAX)
            return DISSECT_MALFORMED;
        uint8_t first = cursor_u8(&c);
        followed = first & FOLLOWED;
        uint32_t sizes = followed ? cursor_be24(&c) : 0;
        if (c.failed)
            return DISSECT_TRUNCATED;
        RedBlock *block = &red.blocks[red.count];
        block->payload_type = first & 0x7f;
        block->offset_ticks = (uint16_t)(sizes >> OFFSET_SHIFT);
        block->ts_ticks = ts_ticks - block->offset_ticks;
        lengths[red.count++] = sizes & LENGTH_MASK;
    }
    for (unsigned i = 0; i + 1 < red.count; i++)
        red.blocks[i].data = cursor_slice(&c, lengths[i]);
    if (c.failed)
        return DISSECT_TRUNCATED;
    red.blocks[red.count - 1].data = cursor_rest(&c);
    *out = red;
    return DISSECT_OK;
}

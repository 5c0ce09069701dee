#include "dissect/sip/text_map.h"

/* The bits of the 64 bytes at @data. */
static inline void map_block(const uint8_t *data, uint64_t *marks, uint64_t *controls)
{
    uint64_t marked = 0, control = 0;

    for (unsigned at = 0; at < 64; at += SCAN_WIDTH) {
        ScanBytes bytes = scan_load(data + at);
        marked |= (uint64_t)scan_mask(~text_is_common(bytes)) << at;
        control |= (uint64_t)scan_mask(scan_below(bytes, ' ')) << at;
    }
    *marks = marked;
    *controls = control;
}

void text_map_make(TextMap *map, Slice text)
{
    uint8_t rest[64] = { 0 }; /* what is not text is marked by its zeros */
    size_t len = MIN(text.len, TEXT_MAP_BYTES);
    size_t word = 0;

    for (; word < len / 64; word++)
        map_block(text.data + word * 64, &map->marks[word], &map->controls[word]);
    if (len % 64)
        memcpy(rest, text.data + word * 64, len % 64);
    map_block(rest, &map->marks[word], &map->controls[word]);
    map->data = text.data;
    map->len = len;
}

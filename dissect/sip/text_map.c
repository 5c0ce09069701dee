#include "dissect/sip/text_map.h"

/* The bits of sixteen bytes, and the same of a block of 64. Bytes are compared as signed numbers,
 * which is one instruction each: a range is moved to the top of them first. */
static inline uint64_t marks_of(const uint8_t *data)
{
    ScanBytes bytes = scan_load(data);
    ScanBytes letters = scan_top(bytes | scan_all(0x20), 'z', 26);
    ScanBytes digits = scan_top(bytes, '9', '9' - '-' + 1) & ~scan_equal(bytes, '/');

    return scan_mask(letters | digits | scan_equal(bytes, '_')) ^ 0xffffu;
}

static inline uint64_t controls_of(const uint8_t *data)
{
    return scan_mask(scan_top(scan_load(data), ' ' - 1, ' '));
}

static inline void map_block(const uint8_t *data, uint64_t *marks, uint64_t *controls)
{
    *marks = marks_of(data) | marks_of(data + 16) << 16 | marks_of(data + 32) << 32 |
             marks_of(data + 48) << 48;
    *controls = controls_of(data) | controls_of(data + 16) << 16 | controls_of(data + 32) << 32 |
                controls_of(data + 48) << 48;
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

/* capture/bytes.h - integers of the capture file formats, at any alignment and in either byte
 * order. The caller has checked that the bytes are there. */
#pragma once
#include <byteswap.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t load_u16(const uint8_t *bytes, bool swapped)
{
    uint16_t value;
    memcpy(&value, bytes, sizeof value);
    return swapped ? bswap_16(value) : value;
}

static inline uint32_t load_u32(const uint8_t *bytes, bool swapped)
{
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return swapped ? bswap_32(value) : value;
}

static inline uint64_t load_u64(const uint8_t *bytes, bool swapped)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return swapped ? bswap_64(value) : value;
}

static inline void store_u16(uint8_t *bytes, uint16_t value)
{
    memcpy(bytes, &value, sizeof value);
}

static inline void store_u32(uint8_t *bytes, uint32_t value)
{
    memcpy(bytes, &value, sizeof value);
}

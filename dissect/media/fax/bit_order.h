/* dissect/media/fax/bit_order.h - the bits of octets turned around: T.38 and the tables of T.30
 * have the first bit of the line in the highest place, modems and numbers in frames in the lowest.
 */
#pragma once
#include <stdint.h>

static inline uint8_t bit_order_turned(uint8_t octet)
{
    octet = (uint8_t)((octet & 0x0f) << 4 | octet >> 4);
    octet = (uint8_t)((octet & 0x33) << 2 | (octet >> 2 & 0x33));
    return (uint8_t)((octet & 0x55) << 1 | (octet >> 1 & 0x55));
}

/* dissect/media/codec/g7221_categories.h - how finely each region of a frame was quantised, which a
 * decoder of ITU-T G.722.1 (05/2005) works out from the powers of the regions and the bits that are
 * left, as the encoder did. Private to dissect/media/codec/. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define G7221_REGIONS     14u /* of the main body: 7 kHz */
#define G7221_REGIONS_MAX 28u /* of Annex C: 14 kHz */
#define G7221_CATEGORIES  8u  /* 0 the finest; in the last nothing but the power is sent */

/* Sets @out, the category of each of @regions. @power is in steps of 3 dB; @bits are those behind
 * the @control number, which says how many steps coarser than the finest of several ways (32 for 28
 * regions, else 16) the encoder went. False when no encoder can have come to that. */
bool g7221_categorize(const int *power, unsigned regions, unsigned bits, unsigned control,
                      uint8_t *out);

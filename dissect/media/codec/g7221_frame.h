/* dissect/media/codec/g7221_frame.h - one frame of ITU-T G.722.1 (05/2005) to the coefficients of
 * its transform: main body (16 kHz, 14 regions of 500 Hz) and Annex C (32 kHz, 28 regions), and
 * Siren 7 as Microsoft's messengers frame it: the same between a code of the bit rate and a
 * checksum. Private to dissect/media/codec/. */
#pragma once
#include "dissect/base/slice.h"
#include "dissect/media/codec/g7221_categories.h"

#define G7221_REGION_SIZE 20u /* coefficients */

typedef struct {
    uint16_t words[4];
} G7221Noise;

typedef struct {
    unsigned regions; /* 14 or 28 */
    bool framed;      /* by Microsoft's code and checksum */
} G7221Layout;

void g7221_noise_init(G7221Noise *noise);
/* Do the code and the checksum fit? Only of 14 regions; one in 64 frames without them does. */
bool g7221_frame_is_framed(Slice frame);
/* Sets @regions times G7221_REGION_SIZE coefficients, those of an orthonormal transform of 16-bit
 * samples. What was not sent of them is @noise of the power that was. False when the frame is
 * damaged, as far as it can be told; @out is of no use then. */
bool g7221_frame_decode(G7221Layout layout, Slice frame, G7221Noise *noise, float *out);

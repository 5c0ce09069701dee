/* dissect/media/codec/amr_payload.h - AMR and AMR-WB frames in an RTP payload (RFC 4867 section 4),
 * octet-aligned or bandwidth-efficient, one channel; no interleaving, no CRC, no robust sorting.
 * Private to dissect/media/codec/. */
#pragma once
#include "dissect/base/slice.h"

#define AMR_FRAME_BYTES_MAX                                                                        \
    62u                    /* header and 477 bits: AMR-WB at 23.85 kbit/s, 1 more than needed */
#define AMR_FRAMES_MAX 32u /* a payload; 640 ms */
#define AMR_NO_DATA    15u

typedef struct {
    bool wideband, octet_aligned;
} AmrFormat;

/* As in a file of frames (RFC 4867 section 5.3): a byte with type and quality, then the bits. */
typedef struct {
    uint8_t type;
    bool good; /* the quality bit */
    uint8_t bytes[AMR_FRAME_BYTES_MAX];
} AmrFrame;

/* Returns how many frames were written to @out; 0 when the payload is damaged: its table of
 * contents names a reserved type, or more bits than there are. */
unsigned amr_payload_parse(AmrFormat format, Slice payload, AmrFrame out[AMR_FRAMES_MAX]);

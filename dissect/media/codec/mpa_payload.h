/* dissect/media/codec/mpa_payload.h - MPEG-1 and MPEG-2 audio of any layer in RTP: RFC 2250
 * sections 3.2 and 3.5; and of layer III in units that stand alone (ADUs): RFC 5219 section 4.
 * Private to dissect/media/codec/. */
#pragma once
#include "dissect/base/slice.h"

typedef struct {
    uint16_t offset; /* of @data in its frame: 0 unless the frame did not fit into one packet */
    Slice data;      /* frames from the first byte of one, or the rest of one */
} MpaPayload;

/* False when the header of the payload is not all there. */
bool mpa_payload_parse(Slice payload, MpaPayload *out);
/* Bytes of the whole frame whose header stands at the beginning of @data (ISO/IEC 11172-3 2.4.2.3,
 * 13818-3); 0: there is none, or its size is not in it ("free format"). */
size_t mpa_frame_bytes(Slice data);

typedef struct {
    bool goes_on;     /* not its beginning, but what follows in another packet */
    size_t bytes;     /* of the whole */
    bool interleaved; /* not in the order in which it is played; told by its beginning alone */
    Slice data;       /* what of it is in this payload */
} MpaAdu;

/* Cuts the first ADU off @rest, a payload of MPA-ROBUST; false when there is none. */
bool mpa_adu_next(Slice *rest, MpaAdu *out);

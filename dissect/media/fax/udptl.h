/* dissect/media/fax/udptl.h - the UDP transport layer of T.38 (ITU-T T.38 clause 9.1, PER).
 * Pure functions over captured bytes: no allocation, no state. */
#pragma once
#include "dissect/base/slice.h"
#include "dissect/base/status.h"

#define UDPTL_REPAIRS_MAX 64

typedef struct {
    uint16_t seq;                     /* wraps at 2^16 */
    Slice primary;                    /* the IFP packet of @seq; borrowed */
    bool fec;                         /* the repairs are parities; else copies of earlier packets */
    uint8_t fec_span;                 /* packets in each parity; not 0 when @fec */
    unsigned repair_count;            /* those beyond the array are left out */
    Slice repairs[UDPTL_REPAIRS_MAX]; /* copies: of @seq - 1, @seq - 2, ... (9.1.4.1) */
    size_t excess;                    /* bytes behind the packet that belong to nothing */
} UdptlPacket;

/* Parses a UDP payload. DISSECT_OK fills @out; DISSECT_NOT_MINE: no primary packet;
 * DISSECT_TRUNCATED: it ends inside a field, DISSECT_MALFORMED: a length that UDPTL cannot have.
 * Both fill @out as far as it goes when its primary packet is whole. */
DissectStatus udptl_parse(Slice bytes, UdptlPacket *out);

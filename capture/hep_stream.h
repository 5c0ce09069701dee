/* capture/hep_stream.h - cuts what a TCP connection brings into HEP3 packets, by their length.
 * One buffer of fixed size, in which any packet has room. */
#pragma once
#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#define HEP_STREAM_BYTES 65536u /* the length of a packet has 16 bits */

typedef struct {
    size_t begin, end; /* of what is not taken yet */
    uint8_t bytes[HEP_STREAM_BYTES];
} HepStream;

typedef enum {
    HEP_STREAM_PACKET,
    HEP_STREAM_MORE,   /* what is there is the beginning of a packet, or nothing */
    HEP_STREAM_BROKEN, /* no HEP3, or a length below that of its header: there is no way on */
} HepStreamStatus;

/* Where further bytes go, and how many may. Never none after hep_stream_next() said
 * HEP_STREAM_MORE. Moves bytes: packets handed out are gone. */
uint8_t *hep_stream_room(HepStream *stream, size_t *ret_size);
void hep_stream_added(HepStream *stream, size_t size);
/* The next whole packet, borrowed until hep_stream_room(). */
HepStreamStatus hep_stream_next(HepStream *stream, const uint8_t **ret_bytes, size_t *ret_size);

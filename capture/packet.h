/* capture/packet.h - one captured packet, and the reference under which its bytes are found again.
 * No state, no I/O. */
#pragma once
#include <stdint.h>

/* Where bytes stand: in an input file that is read in place, or in a spool. */
typedef struct {
    uint64_t offset;
    uint32_t length; /* 0: nothing is kept */
    uint32_t file;   /* handed out by the PacketStore */
} PacketRef;

typedef struct {
    int64_t time_ns;     /* since the epoch, UTC */
    const uint8_t *data; /* borrowed from the block, valid until it is recycled */
    uint32_t caplen;     /* bytes at @data */
    uint32_t len;        /* bytes on the wire; never below caplen */
    PacketRef ref;       /* of data[0..caplen) */
    uint16_t link_type;  /* LINKTYPE_ value of the file formats (1 = Ethernet) */
    uint16_t source;     /* which input: index into the capture's sources */
} Packet;

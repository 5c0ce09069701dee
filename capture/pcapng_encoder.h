/* capture/pcapng_encoder.h - packets as pcapng blocks in memory: one section whose interfaces are
 * described as they appear. Time stamps are nanoseconds. */
#pragma once
#include "capture/packet.h"
#include <glib.h>

#define PCAPNG_ENCODER_SECTION_BYTES 28u

typedef struct {
    GByteArray *bytes;  /* owned; the user takes them out and sets their length to 0 */
    GArray *interfaces; /* owned; the (source, link type) of each described so far */
    guint last;         /* index of the interface used last */
} PcapngEncoder;

void pcapng_encoder_init(PcapngEncoder *encoder);
void pcapng_encoder_clear(PcapngEncoder *encoder);

/* Begins a section: its header is appended, the interfaces before are forgotten. */
void pcapng_encoder_begin(PcapngEncoder *encoder);
/* Appends a block of decryption secrets that holds @room bytes of a TLS key log: @text, then empty
 * lines. Returns where in @bytes the text begins. */
gsize pcapng_encoder_secrets(PcapngEncoder *encoder, const uint8_t *text, gsize len, gsize room);
/* Appends @packet, and its interface when it is new. Returns where in @bytes its data begin. */
gsize pcapng_encoder_packet(PcapngEncoder *encoder, const Packet *packet);
/* The most bytes that pcapng_encoder_packet() appends for @caplen bytes of data. */
gsize pcapng_encoder_packet_bytes_max(uint32_t caplen);

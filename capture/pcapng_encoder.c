/* capture/pcapng_encoder.c - see pcapng_encoder.h (draft-ietf-opsawg-pcapng section 4). */
#include "capture/pcapng_encoder.h"
#include "capture/bytes.h"

#define INTERFACE_BYTES 32u
#define PACKET_BYTES    32u /* without its data */
#define SNAPLEN         262144u

#define SECRETS_BYTES    20u         /* without the secrets */
#define SECRETS_TLS_KEYS 0x544c534bu /* "TLSK": an NSS key log */

typedef struct {
    uint16_t source;
    uint16_t link_type;
} EncoderInterface;

void pcapng_encoder_init(PcapngEncoder *encoder)
{
    encoder->bytes = g_byte_array_new();
    encoder->interfaces = g_array_new(FALSE, FALSE, sizeof(EncoderInterface));
    encoder->last = 0;
}

void pcapng_encoder_clear(PcapngEncoder *encoder)
{
    g_clear_pointer(&encoder->bytes, g_byte_array_unref);
    g_clear_pointer(&encoder->interfaces, g_array_unref);
}

void pcapng_encoder_begin(PcapngEncoder *encoder)
{
    uint8_t block[PCAPNG_ENCODER_SECTION_BYTES] = { 0 };
    store_u32(block, 0x0a0d0d0a);
    store_u32(block + 4, PCAPNG_ENCODER_SECTION_BYTES);
    store_u32(block + 8, 0x1a2b3c4d);
    store_u16(block + 12, 1);    /* version 1.0 */
    memset(block + 16, 0xff, 8); /* the section's length is not told */
    store_u32(block + 24, PCAPNG_ENCODER_SECTION_BYTES);
    g_byte_array_append(encoder->bytes, block, sizeof block);
    g_array_set_size(encoder->interfaces, 0);
    encoder->last = 0;
}

static void append_interface(PcapngEncoder *encoder, EncoderInterface interface)
{
    uint8_t block[INTERFACE_BYTES] = { 0 };
    store_u32(block, 1);
    store_u32(block + 4, INTERFACE_BYTES);
    store_u16(block + 8, interface.link_type);
    store_u32(block + 12, SNAPLEN);
    store_u16(block + 16, 9); /* if_tsresol */
    store_u16(block + 18, 1);
    block[20] = 9; /* 10^-9 s */
    store_u32(block + 28, INTERFACE_BYTES);
    g_byte_array_append(encoder->bytes, block, sizeof block);
    g_array_append_val(encoder->interfaces, interface);
}

static guint find_interface(PcapngEncoder *encoder, const Packet *packet)
{
    guint count = encoder->interfaces->len;
    for (guint i = 0; i < count; i++) {
        guint index = (encoder->last + i) % count;
        EncoderInterface *known = &g_array_index(encoder->interfaces, EncoderInterface, index);
        if (known->source == packet->source && known->link_type == packet->link_type)
            return index;
    }
    append_interface(encoder, (EncoderInterface){ packet->source, packet->link_type });
    return count;
}

gsize pcapng_encoder_packet(PcapngEncoder *encoder, const Packet *packet)
{
    encoder->last = find_interface(encoder, packet);
    uint32_t padding = -packet->caplen & 3u;
    uint32_t size = PACKET_BYTES + packet->caplen + padding;
    uint8_t head[28];
    store_u32(head, 6);
    store_u32(head + 4, size);
    store_u32(head + 8, encoder->last);
    store_u32(head + 12, (uint32_t)((uint64_t)packet->time_ns >> 32));
    store_u32(head + 16, (uint32_t)packet->time_ns);
    store_u32(head + 20, packet->caplen);
    store_u32(head + 24, packet->len);
    g_byte_array_append(encoder->bytes, head, sizeof head);
    gsize data_at = encoder->bytes->len;
    if (packet->caplen > 0)
        g_byte_array_append(encoder->bytes, packet->data, packet->caplen);
    uint8_t tail[7] = { 0 };
    store_u32(tail + padding, size);
    g_byte_array_append(encoder->bytes, tail, padding + 4);
    return data_at;
}

gsize pcapng_encoder_secrets(PcapngEncoder *encoder, const uint8_t *text, gsize len, gsize room)
{
    uint32_t padded = ((uint32_t)room + 3u) & ~3u;
    uint32_t size = SECRETS_BYTES + padded;
    uint8_t head[16], tail[4];
    store_u32(head, 10);
    store_u32(head + 4, size);
    store_u32(head + 8, SECRETS_TLS_KEYS);
    store_u32(head + 12, (uint32_t)room);
    g_byte_array_append(encoder->bytes, head, sizeof head);
    gsize at = encoder->bytes->len;
    g_byte_array_set_size(encoder->bytes, (guint)(at + padded));
    memset(encoder->bytes->data + at, 0, padded);
    memset(encoder->bytes->data + at, '\n', room);
    if (len > 0)
        memcpy(encoder->bytes->data + at, text, len);
    store_u32(tail, size);
    g_byte_array_append(encoder->bytes, tail, sizeof tail);
    return at;
}

gsize pcapng_encoder_packet_bytes_max(uint32_t caplen)
{
    return INTERFACE_BYTES + PACKET_BYTES + (gsize)caplen + 3;
}

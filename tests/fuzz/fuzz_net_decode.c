#include "dissect/net/icmp.h"
#include "dissect/net/replace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A packet that takes half of its payload instead can be decoded as well. */
static void replace(const Packet *packet, const NetPacket *net)
{
    g_autoptr(GByteArray) frame = g_byte_array_new();
    Slice half = slice_sub(net->payload, 0, net->payload.len / 2);
    NetPacket again;

    if (net_replace_payload(packet, NULL, half, frame) != REPLACE_DONE)
        return;
    Packet written = *packet;
    written.data = frame->data;
    written.caplen = written.len = frame->len;
    net_decode(&written, &again);
}

static void read_icmp(const NetPacket *net)
{
    IcmpError error;

    if (icmp_error_parse(net, &error) != DISSECT_OK)
        return;
    g_assert(icmp_error_name(&error));
    g_assert(!error.quoted.len ||
             (error.quoted.data > net->payload.data &&
              error.quoted.data + error.quoted.len <= net->payload.data + net->payload.len));
}

/* The first byte chooses the link type, the second how much the snap length cut. Whatever is
 * decoded lies in the packet. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t link_types[] = { 1,   0,   108, 101, 228, 229, 113, 276,
                                           9,   50,  51,  104, 12,  14,  147, 65535,
                                           105, 127, 119, 163, 192, 107, 239, 10 };
    if (size < 2)
        return 0;
    Packet packet = { .data = data + 2,
                      .caplen = (uint32_t)size - 2,
                      .len = (uint32_t)size - 2 + data[1] * 7u,
                      .link_type = link_types[data[0] % G_N_ELEMENTS(link_types)] };
    NetPacket net;
    DissectStatus status = net_decode(&packet, &net);
    if (status != DISSECT_OK)
        return 0;
    const uint8_t *end = packet.data + packet.caplen;
    g_assert(net.ip_payload.len <= packet.caplen && net.payload.len <= packet.caplen);
    g_assert(!net.payload.len ||
             (net.payload.data >= packet.data && net.payload.data + net.payload.len <= end));
    g_assert(!net.ip_payload.len || (net.ip_payload.data >= packet.data &&
                                     net.ip_payload.data + net.ip_payload.len <= end));
    g_assert(net.payload.len <= net.payload_on_wire);
    g_assert(net.truncated == (net.payload.len < net.payload_on_wire));
    replace(&packet, &net);
    read_icmp(&net);
    return 0;
}

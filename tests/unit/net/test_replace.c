/* replace.h: headers that fit a payload that became shorter. Every tunnel is compared byte for byte
 * by tests/export/run_plain.py. */
#include "dissect/net/replace.h"
#include "packet_builder.h"

static ReplaceResult replace_cut(const GByteArray *bytes, size_t caplen, const char *payload,
                                 GByteArray *frame)
{
    g_autofree uint8_t *exact = g_memdup2(bytes->data, caplen);
    Packet packet = {
        .data = exact, .caplen = (uint32_t)caplen, .len = (uint32_t)caplen, .link_type = 1
    };

    return net_replace_payload(&packet, NULL, slice_from_string(payload), frame);
}

static void check_payload(GByteArray *frame, const char *payload)
{
    NetPacket net;

    g_assert_cmpint(decode(frame, 1, &net), ==, DISSECT_OK);
    g_assert_true(slice_equal(net.payload, slice_from_string(payload)));
    g_assert_cmpuint(net.payload_on_wire, ==, strlen(payload));
    g_assert_false(anomaly_any(&net.anomalies));
}

static void test_shorter(void)
{
    g_autoptr(GByteArray) v4 = prepend_ethernet(ipv4_datagram("hello, world"), "0800");
    g_autoptr(GByteArray) v6 = prepend_ethernet(
        prepend_ipv6(prepend_udp(packet_of("hello"), 5060, 5062), IP_PROTOCOL_UDP), "86dd");
    g_autoptr(GByteArray) frame = g_byte_array_new();

    g_byte_array_append(v4, (const uint8_t *)"padding", 7);
    g_assert_cmpint(replace_cut(v4, v4->len, "bye", frame), ==, REPLACE_DONE);
    g_assert_cmpuint(frame->len, ==, v4->len - 9);
    g_assert_cmpint(memcmp(frame->data + frame->len - 7, "padding", 7), ==, 0);
    check_payload(frame, "bye");
    g_assert_cmpint(frame->data[14 + 20 + 6] | frame->data[14 + 20 + 7], ==, 0); /* no checksum */
    g_assert_cmpint(replace_cut(v6, v6->len, "", frame), ==, REPLACE_DONE);
    check_payload(frame, "");
}

/* RFC 768: a sum of 0 is sent as its other form. */
static void test_checksum(void)
{
    g_autoptr(GByteArray) packet = prepend_udp(packet_of("abcd"), 0, 0);
    g_autoptr(GByteArray) frame = g_byte_array_new();
    const char zero[] = { (char)0xeb, (char)0xd7, 0 }; /* ~(10.0.0.1 + 10.0.0.2 + 17 + 2 * 10) */

    packet->data[6] = 1;
    packet = prepend_ethernet(prepend_ipv4(packet, IP_PROTOCOL_UDP, 0), "0800");
    g_assert_cmpint(replace_cut(packet, packet->len, zero, frame), ==, REPLACE_DONE);
    g_assert_cmphex(frame->data[14 + 20 + 6], ==, 0xff);
    g_assert_cmphex(frame->data[14 + 20 + 7], ==, 0xff);
}

static void test_refused(void)
{
    g_autoptr(GByteArray) udp = prepend_ethernet(ipv4_datagram("hello"), "0800");
    g_autoptr(GByteArray) tcp = prepend_ethernet(
        prepend_ipv4(prepend_tcp(packet_of("hello"), 1, TCP_ACK), IP_PROTOCOL_TCP, 0), "0800");
    g_autoptr(GByteArray) part = prepend_ethernet(
        prepend_ipv4(prepend_udp(packet_of("hello"), 1, 2), IP_PROTOCOL_UDP, 0x2000), "0800");
    g_autoptr(GByteArray) frame = g_byte_array_new();

    g_assert_cmpint(replace_cut(udp, udp->len, "longer", frame), ==, REPLACE_NOT_UDP);
    g_assert_cmpint(replace_cut(tcp, tcp->len, "bye", frame), ==, REPLACE_NOT_UDP);
    g_assert_cmpint(replace_cut(part, part->len, "bye", frame), ==, REPLACE_NOT_UDP);
    for (size_t len = 0; len < udp->len; len++)
        g_assert_cmpint(replace_cut(udp, len, "bye", frame), ==, REPLACE_NOT_UDP);
}

/* A length of UDP that is longer than the packet: nothing behind it is read. */
static void test_lying_length(void)
{
    g_autoptr(GByteArray) packet = prepend_udp(packet_of("hello"), 5060, 5062);
    g_autoptr(GByteArray) frame = g_byte_array_new();

    packet->data[4] = 0xff;
    packet->data[6] = 1;
    packet = prepend_ethernet(prepend_ipv4(packet, IP_PROTOCOL_UDP, 0), "0800");
    g_assert_cmpint(replace_cut(packet, packet->len, "bye", frame), ==, REPLACE_DONE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/replace/shorter", test_shorter);
    g_test_add_func("/replace/checksum", test_checksum);
    g_test_add_func("/replace/refused", test_refused);
    g_test_add_func("/replace/lying-length", test_lying_length);
    return g_test_run();
}

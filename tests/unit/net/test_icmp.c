#include "dissect/net/icmp.h"
#include "packet_builder.h"

/* An error of @type and @code about the packet @quoted, which it takes; @rest is the second word.
 */
static GByteArray *error_about(GByteArray *quoted, uint8_t type, uint8_t code, uint32_t rest,
                               uint8_t protocol)
{
    uint8_t header[8] = { type, code };

    store_be32(header + 4, rest);
    g_byte_array_prepend(quoted, header, sizeof header);
    if (protocol == IP_PROTOCOL_ICMP6)
        return prepend_ethernet(prepend_ipv6(quoted, protocol), "86dd");
    return prepend_ethernet(prepend_ipv4(quoted, protocol, 0), "0800");
}

static DissectStatus parse(GByteArray *owned, IcmpError *out)
{
    static NetPacket net;
    g_autoptr(GByteArray) bytes = owned;

    g_assert_cmpint(decode(bytes, 1, &net), ==, DISSECT_OK);
    return icmp_error_parse(&net, out);
}

static GByteArray *datagram6(void)
{
    return prepend_ipv6(prepend_udp(packet_of("INVITE"), 5060, 5062), IP_PROTOCOL_UDP);
}

/* RFC 792 and RFC 4443. */
static void test_names(void)
{
    static const struct {
        uint8_t type, code;
        bool is_v6;
        const char *name;
    } rows[] = {
        { 3, 0, false, "network unreachable" },
        { 3, 3, false, "port unreachable" },
        { 3, 13, false, "administratively prohibited" },
        { 3, 99, false, "unreachable" },
        { 11, 0, false, "hop limit exceeded" },
        { 4, 0, false, "source quench" },
        { 1, 4, true, "port unreachable" },
        { 1, 0, true, "no route" },
        { 4, 2, true, "parameter problem" },
    };
    IcmpError error;

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        GByteArray *quoted = rows[i].is_v6 ? datagram6() : ipv4_datagram("INVITE");
        uint8_t protocol = rows[i].is_v6 ? IP_PROTOCOL_ICMP6 : IP_PROTOCOL_ICMP;
        g_assert_cmpint(parse(error_about(quoted, rows[i].type, rows[i].code, 0, protocol), &error),
                        ==, DISSECT_OK);
        g_assert_cmpstr(icmp_error_name(&error), ==, rows[i].name);
        g_assert_cmpuint(error.source.port, ==, 5060);
        g_assert_cmpuint(error.destination.port, ==, 5062);
        g_assert_true(slice_equal(error.quoted, SLICE_LITERAL("INVITE")));
        g_assert_cmpuint(error.mtu, ==, 0);
    }
}

static void test_no_errors(void)
{
    static const struct {
        uint8_t type, protocol;
    } rows[] = {
        { 8, IP_PROTOCOL_ICMP },    { 0, IP_PROTOCOL_ICMP },    { 5, IP_PROTOCOL_ICMP },
        { 128, IP_PROTOCOL_ICMP6 }, { 135, IP_PROTOCOL_ICMP6 }, { 137, IP_PROTOCOL_ICMP6 }
    };
    IcmpError error;

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(
            parse(error_about(ipv4_datagram("x"), rows[i].type, 0, 0, rows[i].protocol), &error),
            ==, DISSECT_NOT_MINE);
}

/* RFC 1191 section 4, RFC 4443 section 3.2. */
static void test_mtu(void)
{
    IcmpError error;

    parse(error_about(ipv4_datagram("x"), 3, 4, 1400, IP_PROTOCOL_ICMP), &error);
    g_assert_cmpuint(error.mtu, ==, 1400);
    parse(error_about(datagram6(), 2, 0, 1280, IP_PROTOCOL_ICMP6), &error);
    g_assert_cmpuint(error.mtu, ==, 1280);
    g_assert_true(error.is_v6);
}

static void test_transports(void)
{
    GByteArray *tcp = prepend_ipv4(prepend_tcp(packet_of("SIP"), 1, TCP_ACK), IP_PROTOCOL_TCP, 0);
    GByteArray *esp = prepend_ipv4(packet_of("12345678"), 50, 0);
    GByteArray *second = prepend_ipv4(packet_of("12345678"), IP_PROTOCOL_UDP, 185);
    GByteArray *first = prepend_ipv4(prepend_udp(packet_of("x"), 1, 2), IP_PROTOCOL_UDP, 0x2000);
    IcmpError error;

    g_assert_cmpint(parse(error_about(tcp, 3, 1, 0, IP_PROTOCOL_ICMP), &error), ==, DISSECT_OK);
    g_assert_cmpuint(error.ip_protocol, ==, IP_PROTOCOL_TCP);
    g_assert_true(slice_equal(error.quoted, SLICE_LITERAL("SIP")));
    g_assert_cmpint(parse(error_about(esp, 3, 1, 0, IP_PROTOCOL_ICMP), &error), ==,
                    DISSECT_NOT_MINE);
    g_assert_cmpint(parse(error_about(second, 11, 1, 0, IP_PROTOCOL_ICMP), &error), ==,
                    DISSECT_NOT_MINE);
    g_assert_cmpint(parse(error_about(first, 11, 1, 0, IP_PROTOCOL_ICMP), &error), ==, DISSECT_OK);
    g_assert_cmpuint(error.destination.port, ==, 2);
}

/* Known from the four bytes of the ports on, whatever follows. */
static void sweep(GByteArray *owned, size_t headers)
{
    g_autoptr(GByteArray) bytes = owned;
    IcmpError error;
    NetPacket net;

    for (size_t len = headers; len <= bytes->len; len++) {
        if (decode_cut(bytes, 1, len, &net) != DISSECT_OK)
            continue;
        DissectStatus status = icmp_error_parse(&net, &error);
        size_t ports = bytes->len - strlen("INVITE") - 4;
        g_assert_cmpint(status, ==, len < ports ? DISSECT_TRUNCATED : DISSECT_OK);
        if (status == DISSECT_OK)
            g_assert_cmpuint(error.quoted.len, ==, len > ports + 4 ? len - ports - 4 : 0);
    }
}

static void test_truncation(void)
{
    sweep(error_about(ipv4_datagram("INVITE"), 3, 3, 0, IP_PROTOCOL_ICMP), 14 + 20);
    sweep(error_about(datagram6(), 1, 4, 0, IP_PROTOCOL_ICMP6), 14 + 40);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/icmp/names", test_names);
    g_test_add_func("/icmp/no-errors", test_no_errors);
    g_test_add_func("/icmp/mtu", test_mtu);
    g_test_add_func("/icmp/transports", test_transports);
    g_test_add_func("/icmp/truncation", test_truncation);
    return g_test_run();
}

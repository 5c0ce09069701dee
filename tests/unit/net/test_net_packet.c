#include "packet_builder.h"

#define PAYLOAD "OPTIONS sip:a SIP/2.0"

enum { ETHERNET = 1, RAW = 101 };

static void assert_payload(const NetPacket *net)
{
    g_assert_true(slice_equal(net->payload, SLICE_LITERAL(PAYLOAD)));
    g_assert_cmpuint(net->payload_on_wire, ==, strlen(PAYLOAD));
    g_assert_cmpuint(net->source.port, ==, 5060);
    g_assert_cmpuint(net->destination.port, ==, 5062);
    g_assert_cmpint(net->ip_protocol, ==, IP_PROTOCOL_UDP);
    g_assert_cmpint(net->dscp, ==, 46);
    g_assert_cmpint(net->ttl, ==, 63);
    g_assert_false(net->truncated);
    g_assert_false(net->fragment.present);
    g_assert_false(anomaly_any(&net->anomalies));
}

typedef struct {
    uint16_t link_type;
    const char *header; /* before the IPv4 header */
    uint32_t encapsulations;
    uint16_t vlan;
} LinkRow;

enum {
    VLAN = 1 << ENCAPSULATION_VLAN,
    MPLS = 1 << ENCAPSULATION_MPLS,
    PPPOE = 1 << ENCAPSULATION_PPPOE,
    IP_IN_IP = 1 << ENCAPSULATION_IP_IN_IP,
    VN_TAG = 1 << ENCAPSULATION_VN_TAG,
    PBB = 1 << ENCAPSULATION_PBB,
    NSH = 1 << ENCAPSULATION_NSH,
    WLAN = 1 << ENCAPSULATION_WLAN,
};

#define MACS "020000000002 020000000001 "

static const LinkRow link_rows[] = {
    { 0, "02000000", 0, 0 }, /* BSD loopback, written by a little-endian machine */
    { 0, "00000002", 0, 0 },
    { 108, "00000002", 0, 0 },
    { 1, MACS "0800", 0, 0 },
    { 1, MACS "8100 2064 0800", VLAN, 100 },
    { 1, MACS "88a8 00c8 8100 0064 0800", VLAN, 100 },
    { 1, MACS "9100 00c8 9200 0064 0800", VLAN, 100 },
    { 1, MACS "8100 0001 8100 0002 8100 0003 0800", VLAN, 3 },
    { 1, MACS "8100 a000 0800", VLAN, 0 }, /* priority tag */
    { 1, MACS "8847 000641ff", MPLS, 0 },
    { 1, MACS "8847 00064040 00065040 000661ff", MPLS, 0 },
    { 1, MACS "8848 000641ff", MPLS, 0 },
    { 1, MACS "8847 000641ff 00000000" MACS "0800", MPLS, 0 }, /* pseudo-wire, RFC 4448 */
    { 1, MACS "8847 000641ff" MACS "0800", MPLS, 0 },          /* without its control word */
    { 1, MACS "8864 1100 0001 0033 0021", PPPOE, 0 },
    { 1, MACS "8100 0007 8864 1100 0001 0033 0021", VLAN | PPPOE, 7 },
    { 1, MACS "0039 aaaa03 000000 0800", 0, 0 }, /* 802.3, LLC, SNAP */
    { 1, MACS "0034 060603", 0, 0 },
    { 9, "ff03 0021", 0, 0 },
    { 9, "0021", 0, 0 },
    { 9, "21", 0, 0 }, /* compressed protocol field */
    { 50, "ff03 0021", 0, 0 },
    { 50, "0f00 0800", 0, 0 },
    { 51, "1100 0001 0033 0021", PPPOE, 0 },
    { 104, "0f00 0800", 0, 0 },
    { 12, "", 0, 0 },
    { 14, "", 0, 0 },
    { 101, "", 0, 0 },
    { 228, "", 0, 0 },
    { 113, "0000 0001 0006 020000000001 0000 0800", 0, 0 },
    { 113, "0000 0001 0006 020000000001 0000 8100 0064 0800", VLAN, 100 },
    { 113, "0000 0001 0006 020000000001 0000 0004 aaaa03 000000 0800", 0, 0 },
    { 276, "0800 0000 00000001 0001 00 06 0200000000010000", 0, 0 },
    { 1, MACS "8926 80010002 8100 0064 0800", VN_TAG | VLAN, 100 },
    { 1, MACS "893f 000000010000 0800", VN_TAG, 0 },
    { 1, MACS "88e7 00000001" MACS "0800", PBB, 0 },
    { 1, MACS "8909 0101 00010064 0800", 0, 0 }, /* security group tag */
    { 1, MACS "894f 0fc2 0101 00000001", NSH, 0 },
    { 10, "50" MACS "aaaa03 000000 0800", 0, 0 },  /* FDDI */
    { 6, "1040" MACS "aaaa03 000000 0800", 0, 0 }, /* token ring */
    { 6, "1040 020000000002 820000000001 0401 aaaa aaaa03 000000 0800", 0, 0 },
    { 100, "aaaa03 000000 0800", 0, 0 }, /* ATM */
    { 100, "", 0, 0 },
    { 106, "aaaa03 000000 0800", 0, 0 },
    { 107, "1841 03 cc", 0, 0 }, /* frame relay */
    { 107, "1841 0800", 0, 0 },
    { 107, "1841 03 00 80 000000 0800", 0, 0 },
    { 109, "02000000 00000000 00000000", 0, 0 },
    { 117, "05 02 0000 00000000", 0, 0 }, /* pflog, its length padded */
    { 138, "0000000000000000 0000000000000000 0800", 0, 0 },
    { 166, "00 03 0021", 0, 0 },
    { 204, "00 ff03 0021", 0, 0 },
    { 205, "01 0f00 0800", 0, 0 },
    { 206, "01 1841 03 cc", 0, 0 },
    { 226, "0102000000000000 0000000000000000 0000000000000000", 0, 0 },
    { 239, "02000000 0800 0a00 00000000 3500 0900", 0, 0 },
    { 240, "00000000" MACS "0800", 0, 0 },
    { 105, "0802 0000 020000000001 020000000002 020000000003 0000 aaaa03 000000 0800", WLAN, 0 },
    { 105,
      "8803 0000 020000000001 020000000002 020000000003 0000 020000000004 0000"
      "aaaa03 000000 0800",
      WLAN, 0 }, /* four addresses, QoS */
    { 127,
      "0000 0a00 02000000 20 00"
      "8802 0000 020000000001 020000000002 020000000003 0000 0000 0000"
      "aaaa03 000000 0800",
      WLAN, 0 }, /* padded to four bytes */
    { 127,
      "0000 1200 03000000 0000000000000000 00 00"
      "0802 0000 020000000001 020000000002 020000000003 0000 aaaa03 000000 0800",
      WLAN, 0 },
    { 163,
      "80211001 00000008"
      "0802 0000 020000000001 020000000002 020000000003 0000 aaaa03 000000 0800",
      WLAN, 0 },
    { 192,
      "0000 0800 69000000"
      "0802 0000 020000000001 020000000002 020000000003 0000 aaaa03 000000 0800",
      WLAN, 0 },
};

static GByteArray *packet_of_row(const LinkRow *row)
{
    return prepend_hex(ipv4_datagram(PAYLOAD), row->header);
}

static void test_link_layers(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(link_rows); i++) {
        const LinkRow *row = &link_rows[i];
        g_autoptr(GByteArray) packet = packet_of_row(row);
        NetPacket net;
        g_assert_cmpint(decode(packet, row->link_type, &net), ==, DISSECT_OK);
        assert_payload(&net);
        g_assert_cmpint(net.encapsulations, ==, row->encapsulations);
        g_assert_cmpint(net.vlan, ==, row->vlan);
        g_assert_true(ip_equal(net.source.ip, ip_from_v4(SOURCE_V4)));
        g_assert_true(ip_equal(net.destination.ip, ip_from_v4(DESTINATION_V4)));
        g_assert_cmpint(net.ip_id, ==, 0x1234);
    }
}

/* Cut anywhere: inside the headers it is truncated, behind them the payload is what is left. */
static void test_every_truncation(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(link_rows); i++) {
        g_autoptr(GByteArray) packet = packet_of_row(&link_rows[i]);
        size_t headers = packet->len - strlen(PAYLOAD);
        for (size_t len = 0; len < packet->len; len++) {
            NetPacket net;
            DissectStatus status = decode_cut(packet, link_rows[i].link_type, len, &net);
            if (len < headers) {
                if ((len == 1 && g_str_has_prefix(link_rows[i].header, "ff03")) ||
                    (len == 2 && g_str_has_prefix(link_rows[i].header, "00 ff03")))
                    continue; /* half of PPP's address and control is no protocol of ours */
                g_assert_cmpint(status, ==, DISSECT_TRUNCATED);
                g_assert_true(anomaly_has(&net.anomalies, ANOMALY_NET_TRUNCATED_HEADER));
                continue;
            }
            g_assert_cmpint(status, ==, DISSECT_OK);
            g_assert_true(net.truncated);
            g_assert_cmpuint(net.payload.len, ==, len - headers);
            g_assert_cmpuint(net.payload_on_wire, ==, strlen(PAYLOAD));
            g_assert_false(anomaly_any(&net.anomalies));
        }
    }
}

static void test_other_protocols_are_not_ours(void)
{
    static const struct {
        uint16_t link_type;
        const char *bytes;
    } rows[] = {
        { 1, MACS "0806 0001080006040001" },        /* ARP */
        { 1, MACS "88cc 0207" },                    /* LLDP */
        { 1, MACS "8863 1109 0000 0000" },          /* PPPoE discovery */
        { 1, MACS "8864 11a7 0001 0000" },          /* PADT where a session is */
        { 1, MACS "0026 424203 0000" },             /* spanning tree */
        { 1, MACS "0026 aaaa03 00000c 2004 0000" }, /* SNAP of Cisco */
        { 1, MACS "8847 000641ff 5500" },           /* neither IP nor a pseudo-wire */
        { 9, "ff03 c021 0101" },                    /* LCP */
        { 0, "ffff0000 00" },
        { 104, "8f00 2000" },
        { 101, "55" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) packet = prepend_hex(g_byte_array_new(), rows[i].bytes);
        NetPacket net;
        g_assert_cmpint(decode(packet, rows[i].link_type, &net), ==, DISSECT_NOT_MINE);
        g_assert_false(anomaly_any(&net.anomalies));
    }
}

static void test_unknown_link_type_is_noted(void)
{
    g_autoptr(GByteArray) packet = ipv4_datagram(PAYLOAD);
    NetPacket net;
    g_assert_cmpint(decode(packet, 147, &net), ==, DISSECT_NOT_MINE);
    g_assert_cmpint(net.unread, ==, UNREAD_LINK_TYPE);
    g_assert_true(anomaly_has(&net.anomalies, ANOMALY_NET_UNKNOWN_LINK_TYPE));
}

static void test_ethernet_padding_is_no_payload(void)
{
    g_autoptr(GByteArray) packet = prepend_ethernet(ipv4_datagram(PAYLOAD), "0800");
    g_byte_array_append(packet, (const uint8_t *)"\0\0\0\0\0\0", 6);
    NetPacket net;
    g_assert_cmpint(decode(packet, ETHERNET, &net), ==, DISSECT_OK);
    assert_payload(&net);
}

static void test_ipv4_options(void)
{
    g_autoptr(GByteArray) packet = prepend_udp(packet_of(PAYLOAD), 5060, 5062);
    prepend_hex(packet, "94040000"); /* router alert */
    prepend_ipv4(packet, IP_PROTOCOL_UDP, 0);
    packet->data[0] = 0x46;
    NetPacket net;
    g_assert_cmpint(decode(packet, RAW, &net), ==, DISSECT_OK);
    assert_payload(&net);
}

/* Segmentation offload leaves the lengths of IP and UDP at 0. */
static void test_lengths_of_zero(void)
{
    g_autoptr(GByteArray) v4 = ipv4_datagram(PAYLOAD);
    store_be16(v4->data + 2, 0);
    store_be16(v4->data + 24, 0);
    NetPacket net;
    g_assert_cmpint(decode(v4, RAW, &net), ==, DISSECT_OK);
    assert_payload(&net);
    g_autoptr(GByteArray) v6 =
        prepend_ipv6(prepend_udp(packet_of(PAYLOAD), 5060, 5062), IP_PROTOCOL_UDP);
    store_be16(v6->data + 4, 0);
    g_assert_cmpint(decode(v6, RAW, &net), ==, DISSECT_OK);
    assert_payload(&net);
}

static void test_bad_ip_headers(void)
{
    static const struct {
        size_t offset;
        uint8_t value;
    } rows[] = {
        { 0, 0x44 }, /* header of 16 bytes */
        { 3, 19 },   /* total length below the header's */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) packet = ipv4_datagram(PAYLOAD);
        packet->data[rows[i].offset] = rows[i].value;
        NetPacket net;
        g_assert_cmpint(decode(packet, RAW, &net), ==, DISSECT_MALFORMED);
        g_assert_true(anomaly_has(&net.anomalies, ANOMALY_NET_BAD_IP_HEADER));
    }
    g_autoptr(GByteArray) five = ipv4_datagram(PAYLOAD);
    five->data[0] = 0x55;
    NetPacket net;
    g_assert_cmpint(decode(five, 228, &net), ==, DISSECT_MALFORMED);
    g_assert_cmpint(decode(five, 229, &net), ==, DISSECT_MALFORMED);
}

static void test_udp_lengths(void)
{
    static const struct {
        uint8_t length;
        size_t payload;
        bool anomaly;
    } rows[] = {
        { 8, 0, false }, /* a surplus area behind it */
        { 18, 10, false },
        { 7, 21, true },  /* less than its own header */
        { 30, 21, true }, /* more than IP has */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) packet = ipv4_datagram(PAYLOAD);
        packet->data[25] = rows[i].length;
        NetPacket net;
        g_assert_cmpint(decode(packet, RAW, &net), ==, DISSECT_OK);
        g_assert_cmpuint(net.payload.len, ==, rows[i].payload);
        g_assert_cmpint(anomaly_has(&net.anomalies, ANOMALY_NET_BAD_UDP_LENGTH), ==,
                        rows[i].anomaly);
    }
}

static void test_ipv6(void)
{
    static const struct {
        uint8_t next;
        const char *headers;
    } rows[] = {
        { 17, "" },
        { 0, "1100 050200000100" },                                      /* hop-by-hop */
        { 43, "1102 0200 00000000 20010db8000000000000000000000009" },   /* routing */
        { 60, "1100 010400000000" },                                     /* destination options */
        { 0, "3c00 050200000100 2b00 010400000000 1100 0000 00000000" }, /* three in a row */
        { 44, "1100 0000 00001234" }, /* the only fragment of its datagram, RFC 6946 */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) packet = prepend_udp(packet_of(PAYLOAD), 5060, 5062);
        prepend_ipv6(prepend_hex(packet, rows[i].headers), rows[i].next);
        for (size_t len = 0; len < packet->len; len++) {
            NetPacket net;
            DissectStatus status = decode_cut(packet, 229, len, &net);
            bool whole_headers = len >= packet->len - strlen(PAYLOAD);
            g_assert_cmpint(status, ==, whole_headers ? DISSECT_OK : DISSECT_TRUNCATED);
        }
        NetPacket net;
        char text[ADDRESS_TEXT_SIZE];
        g_assert_cmpint(decode(packet, 229, &net), ==, DISSECT_OK);
        assert_payload(&net);
        g_assert_cmpstr(ip_format(net.source.ip, text, sizeof text), ==, "2001:db8::1");
        g_assert_cmpstr(ip_format(net.destination.ip, text, sizeof text), ==, "2001:db8::2");
    }
}

static void test_ip_in_ip(void)
{
    NetPacket net;
    g_autoptr(GByteArray) v4_in_v4 = prepend_ipv4(ipv4_datagram(PAYLOAD), 4, 0);
    g_assert_cmpint(decode(v4_in_v4, RAW, &net), ==, DISSECT_OK);
    assert_payload(&net);
    g_assert_cmpint(net.encapsulations, ==, IP_IN_IP);
    g_autoptr(GByteArray) v4_in_v6 = prepend_ipv6(ipv4_datagram(PAYLOAD), 4);
    g_assert_cmpint(decode(v4_in_v6, RAW, &net), ==, DISSECT_OK);
    assert_payload(&net);
    g_assert_true(ip_is_v4(net.source.ip));
    g_autoptr(GByteArray) v6_in_v4 =
        prepend_ipv6(prepend_udp(packet_of(PAYLOAD), 5060, 5062), IP_PROTOCOL_UDP);
    prepend_ipv4(v6_in_v4, 41, 0);
    g_assert_cmpint(decode(v6_in_v4, RAW, &net), ==, DISSECT_OK);
    assert_payload(&net);
    g_assert_false(ip_is_v4(net.source.ip));
    g_assert_cmpint(net.ip_id, ==, 0);
}

static void test_nesting_is_bounded(void)
{
    g_autoptr(GByteArray) packet = ipv4_datagram(PAYLOAD);
    for (int i = 0; i < 1000; i++)
        prepend_ipv4(packet, 4, 0);
    NetPacket net;
    g_assert_cmpint(decode(packet, RAW, &net), ==, DISSECT_MALFORMED);
    g_assert_true(anomaly_has(&net.anomalies, ANOMALY_NET_TUNNEL_DEPTH));
}

static void test_fragments(void)
{
    g_autoptr(GByteArray) v4 = prepend_ipv4(packet_of("12345678"), IP_PROTOCOL_UDP, 0x2000 | 185);
    NetPacket net;
    g_assert_cmpint(decode(v4, RAW, &net), ==, DISSECT_OK);
    g_assert_true(net.fragment.present);
    g_assert_true(net.fragment.more);
    g_assert_cmpuint(net.fragment.offset, ==, 185 * 8);
    g_assert_cmpuint(net.fragment.id, ==, 0x1234);
    g_assert_true(slice_equal(net.ip_payload, SLICE_LITERAL("12345678")));
    g_assert_cmpuint(net.source.port, ==, 0);
    g_autoptr(GByteArray) v6 = packet_of("12345678");
    prepend_ipv6(prepend_hex(v6, "1100 05c8 deadbeef"), 44);
    g_assert_cmpint(decode(v6, RAW, &net), ==, DISSECT_OK);
    g_assert_true(net.fragment.present);
    g_assert_false(net.fragment.more);
    g_assert_cmpuint(net.fragment.offset, ==, 1480);
    g_assert_cmphex(net.fragment.id, ==, 0xdeadbeef);
    g_assert_cmpint(net.ip_protocol, ==, IP_PROTOCOL_UDP);
    g_autoptr(GByteArray) unfragmented = prepend_ipv4(
        prepend_udp(packet_of(PAYLOAD), 5060, 5062), IP_PROTOCOL_UDP, 0x4000 /* do not fragment */);
    g_assert_cmpint(decode(unfragmented, RAW, &net), ==, DISSECT_OK);
    assert_payload(&net);
}

static GByteArray *tcp_packet(void)
{
    return prepend_ipv4(prepend_tcp(packet_of(PAYLOAD), 0x89abcdef, TCP_PSH | TCP_ACK),
                        IP_PROTOCOL_TCP, 0);
}

static void test_tcp(void)
{
    g_autoptr(GByteArray) packet = tcp_packet();
    NetPacket net;
    g_assert_cmpint(decode(packet, RAW, &net), ==, DISSECT_OK);
    g_assert_true(slice_equal(net.payload, SLICE_LITERAL(PAYLOAD)));
    g_assert_cmphex(net.tcp.seq, ==, 0x89abcdef);
    g_assert_cmphex(net.tcp.flags, ==, TCP_PSH | TCP_ACK);
    packet->data[32] = 6 << 4; /* four bytes of options */
    g_assert_cmpint(decode(packet, RAW, &net), ==, DISSECT_OK);
    g_assert_true(slice_equal(net.payload, slice_from(SLICE_LITERAL(PAYLOAD), 4)));
    packet->data[32] = 4 << 4;
    g_assert_cmpint(decode(packet, RAW, &net), ==, DISSECT_MALFORMED);
    packet->data[32] = 15 << 4; /* beyond the IP length */
    g_assert_cmpint(decode(packet, RAW, &net), ==, DISSECT_MALFORMED);
    g_assert_true(anomaly_has(&net.anomalies, ANOMALY_NET_BAD_TCP_HEADER));
}

/* The snap length may end inside the options: the length on the wire is known all the same. */
static void test_tcp_truncations(void)
{
    g_autoptr(GByteArray) packet = tcp_packet();
    packet->data[32] = 7 << 4;
    for (size_t len = 0; len < packet->len; len++) {
        NetPacket net;
        DissectStatus status = decode_cut(packet, RAW, len, &net);
        g_assert_cmpint(status, ==, len < 40 ? DISSECT_TRUNCATED : DISSECT_OK);
        if (status == DISSECT_OK) {
            g_assert_cmpuint(net.payload_on_wire, ==, strlen(PAYLOAD) - 8);
            g_assert_cmpuint(net.payload.len, ==, len > 48 ? len - 48 : 0);
        }
    }
}

static void test_other_transports_are_payload(void)
{
    g_autoptr(GByteArray) packet = prepend_ipv4(packet_of("\x08"), IP_PROTOCOL_ICMP, 0);
    NetPacket net;
    g_assert_cmpint(decode(packet, RAW, &net), ==, DISSECT_OK);
    g_assert_cmpint(net.ip_protocol, ==, IP_PROTOCOL_ICMP);
    g_assert_cmpuint(net.payload.len, ==, 1);
    g_assert_cmpuint(net.source.port, ==, 0);
}

/* A record whose length on the wire is nonsense. */
static void test_record_lengths(void)
{
    g_autoptr(GByteArray) bytes = ipv4_datagram(PAYLOAD);
    Packet packet = { .data = bytes->data, .caplen = bytes->len, .link_type = RAW };
    NetPacket net;
    packet.len = 0;
    g_assert_cmpint(net_decode(&packet, &net), ==, DISSECT_OK);
    assert_payload(&net);
    packet.len = UINT32_MAX;
    g_assert_cmpint(net_decode(&packet, &net), ==, DISSECT_OK);
    assert_payload(&net);
}

static void test_encapsulation_names(void)
{
    for (int i = 0; i < ENCAPSULATION_COUNT; i++)
        g_assert_cmpuint(strlen(encapsulation_name((Encapsulation)i)), >, 0);
    for (int i = 0; i < UNREAD_COUNT; i++)
        g_assert_cmpuint(strlen(unread_name((Unread)i)), >, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/net-packet/link-layers", test_link_layers);
    g_test_add_func("/net-packet/every-truncation", test_every_truncation);
    g_test_add_func("/net-packet/not-ours", test_other_protocols_are_not_ours);
    g_test_add_func("/net-packet/unknown-link-type", test_unknown_link_type_is_noted);
    g_test_add_func("/net-packet/ethernet-padding", test_ethernet_padding_is_no_payload);
    g_test_add_func("/net-packet/ipv4-options", test_ipv4_options);
    g_test_add_func("/net-packet/lengths-of-zero", test_lengths_of_zero);
    g_test_add_func("/net-packet/bad-ip-headers", test_bad_ip_headers);
    g_test_add_func("/net-packet/udp-lengths", test_udp_lengths);
    g_test_add_func("/net-packet/ipv6", test_ipv6);
    g_test_add_func("/net-packet/ip-in-ip", test_ip_in_ip);
    g_test_add_func("/net-packet/nesting", test_nesting_is_bounded);
    g_test_add_func("/net-packet/fragments", test_fragments);
    g_test_add_func("/net-packet/tcp", test_tcp);
    g_test_add_func("/net-packet/tcp-truncations", test_tcp_truncations);
    g_test_add_func("/net-packet/other-transports", test_other_transports_are_payload);
    g_test_add_func("/net-packet/record-lengths", test_record_lengths);
    g_test_add_func("/net-packet/encapsulation-names", test_encapsulation_names);
    return g_test_run();
}

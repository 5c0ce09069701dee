#include "packet_builder.h"

#define PAYLOAD "OPTIONS sip:a SIP/2.0"
#define MACS    "020000000002 020000000001 "

enum { RAW = 101 };

#define BIT(name) (1u << ENCAPSULATION_##name)

/* A datagram of IPv4 behind @header, in UDP to @port or, when that is 0, in IP protocol @protocol.
 */
typedef struct {
    const char *name;
    uint8_t protocol;
    uint16_t port;
    const char *header;
    uint32_t encapsulations;
    uint32_t id;
} TunnelRow;

static const TunnelRow rows[] = {
    { "gre", 47, 0, "0000 0800", BIT(GRE), 0 },
    { "gre-key", 47, 0, "2000 0800 00000005", BIT(GRE), 5 },
    { "gre-all", 47, 0, "b000 0800 1234 0000 00000005 00000001", BIT(GRE), 5 },
    { "gre-routing", 47, 0, "4000 0800 0000 0000 0800 0004 0a000001 0000 0000", BIT(GRE), 0 },
    { "gre-ethernet", 47, 0, "2000 6558 00109200" MACS "0800", BIT(GRE), 0x109200 },
    { "gre-vlan", 47, 0, "0000 8100 0064 0800", BIT(GRE) | BIT(VLAN), 0 },
    { "gre-mpls", 47, 0, "0000 8847 000641ff", BIT(GRE) | BIT(MPLS), 0 },
    { "gre-ppp", 47, 0, "0000 880b ff03 0021", BIT(GRE), 0 },
    { "gre-wccp", 47, 0, "0000 883e", BIT(GRE), 0 },
    { "gre-wccp2", 47, 0, "0000 883e 00000000", BIT(GRE), 0 },
    { "gre-udp", 0, 4754, "0000 0800", BIT(GRE), 0 },
    { "erspan1", 47, 0, "0000 88be" MACS "0800", BIT(GRE) | BIT(ERSPAN), 0 },
    { "erspan2", 47, 0, "1000 88be 00000001 1064 0007 00000003" MACS "0800", BIT(GRE) | BIT(ERSPAN),
      7 },
    { "erspan3", 47, 0, "1000 22eb 00000001 2064 0009 00000000 0000 0000" MACS "0800",
      BIT(GRE) | BIT(ERSPAN), 9 },
    { "erspan3-sub", 47, 0,
      "1000 22eb 00000001 2064 0009 00000000 0000 0001 0000000000000000" MACS "0800",
      BIT(GRE) | BIT(ERSPAN), 9 },
    { "erspan3-ip", 47, 0, "1000 22eb 00000001 2064 0009 00000000 0000 0800",
      BIT(GRE) | BIT(ERSPAN), 9 },
    { "vxlan", 0, 4789, "08000000 00109200" MACS "0800", BIT(VXLAN), 0x1092 },
    { "vxlan-8472", 0, 8472, "08000000 00109200" MACS "8100 0064 0800", BIT(VXLAN) | BIT(VLAN),
      0x1092 },
    { "vxlan-any-port", 0, 33333, "08000000 00109200" MACS "0800", BIT(VXLAN), 0x1092 },
    { "vxlan-group", 0, 4789, "88000010 00109200" MACS "0800", BIT(VXLAN), 0x1092 },
    { "vxlan-gpe-ip", 0, 4790, "0c000001 00109200", BIT(VXLAN_GPE), 0x1092 },
    { "vxlan-gpe-ethernet", 0, 4790, "0c000003 00109200" MACS "0800", BIT(VXLAN_GPE), 0x1092 },
    { "vxlan-gpe-nsh", 0, 4790,
      "0c000004 00109200 0fc6 0101 00000001"
      "00000000 00000000 00000000 00000000",
      BIT(VXLAN_GPE) | BIT(NSH), 0x1092 },
    { "geneve", 0, 6081, "0000 6558 00004d00" MACS "0800", BIT(GENEVE), 77 },
    { "geneve-option", 0, 6081, "0200 6558 00004d00 01020101 00000001" MACS "0800", BIT(GENEVE),
      77 },
    { "geneve-ip", 0, 6081, "0000 0800 00004d00", BIT(GENEVE), 77 },
    { "gtp", 0, 2152, "30ff 0039 00001234", BIT(GTP), 0x1234 },
    { "gtp-sequence", 0, 2152, "32ff 003d 00001234 0001 00 00", BIT(GTP), 0x1234 },
    { "gtp-5g", 0, 2152, "34ff 0041 00001234 0000 00 85 01 1009 00", BIT(GTP), 0x1234 },
    { "l2tp", 0, 1701, "0002 0001 0002 ff03 0021", BIT(L2TP), 0x10002 },
    { "l2tp-length", 0, 1701, "4002 0000 0001 0002 0021", BIT(L2TP), 0x10002 },
    { "l2tp-sequence", 0, 1701, "0802 0001 0002 0000 0000 ff03 0021", BIT(L2TP), 0x10002 },
    { "l2tp-offset", 0, 1701, "0202 0001 0002 0002 ffff ff03 0021", BIT(L2TP), 0x10002 },
    { "l2tpv3", 115, 0, "11223344" MACS "0800", BIT(L2TPV3), 0x11223344 },
    { "l2tpv3-cookie4", 115, 0, "11223344 cafebabe" MACS "0800", BIT(L2TPV3), 0x11223344 },
    { "l2tpv3-cookie8", 115, 0, "11223344 cafebabe cafebabe" MACS "0800", BIT(L2TPV3), 0x11223344 },
    { "l2tpv3-sublayer", 115, 0, "11223344 cafebabe cafebabe 40000001" MACS "0800", BIT(L2TPV3),
      0x11223344 },
    { "l2tpv3-ppp", 115, 0, "11223344 ff03 0021", BIT(L2TPV3), 0x11223344 },
    { "l2tpv3-udp", 0, 1701, "0003 0000 11223344" MACS "0800", BIT(L2TPV3), 0x11223344 },
    { "tzsp", 0, 37008, "01 00 0001 01" MACS "0800", BIT(TZSP), 0 },
    { "tzsp-tags", 0, 37008, "01 00 0001 00 0a 01 ce 01" MACS "0800", BIT(TZSP), 0 },
    { "tzsp-any-port", 0, 33333, "01 00 0001 01" MACS "0800", BIT(TZSP), 0 },
    { "tzsp-wlan", 0, 37008,
      "01 00 0012 01"
      "0802 0000 020000000001 020000000002 020000000003 0000 aaaa03 000000 0800",
      BIT(TZSP) | BIT(WLAN), 0 },
    { "mpls-udp", 0, 6635, "000641ff", BIT(MPLS), 0 },
    { "mpls-ip", 137, 0, "000641ff", BIT(MPLS), 0 },
    { "ah", 51, 0, "04 04 0000 00000001 00000001 000000000000000000000000", BIT(AH) | BIT(IP_IN_IP),
      0 },
};

/* GTP and L2TP say how long they are. */
static void set_length(GByteArray *packet, const TunnelRow *row)
{
    bool gtp = row->encapsulations & BIT(GTP);

    if (gtp)
        store_be16(packet->data + 2, packet->len - 8);
    else if (strcmp(row->name, "l2tp-length") == 0)
        store_be16(packet->data + 2, packet->len);
}

/* An IPv4 header has its checksum where the structure is looked at. */
static void set_checksum(GByteArray *packet)
{
    uint32_t sum = 0;

    for (unsigned i = 0; i < 20; i += 2)
        sum += (uint32_t)packet->data[i] << 8 | packet->data[i + 1];
    sum = (sum & 0xffff) + (sum >> 16);
    store_be16(packet->data + 10, ~sum & 0xffff);
}

static GByteArray *packet_of_row(const TunnelRow *row)
{
    GByteArray *packet = ipv4_datagram(PAYLOAD);

    set_checksum(packet);
    prepend_hex(packet, row->header);
    set_length(packet, row);
    if (row->port)
        prepend_udp(packet, 50000, row->port);
    prepend_ipv4(packet, row->port ? IP_PROTOCOL_UDP : row->protocol, 0);
    store_be32(packet->data + 12, 0xc6336401); /* 198.51.100.1 to .2 */
    store_be32(packet->data + 16, 0xc6336402);
    return packet;
}

static void assert_inner(const NetPacket *net)
{
    g_assert_true(slice_equal(net->payload, SLICE_LITERAL(PAYLOAD)));
    g_assert_cmpuint(net->source.port, ==, 5060);
    g_assert_cmpuint(net->destination.port, ==, 5062);
    g_assert_true(ip_equal(net->source.ip, ip_from_v4(SOURCE_V4)));
    g_assert_cmpint(net->ip_protocol, ==, IP_PROTOCOL_UDP);
    g_assert_false(anomaly_any(&net->anomalies));
    g_assert_cmpint(net->unread, ==, UNREAD_NOT);
}

static void test_tunnels(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const TunnelRow *row = &rows[i];
        g_autoptr(GByteArray) packet = packet_of_row(row);
        NetPacket net;
        g_test_message("%s", row->name);
        g_assert_cmpint(decode(packet, RAW, &net), ==, DISSECT_OK);
        assert_inner(&net);
        g_assert_cmphex(net.encapsulations, ==, row->encapsulations);
        if (net.encapsulations == BIT(MPLS) && !row->port)
            continue; /* it belongs to the link */
        g_assert_cmpuint(net.tunnel_count, ==, 1);
        g_assert_cmphex(net.tunnels[0].id, ==, row->id);
        g_assert_true(ip_equal(net.tunnels[0].source, ip_from_v4(0xc6336401)));
        g_assert_true(ip_equal(net.tunnels[0].destination, ip_from_v4(0xc6336402)));
    }
}

/* Cut anywhere, a tunnel is truncated, or what is left is taken for ordinary payload of its
 * datagram; never is more read than there is (ASan guards the end), and nothing is invented. */
static void test_every_truncation(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) packet = packet_of_row(&rows[i]);
        for (size_t len = 0; len < packet->len; len++) {
            NetPacket net;
            DissectStatus status = decode_cut(packet, RAW, len, &net);
            g_test_message("%s cut at %zu", rows[i].name, len);
            g_assert_cmpint(status, !=, DISSECT_MALFORMED);
            if (status == DISSECT_TRUNCATED)
                g_assert_cmpint(net.unread, ==, UNREAD_TRUNCATED);
            if (status != DISSECT_OK)
                continue;
            g_assert_true(net.truncated);
            bool inner = ip_equal(net.source.ip, ip_from_v4(SOURCE_V4));
            g_assert_true(inner || net.payload.len == len - 28 || rows[i].port == 0);
        }
    }
}

/* Whatever single bit is wrong: no crash, and lengths stay within the packet. */
static void test_every_bit(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) packet = packet_of_row(&rows[i]);
        for (size_t bit = 0; bit < packet->len * 8; bit++) {
            NetPacket net;
            packet->data[bit / 8] ^= (uint8_t)(1 << bit % 8);
            if (decode(packet, RAW, &net) == DISSECT_OK)
                g_assert_cmpuint(net.payload.len, <=, packet->len);
            packet->data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
    }
}

/* RTP on a tunnel's port stays RTP, and text stays text. */
static void test_other_traffic_stays(void)
{
    static const uint16_t ports[] = { 4789,  8472, 4790, 6081, 2152, 1701,
                                      37008, 3544, 4500, 9899, 4754, 6635 };
    static const char *const payloads[] = {
        "8000 1234 00000000 deadbeef 0102030405060708090a0b0c0d0e0f10", /* RTP */
        ("88 00 1234 00000000 deadbeef 0000000100000002000000030000000400000005"
         "00000006000000070000000801020304"), /* RTP with eight sources */
        "80c8 0006 deadbeef 0000000000000000 00000000 00000000 00000000", /* RTCP */
        "0001 0000 2112a442 000000000000000000000000",                    /* STUN */
        "01010000 2112a442 000000000000000000000000",
        "4f5054494f4e53207369703a61205349502f322e300d0a0d0a",              /* OPTIONS */
        "16feff 0000000000000000 0010 0100000000000000000000000000000000", /* DTLS */
        "0d0a0d0a",
        "00",
        "ff",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(ports); i++) {
        for (size_t k = 0; k < G_N_ELEMENTS(payloads); k++) {
            g_autoptr(GByteArray) packet = prepend_hex(g_byte_array_new(), payloads[k]);
            size_t length = packet->len;
            NetPacket net;
            prepend_ipv4(prepend_udp(packet, 50000, ports[i]), IP_PROTOCOL_UDP, 0);
            g_test_message("payload %zu on port %u", k, ports[i]);
            g_assert_cmpint(decode(packet, RAW, &net), ==, DISSECT_OK);
            g_assert_cmpuint(net.tunnel_count, ==, 0);
            g_assert_cmpuint(net.payload.len, ==, length);
        }
    }
}

static GByteArray *esp_packet(size_t vector, size_t check)
{
    GByteArray *packet = prepend_udp(packet_of(PAYLOAD), 5060, 5062);
    uint8_t zeros[32] = { 0 }, pad = 0;

    while ((packet->len + 2) % 4 != 0) {
        pad++;
        g_byte_array_append(packet, &pad, 1);
    }
    g_byte_array_append(packet, (uint8_t[]){ pad, IP_PROTOCOL_UDP }, 2);
    memset(zeros, 0xa5, sizeof zeros);
    g_byte_array_append(packet, zeros, (guint)check);
    g_byte_array_prepend(packet, zeros, (guint)vector);
    prepend_hex(packet, "9abcdef0 00000001");
    return packet;
}

static void test_esp_that_is_open(void)
{
    static const size_t sizes[][2] = { { 0, 12 }, { 0, 16 }, { 8, 16 },
                                       { 0, 24 }, { 0, 32 }, { 0, 0 } };
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(GByteArray) packet = prepend_ipv4(esp_packet(sizes[i][0], sizes[i][1]), 50, 0);
        NetPacket net;
        g_assert_cmpint(decode(packet, RAW, &net), ==, DISSECT_OK);
        assert_inner(&net);
        g_assert_cmphex(net.encapsulations, ==, BIT(ESP_NULL));
        for (size_t len = 28; len < packet->len; len++) {
            g_assert_cmpint(decode_cut(packet, RAW, len, &net), ==, DISSECT_NOT_MINE);
            g_assert_cmpint(net.unread, ==, UNREAD_ENCRYPTED);
        }
    }
    g_autoptr(GByteArray) in_udp = prepend_udp(esp_packet(0, 12), 4500, 4500);
    NetPacket net;
    prepend_ipv4(in_udp, IP_PROTOCOL_UDP, 0);
    g_assert_cmpint(decode(in_udp, RAW, &net), ==, DISSECT_OK);
    assert_inner(&net);
    g_assert_cmpuint(net.tunnel_count, ==, 1);
}

static void test_esp_that_is_not(void)
{
    g_autoptr(GByteArray) packet = prepend_ipv4(esp_packet(0, 12), 50, 0);
    NetPacket net;

    for (guint i = 28; i < packet->len; i++) /* a cipher's bytes */
        packet->data[i] = (uint8_t)(i * 151 + 7);
    g_assert_cmpint(decode(packet, RAW, &net), ==, DISSECT_NOT_MINE);
    g_assert_cmpint(net.unread, ==, UNREAD_ENCRYPTED);
}

static void test_teredo(void)
{
    static const char *const before[] = { "", "0000 1234 fefefefe",
                                          "0001 00 00 0102030405060708 00",
                                          "0001 00 00 0102030405060708 00 0000 1234 fefefefe" };
    for (size_t i = 0; i < G_N_ELEMENTS(before); i++) {
        g_autoptr(GByteArray) packet =
            prepend_ipv6(prepend_udp(packet_of(PAYLOAD), 5060, 5062), IP_PROTOCOL_UDP);
        NetPacket net;
        store_be32(packet->data + 8, 0x20010000);
        prepend_hex(packet, before[i]);
        prepend_ipv4(prepend_udp(packet, 50000, i % 2 ? 3544 : 50001), IP_PROTOCOL_UDP, 0);
        g_assert_cmpint(decode(packet, RAW, &net), ==, DISSECT_OK);
        g_assert_true(slice_equal(net.payload, SLICE_LITERAL(PAYLOAD)));
        g_assert_cmphex(net.encapsulations, ==, BIT(TEREDO));
        for (size_t len = 0; len < packet->len; len++)
            decode_cut(packet, RAW, len, &net);
    }
}

static void test_pptp(void)
{
    g_autoptr(GByteArray) packet = prepend_hex(ipv4_datagram(PAYLOAD), "ff03 0021");
    NetPacket net;

    prepend_hex(packet, "3081 880b 0000 0007 00000001 00000001");
    store_be16(packet->data + 4, packet->len - 16);
    prepend_ipv4(packet, 47, 0);
    g_assert_cmpint(decode(packet, RAW, &net), ==, DISSECT_OK);
    assert_inner(&net);
    g_assert_cmphex(net.encapsulations, ==, BIT(PPTP));
    g_assert_cmpuint(net.tunnels[0].id, ==, 7);
}

typedef struct {
    uint8_t protocol;
    uint16_t port;
    const char *bytes;
    DissectStatus status;
    Unread unread;
} OddRow;

/* What is no packet inside: said to be what it is. */
static void test_control_and_nonsense(void)
{
    static const OddRow odd[] = {
        { 47, 0, "2081 880b 0000 0007 00000001", DISSECT_NOT_MINE, UNREAD_TUNNEL_CONTROL },
        { 47, 0, "0000 0000", DISSECT_NOT_MINE, UNREAD_TUNNEL_CONTROL }, /* keep-alive */
        { 47, 0, "0000 1234 00", DISSECT_NOT_MINE, UNREAD_TUNNEL_PAYLOAD },
        { 47, 0, "0002 0800 45", DISSECT_MALFORMED, UNREAD_MALFORMED }, /* version 2 */
        { 47, 0, "3081 880b ffff 0007 00000001 00000001", DISSECT_MALFORMED, UNREAD_MALFORMED },
        { 47, 0, "1000 88be 00000001 2064 0007 00000003", DISSECT_MALFORMED, UNREAD_MALFORMED },
        { 47, 0, "4000 0800 0000 0000 0800 00ff", DISSECT_TRUNCATED, UNREAD_TRUNCATED },
        { 0, 2152, "3201 0004 00000000 0001 00 00", DISSECT_NOT_MINE, UNREAD_TUNNEL_CONTROL },
        { 0, 2152, "34ff 0008 00000000 0001 00 85 00 000000", DISSECT_MALFORMED,
          UNREAD_MALFORMED }, /* an extension of no length: no loop */
        { 0, 2152, "30ff 0004 00000001 ffffffff", DISSECT_NOT_MINE, UNREAD_TUNNEL_PAYLOAD },
        { 0, 1701, "c802 000c 0000 0000 0000 0000", DISSECT_NOT_MINE, UNREAD_TUNNEL_CONTROL },
        { 115, 0, "00000000 c8030000", DISSECT_NOT_MINE, UNREAD_TUNNEL_CONTROL },
        { 115, 0, "00000001 deadbeef deadbeef deadbeef", DISSECT_NOT_MINE, UNREAD_TUNNEL_PAYLOAD },
        { 0, 37008, "01 04 0000", DISSECT_NOT_MINE, UNREAD_TUNNEL_CONTROL },
        { 0, 4790, "0d000001 00109200", DISSECT_NOT_MINE, UNREAD_TUNNEL_CONTROL },
        { 0, 6081, "0080 6558 00004d00", DISSECT_NOT_MINE, UNREAD_TUNNEL_CONTROL },
        { 0, 4789, "08000000 00109200" MACS "0806 0001", DISSECT_NOT_MINE, UNREAD_ARP },
        { 0, 4789, "08000000 00109200" MACS "88cc", DISSECT_NOT_MINE, UNREAD_LINK_CONTROL },
        { 51, 0, "04 00 0000 00000001 00000001", DISSECT_MALFORMED, UNREAD_MALFORMED },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(odd); i++) {
        g_autoptr(GByteArray) packet = prepend_hex(g_byte_array_new(), odd[i].bytes);
        NetPacket net;
        if (odd[i].port)
            prepend_udp(packet, 50000, odd[i].port);
        prepend_ipv4(packet, odd[i].port ? IP_PROTOCOL_UDP : odd[i].protocol, 0);
        g_test_message("%s", odd[i].bytes);
        g_assert_cmpint(decode(packet, RAW, &net), ==, odd[i].status);
        g_assert_cmpint(net.unread, ==, odd[i].unread);
    }
}

/* VXLAN in VXLAN in VXLAN ...: followed as far as the bound, which is told. */
static void test_nesting(void)
{
    g_autoptr(GByteArray) packet = ipv4_datagram(PAYLOAD);
    NetPacket net;

    for (int i = 0; i < 6; i++) {
        prepend_hex(packet, "08000000 00109200" MACS "0800");
        prepend_ipv4(prepend_udp(packet, 50000, 4789), IP_PROTOCOL_UDP, 0);
    }
    g_assert_cmpint(decode(packet, RAW, &net), ==, DISSECT_OK);
    g_assert_true(slice_equal(net.payload, SLICE_LITERAL(PAYLOAD)));
    g_assert_cmpuint(net.tunnel_count, ==, NET_TUNNELS_MAX);
    for (int i = 0; i < 100; i++)
        prepend_ipv4(prepend_hex(packet, "0000 0800"), 47, 0);
    g_assert_cmpint(decode(packet, RAW, &net), ==, DISSECT_MALFORMED);
    g_assert_true(anomaly_has(&net.anomalies, ANOMALY_NET_TUNNEL_DEPTH));
}

static uint32_t hash_of(const TunnelRow *row, uint32_t host)
{
    g_autoptr(GByteArray) packet = packet_of_row(row);
    NetPacket net;

    store_be32(packet->data + 12, host);
    g_assert_cmpint(decode(packet, RAW, &net), ==, DISSECT_OK);
    return net.tunnel_hash;
}

/* net/network.h: kind, id and hosts of a tunnel make its hash; other headers do not. */
static void test_hash(void)
{
    enum { HOST = 0xc6336401 };
    const TunnelRow vxlan = { "", 0, 4789, "08000000 00000100" MACS "0800", 0, 0 };
    const TunnelRow policy = { "", 0, 4789, "88000010 00000100" MACS "0800", 0, 0 };
    const TunnelRow other = { "", 0, 4789, "08000000 00000200" MACS "0800", 0, 0 };
    const TunnelRow geneve = { "", 0, 6081, "0000 6558 00000100" MACS "0800", 0, 0 };
    uint32_t hash = hash_of(&vxlan, HOST);
    g_autoptr(GByteArray) plain = ipv4_datagram(PAYLOAD);
    NetPacket net;

    g_assert_cmphex(hash, !=, 0);
    g_assert_cmphex(hash_of(&vxlan, HOST), ==, hash);
    g_assert_cmphex(hash_of(&policy, HOST), ==, hash);
    g_assert_cmphex(hash_of(&other, HOST), !=, hash);
    g_assert_cmphex(hash_of(&geneve, HOST), !=, hash);
    g_assert_cmphex(hash_of(&vxlan, HOST + 1), !=, hash);
    g_assert_cmpint(decode(plain, RAW, &net), ==, DISSECT_OK);
    g_assert_cmphex(net.tunnel_hash, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tunnel/hash", test_hash);
    g_test_add_func("/tunnel/all", test_tunnels);
    g_test_add_func("/tunnel/every-truncation", test_every_truncation);
    g_test_add_func("/tunnel/every-bit", test_every_bit);
    g_test_add_func("/tunnel/other-traffic-stays", test_other_traffic_stays);
    g_test_add_func("/tunnel/esp-that-is-open", test_esp_that_is_open);
    g_test_add_func("/tunnel/esp-that-is-not", test_esp_that_is_not);
    g_test_add_func("/tunnel/teredo", test_teredo);
    g_test_add_func("/tunnel/pptp", test_pptp);
    g_test_add_func("/tunnel/control-and-nonsense", test_control_and_nonsense);
    g_test_add_func("/tunnel/nesting", test_nesting);
    return g_test_run();
}

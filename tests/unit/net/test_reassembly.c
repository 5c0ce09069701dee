#include "dissect/base/clock.h"
#include "dissect/net/reassembly.h"
#include "packet_builder.h"

typedef struct {
    Reassembly *reassembly;
    NetPacket packet; /* the last one */
    AnomalySet anomalies;
} Scene;

static Scene *scene_new(void)
{
    Scene *scene = g_new0(Scene, 1);
    scene->reassembly = reassembly_new();
    return scene;
}

static void scene_free(Scene *scene)
{
    reassembly_free(scene->reassembly);
    g_free(scene);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scene, scene_free)

typedef struct {
    bool v6;
    uint32_t id;
    uint32_t offset;
    bool more;
    Slice bytes;
    uint32_t on_wire; /* 0: all of it was captured */
} Part;

/* True when the datagram is complete. */
static bool add(Scene *scene, int64_t time_ms, Part part)
{
    g_autofree uint8_t *exact = g_memdup2(part.bytes.data, part.bytes.len);
    Slice bytes = slice_of(exact, part.bytes.len);
    scene->packet = (NetPacket){
        .source.ip = part.v6 ? (IpAddress){ 1, 1 } : ip_from_v4(SOURCE_V4),
        .destination.ip = part.v6 ? (IpAddress){ 1, 2 } : ip_from_v4(DESTINATION_V4),
        .ip_protocol = IP_PROTOCOL_UDP,
        .fragment = { true, part.more, part.id, part.offset },
        .ip_payload = bytes,
        .payload = bytes,
        .payload_on_wire = part.on_wire ? part.on_wire : (uint32_t)bytes.len,
        .truncated = part.on_wire > bytes.len,
    };
    bool whole = reassembly_add(scene->reassembly, time_ms * NS_PER_MS, &scene->packet);
    anomaly_merge(&scene->anomalies, &scene->packet.anomalies);
    return whole;
}

/* A UDP datagram of 64 bytes in all: "aaaaaaaabbbbbbbb ..." behind its header. */
static GByteArray *datagram(void)
{
    g_autofree char *text = g_strnfill(56, 'x');
    for (int i = 0; i < 56; i++)
        text[i] = (char)('a' + i / 8);
    return prepend_udp(packet_of(text), 5060, 5062);
}

/* Bytes [@from, @to) of @whole; the last fragment is the one that reaches its end. */
static Part part_of(const GByteArray *whole, uint32_t from, uint32_t to)
{
    return (Part){ .id = 7,
                   .offset = from,
                   .more = to < whole->len,
                   .bytes = slice_of(whole->data + from, to - from) };
}

static void assert_whole(const Scene *scene, const GByteArray *whole)
{
    const NetPacket *packet = &scene->packet;
    g_assert_true(slice_equal(packet->payload, slice_of(whole->data + 8, whole->len - 8)));
    g_assert_cmpuint(packet->payload_on_wire, ==, whole->len - 8);
    g_assert_cmpuint(packet->source.port, ==, 5060);
    g_assert_cmpuint(packet->destination.port, ==, 5062);
    g_assert_false(packet->fragment.present);
    g_assert_false(packet->truncated);
}

static ReassemblyStats stats_of(const Scene *scene)
{
    ReassemblyStats stats;
    reassembly_stats(scene->reassembly, &stats);
    return stats;
}

static void assert_anomaly(const Scene *scene, Anomaly anomaly)
{
    g_assert_true(anomaly_has(&scene->anomalies, anomaly));
}

/* All orders of four fragments, of either family. */
static void test_any_order(void)
{
    static const uint32_t cuts[] = { 0, 16, 24, 48, 64 };
    g_autoptr(GByteArray) whole = datagram();
    for (unsigned order = 0; order < 256 * 2; order++) {
        unsigned index[4] = { order & 3, order >> 2 & 3, order >> 4 & 3, order >> 6 & 3 };
        unsigned seen = 0;
        for (unsigned k = 0; k < 4; k++)
            seen |= 1u << index[k];
        if (seen != 0xf)
            continue;
        g_autoptr(Scene) scene = scene_new();
        for (unsigned k = 0; k < 4; k++) {
            Part part = part_of(whole, cuts[index[k]], cuts[index[k] + 1]);
            part.v6 = order >= 256;
            g_assert_cmpint(add(scene, 0, part), ==, k == 3);
        }
        assert_whole(scene, whole);
        g_assert_false(anomaly_any(&scene->anomalies));
        g_assert_cmpuint(stats_of(scene).fragments, ==, 4);
        g_assert_cmpuint(stats_of(scene).reassembled, ==, 1);
        g_assert_cmpuint(stats_of(scene).abandoned, ==, 0);
    }
}

static void test_copies(void)
{
    for (int v6 = 0; v6 < 2; v6++) {
        g_autoptr(GByteArray) whole = datagram();
        g_autoptr(Scene) scene = scene_new();
        Part first = part_of(whole, 0, 32), last = part_of(whole, 32, 64);
        first.v6 = last.v6 = v6;
        g_assert_false(add(scene, 0, first));
        g_assert_false(add(scene, 0, first));
        g_assert_true(add(scene, 0, last));
        assert_whole(scene, whole);
        g_assert_false(add(scene, 1, last)); /* of a mirror port */
        g_assert_false(add(scene, 1, first));
        g_assert_cmpuint(stats_of(scene).reassembled, ==, 1);
        g_assert_false(anomaly_any(&scene->anomalies));
        g_assert_false(add(scene, 5000, first)); /* the next datagram of that number */
        g_assert_true(add(scene, 5000, last));
        g_assert_cmpuint(stats_of(scene).reassembled, ==, 2);
    }
}

static void test_overlap_v4_keeps_the_first_copy(void)
{
    g_autoptr(GByteArray) whole = datagram(), other = datagram();
    g_autoptr(Scene) scene = scene_new();
    memset(other->data, 'X', other->len);
    g_assert_false(add(scene, 0, part_of(whole, 16, 40)));
    Part across = part_of(other, 8, 48);
    g_assert_false(add(scene, 0, across));
    assert_anomaly(scene, ANOMALY_NET_FRAGMENT_OVERLAP);
    g_assert_false(add(scene, 0, part_of(whole, 0, 8)));
    g_assert_true(add(scene, 0, part_of(whole, 48, 64)));
    memset(whole->data + 8, 'X', 8);
    memset(whole->data + 40, 'X', 8);
    assert_whole(scene, whole);
}

static void test_overlap_v6_drops_the_datagram(void)
{
    g_autoptr(GByteArray) whole = datagram();
    g_autoptr(Scene) scene = scene_new();
    static const uint32_t parts[][2] = { { 0, 32 }, { 24, 40 }, { 40, 64 }, { 32, 40 } };
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        Part part = part_of(whole, parts[i][0], parts[i][1]);
        part.v6 = true;
        g_assert_false(add(scene, 0, part));
    }
    assert_anomaly(scene, ANOMALY_NET_FRAGMENT_OVERLAP);
    g_assert_cmpuint(stats_of(scene).abandoned, ==, 1);
}

/* As many bytes as the datagram has do not complete it while there is a hole. */
static void test_holes_are_checked(void)
{
    g_autoptr(GByteArray) whole = datagram();
    g_autoptr(Scene) scene = scene_new();
    Part behind = part_of(whole, 32, 64);
    behind.offset = 64;
    behind.more = true;
    g_assert_false(add(scene, 0, part_of(whole, 32, 64)));
    g_assert_false(add(scene, 0, behind)); /* behind the last fragment */
    g_assert_cmpuint(stats_of(scene).reassembled, ==, 0);
    assert_anomaly(scene, ANOMALY_NET_FRAGMENT_OVERLAP);
}

static void test_two_ends(void)
{
    g_autoptr(GByteArray) whole = datagram();
    g_autoptr(Scene) scene = scene_new();
    Part early = part_of(whole, 24, 32);
    early.more = false;
    g_assert_false(add(scene, 0, part_of(whole, 48, 64)));
    g_assert_false(add(scene, 0, early));
    g_assert_false(add(scene, 0, part_of(whole, 0, 24)));
    g_assert_cmpuint(stats_of(scene).reassembled, ==, 0);
}

static void test_too_big(void)
{
    static const uint8_t bytes[1480];
    static const uint32_t lengths[] = { 1480, 65536, UINT32_MAX, UINT32_MAX - 65527 };
    for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
        g_autoptr(Scene) scene = scene_new();
        Part part = { .offset = 65528, .bytes = slice_of(bytes, 1480), .on_wire = lengths[i] };
        g_assert_false(add(scene, 0, part));
        assert_anomaly(scene, ANOMALY_NET_FRAGMENT_TOO_BIG);
    }
}

static void test_timeout(void)
{
    g_autoptr(GByteArray) whole = datagram();
    g_autoptr(Scene) scene = scene_new();
    g_assert_false(add(scene, 0, part_of(whole, 0, 32)));
    g_assert_false(add(scene, 30001, part_of(whole, 32, 64))); /* of another datagram by now */
    assert_anomaly(scene, ANOMALY_NET_FRAGMENT_TIMEOUT);
    g_assert_cmpuint(stats_of(scene).abandoned, ==, 1);
    g_assert_true(add(scene, 60000, part_of(whole, 0, 32)));
    assert_whole(scene, whole);
}

static void test_datagrams_are_told_apart(void)
{
    g_autoptr(GByteArray) whole = datagram();
    g_autoptr(Scene) scene = scene_new();
    for (int last = 0; last < 2; last++) {
        for (uint32_t id = 0; id < 500; id++) {
            Part part = last ? part_of(whole, 32, 64) : part_of(whole, 0, 32);
            part.id = id;
            g_assert_cmpint(add(scene, 0, part), ==, last);
            part.v6 = true;
            g_assert_cmpint(add(scene, 0, part), ==, last);
        }
    }
    g_assert_cmpuint(stats_of(scene).reassembled, ==, 1000);
}

static void test_cap_of_datagrams(void)
{
    g_autoptr(GByteArray) whole = datagram();
    g_autoptr(Scene) scene = scene_new();
    for (uint32_t id = 0; id < 1500; id++) {
        Part part = part_of(whole, 0, 32);
        part.id = id;
        g_assert_false(add(scene, 0, part));
    }
    assert_anomaly(scene, ANOMALY_NET_FRAGMENT_LIMIT);
    g_assert_cmpuint(stats_of(scene).abandoned, ==, 1500 - 1024);
    Part newest = part_of(whole, 32, 64);
    newest.id = 1499;
    g_assert_true(add(scene, 0, newest));
    newest.id = 0;
    g_assert_false(add(scene, 0, newest));
}

static void test_cap_of_bytes(void)
{
    g_autofree uint8_t *bytes = g_malloc0(60000);
    g_autoptr(Scene) scene = scene_new();
    for (uint32_t id = 0; id < 600; id++)
        add(scene, 0, (Part){ .id = id, .more = true, .bytes = slice_of(bytes, 60000) });
    assert_anomaly(scene, ANOMALY_NET_FRAGMENT_LIMIT);
    g_assert_cmpuint(stats_of(scene).abandoned, >=, 600 - (16u << 20) / 60000 - 1);
}

/* A datagram in fragments of a byte or none is given up, not searched through without end. */
static void test_cap_of_pieces(void)
{
    static const uint8_t bytes[8];
    g_autoptr(Scene) scene = scene_new();
    add(scene, 0, (Part){ .offset = 0, .more = true, .bytes = SLICE_EMPTY });
    for (uint32_t n = 0; n < 4000; n++)
        add(scene, 0, (Part){ .offset = n * 16, .more = true, .bytes = slice_of(bytes, 8) });
    assert_anomaly(scene, ANOMALY_NET_FRAGMENT_LIMIT);
}

/* The snap length cut a fragment: what lies before the cut is used. */
static void test_cut_fragments(void)
{
    g_autoptr(GByteArray) whole = datagram();
    g_autoptr(Scene) scene = scene_new();
    Part first = part_of(whole, 0, 32);
    first.on_wire = 32;
    first.bytes.len = 20;
    g_assert_false(add(scene, 0, first));
    g_assert_true(add(scene, 0, part_of(whole, 32, 64)));
    g_assert_true(scene->packet.truncated);
    g_assert_cmpuint(scene->packet.payload.len, ==, 12);
    g_assert_cmpuint(scene->packet.payload_on_wire, ==, 56);
    g_assert_false(anomaly_any(&scene->anomalies));
    first.id = 8;
    first.bytes.len = 5; /* not even the UDP header */
    Part last = part_of(whole, 32, 64);
    last.id = 8;
    g_assert_false(add(scene, 0, first));
    g_assert_false(add(scene, 0, last));
    assert_anomaly(scene, ANOMALY_NET_TRUNCATED_HEADER);
}

/* Both the tunnel's packets and what they carry are cut: @outer of them is added, and that is part
 * of the inner datagram from @from on. True when the inner one is whole. */
static bool add_tunnelled(Scene *scene, const GByteArray *inner, uint32_t from, uint32_t id)
{
    bool more = from + 24 < inner->len;
    GByteArray *part = g_byte_array_new();
    bool whole = false;

    g_byte_array_append(part, inner->data + from, more ? 24 : inner->len - from);
    g_autoptr(GByteArray) ip =
        prepend_ipv4(part, IP_PROTOCOL_UDP, (uint16_t)(from / 8 | (more ? 0x2000 : 0)));
    for (uint32_t at = 0; at < ip->len; at += 16) {
        g_assert_false(whole);
        uint32_t end = MIN(at + 16, ip->len);
        Slice bytes = slice_of(ip->data + at, end - at);
        scene->packet = (NetPacket){ .source.ip = ip_from_v4(1),
                                     .destination.ip = ip_from_v4(2),
                                     .ip_protocol = 4,
                                     .fragment = { true, end < ip->len, id, at },
                                     .ip_payload = bytes,
                                     .payload_on_wire = (uint32_t)bytes.len };
        whole = reassembly_add(scene->reassembly, 0, &scene->packet);
        anomaly_merge(&scene->anomalies, &scene->packet.anomalies);
    }
    return whole;
}

static void test_fragments_in_fragments(void)
{
    g_autoptr(GByteArray) whole = datagram();
    g_autoptr(Scene) scene = scene_new();

    g_assert_false(add_tunnelled(scene, whole, 48, 3));
    g_assert_cmpint(scene->packet.unread, ==, UNREAD_FRAGMENT);
    g_assert_false(add_tunnelled(scene, whole, 0, 1));
    g_assert_true(add_tunnelled(scene, whole, 24, 2));
    assert_whole(scene, whole);
    g_assert_cmpint(scene->packet.unread, ==, UNREAD_NOT);
    g_assert_cmpuint(scene->packet.tunnel_count, ==, 1);
    g_assert_true(ip_equal(scene->packet.tunnels[0].source, ip_from_v4(1)));
    g_assert_false(anomaly_any(&scene->anomalies));
    ReassemblyStats stats;
    reassembly_stats(scene->reassembly, &stats);
    g_assert_cmpuint(stats.reassembled, ==, 4);
    g_assert_cmpuint(stats.used, ==, stats.fragments);
}

static bool add_half(Scene *scene, Slice half, uint8_t protocol, uint16_t flags_offset, uint32_t id)
{
    scene->packet =
        (NetPacket){ .source.ip = ip_from_v4(1),
                     .destination.ip = ip_from_v4(2),
                     .ip_protocol = protocol,
                     .fragment = { true, flags_offset & 0x2000, id, (flags_offset & 0x1fffu) * 8 },
                     .ip_payload = half,
                     .payload_on_wire = (uint32_t)half.len };
    bool whole = reassembly_add(scene->reassembly, 0, &scene->packet);
    anomaly_merge(&scene->anomalies, &scene->packet.anomalies);
    return whole;
}

/* Cuts @bytes in two, each half in a tunnel whose packets are cut in two, and so on. */
static bool add_nested(Scene *scene, Slice bytes, uint8_t protocol, int levels, uint32_t *id)
{
    size_t middle = bytes.len / 2 / 8 * 8;
    uint32_t own_id = ++*id;
    bool whole = false;

    for (int half = 0; half < 2; half++) {
        Slice part = half ? slice_from(bytes, middle) : slice_sub(bytes, 0, middle);
        uint16_t flags_offset = (uint16_t)(half ? middle / 8 : 0x2000);
        if (levels == 1) {
            whole = add_half(scene, part, protocol, flags_offset, own_id);
            continue;
        }
        g_autoptr(GByteArray) ip =
            g_byte_array_append(g_byte_array_new(), part.data, (guint)part.len);
        prepend_ipv4(ip, protocol, flags_offset);
        store_be16(ip->data + 4, own_id);
        whole = add_nested(scene, slice_of(ip->data, ip->len), 4, levels - 1, id);
    }
    return whole;
}

static void test_nesting_is_bounded(void)
{
    g_autoptr(GByteArray) whole = datagram();
    g_autoptr(Scene) scene = scene_new();
    uint32_t id = 0;

    g_assert_true(add_nested(scene, slice_of(whole->data, whole->len), IP_PROTOCOL_UDP, 4, &id));
    assert_whole(scene, whole);
    g_assert_false(anomaly_any(&scene->anomalies));
    g_assert_false(add_nested(scene, slice_of(whole->data, whole->len), IP_PROTOCOL_UDP, 5, &id));
    assert_anomaly(scene, ANOMALY_NET_TUNNEL_DEPTH);
}

/* The same addresses and identification in two tunnels are two datagrams. */
static void test_tunnels_are_apart(void)
{
    g_autoptr(GByteArray) whole = datagram();
    g_autoptr(Scene) scene = scene_new();

    for (uint32_t from = 0, vni = 1; from < whole->len; from += 32, vni++) {
        Part part = part_of(whole, from, from + 32);
        NetPacket packet = { .source.ip = ip_from_v4(SOURCE_V4),
                             .destination.ip = ip_from_v4(DESTINATION_V4),
                             .ip_protocol = IP_PROTOCOL_UDP,
                             .fragment = { true, part.more, 7, from },
                             .ip_payload = part.bytes,
                             .payload_on_wire = 32,
                             .tunnel_hash = vni };
        g_assert_false(reassembly_add(scene->reassembly, 0, &packet));
    }
}

/* Random cuts, order and copies. */
static void test_random_fragments(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);
    for (uint32_t round = 0; round < 500; round++) {
        g_autofree char *text = g_strnfill((gsize)g_rand_int_range(rand, 1, 3000), 'x');
        for (size_t i = 0; text[i]; i++)
            text[i] = (char)g_rand_int_range(rand, 'a', 'z');
        g_autoptr(GByteArray) whole = prepend_udp(packet_of(text), 5060, 5062);
        g_autoptr(GArray) parts = g_array_new(FALSE, FALSE, sizeof(Part));
        for (uint32_t from = 0; from < whole->len;) {
            uint32_t to = from + 8 * (uint32_t)g_rand_int_range(rand, 1, 60);
            Part part = part_of(whole, from, MIN(to, whole->len));
            part.id = round;
            g_array_insert_val(parts, (guint)g_rand_int_range(rand, 0, (gint32)parts->len + 1),
                               part);
            from = to;
        }
        g_autoptr(Scene) scene = scene_new();
        for (guint i = 0; i < parts->len; i++) {
            if (i > 0)
                add(scene, 0, g_array_index(parts, Part, i - 1));
            bool complete = add(scene, 0, g_array_index(parts, Part, i));
            g_assert_cmpint(complete, ==, i + 1 == parts->len);
        }
        assert_whole(scene, whole);
        g_assert_false(anomaly_any(&scene->anomalies));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reassembly/any-order", test_any_order);
    g_test_add_func("/reassembly/copies", test_copies);
    g_test_add_func("/reassembly/overlap-v4", test_overlap_v4_keeps_the_first_copy);
    g_test_add_func("/reassembly/overlap-v6", test_overlap_v6_drops_the_datagram);
    g_test_add_func("/reassembly/holes", test_holes_are_checked);
    g_test_add_func("/reassembly/two-ends", test_two_ends);
    g_test_add_func("/reassembly/too-big", test_too_big);
    g_test_add_func("/reassembly/timeout", test_timeout);
    g_test_add_func("/reassembly/told-apart", test_datagrams_are_told_apart);
    g_test_add_func("/reassembly/cap-datagrams", test_cap_of_datagrams);
    g_test_add_func("/reassembly/cap-bytes", test_cap_of_bytes);
    g_test_add_func("/reassembly/cap-pieces", test_cap_of_pieces);
    g_test_add_func("/reassembly/cut-fragments", test_cut_fragments);
    g_test_add_func("/reassembly/fragments-in-fragments", test_fragments_in_fragments);
    g_test_add_func("/reassembly/nesting-is-bounded", test_nesting_is_bounded);
    g_test_add_func("/reassembly/tunnels-are-apart", test_tunnels_are_apart);
    g_test_add_func("/reassembly/random", test_random_fragments);
    return g_test_run();
}

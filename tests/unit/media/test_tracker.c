#include "unit/media/tracker_fixture.h"
#include <math.h>

#define SSRC 0xca110001u

static void test_announced_at_once(void)
{
    Fixture f;
    fixture_init(&f);
    Flow flow = flow_between(at(1, 5000), at(2, 7000));
    flow.announced = true;
    g_assert_true(feed_rtp(&f, &flow, SSRC, 1));
    g_assert_cmpuint(f.found, ==, 1);
    g_assert_cmpuint(f.packets_when_found, ==, 1);
    g_assert_cmpint(flow.kind, ==, FLOW_MEDIA);
    g_assert_null(flow.probe);
    fixture_clear(&f);
}

static void test_unannounced_after_four(void)
{
    Fixture f;
    fixture_init(&f);
    Flow flow = flow_between(at(1, 5000), at(2, 7000));
    for (unsigned i = 0; i < 3; i++)
        g_assert_true(feed_rtp(&f, &flow, SSRC, i));
    g_assert_cmpuint(f.found, ==, 0);
    g_assert_cmpint(flow.kind, ==, FLOW_NEW);
    feed_rtp(&f, &flow, SSRC, 3);
    g_assert_cmpuint(f.found, ==, 1);
    g_assert_cmpuint(f.packets_when_found, ==, 4);
    g_assert_cmpint(flow.kind, ==, FLOW_MEDIA);
    g_assert_null(flow.probe);
    for (unsigned i = 4; i < 100; i++)
        feed_rtp(&f, &flow, SSRC, i);
    StreamReport report = report_at(&f, 0);
    g_assert_cmpuint(report.packets, ==, 100);
    g_assert_cmpuint(report.lost, ==, 0);
    g_assert_cmpfloat(report.jitter_max_ms, ==, 0);
    g_assert_cmpfloat(report.delta_max_ms, ==, 20);
    fixture_clear(&f);
}

static void test_rough_beginning_is_exact(void)
{
    static const unsigned order[] = { 0, 0, 2, 1, 5, 5, 6 };
    Fixture f;
    fixture_init(&f);
    Flow flow = flow_between(at(1, 5000), at(2, 7000));
    for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
        feed_rtp(&f, &flow, SSRC, order[i]);
    StreamReport report = report_at(&f, 0);
    g_assert_cmpuint(report.packets, ==, 7);
    g_assert_cmpuint(report.duplicates, ==, 2);
    g_assert_cmpuint(report.reordered, ==, 1);
    g_assert_cmpuint(report.lost, ==, 2);
    fixture_clear(&f);
}

/* Taps that give every packet three times. */
static void test_three_of_each(void)
{
    Fixture f;
    fixture_init(&f);
    Flow flow = flow_between(at(1, 5000), at(2, 7000));
    for (unsigned i = 0; i < 30; i++)
        feed_rtp(&f, &flow, SSRC, i / 3);
    g_assert_cmpuint(report_at(&f, 0).packets, ==, 30);
    g_assert_cmpuint(report_at(&f, 0).duplicates, ==, 20);
    fixture_clear(&f);
}

/* linphone and baresip send STUN first, DTLS-SRTP its handshake. */
static void test_companions_first(void)
{
    static const uint8_t stun[20] = { 0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42 };
    static const uint8_t dtls[14] = { 22, 0xfe, 0xfd };
    static const uint8_t zrtp[12] = { 0x10, 0, 0, 1, 'Z', 'R', 'T', 'P' };
    Fixture f;
    fixture_init(&f);
    Flow flow = flow_between(at(1, 5000), at(2, 7000));
    for (unsigned i = 0; i < 1000; i++) {
        feed(&f, &flow, stun, sizeof stun);
        feed(&f, &flow, dtls, sizeof dtls);
        feed(&f, &flow, zrtp, sizeof zrtp);
        feed(&f, &flow, "\r\n", 2);
    }
    g_assert_cmpint(flow.kind, ==, FLOW_NEW);
    for (unsigned i = 0; i < 4; i++)
        feed_rtp(&f, &flow, SSRC, i);
    g_assert_cmpuint(f.found, ==, 1);
    feed(&f, &flow, stun, sizeof stun);
    g_assert_cmpint(flow.kind, ==, FLOW_MEDIA);
    fixture_clear(&f);
}

static void fill_random(GRand *random, uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)g_rand_int(random);
}

static void test_random_in_many_flows(void)
{
    Fixture f;
    fixture_init(&f);
    g_autoptr(GRand) random = g_rand_new_with_seed(3);
    g_autofree Flow *flows = g_new0(Flow, 20000);
    for (unsigned i = 0; i < 20000; i++) {
        uint8_t bytes[172];
        fill_random(random, bytes, sizeof bytes);
        flows[i] = flow_between(at(1, (uint16_t)(2 * i)), at((uint8_t)(i >> 8), 8000));
        feed(&f, &flows[i], bytes, (size_t)g_rand_int_range(random, 0, sizeof bytes));
    }
    g_assert_cmpuint(f.found, ==, 0);
    g_assert_cmpuint(media_tracker_count(f.tracker), ==, 0);
    unsigned probes = 0;
    for (unsigned i = 0; i < 20000; i++)
        probes += flows[i].probe != NULL;
    g_assert_cmpuint(probes, <=, 2048);
    for (unsigned i = 0; i < 20000; i++)
        media_tracker_flow_gone(f.tracker, &flows[i]);
    fixture_clear(&f);
}

/* The same when an SDP named the port: then the flow is never given up. */
static void test_random_in_a_media_flow(void)
{
    Fixture f;
    fixture_init(&f);
    g_autoptr(GRand) random = g_rand_new_with_seed(6);
    Flow flow = flow_between(at(1, 5000), at(2, 7000));
    flow.kind = FLOW_MEDIA;
    for (unsigned i = 0; i < 20000; i++) {
        uint8_t bytes[172];
        fill_random(random, bytes, sizeof bytes);
        feed(&f, &flow, bytes, sizeof bytes);
    }
    g_assert_cmpuint(f.found, ==, 0);
    media_tracker_flow_gone(f.tracker, &flow);
    fixture_clear(&f);
}

static void test_random_in_one_flow(void)
{
    Fixture f;
    fixture_init(&f);
    g_autoptr(GRand) random = g_rand_new_with_seed(4);
    Flow flow = flow_between(at(1, 5000), at(2, 7000));
    unsigned fed = 0;
    while (fed++ < 20000 && flow.kind == FLOW_NEW) {
        uint8_t bytes[172];
        fill_random(random, bytes, sizeof bytes);
        feed(&f, &flow, bytes, sizeof bytes);
    }
    g_assert_cmpuint(fed, <, 100);
    g_assert_cmpuint(f.found, ==, 0);
    g_assert_cmpint(flow.kind, ==, FLOW_OTHER);
    g_assert_null(flow.probe);
    fixture_clear(&f);
}

/* All of it with the right first byte, in a flow that carries a stream. */
static void test_random_beside_a_stream(void)
{
    Fixture f;
    fixture_init(&f);
    g_autoptr(GRand) random = g_rand_new_with_seed(5);
    Flow flow = flow_between(at(1, 5000), at(2, 7000));
    for (unsigned i = 0; i < 20000; i++) {
        uint8_t bytes[172];
        fill_random(random, bytes, sizeof bytes);
        bytes[0] = 0x80;
        bytes[1] = 0;
        feed_rtp(&f, &flow, SSRC, i);
        feed(&f, &flow, bytes, sizeof bytes);
    }
    g_assert_cmpuint(f.found, ==, 1);
    g_assert_cmpuint(report_at(&f, 0).packets, ==, 20000);
    g_assert_cmpuint(media_tracker_statistics(f.tracker).strays, >, 19000);
    media_tracker_flow_gone(f.tracker, &flow);
    fixture_clear(&f);
}

static void test_two_ssrcs_interleaved(void)
{
    Fixture f;
    fixture_init(&f);
    Flow flow = flow_between(at(1, 5000), at(2, 7000));
    flow.announced = true;
    for (unsigned i = 0; i < 500; i++) {
        feed_rtp(&f, &flow, SSRC, i);
        feed_rtp(&f, &flow, SSRC + 1, 30000 + i);
    }
    g_assert_cmpuint(f.found, ==, 2);
    g_assert_cmpuint(report_at(&f, 0).packets, ==, 500);
    g_assert_cmpuint(report_at(&f, 1).packets, ==, 500);
    g_assert_cmpuint(report_at(&f, 1).expected, ==, 500);
    g_assert_null(flow.probe);
    fixture_clear(&f);
}

static void test_many_ssrcs(void)
{
    Fixture f;
    fixture_init(&f);
    Flow flow = flow_between(at(1, 5000), at(2, 7000));
    for (unsigned round = 0; round < 5; round++)
        for (unsigned ssrc = 0; ssrc < 300; ssrc++)
            for (unsigned i = 0; i < 4; i++)
                feed_rtp(&f, &flow, SSRC + ssrc, 4 * round + i);
    g_assert_cmpuint(f.found, ==, 300);
    for (unsigned i = 0; i < 300; i++)
        g_assert_cmpuint(report_at(&f, i).packets, ==, 20);
    fixture_clear(&f);
}

/* SIPp: the same SSRC in every call, both ways. */
static void test_same_ssrc_everywhere(void)
{
    Fixture f;
    fixture_init(&f);
    Flow flows[40];
    for (uint16_t i = 0; i < 40; i++) {
        Endpoint a = at(1, (uint16_t)(6000 + i)), b = at(2, (uint16_t)(6000 + i));
        flows[i] = i % 2 ? flow_between(a, b) : flow_between(b, a);
        flows[i].announced = true;
    }
    for (unsigned packet = 0; packet < 10; packet++)
        for (unsigned i = 0; i < 40; i++)
            feed_rtp(&f, &flows[i], SSRC, packet);
    g_assert_cmpuint(f.found, ==, 40);
    for (unsigned i = 0; i < 40; i++)
        g_assert_cmpuint(report_at(&f, i).packets, ==, 10);
    fixture_clear(&f);
}

static void test_snap_length(void)
{
    Fixture f;
    fixture_init(&f);
    Flow flow = flow_between(at(1, 5000), at(2, 7000));
    for (unsigned i = 0; i < 10; i++) {
        uint8_t bytes[12] = { 0x80, 0, 0, (uint8_t)i };
        put_be32(bytes + 4, 160 * i);
        MediaDatagram datagram = {
            .time_ns = f.now_ns + 20 * NS_PER_MS * i,
            .payload = slice_of(bytes, sizeof bytes),
            .on_wire = 172,
            .wire_bytes = 200,
        };
        media_tracker_datagram(f.tracker, &flow, &datagram);
    }
    g_assert_cmpuint(f.found, ==, 1);
    g_assert_cmpuint(report_at(&f, 0).octets, ==, 1600);
    fixture_clear(&f);
}

/* SRTP encrypts the padding count; the packets count all the same. */
static void test_bad_padding_is_counted(void)
{
    Fixture f;
    fixture_init(&f);
    Flow flow = flow_between(at(1, 5000), at(2, 7000));
    flow.announced = true;
    feed_rtp(&f, &flow, SSRC, 0);
    uint8_t bytes[20] = { 0xa0, 0, 0, 1, 0, 0, 0, 160 };
    put_be32(bytes + 8, SSRC);
    bytes[19] = 200;
    g_assert_true(feed(&f, &flow, bytes, sizeof bytes));
    g_assert_cmpuint(report_at(&f, 0).packets, ==, 2);
    g_assert_cmpuint(media_tracker_statistics(f.tracker).bad_padding, ==, 1);
    fixture_clear(&f);
}

static void test_port_reused(void)
{
    Fixture f;
    fixture_init(&f);
    Flow flow = flow_between(at(1, 5000), at(2, 7000));
    flow.announced = true;
    for (unsigned i = 0; i < 10; i++)
        feed_rtp(&f, &flow, SSRC, i);
    media_tracker_close_streams_to(f.tracker, at(2, 7000));
    for (unsigned i = 10; i < 30; i++)
        feed_rtp(&f, &flow, SSRC, i);
    g_assert_cmpuint(media_tracker_count(f.tracker), ==, 2);
    g_assert_cmpuint(report_at(&f, 0).packets, ==, 10);
    g_assert_cmpuint(report_at(&f, 1).packets, ==, 20);
    media_tracker_close_streams_to(f.tracker, at(2, 7000));
    feed_rtp(&f, &flow, SSRC, 30);
    g_assert_cmpuint(media_tracker_count(f.tracker), ==, 3);
    fixture_clear(&f);
}

static void test_evicted_flow_comes_back(void)
{
    Fixture f;
    fixture_init(&f);
    Flow flow = flow_between(at(1, 5000), at(2, 7000));
    for (unsigned i = 0; i < 10; i++)
        feed_rtp(&f, &flow, SSRC, i);
    media_tracker_flow_gone(f.tracker, &flow);
    g_assert_null(flow.stream);
    flow = flow_between(at(1, 5000), at(2, 7000));
    feed_rtp(&f, &flow, SSRC, 10);
    g_assert_cmpint(flow.kind, ==, FLOW_MEDIA);
    g_assert_cmpuint(media_tracker_count(f.tracker), ==, 1);
    g_assert_cmpuint(report_at(&f, 0).packets, ==, 11);
    fixture_clear(&f);
}

static void count_visit(Stream *stream, void *context)
{
    g_assert_nonnull(stream);
    (*(unsigned *)context)++;
}

static unsigned count_to(const Fixture *f, Endpoint destination)
{
    unsigned count = 0;
    media_tracker_each_to(f->tracker, destination, count_visit, &count);
    return count;
}

static void test_lookups_and_drop(void)
{
    Fixture f;
    fixture_init(&f);
    g_autofree Flow *flows = g_new0(Flow, 1000);
    unsigned count = 0;
    for (unsigned i = 0; i < 1000; i++) {
        flows[i] = flow_between(at(1, (uint16_t)(5000 + i)), at(2, (uint16_t)(7000 + i % 10)));
        flows[i].announced = true;
        feed_rtp(&f, &flows[i], SSRC, 0);
    }
    g_assert_cmpuint(count_to(&f, at(2, 7003)), ==, 100);
    g_assert_cmpuint(count_to(&f, at(3, 7003)), ==, 0);
    media_tracker_each_from(f.tracker, at(1, 5003), count_visit, &count);
    g_assert_cmpuint(count, ==, 1);
    media_tracker_each_ssrc(f.tracker, SSRC, count_visit, &count);
    g_assert_cmpuint(count, ==, 1001);

    for (unsigned i = 0; i < 1000; i += 2)
        media_tracker_drop(f.tracker, flows[i].stream);
    g_assert_null(flows[0].stream);
    g_assert_cmpuint(media_tracker_count(f.tracker), ==, 500);
    for (unsigned i = 0; i < 500; i++)
        g_assert_cmpuint(media_tracker_at(f.tracker, i)->number, ==, 2 * i + 2);
    g_assert_null(media_tracker_at(f.tracker, 500));
    g_assert_cmpuint(count_to(&f, at(2, 7003)), ==, 100);
    g_assert_cmpuint(count_to(&f, at(2, 7002)), ==, 0);
    fixture_clear(&f);
}

static void test_cap(void)
{
    Fixture f;
    fixture_init(&f);
    media_tracker_limit(f.tracker, 100);
    g_autofree Flow *flows = g_new0(Flow, 300);
    for (unsigned i = 0; i < 300; i++) {
        flows[i] = flow_between(at(1, (uint16_t)(5000 + i)), at(2, 7000));
        flows[i].announced = true;
    }
    for (unsigned i = 0; i < 150; i++)
        feed_rtp(&f, &flows[i], SSRC, 0);
    g_assert_cmpuint(media_tracker_count(f.tracker), ==, 100);
    g_assert_cmpuint(media_tracker_statistics(f.tracker).streams_refused, ==, 50);

    media_tracker_at(f.tracker, 5)->call = 1;
    f.now_ns += 120 * NS_PER_S;
    for (unsigned i = 150; i < 200; i++)
        feed_rtp(&f, &flows[i], SSRC, 0);
    g_assert_cmpuint(f.gone, ==, 99);
    g_assert_cmpuint(media_tracker_at(f.tracker, 0)->number, ==, 6);
    g_assert_cmpuint(media_tracker_count(f.tracker), <=, 100);
    g_assert_cmpuint(media_tracker_count(f.tracker), >, 40);
    fixture_clear(&f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tracker/announced-at-once", test_announced_at_once);
    g_test_add_func("/tracker/unannounced-after-four", test_unannounced_after_four);
    g_test_add_func("/tracker/rough-beginning", test_rough_beginning_is_exact);
    g_test_add_func("/tracker/three-of-each", test_three_of_each);
    g_test_add_func("/tracker/companions-first", test_companions_first);
    g_test_add_func("/tracker/random-in-many-flows", test_random_in_many_flows);
    g_test_add_func("/tracker/random-in-one-flow", test_random_in_one_flow);
    g_test_add_func("/tracker/random-in-a-media-flow", test_random_in_a_media_flow);
    g_test_add_func("/tracker/random-beside-a-stream", test_random_beside_a_stream);
    g_test_add_func("/tracker/two-ssrcs-interleaved", test_two_ssrcs_interleaved);
    g_test_add_func("/tracker/many-ssrcs", test_many_ssrcs);
    g_test_add_func("/tracker/same-ssrc-everywhere", test_same_ssrc_everywhere);
    g_test_add_func("/tracker/snap-length", test_snap_length);
    g_test_add_func("/tracker/bad-padding", test_bad_padding_is_counted);
    g_test_add_func("/tracker/port-reused", test_port_reused);
    g_test_add_func("/tracker/evicted-flow-comes-back", test_evicted_flow_comes_back);
    g_test_add_func("/tracker/lookups-and-drop", test_lookups_and_drop);
    g_test_add_func("/tracker/cap", test_cap);
    return g_test_run();
}

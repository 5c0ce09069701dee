#include "dissect/net/network.h"
#include "unit/media/tracker_fixture.h"

#define SSRC 0xca110001u

/* net/network.h: the same addresses and SSRC in several networks. */
typedef struct {
    Fixture f;
    FlowTable *flows;
    FlowKey ends;
    SightingTable *sightings;
    CapturePoint point;
} Scene;

static void gone(Flow *flow, void *context)
{
    media_tracker_flow_gone(((Scene *)context)->f.tracker, flow);
}

static void scene_init(Scene *scene, unsigned flows)
{
    *scene = (Scene){ .ends = { at(1, 5000), at(2, 7000) } };
    fixture_init(&scene->f);
    scene->flows = flow_table_new(flows, gone, scene);
    scene->sightings = sighting_table_new();
    media_tracker_set_networks(scene->f.tracker, scene->flows, NULL);
    media_tracker_set_sightings(scene->f.tracker, scene->sightings);
}

static void scene_clear(Scene *scene)
{
    flow_table_free(scene->flows);
    fixture_clear(&scene->f);
    sighting_table_free(scene->sightings);
}

typedef struct {
    uint32_t network;
    uint16_t seq;
    uint32_t ts;
    uint16_t ip_id;
} Sent;

static void send(Scene *scene, Sent sent)
{
    uint8_t bytes[172] = { 0x80, 0, (uint8_t)(sent.seq >> 8), (uint8_t)sent.seq };
    put_be32(bytes + 4, sent.ts);
    put_be32(bytes + 8, SSRC);
    MediaDatagram datagram = {
        .time_ns = scene->f.now_ns,
        .payload = slice_of(bytes, sizeof bytes),
        .on_wire = sizeof bytes,
        .wire_bytes = sizeof bytes + 28,
        .network = sent.network,
        .sighting = { .point = &scene->point, .ip_id = sent.ip_id },
    };
    Flow *flow = flow_table_get(scene->flows, scene->ends, scene->f.now_ns);
    media_tracker_datagram(scene->f.tracker, flow, &datagram);
}

static void wait_ms(Scene *scene, int64_t ms)
{
    scene->f.now_ns += ms * NS_PER_MS;
}

/* Packet @n of a source that began with @first. */
static Sent packet_of(uint32_t network, Sent first, unsigned n)
{
    return (Sent){ network, (uint16_t)(first.seq + n), first.ts + 160 * n, 0 };
}

static const Sent A = { 0, 1000, 50000, 0 }, B = { 0, 40000, 900000000, 0 };

static void assert_stream(const Scene *scene, unsigned index, uint64_t packets, uint64_t lost)
{
    StreamReport report = report_at(&scene->f, index);
    g_assert_cmpuint(report.packets, ==, packets);
    g_assert_cmpuint(report.lost, ==, lost);
    g_assert_cmpuint(report.restarts, ==, 0);
}

static void check_two_at_once(uint32_t one, uint32_t other, bool announced)
{
    Scene scene;
    scene_init(&scene, 100);
    flow_table_get(scene.flows, scene.ends, 0)->announced = announced;
    for (unsigned n = 0; n < 100; n++) {
        send(&scene, packet_of(one, A, n));
        wait_ms(&scene, 7);
        if (n != 50)
            send(&scene, packet_of(other, B, n));
        wait_ms(&scene, 13);
    }
    g_assert_cmpuint(scene.f.found, ==, 2);
    assert_stream(&scene, 0, 100, 0);
    assert_stream(&scene, 1, 99, 1);
    const Stream *first = media_tracker_at(scene.f.tracker, 0);
    const Stream *second = media_tracker_at(scene.f.tracker, 1);
    g_assert_true(first->overlaps && second->overlaps);
    g_assert_cmpuint(first->key.network, ==, 0);
    g_assert_cmpuint(second->key.network, ==, network_in_key(other));
    scene_clear(&scene);
}

static void test_two_at_once(void)
{
    check_two_at_once(11, 22, true);
    check_two_at_once(11, 22, false);
    check_two_at_once(0, 22, true);
    check_two_at_once(11, 0, true);
}

/* By one way there is no telling: the source may have restarted. */
static void test_one_way_is_one_stream(void)
{
    Scene scene;
    scene_init(&scene, 100);
    for (unsigned n = 0; n < 50; n++, wait_ms(&scene, 20))
        send(&scene, packet_of(11, A, n));
    for (unsigned n = 0; n < 50; n++, wait_ms(&scene, 20))
        send(&scene, packet_of(11, B, n));
    g_assert_cmpuint(scene.f.found, ==, 1);
    g_assert_cmpuint(report_at(&scene.f, 0).restarts, ==, 1);
    g_assert_false(media_tracker_at(scene.f.tracker, 0)->overlaps);
    scene_clear(&scene);
}

static void test_handover(void)
{
    Scene scene;
    scene_init(&scene, 100);
    for (unsigned n = 0; n < 300; n++, wait_ms(&scene, 20))
        if (n < 100 || n >= 150) /* a second without radio */
            send(&scene, packet_of(11 + n / 150, A, n));
    g_assert_cmpuint(scene.f.found, ==, 1);
    assert_stream(&scene, 0, 250, 50);
    g_assert_cmpuint(flow_table_size(scene.flows), ==, 1);
    scene_clear(&scene);
}

/* On hold for a minute, with timestamps that stood still or went on. */
static void test_handover_on_hold(void)
{
    for (uint32_t passed = 0; passed <= 60 * 8000; passed += 60 * 8000) {
        Scene scene;
        scene_init(&scene, 100);
        for (unsigned n = 0; n < 100; n++, wait_ms(&scene, 20)) {
            Sent sent = packet_of(11 + n / 50, A, n);
            if (n >= 50)
                sent.ts += passed;
            send(&scene, sent);
            wait_ms(&scene, n == 49 ? 60000 : 0);
        }
        g_assert_cmpuint(scene.f.found, ==, 1);
        assert_stream(&scene, 0, 100, 0);
        scene_clear(&scene);
    }
}

/* The source restarts as it goes another way: the one that was there is silent, so it is the same.
 * What was held back to see that is not lost. */
static void test_restart_with_handover(void)
{
    Scene scene;
    scene_init(&scene, 100);
    for (unsigned n = 0; n < 50; n++, wait_ms(&scene, 20))
        send(&scene, packet_of(11, A, n));
    for (unsigned n = 0; n < 100; n++, wait_ms(&scene, 20))
        send(&scene, packet_of(12, B, n));
    g_assert_cmpuint(scene.f.found, ==, 1);
    StreamReport report = report_at(&scene.f, 0);
    g_assert_cmpuint(report.packets, ==, 150);
    g_assert_cmpuint(report.lost, ==, 0);
    g_assert_cmpuint(report.restarts, ==, 1);
    scene_clear(&scene);
}

/* A mirror port shows each packet by two ways. */
static void test_copies(void)
{
    Scene scene;
    scene_init(&scene, 100);
    for (unsigned n = 0; n < 100; n++, wait_ms(&scene, 20))
        for (uint32_t way = 0; way < 2; way++) {
            Sent sent = packet_of(way, A, n);
            sent.ip_id = (uint16_t)(700 + n);
            send(&scene, sent);
        }
    g_assert_cmpuint(scene.f.found, ==, 1);
    StreamReport report = report_at(&scene.f, 0);
    g_assert_cmpuint(report.packets, ==, 200);
    g_assert_cmpuint(report.duplicates, ==, 100);
    scene_clear(&scene);
}

/* Copies by two ways, while the source's timestamps jump: another clock, a key held for long. */
static void test_copies_of_a_jump(void)
{
    Scene scene;
    scene_init(&scene, 100);
    for (unsigned n = 0; n < 100; n++, wait_ms(&scene, 20))
        for (uint32_t way = 0; way < 2; way++) {
            Sent sent = packet_of(way, A, n);
            sent.ts += n >= 50 ? 1000000000 : 0;
            send(&scene, sent);
        }
    g_assert_cmpuint(scene.f.found, ==, 1);
    StreamReport report = report_at(&scene.f, 0);
    g_assert_cmpuint(report.packets, ==, 200);
    g_assert_cmpuint(report.duplicates, ==, 100);
    g_assert_cmpuint(flow_table_size(scene.flows), ==, 1);
    scene_clear(&scene);
}

/* Two gateways share the packets of one stream, one of them being slow. */
static void test_shared_load(void)
{
    Scene scene;
    scene_init(&scene, 100);
    for (unsigned n = 0; n < 200; n++, wait_ms(&scene, 20)) {
        if (n % 2 == 0)
            send(&scene, packet_of(11, A, n));
        else if (n >= 11)
            send(&scene, packet_of(12, A, n - 10));
    }
    g_assert_cmpuint(scene.f.found, ==, 1);
    assert_stream(&scene, 0, 195, 4); /* the last of the slow ones did not come any more */
    scene_clear(&scene);
}

/* One recording played in two networks, 100 ms apart: another IP identification for the same number
 * is no copy. Where hosts set none it cannot be told. */
static void check_same_recording(uint16_t ip_id, unsigned streams)
{
    Scene scene;
    scene_init(&scene, 100);
    for (unsigned n = 0; n < 200; n++, wait_ms(&scene, 20)) {
        Sent sent = packet_of(11, A, n);
        sent.ip_id = (uint16_t)(ip_id ? ip_id + n : 0);
        send(&scene, sent);
        if (n < 5)
            continue;
        sent = packet_of(22, A, n - 5);
        sent.ip_id = (uint16_t)(ip_id ? ip_id + 5000 + n : 0);
        send(&scene, sent);
    }
    g_assert_cmpuint(scene.f.found, ==, streams);
    if (streams == 2) {
        assert_stream(&scene, 0, 200, 0);
        assert_stream(&scene, 1, 195, 0);
    }
    scene_clear(&scene);
}

static void test_same_recording(void)
{
    check_same_recording(1000, 2);
    check_same_recording(0, 1);
}

/* Of two that overlap, the one in the lane goes another way, and on. */
static void test_lane_is_followed(void)
{
    Scene scene;
    scene_init(&scene, 100);
    for (unsigned n = 0; n < 300; n++) {
        send(&scene, packet_of(11, A, n));
        wait_ms(&scene, 10);
        send(&scene, packet_of(22 + n / 100, B, n));
        wait_ms(&scene, 10);
    }
    g_assert_cmpuint(scene.f.found, ==, 2);
    assert_stream(&scene, 0, 300, 0);
    assert_stream(&scene, 1, 300, 0);
    g_assert_cmpuint(media_tracker_at(scene.f.tracker, 1)->key.network, ==, 22);
    scene_clear(&scene);
}

/* The flows go, and come back; what is in a lane goes on by its key. */
static void test_flows_are_evicted(void)
{
    Scene scene;
    scene_init(&scene, 2);
    for (unsigned n = 0; n < 100; n++) {
        send(&scene, packet_of(11, A, n));
        wait_ms(&scene, 10);
        send(&scene, packet_of(22, B, n));
        wait_ms(&scene, 10);
        if (n % 30 != 29)
            continue;
        for (uint16_t port = 1; port <= 2; port++)
            flow_table_get(scene.flows, (FlowKey){ at(9, port), at(8, port) }, scene.f.now_ns);
    }
    uint64_t packets = 0;
    for (unsigned i = 0; i < media_tracker_count(scene.f.tracker); i++)
        packets += report_at(&scene.f, i).packets;
    g_assert_cmpuint(packets, <=, 200);
    g_assert_cmpuint(packets, >=, 180);
    scene_clear(&scene);
}

/* Junk by many ways: nothing grows beyond the flow table, and the stream stays whole. */
static void test_many_networks(void)
{
    Scene scene;
    scene_init(&scene, 64);
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);
    for (unsigned n = 0; n < 2000; n++, wait_ms(&scene, 20)) {
        send(&scene, packet_of(11, A, n));
        send(&scene, (Sent){ g_rand_int(rand), (uint16_t)g_rand_int(rand), g_rand_int(rand), 0 });
    }
    g_assert_cmpuint(flow_table_size(scene.flows), <=, 64);
    StreamReport report = report_at(&scene.f, 0);
    g_assert_cmpuint(report.packets, >=, 2000);
    g_assert_cmpuint(report.packets, <=, 2010);
    scene_clear(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/overlap/two-at-once", test_two_at_once);
    g_test_add_func("/overlap/one-way", test_one_way_is_one_stream);
    g_test_add_func("/overlap/handover", test_handover);
    g_test_add_func("/overlap/handover-on-hold", test_handover_on_hold);
    g_test_add_func("/overlap/restart-with-handover", test_restart_with_handover);
    g_test_add_func("/overlap/copies", test_copies);
    g_test_add_func("/overlap/copies-of-a-jump", test_copies_of_a_jump);
    g_test_add_func("/overlap/shared-load", test_shared_load);
    g_test_add_func("/overlap/same-recording", test_same_recording);
    g_test_add_func("/overlap/lane-is-followed", test_lane_is_followed);
    g_test_add_func("/overlap/flows-are-evicted", test_flows_are_evicted);
    g_test_add_func("/overlap/many-networks", test_many_networks);
    return g_test_run();
}

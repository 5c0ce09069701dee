/* RTP streams joined to their calls: METRICS 5.9, RFC 3264, NAT, port reuse. */
#include "dissect/call/media_match.h"
#include "support/sip_feed.h"

#define A "10.0.0.1:5060"
#define B "10.0.0.2:5060"

typedef struct {
    SipFeed feed;
    FlowTable *flows;
} Scene;

static void flow_gone(Flow *flow, void *context)
{
    media_tracker_flow_gone(((Model *)context)->media, flow);
}

static Scene scene_new(void)
{
    Scene scene = { .feed = { .model = model_new(NULL), .call_id = "one@test" } };

    scene.flows = flow_table_new(1000, flow_gone, scene.feed.model);
    media_match_set_flows(scene.feed.model, scene.flows);
    return scene;
}

static void scene_clear(Scene *scene)
{
    media_match_set_flows(scene->feed.model, NULL);
    flow_table_free(scene->flows);
    model_free(scene->feed.model);
}

/* @count packets of 20 ms from @ms on. */
static void rtp(Scene *scene, int64_t ms, const char *from, const char *to, uint32_t ssrc,
                unsigned count)
{
    FlowKey key = { feed_endpoint(from), feed_endpoint(to) };

    for (unsigned i = 0; i < count; i++) {
        uint32_t ticks = 160 * i;
        uint8_t packet[172] = { 0x80,
                                8,
                                (uint8_t)(i >> 8),
                                (uint8_t)i,
                                (uint8_t)(ticks >> 24),
                                (uint8_t)(ticks >> 16),
                                (uint8_t)(ticks >> 8),
                                (uint8_t)ticks,
                                (uint8_t)(ssrc >> 24),
                                (uint8_t)(ssrc >> 16),
                                (uint8_t)(ssrc >> 8),
                                (uint8_t)ssrc };
        int64_t now = (ms + 20 * i) * NS_PER_MS;
        Flow *flow = flow_table_get(scene->flows, key, now);
        if (flow->probes == 0 && !flow->announced)
            flow->announced = media_match_is_announced(scene->feed.model, key.destination) ||
                              media_match_is_announced(scene->feed.model, key.source);
        MediaDatagram datagram = { .time_ns = now,
                                   .payload = { packet, sizeof packet },
                                   .on_wire = sizeof packet,
                                   .wire_bytes = 200 };
        g_assert_true(media_tracker_datagram(scene->feed.model->media, flow, &datagram));
        scene->feed.model->clock_ns = now;
    }
}

static void offer(Scene *scene, int64_t ms, const char *address, unsigned port)
{
    FEED(&scene->feed, ms, .from = A, .to = B, .start = "INVITE sip:bob@example.org",
         .sdp_address = address, .sdp_port = port);
}

static void answer(Scene *scene, int64_t ms, const char *address, unsigned port)
{
    FEED(&scene->feed, ms, .from = B, .to = A, .start = "200 OK", .method = "INVITE", .to_tag = "b",
         .sdp_address = address, .sdp_port = port);
}

static void hang_up(Scene *scene, int64_t ms)
{
    FEED(&scene->feed, ms, .from = A, .to = B, .start = "BYE sip:bob@example.org", .cseq = 2,
         .to_tag = "b");
    FEED(&scene->feed, ms + 10, .from = B, .to = A, .start = "200 OK", .method = "BYE", .cseq = 2,
         .to_tag = "b");
}

static Stream *only_stream(const Scene *scene)
{
    g_assert_cmpuint(media_tracker_count(scene->feed.model->media), ==, 1);
    return media_tracker_at(scene->feed.model->media, 0);
}

static void test_by_sdp(void)
{
    Scene scene = scene_new();

    offer(&scene, 1000, "10.0.0.1", 4000);
    answer(&scene, 2000, "10.0.0.2", 6000);
    rtp(&scene, 2100, "10.0.0.1:4000", "10.0.0.2:6000", 7, 10);
    rtp(&scene, 2100, "10.0.0.2:6000", "10.0.0.1:4000", 8, 10);
    g_assert_cmpuint(media_tracker_count(scene.feed.model->media), ==, 2);
    const Stream *there = media_tracker_at(scene.feed.model->media, 0);
    const Stream *back = media_tracker_at(scene.feed.model->media, 1);
    g_assert_cmpuint(there->call, ==, 1);
    g_assert_true(there->from_caller);
    g_assert_cmpint(there->match, ==, STREAM_MATCH_SDP);
    g_assert_false(back->from_caller);
    g_assert_cmpuint(model_call(scene.feed.model, 1)->streams->len, ==, 2);
    scene_clear(&scene);
}

static void test_media_before_sdp(void)
{
    Scene scene = scene_new();

    rtp(&scene, 1000, "10.0.0.2:6000", "10.0.0.1:4000", 8, 10);
    g_assert_cmpuint(only_stream(&scene)->call, ==, 0);
    offer(&scene, 1300, "10.0.0.1", 4000);
    g_assert_cmpuint(only_stream(&scene)->call, ==, 1);
    g_assert_false(only_stream(&scene)->from_caller);
    StreamReport report;
    stream_report(only_stream(&scene), &report);
    g_assert_cmpuint(report.packets, ==, 10);
    scene_clear(&scene);
}

/* A stream that was over long before the call is another's. */
static void test_old_stream_is_not_joined(void)
{
    Scene scene = scene_new();

    rtp(&scene, 1000, "10.0.0.2:6000", "10.0.0.1:4000", 8, 10);
    offer(&scene, 60000, "10.0.0.1", 4000);
    g_assert_cmpuint(only_stream(&scene)->call, ==, 0);
    scene_clear(&scene);
}

/* The caller sits behind a NAT: its SDP names a private address, nobody can tell the real one but
 * by the packets that come from it. */
static void test_latching(void)
{
    Scene scene = scene_new();

    offer(&scene, 1000, "192.168.1.5", 4000);
    answer(&scene, 2000, "10.0.0.2", 6000);
    rtp(&scene, 2100, "198.51.100.7:31000", "10.0.0.2:6000", 7, 10);
    rtp(&scene, 2300, "10.0.0.2:6000", "198.51.100.7:31000", 8, 10);
    const Stream *there = media_tracker_at(scene.feed.model->media, 0);
    const Stream *back = media_tracker_at(scene.feed.model->media, 1);
    g_assert_cmpuint(there->call, ==, 1);
    g_assert_cmpint(back->match, ==, STREAM_MATCH_LATCHED);
    g_assert_cmpuint(back->call, ==, 1);
    g_assert_false(back->from_caller);
    scene_clear(&scene);
}

/* The reverse came first and waited. */
static void test_latching_backwards(void)
{
    Scene scene = scene_new();

    offer(&scene, 1000, "192.168.1.5", 4000);
    rtp(&scene, 1900, "10.0.0.2:6000", "198.51.100.7:31000", 8, 10);
    rtp(&scene, 1950, "198.51.100.7:31000", "10.0.0.2:6000", 7, 10);
    answer(&scene, 2200, "10.0.0.2", 6000);
    for (unsigned i = 0; i < 2; i++)
        g_assert_cmpuint(media_tracker_at(scene.feed.model->media, i)->call, ==, 1);
    scene_clear(&scene);
}

/* Same addresses, same SSRC, one call after the other: two streams, one each. */
static void test_port_reuse(void)
{
    Scene scene = scene_new();

    offer(&scene, 1000, "10.0.0.1", 4000);
    answer(&scene, 2000, "10.0.0.2", 6000);
    rtp(&scene, 2100, "10.0.0.1:4000", "10.0.0.2:6000", 7, 50);
    hang_up(&scene, 3200);
    scene.feed.call_id = "two@test";
    offer(&scene, 4000, "10.0.0.1", 4000);
    answer(&scene, 4100, "10.0.0.2", 6000);
    rtp(&scene, 4200, "10.0.0.1:4000", "10.0.0.2:6000", 7, 50);
    g_assert_cmpuint(media_tracker_count(scene.feed.model->media), ==, 2);
    for (unsigned i = 0; i < 2; i++) {
        StreamReport report;
        stream_report(media_tracker_at(scene.feed.model->media, i), &report);
        g_assert_cmpuint(media_tracker_at(scene.feed.model->media, i)->call, ==, i + 1);
        g_assert_cmpuint(report.packets, ==, 50);
        g_assert_cmpuint(report.lost, ==, 0);
        g_assert_cmpuint(report.restarts, ==, 0);
    }
    scene_clear(&scene);
}

/* Two live calls announce one address (a user agent with a single port): the peer decides. */
static void test_shared_address(void)
{
    Scene scene = scene_new();

    offer(&scene, 1000, "10.0.0.1", 4000);
    answer(&scene, 1100, "10.0.0.2", 6000);
    scene.feed.call_id = "two@test";
    offer(&scene, 1200, "10.0.0.1", 4000);
    answer(&scene, 1300, "10.0.0.3", 7000);
    rtp(&scene, 1400, "10.0.0.2:6000", "10.0.0.1:4000", 8, 5);
    rtp(&scene, 1400, "10.0.0.3:7000", "10.0.0.1:4000", 9, 5);
    g_assert_cmpuint(media_tracker_at(scene.feed.model->media, 0)->call, ==, 1);
    g_assert_cmpuint(media_tracker_at(scene.feed.model->media, 1)->call, ==, 2);
    scene_clear(&scene);
}

static void test_hold_and_resume(void)
{
    Scene scene = scene_new();

    offer(&scene, 1000, "10.0.0.1", 4000);
    answer(&scene, 2000, "10.0.0.2", 6000);
    FEED(&scene.feed, 5000, .from = A, .to = B, .start = "INVITE sip:bob@example.org", .cseq = 2,
         .to_tag = "b", .sdp_address = "10.0.0.1", .sdp_port = 4000, .sdp_direction = "sendonly");
    const Call *call = model_call(scene.feed.model, 1);
    const Dialog *dialog = &call->dialogs[0];
    g_assert_cmpuint(call->dialog_count, ==, 1);
    g_assert_true(dialog->sides[PARTY_CALLER].lines[0].hold);
    g_assert_cmpint(dialog->offer, ==, OFFER_PENDING);
    g_assert_cmpuint(dialog->offers, ==, 2);
    FEED(&scene.feed, 5100, .from = B, .to = A, .start = "200 OK", .method = "INVITE", .cseq = 2,
         .to_tag = "b", .sdp_address = "10.0.0.2", .sdp_port = 6000, .sdp_direction = "recvonly");
    g_assert_cmpint(dialog->offer, ==, OFFER_ANSWERED);
    g_assert_false(dialog->sides[PARTY_CALLEE].lines[0].hold);
    g_assert_cmpstr(call->messages[2].codecs, ==, "hold PCMA");
    scene_clear(&scene);
}

/* Beyond its cap the model lets the oldest finished call go, with its streams, and never a live
 * one. */
static void test_eviction(void)
{
    ModelLimits limits = { .calls = 2 };
    Scene scene = { .feed = { .model = model_new(&limits), .call_id = "one@test" } };

    scene.flows = flow_table_new(1000, flow_gone, scene.feed.model);
    media_match_set_flows(scene.feed.model, scene.flows);
    offer(&scene, 1000, "10.0.0.1", 4000);
    answer(&scene, 2000, "10.0.0.2", 6000);
    scene.feed.call_id = "two@test";
    offer(&scene, 2100, "10.0.0.1", 4002);
    answer(&scene, 2200, "10.0.0.2", 6002);
    rtp(&scene, 2300, "10.0.0.1:4002", "10.0.0.2:6002", 7, 5);
    hang_up(&scene, 3000);
    scene.feed.call_id = "three@test";
    offer(&scene, 4000, "10.0.0.1", 4004);
    g_assert_nonnull(model_call(scene.feed.model, 1));
    g_assert_null(model_call(scene.feed.model, 2));
    g_assert_nonnull(model_call(scene.feed.model, 3));
    g_assert_cmpuint(media_tracker_count(scene.feed.model->media), ==, 0);
    g_assert_cmpuint(scene.feed.model->facts.anomalies[ANOMALY_CALL_TABLE_FULL], ==, 1);
    rtp(&scene, 4100, "10.0.0.1:4002", "10.0.0.2:6002", 7, 5);
    scene_clear(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/match/by-sdp", test_by_sdp);
    g_test_add_func("/match/media-before-sdp", test_media_before_sdp);
    g_test_add_func("/match/old-stream", test_old_stream_is_not_joined);
    g_test_add_func("/match/latching", test_latching);
    g_test_add_func("/match/latching-backwards", test_latching_backwards);
    g_test_add_func("/match/port-reuse", test_port_reuse);
    g_test_add_func("/match/shared-address", test_shared_address);
    g_test_add_func("/match/hold-and-resume", test_hold_and_resume);
    g_test_add_func("/match/eviction", test_eviction);
    return g_test_run();
}

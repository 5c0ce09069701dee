/* Packets that came before their SDP: what is said of a stream is the same as if it had come first.
 */
#include "dissect/media/early_packets.h"
#include "dissect/media/quality.h"
#include "unit/media/rtp_source.h"

typedef struct {
    PayloadMapTable *table;
    PayloadMap *map;
    RtpSource early, late; /* the first has its SDP from the beginning */
} Fixture;

static Fixture fixture(uint32_t clock_hz)
{
    const PayloadEntry entries[] = {
        { 96, 1, clock_hz, SLICE_LITERAL("L16"), SLICE_EMPTY },
        { 101, 1, clock_hz, SLICE_LITERAL("telephone-event"), SLICE_EMPTY },
    };
    Fixture made = { .table = payload_map_table_new() };

    made.map = payload_map_get(made.table, entries, G_N_ELEMENTS(entries));
    made.early = made.late = (RtpSource){ .payload_type = 96, .payload_bytes = 320 };
    made.early.stream = test_stream();
    made.late.stream = test_stream();
    stream_set_payloads(made.early.stream, made.map);
    return made;
}

static void fixture_clear(Fixture *made)
{
    stream_free(made->early.stream);
    stream_free(made->late.stream);
    payload_map_unref(made->table, made->map);
    payload_map_table_free(made->table);
}

/* Jitter beyond every buffer, losses, packets out of order, copies, events and a pause. */
static void send(RtpSource *source, unsigned index, uint32_t clock_hz)
{
    static const uint8_t digit[] = { 5, 10, 0, 160 };
    int64_t jitter_ns = (index * 7919 % 13) * 6 * NS_PER_MS + (index % 97 == 50) * 300 * NS_PER_MS;
    int64_t pause_ns = index >= 200 ? 2 * NS_PER_S : 0;
    bool event = index >= 100 && index < 110;
    uint32_t ticks = clock_hz / 50;

    if (index % 31 == 7 || (index >= 60 && index < 65))
        return;
    source->payload_type = event ? 101 : 96;
    source->payload = event ? slice_of(digit, sizeof digit) : SLICE_EMPTY;
    source->payload_bytes = event ? sizeof digit : 320;
    source->marker = index == 200;
    uint32_t ts_ticks = ticks * (event ? 100 : index) + (index >= 200 ? 100 * ticks : 0);
    source_send(source, (uint16_t)(65500 + index), ts_ticks,
                PTIME_NS * index + pause_ns + jitter_ns);
    if (index % 53 == 3)
        source_send(source, (uint16_t)(65500 + index), ts_ticks,
                    PTIME_NS * index + pause_ns + jitter_ns + NS_PER_MS);
}

static void assert_same_quality(const Fixture *made)
{
    StreamQuality early, late;

    stream_quality(made->early.stream, &early);
    stream_quality(made->late.stream, &late);
    g_assert_cmpuint(late.timed_packets, ==, early.timed_packets);
    g_assert_true(late.timed_since_ns == early.timed_since_ns);
    g_assert_cmpuint(early.replayed_packets, ==, 0);
    assert_near(late.whole.r_cq, early.whole.r_cq, 1e-9);
    assert_near(late.worst.r_lq, early.worst.r_lq, 1e-9);
    g_assert_true(late.worst_start_ns == early.worst_start_ns);
    g_assert_cmpuint(early.discards[JITTER_BUFFER_FIXED_50].late, >, 0);
    for (unsigned i = 0; i < JITTER_BUFFERS; i++) {
        g_assert_cmpuint(late.discards[i].late, ==, early.discards[i].late);
        g_assert_cmpuint(late.discards[i].early, ==, early.discards[i].early);
        assert_near(late.mos_lq_by_buffer[i], early.mos_lq_by_buffer[i], 1e-9);
    }
    g_assert_cmpuint(late.burst.bursts, ==, early.burst.bursts);
    g_assert_cmpuint(late.burst.bad, ==, early.burst.bad);
    g_assert_true(memcmp(late.loss_runs, early.loss_runs, sizeof early.loss_runs) == 0);
    g_assert_true(memcmp(&late.delays, &early.delays, sizeof early.delays) == 0);
    g_assert_cmpuint(late.concealed_seconds, ==, early.concealed_seconds);
    g_assert_cmpuint(stream_interval_count(made->late.stream), ==,
                     stream_interval_count(made->early.stream));
    for (unsigned i = 0; i < stream_interval_count(made->early.stream); i++) {
        QualityInterval a = stream_interval(made->early.stream, &early, i);
        QualityInterval b = stream_interval(made->late.stream, &late, i);
        g_assert_cmpuint(a.packets, ==, b.packets);
        g_assert_cmpuint(a.lost, ==, b.lost);
        g_assert_cmpuint(a.discarded, ==, b.discarded);
        assert_near(a.jitter_max_ms, b.jitter_max_ms, 1e-9);
    }
}

static void assert_same_report(const Fixture *made)
{
    StreamReport early = report_of(made->early.stream), late = report_of(made->late.stream);

    assert_near(late.jitter_last_ms, early.jitter_last_ms, 1e-9);
    assert_near(late.jitter_mean_ms, early.jitter_mean_ms, 1e-9);
    assert_near(late.jitter_max_ms, early.jitter_max_ms, 1e-9);
    assert_near(late.max_skew_ms, early.max_skew_ms, 1e-9);
    g_assert_cmpuint(late.timestamp_jumps, ==, early.timestamp_jumps);
    g_assert_cmpuint(late.lost, ==, early.lost);
    g_assert_cmpuint(late.duplicates, ==, early.duplicates);
}

/* Whenever the SDP comes, and whatever the clock. */
static void test_replayed(void)
{
    static const uint32_t clocks_hz[] = { 8000, 44100, 48000 };
    static const unsigned moments[] = { 1, 2, 13, 105, 201, 400 };

    for (unsigned i = 0; i < G_N_ELEMENTS(clocks_hz) * G_N_ELEMENTS(moments); i++) {
        uint32_t clock_hz = clocks_hz[i / G_N_ELEMENTS(moments)];
        unsigned moment = moments[i % G_N_ELEMENTS(moments)];
        StreamQuality quality;
        Fixture made = fixture(clock_hz);
        for (unsigned index = 0; index < 600; index++) {
            if (index == moment)
                stream_set_payloads(made.late.stream, made.map);
            if (index == moment / 2) /* who reads must not change anything */
                stream_quality(made.late.stream, &quality);
            send(&made.early, index, clock_hz);
            send(&made.late, index, clock_hz);
        }
        assert_same_report(&made);
        assert_same_quality(&made);
        stream_quality(made.late.stream, &quality);
        g_assert_cmpuint(quality.replayed_packets, >, 0);
        g_assert_cmpuint(quality.replayed_packets, <=, moment);
        fixture_clear(&made);
    }
}

/* Too long ago: timing is known as far as a usual clock measured it, buffers from here on. */
static void test_too_many(void)
{
    Fixture made = fixture(8000);
    StreamQuality quality;

    for (unsigned index = 0; index < 900; index++) {
        if (index == 700)
            stream_set_payloads(made.late.stream, made.map);
        send(&made.early, index, 8000);
        send(&made.late, index, 8000);
    }
    assert_same_report(&made);
    stream_quality(made.late.stream, &quality);
    g_assert_cmpuint(quality.replayed_packets, ==, 0);
    g_assert_cmpuint(quality.timed_packets, <=, 200);
    fixture_clear(&made);
}

static void test_bound(void)
{
    EarlyPackets *early = early_packets_new(true);
    const EarlyPacket packet = { .arrival_ns = 1 };

    for (unsigned i = 0; i < EARLY_PACKETS_MAX; i++)
        early_packets_keep(early, &packet, SLICE_EMPTY);
    g_assert_true(early->whole);
    g_assert_cmpuint(early->count, ==, EARLY_PACKETS_MAX);
    early_packets_keep(early, &packet, SLICE_EMPTY);
    g_assert_false(early->whole);
    g_assert_null(early->packets);
    early_packets_keep(early, &packet, SLICE_EMPTY);
    g_assert_null(early->packets);
    early_packets_free(early);
    early = early_packets_new(false);
    early_packets_keep(early, &packet, SLICE_EMPTY);
    g_assert_null(early->packets);
    early_packets_free(early);
}

/* The beginnings of payloads have a bound of their own, and come back in their order. */
static void test_heads(void)
{
    EarlyPackets *early = early_packets_new(true);
    const EarlyPacket packet = { .arrival_ns = 1 };
    uint8_t payload[EARLY_HEAD_BYTES + 1];
    size_t at = 0;

    for (unsigned i = 0; i < 100; i++) {
        memset(payload, (int)i, sizeof payload);
        early_packets_keep(early, &packet, slice_of(payload, i % sizeof payload));
    }
    for (unsigned i = 0; i < 100; i++) {
        Slice head = early_packets_head(early, i, &at);
        g_assert_cmpuint(head.len, ==, MIN(i % sizeof payload, EARLY_HEAD_BYTES));
        g_assert_true(head.len == 0 || head.data[head.len - 1] == i);
    }
    for (unsigned i = 0; i < EARLY_HEADS_MAX / EARLY_HEAD_BYTES; i++)
        early_packets_keep(early, &packet, slice_of(payload, sizeof payload));
    at = 0;
    g_assert_null(early->heads);
    g_assert_true(early->whole);
    g_assert_cmpuint(early_packets_head(early, 99, &at).len, ==, 0);
    early_packets_free(early);
}

/* One stream of text with its redundancy (RFC 4103) and of pictures. */
static void send_content(RtpSource *source, unsigned index)
{
    static const uint8_t words[][11] = {
        { 0xe2, 0, 0, 2, 98, 'x', 'y', 'a', 'b' },
        { 0xe2, 0, 0, 2, 98, 'a', 'b', 'c', 'd' },
        { 0xe2, 0, 0, 2, 98, 'c', 'd', 'e', 'f' },
    };
    uint8_t picture[200] = { index % 8 == 0 ? 0x65 : 0x41, 0xb8 };

    if (index < G_N_ELEMENTS(words)) {
        source->payload_type = 99;
        source->payload = slice_of(words[index], 9);
    } else {
        source->payload_type = 97;
        source->payload = slice_of(picture, sizeof picture);
        source->marker = true;
    }
    source->payload_bytes = (uint32_t)source->payload.len;
    source_send(source, (uint16_t)(65530 + index), 3000 * index, PTIME_NS * index);
}

static void test_content(void)
{
    const PayloadEntry entries[] = {
        { 97, 1, 90000, SLICE_LITERAL("H264"), SLICE_EMPTY },
        { 98, 1, 1000, SLICE_LITERAL("t140"), SLICE_EMPTY },
        { 99, 1, 1000, SLICE_LITERAL("red"), SLICE_EMPTY },
    };

    for (unsigned secure = 0; secure < 2; secure++) {
        Fixture made = fixture(8000);
        PayloadMap *map = payload_map_get(made.table, entries, G_N_ELEMENTS(entries));
        stream_set_payloads(made.early.stream, map);
        for (unsigned index = 0; index < 60; index++) {
            if (index == 40) {
                made.late.stream->security = secure ? STREAM_SECURITY_DTLS : STREAM_SECURITY_NONE;
                stream_set_payloads(made.late.stream, map);
            }
            send_content(&made.early, index);
            if (secure && index >= 40)
                continue; /* keys would be needed */
            send_content(&made.late, index);
        }
        const StreamContent *early = made.early.stream->content, *late = made.late.stream->content;
        VideoReport a, b;
        video_report(early->video, 90000, &a);
        video_report(late->video, 90000, &b);
        if (secure) {
            g_assert_null(late->text);
            g_assert_cmpuint(b.frames, ==, 37); /* by their markers and timestamps */
            g_assert_false(b.keys_known);
        } else {
            g_assert_cmpstr(late->text->text->str, ==, "abcdef");
            g_assert_cmpuint(late->text->blocks, ==, early->text->blocks);
            g_assert_cmpuint(late->redundancy->red_packets, ==, 3);
            g_assert_cmpuint(b.frames, ==, a.frames);
            g_assert_cmpuint(b.key_frames, ==, a.key_frames);
            g_assert_cmpuint(a.key_frames, >, 5);
        }
        stream_set_payloads(made.early.stream, made.map);
        payload_map_unref(made.table, map);
        fixture_clear(&made);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/early-packets/bound", test_bound);
    g_test_add_func("/early-packets/replayed", test_replayed);
    g_test_add_func("/early-packets/too-many", test_too_many);
    g_test_add_func("/early-packets/heads", test_heads);
    g_test_add_func("/early-packets/content", test_content);
    return g_test_run();
}

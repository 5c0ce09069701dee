#include "dissect/base/clock.h"
#include "export/playout.h"

#define FRAMES      160
#define LINE_FRAMES 16000

/* PCMA that says its sequence number: every sample of a packet has one value. */
typedef struct {
    Playout *playout;
    int16_t line[LINE_FRAMES];
    size_t end;
    int64_t missing; /* frames */
} Fixture;

static void hear(int64_t at, const int16_t *samples, size_t count, void *context)
{
    Fixture *fixture = context;

    for (size_t i = 0; i < count; i++) {
        int64_t place = at + (int64_t)i;
        if (place < 0 || place >= LINE_FRAMES)
            continue;
        g_assert_cmpint(fixture->line[place], ==, 0); /* nothing is heard twice */
        fixture->line[place] = samples[i];
        fixture->end = MAX(fixture->end, (size_t)place + 1);
    }
}

static void miss(int64_t from, int64_t to, void *context)
{
    Fixture *fixture = context;

    g_assert_cmpint(from, <, to);
    fixture->missing += to - from;
}

/* @buffer_ms 0: the adaptive one. */
static Fixture *fixture_new(unsigned buffer_ms, bool conceal)
{
    Fixture *fixture = g_new0(Fixture, 1);
    const PlayoutSetup setup = { .last_ns = 10 * NS_PER_S,
                                 .rate_hz = 8000,
                                 .channels = 1,
                                 .buffer_ms = buffer_ms,
                                 .adaptive = buffer_ms == 0,
                                 .conceal = conceal,
                                 .sink = hear,
                                 .missing = miss,
                                 .context = fixture };

    fixture->playout = playout_new(&setup);
    return fixture;
}

static void fixture_free(Fixture *fixture)
{
    playout_free(fixture->playout);
    g_free(fixture);
}

static void send_packet(Fixture *fixture, unsigned number, unsigned ts_packet, int64_t time_ms)
{
    uint8_t payload[FRAMES] = { 0 };
    RtpPacket packet = { .seq = (uint16_t)(65530 + number),
                         .ts_ticks = 0xfffffff0u + ts_packet * FRAMES,
                         .payload_type = 8,
                         .payload = slice_of(payload, sizeof payload),
                         .payload_bytes = sizeof payload };

    memset(payload, 0xd5 ^ (int)(number << 1 & 0x7f), sizeof payload);
    playout_packet(fixture->playout, &packet, time_ms * NS_PER_MS);
    playout_advance(fixture->playout, time_ms * NS_PER_MS);
}

static unsigned frames_heard(const Fixture *fixture, size_t from, size_t to)
{
    unsigned heard = 0;

    for (size_t i = from; i < to; i++)
        heard += fixture->line[i] != 0;
    return heard;
}

/* Numbers and timestamps wrap, two packets change places, one comes twice: all is heard once. */
static void test_order(void)
{
    static const unsigned order[] = { 0, 1, 3, 2, 4, 4, 5, 6, 7, 9, 8 };
    Fixture *fixture = fixture_new(100, true);

    for (unsigned i = 0; i < G_N_ELEMENTS(order); i++)
        send_packet(fixture, order[i], order[i], i * 20);
    playout_finish(fixture->playout);
    g_assert_cmpuint(fixture->end, ==, 10 * FRAMES);
    g_assert_cmpuint(frames_heard(fixture, 0, 10 * FRAMES), ==, 10 * FRAMES);
    g_assert_cmpuint(playout_counts(fixture->playout)->duplicates, ==, 1);
    g_assert_cmpuint(playout_counts(fixture->playout)->concealed, ==, 0);
    fixture_free(fixture);
}

/* A loss is made up for, or silent; the rest stays where it belongs. */
static void test_loss(void)
{
    for (unsigned conceal = 0; conceal < 2; conceal++) {
        Fixture *fixture = fixture_new(100, conceal != 0);
        for (unsigned i = 0; i < 20; i++)
            if (i != 10)
                send_packet(fixture, i, i, i * 20);
        playout_finish(fixture->playout);
        g_assert_cmpuint(fixture->end, ==, 20 * FRAMES);
        unsigned heard = frames_heard(fixture, 10 * FRAMES, 11 * FRAMES);
        g_assert_true((heard > 0) == conceal);
        g_assert_cmpuint(playout_counts(fixture->playout)->concealed, ==, conceal);
        g_assert_cmpint(fixture->missing, ==, FRAMES);
        fixture_free(fixture);
    }
}

/* What comes after its time is not heard; with a longer buffer it is. */
static void test_late(void)
{
    for (unsigned buffer_ms = 50; buffer_ms <= 200; buffer_ms += 150) {
        Fixture *fixture = fixture_new(buffer_ms, false);
        for (unsigned i = 0; i < 20; i++)
            send_packet(fixture, i, i, i == 10 ? 300 : i * 20);
        playout_finish(fixture->playout);
        unsigned heard = frames_heard(fixture, 10 * FRAMES, 11 * FRAMES);
        g_assert_cmpuint(heard, ==, buffer_ms == 200 ? FRAMES : 0);
        g_assert_cmpuint(playout_counts(fixture->playout)->late, ==, buffer_ms == 50);
        fixture_free(fixture);
    }
}

/* A pause is as long as it was: timestamps went on, numbers did not. */
static void test_pause(void)
{
    Fixture *fixture = fixture_new(100, true);

    for (unsigned i = 0; i < 5; i++)
        send_packet(fixture, i, i, i * 20);
    for (unsigned i = 5; i < 10; i++)
        send_packet(fixture, i, i + 25, (i + 25) * 20);
    playout_finish(fixture->playout);
    g_assert_cmpuint(fixture->end, ==, 35 * FRAMES);
    g_assert_cmpuint(frames_heard(fixture, 5 * FRAMES, 30 * FRAMES), ==, 0);
    g_assert_cmpuint(playout_counts(fixture->playout)->concealed, ==, 0);
    fixture_free(fixture);
}

/* A delay that grows by 60 ms: the adaptive buffer loses the first packet behind its margin, grows,
 * and all is heard later from then on; nothing is late any more. */
static void test_adaptive(void)
{
    Fixture *fixture = fixture_new(0, true);

    for (unsigned i = 0; i < 60; i++)
        send_packet(fixture, i, i, i * 20 + (i < 20 ? 0 : 60));
    playout_finish(fixture->playout);
    const PlayoutCounts *counts = playout_counts(fixture->playout);
    g_assert_cmpuint(counts->late, ==, 1);
    g_assert_cmpuint(counts->early, ==, 0);
    g_assert_cmpint(fixture->missing, >=, FRAMES);
    /* 60 ms later than it was sent, in steps of 4.2 ms. */
    g_assert_cmpuint(fixture->end, <=, 63 * FRAMES);
    g_assert_cmpuint(fixture->end, >, 63 * FRAMES - 34);
    fixture_free(fixture);
}

static PayloadMap *red_map(PayloadMapTable *table)
{
    const PayloadEntry entries[] = {
        { 8, 1, 8000, SLICE_LITERAL("PCMA"), SLICE_EMPTY },
        { 99, 1, 8000, SLICE_LITERAL("red"), SLICE_LITERAL("8/8") },
    };
    return payload_map_get(table, entries, G_N_ELEMENTS(entries));
}

/* RFC 2198 section 3: a block header of four bytes, one of one, the older block, the primary. */
static void send_red(Fixture *fixture, unsigned number)
{
    uint8_t payload[5 + 2 * FRAMES] = { 0x80 | 8, FRAMES >> 6, (FRAMES & 0x3f) << 2 | FRAMES >> 8,
                                        FRAMES & 0xff, 8 };
    RtpPacket packet = { .seq = (uint16_t)(65530 + number),
                         .ts_ticks = 0xfffffff0u + number * FRAMES,
                         .payload_type = 99,
                         .payload = slice_of(payload, sizeof payload),
                         .payload_bytes = sizeof payload };

    memset(&payload[5], 0xd5 ^ (int)((number - 1) << 1 & 0x7f), FRAMES);
    memset(&payload[5 + FRAMES], 0xd5 ^ (int)(number << 1 & 0x7f), FRAMES);
    playout_packet(fixture->playout, &packet, number * 20 * NS_PER_MS);
    playout_advance(fixture->playout, number * 20 * NS_PER_MS);
}

/* Every other loss comes back within the packet behind it, sample by sample. */
static void test_red(void)
{
    PayloadMapTable *table = payload_map_table_new();
    PayloadMap *map = red_map(table);
    Fixture *whole = fixture_new(100, true), *lossy = fixture_new(100, true);

    playout_free(whole->playout);
    playout_free(lossy->playout);
    PlayoutSetup setup = { .payloads = map,
                           .last_ns = 10 * NS_PER_S,
                           .rate_hz = 8000,
                           .channels = 1,
                           .buffer_ms = 100,
                           .conceal = true,
                           .sink = hear,
                           .missing = miss,
                           .context = whole };
    whole->playout = playout_new(&setup);
    setup.context = lossy;
    lossy->playout = playout_new(&setup);
    for (unsigned i = 0; i < 20; i++) {
        send_red(whole, i);
        if (i % 2 == 0 || i == 19)
            send_red(lossy, i);
    }
    playout_finish(whole->playout);
    playout_finish(lossy->playout);
    g_assert_cmpuint(playout_counts(lossy->playout)->restored, ==, 9);
    g_assert_cmpint(lossy->missing, ==, 0);
    g_assert_cmpuint(frames_heard(whole, FRAMES, 20 * FRAMES), ==, 19 * FRAMES);
    g_assert_true(memcmp(whole->line, lossy->line, sizeof whole->line) == 0);
    fixture_free(whole);
    fixture_free(lossy);
    payload_map_unref(table, map);
    payload_map_table_free(table);
}

static void hear_pairs(int64_t at, const int16_t *samples, size_t count, void *context)
{
    int16_t *pairs = context;
    memcpy(pairs + 2 * at, samples, 2 * count * sizeof *samples);
}

/* PT 10: two channels stay what they are, PT 11: one becomes both. */
static void test_channels(void)
{
    enum { COUNT = 441 };
    int16_t pairs[2 * 2 * COUNT] = { 0 };
    const PlayoutSetup setup = { .last_ns = NS_PER_S,
                                 .rate_hz = 44100,
                                 .channels = 2,
                                 .buffer_ms = 100,
                                 .sink = hear_pairs,
                                 .context = pairs };
    Playout *playout = playout_new(&setup);
    uint8_t stereo[COUNT * 4], mono[COUNT * 2];

    for (unsigned i = 0; i < COUNT; i++) {
        const uint8_t frame[] = { 0x10, (uint8_t)i, 0xe0, (uint8_t)i };
        memcpy(stereo + 4 * i, frame, 4);
        memcpy(mono + 2 * i, frame, 2);
    }
    const RtpPacket first = { .payload_type = 10,
                              .seq = 1,
                              .payload = slice_of(stereo, sizeof stereo),
                              .payload_bytes = sizeof stereo };
    const RtpPacket second = { .payload_type = 11,
                               .seq = 2,
                               .ts_ticks = COUNT,
                               .payload = slice_of(mono, sizeof mono),
                               .payload_bytes = sizeof mono };
    playout_packet(playout, &first, 0);
    playout_packet(playout, &second, 10 * NS_PER_MS);
    playout_finish(playout);
    for (int i = 0; i < COUNT; i++) {
        g_assert_cmpint(pairs[2 * i], ==, 0x1000 + (i & 0xff));
        g_assert_cmpint(pairs[2 * i + 1], ==, -0x2000 + (i & 0xff));
        g_assert_cmpint(pairs[2 * (COUNT + i)], ==, 0x1000 + (i & 0xff));
        g_assert_cmpint(pairs[2 * (COUNT + i) + 1], ==, 0x1000 + (i & 0xff));
    }
    playout_free(playout);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/playout/order", test_order);
    g_test_add_func("/playout/loss", test_loss);
    g_test_add_func("/playout/late", test_late);
    g_test_add_func("/playout/pause", test_pause);
    g_test_add_func("/playout/adaptive", test_adaptive);
    g_test_add_func("/playout/red", test_red);
    g_test_add_func("/playout/channels", test_channels);
    return g_test_run();
}

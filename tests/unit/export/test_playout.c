#include "dissect/base/clock.h"
#include "export/playout.h"

#define FRAMES      160
#define LINE_FRAMES 16000

/* PCMA that says its sequence number: every sample of a packet has one value. */
typedef struct {
    Playout *playout;
    int16_t line[LINE_FRAMES];
    size_t end;
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

static Fixture *fixture_new(unsigned buffer_ms, bool conceal)
{
    Fixture *fixture = g_new0(Fixture, 1);
    const PlayoutSetup setup = { .last_ns = 10 * NS_PER_S,
                                 .rate_hz = 8000,
                                 .buffer_ms = buffer_ms,
                                 .conceal = conceal,
                                 .sink = hear,
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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/playout/order", test_order);
    g_test_add_func("/playout/loss", test_loss);
    g_test_add_func("/playout/late", test_late);
    g_test_add_func("/playout/pause", test_pause);
    return g_test_run();
}

#include "dissect/base/clock.h"
#include "dissect/media/jitter_buffer.h"
#include <glib.h>
#include <string.h>

#define PTIME_MS 20

/* A stream of 20 ms packets, told by how much longer than the fastest each one took. */
static JitterPacket packet_of(int index, int extra_ms)
{
    return (JitterPacket){
        .arrival_ns = (index * PTIME_MS + 30 + extra_ms) * NS_PER_MS,
        .transit_ns = (30 + extra_ms) * NS_PER_MS,
    };
}

/* The vector JB: every 10th is 60 ms late, every 100th 150 ms, one 250 ms; five are lost. -1: lost.
 */
static int vector_extra_ms(int index)
{
    if (index >= 500 && index < 505)
        return -1;
    if (index == 700)
        return 250;
    if (index % 100 == 50)
        return 150;
    return index % 10 == 5 ? 60 : 0;
}

static void check_fixed_vector(unsigned nominal_ms, uint64_t late)
{
    FixedBuffer buffer = fixed_buffer(nominal_ms, 200);

    for (int i = 0; i < 1000; i++) {
        int extra_ms = vector_extra_ms(i);
        JitterPacket packet = packet_of(i, extra_ms);
        if (extra_ms >= 0)
            fixed_buffer_add(&buffer, &packet);
    }
    g_assert_cmpuint(buffer.late, ==, late);
    g_assert_cmpuint(buffer.early, ==, 0);
}

static void test_fixed_vectors(void)
{
    check_fixed_vector(50, 111); /* JB50 */
    check_fixed_vector(100, 11); /* JB100 */
    check_fixed_vector(200, 1);  /* JB200 */
    check_fixed_vector(500, 0);  /* JB500 */
}

static JitterVerdict add_fixed(FixedBuffer *buffer, int index, int extra_ms)
{
    JitterPacket packet = packet_of(index, extra_ms);
    return fixed_buffer_add(buffer, &packet);
}

static void test_fixed_bounds(void)
{
    FixedBuffer buffer = fixed_buffer(50, 100);

    g_assert_cmpint(add_fixed(&buffer, 0, 200), ==, JITTER_PLAYED);
    g_assert_cmpint(add_fixed(&buffer, 1, 250), ==, JITTER_PLAYED);
    g_assert_cmpint(add_fixed(&buffer, 2, 251), ==, JITTER_LATE);
    g_assert_cmpint(add_fixed(&buffer, 3, 100), ==, JITTER_PLAYED);
    g_assert_cmpint(add_fixed(&buffer, 4, 99), ==, JITTER_EARLY);
    g_assert_cmpuint(buffer.late, ==, 1);
    g_assert_cmpuint(buffer.early, ==, 1);
}

static void test_fixed_anchors_anew(void)
{
    FixedBuffer buffer = fixed_buffer(50, 100);
    JitterPacket talkspurt = packet_of(10, 80);
    JitterPacket jump = packet_of(20, 160);

    add_fixed(&buffer, 0, 0);
    g_assert_cmpint(add_fixed(&buffer, 9, 80), ==, JITTER_LATE);
    talkspurt.silence_before = true;
    g_assert_cmpint(fixed_buffer_add(&buffer, &talkspurt), ==, JITTER_PLAYED);
    g_assert_cmpint(add_fixed(&buffer, 11, 120), ==, JITTER_PLAYED);
    jump.discontinuity = true;
    g_assert_cmpint(fixed_buffer_add(&buffer, &jump), ==, JITTER_PLAYED);
    g_assert_cmpint(add_fixed(&buffer, 21, 200), ==, JITTER_PLAYED);
}

/* The way became 100 ms longer for good: one second is lost, not the rest of the call. */
static void test_fixed_resync(void)
{
    FixedBuffer buffer = fixed_buffer(50, 100);

    for (int i = 0; i < 1000; i++)
        add_fixed(&buffer, i, i < 100 ? 0 : 100);
    g_assert_cmpuint(buffer.late, ==, 50);
}

static void add_adaptive(AdaptiveBuffer *buffer, int index, int extra_ms)
{
    JitterPacket packet = packet_of(index, extra_ms);
    adaptive_buffer_add(buffer, &packet);
}

static void test_adaptive_clean(void)
{
    AdaptiveBuffer buffer = { 0 };

    for (int i = 0; i < 2000; i++)
        add_adaptive(&buffer, i, 0);
    g_assert_cmpuint(buffer.late, ==, 0);
    g_assert_cmpfloat_with_epsilon(adaptive_buffer_mean_ms(&buffer), 40, 0.001);
}

/* It grows at once: of a delay that comes to stay only the first packets are missed. */
static void test_adaptive_grows(void)
{
    AdaptiveBuffer buffer = { 0 };

    for (int i = 0; i < 5000; i++)
        add_adaptive(&buffer, i, i < 1000 ? 0 : 200);
    g_assert_cmpuint(buffer.late, >, 0);
    g_assert_cmpuint(buffer.late, <=, 17); /* 3 % of 500, and those that make it grow */
}

static void test_adaptive_vector(void)
{
    AdaptiveBuffer buffer = { 0 };

    for (int i = 0; i < 1000; i++) {
        int extra_ms = vector_extra_ms(i);
        if (extra_ms >= 0)
            add_adaptive(&buffer, i, extra_ms);
    }
    g_assert_cmpuint(buffer.late, <=, 12); /* 150 and 250 ms are beyond the percentile */
    g_assert_cmpuint(buffer.late, >=, 10);
}

static void test_adaptive_shrinks_in_silence(void)
{
    AdaptiveBuffer buffer = { 0 };
    JitterPacket talkspurt = packet_of(0, 0);

    talkspurt.silence_before = true;
    for (int i = 0; i < 30; i++)
        add_adaptive(&buffer, i, 10 * i);
    for (int i = 30; i < 1500; i++)
        add_adaptive(&buffer, i, 0);
    int64_t before_ns = buffer.playout_ns;
    g_assert_cmpint(before_ns, >, 300 * NS_PER_MS);
    adaptive_buffer_add(&buffer, &talkspurt);
    g_assert_cmpint(before_ns - buffer.playout_ns, ==, 20 * NS_PER_MS);
    for (int i = 0; i < 100; i++)
        adaptive_buffer_add(&buffer, &talkspurt);
    g_assert_cmpint(buffer.playout_ns, ==, 70 * NS_PER_MS);
}

static void test_adaptive_cap(void)
{
    AdaptiveBuffer buffer = { 0 };

    for (int i = 0; i < 3000; i++)
        add_adaptive(&buffer, i, i % 2 ? 0 : 900);
    g_assert_cmpint(buffer.playout_ns, ==, 530 * NS_PER_MS);
    g_assert_cmpuint(buffer.late, >=, 1490);
}

/* A slow clock on either side moves every transit; nothing is late for it. */
static void test_adaptive_drift(void)
{
    for (int sign = -1; sign <= 1; sign += 2) {
        AdaptiveBuffer buffer = { 0 };
        for (int i = 0; i < 200000; i++) {
            JitterPacket packet = packet_of(i, 0);
            packet.transit_ns += sign * i * INT64_C(6000); /* 300 ppm */
            adaptive_buffer_add(&buffer, &packet);
        }
        g_assert_cmpuint(buffer.late, ==, 0);
    }
}

/* The percentile against sorting, over transits that jump about. */
static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void test_history_against_sorting(void)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(3);
    AdaptiveBuffer buffer = { 0 };
    int64_t window[DELAY_HISTORY];
    int64_t sorted[DELAY_HISTORY];

    for (int i = 0; i < 6000; i++) {
        int64_t transit_ns =
            g_rand_int_range(random, 0, 400) * NS_PER_MS + i / 2000 * 100 * NS_PER_MS;
        JitterPacket packet = { i * PTIME_MS * NS_PER_MS, transit_ns, true, false };
        adaptive_buffer_add(&buffer, &packet);
        window[i % DELAY_HISTORY] = transit_ns;
        if (i < DELAY_HISTORY || i % 7)
            continue;
        memcpy(sorted, window, sizeof sorted);
        qsort(sorted, DELAY_HISTORY, sizeof sorted[0], compare);
        int64_t quantile_ns =
            buffer.history.floor_ns + buffer.history.quantile * (INT64_C(1) << 22);
        g_assert_cmpint(ABS(sorted[484] - quantile_ns), <=, INT64_C(1) << 22);
    }
}

static void test_all(void)
{
    JitterBuffers buffers;
    uint64_t discards[JITTER_BUFFERS] = { 0 };

    jitter_buffers_init(&buffers);
    for (int i = 0; i < 1000; i++) {
        int extra_ms = vector_extra_ms(i);
        JitterPacket packet = packet_of(i, extra_ms);
        unsigned set = extra_ms >= 0 ? jitter_buffers_add(&buffers, &packet) : 0;
        for (unsigned kind = 0; kind < JITTER_BUFFERS; kind++)
            discards[kind] += set >> kind & 1;
    }
    g_assert_cmpuint(discards[JITTER_BUFFER_FIXED_50], ==, 111);
    g_assert_cmpuint(discards[JITTER_BUFFER_FIXED_200], ==, 1);
    for (unsigned kind = 0; kind < JITTER_BUFFERS; kind++) {
        JitterDiscards found = jitter_buffers_discards(&buffers, (JitterBufferKind)kind);
        g_assert_cmpuint(found.late + found.early, ==, discards[kind]);
    }
    g_assert_cmpfloat(jitter_buffers_discards(&buffers, JITTER_BUFFER_FIXED_200).delay_ms, ==, 200);
    g_assert_cmpuint(sizeof buffers, <=, 1400);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/jitter-buffer/fixed/vectors", test_fixed_vectors);
    g_test_add_func("/jitter-buffer/fixed/bounds", test_fixed_bounds);
    g_test_add_func("/jitter-buffer/fixed/anchors-anew", test_fixed_anchors_anew);
    g_test_add_func("/jitter-buffer/fixed/resync", test_fixed_resync);
    g_test_add_func("/jitter-buffer/adaptive/clean", test_adaptive_clean);
    g_test_add_func("/jitter-buffer/adaptive/grows", test_adaptive_grows);
    g_test_add_func("/jitter-buffer/adaptive/vector", test_adaptive_vector);
    g_test_add_func("/jitter-buffer/adaptive/shrinks-in-silence", test_adaptive_shrinks_in_silence);
    g_test_add_func("/jitter-buffer/adaptive/cap", test_adaptive_cap);
    g_test_add_func("/jitter-buffer/adaptive/drift", test_adaptive_drift);
    g_test_add_func("/jitter-buffer/adaptive/against-sorting", test_history_against_sorting);
    g_test_add_func("/jitter-buffer/all", test_all);
    return g_test_run();
}

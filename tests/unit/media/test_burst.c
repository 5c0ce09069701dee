#include "dissect/media/burst.h"
#include <glib.h>
#include <string.h>

#define CLOSE 5e-5

/* '1' is good, anything else bad; told packet by packet. */
static BurstTracker track(const char *pattern)
{
    BurstTracker tracker = { 0 };
    for (int64_t i = 0; pattern[i]; i++)
        if (pattern[i] != '1')
            burst_add(&tracker, i, 1);
    return tracker;
}

static BurstReport report(const char *pattern)
{
    BurstTracker tracker = track(pattern);
    return burst_report(&tracker, strlen(pattern));
}

typedef struct {
    uint64_t packets;
    int64_t bad[8];
    int bad_count;
} Pattern;

static BurstReport report_pattern(const Pattern *pattern)
{
    BurstTracker tracker = { 0 };
    for (int i = 0; i < pattern->bad_count; i++)
        burst_add(&tracker, pattern->bad[i], 1);
    return burst_report(&tracker, pattern->packets);
}

static void test_rfc3611_example(void)
{
    BurstReport r = report("11110111111111111111111X111X1011110111111111111111111X1111111111");

    g_assert_cmpuint(r.packets, ==, 64);
    g_assert_cmpuint(r.bad, ==, 6);
    g_assert_cmpuint(r.bursts, ==, 1);
    g_assert_cmpuint(r.burst_packets, ==, 12);
    g_assert_cmpuint(r.burst_bad, ==, 4);
    g_assert_cmpint((int)(256 * r.burst_density), ==, 85);
    g_assert_cmpuint(r.gaps, ==, 2);
    g_assert_cmpuint(r.gap_packets, ==, 52);
    g_assert_cmpuint(r.gap_bad, ==, 2);
    g_assert_cmpint((int)(256 * r.gap_density), ==, 9);
    g_assert_cmpfloat(r.gap_mean_packets, ==, 26);
}

static void test_table(void)
{
    static const struct {
        Pattern pattern;
        uint64_t bursts, burst_packets;
        double burst_density;
        uint64_t gap_packets;
        double gap_density;
    } rows[] = {
        { { 100, { 10, 30, 50, 70, 90 }, 5 }, 0, 0, 0, 100, 0.05 },
        { { 100, { 40, 41, 42, 43, 44 }, 5 }, 1, 5, 1, 95, 0 },
        { { 200, { 50, 60, 70 }, 3 }, 1, 21, 0.142857, 179, 0 },
        { { 200, { 50, 67 }, 2 }, 0, 0, 0, 200, 0.01 },
        { { 200, { 50, 66 }, 2 }, 1, 17, 0.117647, 183, 0 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        BurstReport r = report_pattern(&rows[i].pattern);
        g_assert_cmpuint(r.bursts, ==, rows[i].bursts);
        g_assert_cmpuint(r.burst_packets, ==, rows[i].burst_packets);
        g_assert_cmpfloat_with_epsilon(r.burst_density, rows[i].burst_density, CLOSE);
        g_assert_cmpuint(r.gap_packets, ==, rows[i].gap_packets);
        g_assert_cmpfloat_with_epsilon(r.gap_density, rows[i].gap_density, CLOSE);
    }
}

static void test_edges(void)
{
    BurstReport whole = report("0000");
    g_assert_cmpuint(whole.bursts, ==, 1);
    g_assert_cmpuint(whole.gaps, ==, 0);
    g_assert_cmpfloat(whole.burst_density, ==, 1);

    BurstReport at_both_ends = report("00111111111111111111100");
    g_assert_cmpuint(at_both_ends.bursts, ==, 2);
    g_assert_cmpuint(at_both_ends.gaps, ==, 1);
    g_assert_cmpuint(at_both_ends.gap_packets, ==, 19);

    BurstReport none = report("");
    g_assert_cmpuint(none.gaps, ==, 0);
    g_assert_cmpfloat(none.burst_ratio, ==, 1);
}

static void test_burst_ratio(void)
{
    Pattern isolated = { 100, { 10, 30, 50, 70, 90 }, 5 };
    Pattern run = { 100, { 40, 41, 42, 43, 44 }, 5 };
    Pattern few = { 100, { 40, 41, 42, 43 }, 4 };
    BurstTracker threes = { 0 };

    for (int64_t i = 0; i < 1000; i++)
        if (i % 100 >= 50 && i % 100 <= 52)
            burst_add(&threes, i, 1);
    g_assert_cmpfloat_with_epsilon(burst_report(&threes, 1000).burst_ratio, 2.91, CLOSE);
    g_assert_false(burst_report(&threes, 1000).burst_ratio_trusted);
    g_assert_cmpfloat(report_pattern(&isolated).burst_ratio, ==, 1); /* 0.95 */
    g_assert_true(report_pattern(&isolated).burst_ratio_trusted);
    g_assert_cmpfloat_with_epsilon(report_pattern(&run).burst_ratio, 4.75, CLOSE);
    g_assert_cmpfloat(report_pattern(&few).burst_ratio, ==, 1);
    g_assert_false(report_pattern(&few).burst_ratio_measured);
}

/* A run told at once, or in parts, is the same run. */
static void test_runs_in_parts(void)
{
    BurstTracker whole = { 0 };
    BurstTracker parts = { 0 };

    burst_add(&whole, 100, 200);
    for (int64_t i = 0; i < 200; i += 50)
        burst_add(&parts, 100 + i, 50);
    g_assert_cmpuint(parts.runs, ==, 1);
    g_assert_true(memcmp(&whole, &parts, sizeof whole) == 0);
    g_assert_cmpfloat(burst_report(&whole, 1000).burst_ratio, ==, BURST_RATIO_MAX);
}

/* By brute force over the definition, on patterns of a fixed generator. */
static void check_by_definition(const bool *bad, uint64_t count)
{
    BurstTracker tracker = { 0 };
    uint64_t bursts = 0;
    uint64_t burst_packets = 0;

    for (uint64_t i = 0; i < count; i++)
        if (bad[i])
            burst_add(&tracker, (int64_t)i, 1);
    for (uint64_t i = 0; i < count; i++) {
        if (!bad[i])
            continue;
        uint64_t last = i;
        for (uint64_t j = i + 1; j < count && j - last <= BURST_GMIN; j++)
            if (bad[j])
                last = j;
        bursts += last > i;
        burst_packets += last > i ? last - i + 1 : 0;
        i = last;
    }
    BurstReport r = burst_report(&tracker, count);
    g_assert_cmpuint(r.bursts, ==, bursts);
    g_assert_cmpuint(r.burst_packets, ==, burst_packets);
}

static void test_random_patterns(void)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(7);
    bool bad[400];

    for (int round = 0; round < 500; round++) {
        double probability = g_rand_double_range(random, 0, 0.3);
        for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
            bad[i] = g_rand_double(random) < probability;
        check_by_definition(bad, G_N_ELEMENTS(bad));
    }
}

static void test_loss_runs(void)
{
    LossRuns runs = { 0 };
    uint32_t out[LOSS_RUN_LENGTHS];

    loss_runs_add(&runs, 5, 1);
    loss_runs_add(&runs, 10, 2);
    loss_runs_add(&runs, 12, 1);
    loss_runs_add(&runs, 20, 1);
    loss_runs_add(&runs, 30, 25);
    loss_runs_report(&runs, out);
    g_assert_cmpuint(out[0], ==, 2);
    g_assert_cmpuint(out[1], ==, 0);
    g_assert_cmpuint(out[2], ==, 1);
    g_assert_cmpuint(out[9], ==, 1);
}

static void test_delay_buckets(void)
{
    static const int delays_ms[] = { 0, 49, 50, 69, 70, 119, 120, 150, 299, 300, 5000 };
    static const uint32_t expected[DELAY_BUCKETS] = { 2, 1, 1, 1, 1, 1, 2 };
    DelayBuckets buckets = { 0 };

    for (size_t i = 0; i < G_N_ELEMENTS(delays_ms); i++)
        delay_buckets_add(&buckets, delays_ms[i] * INT64_C(1000000));
    g_assert_true(memcmp(buckets.packets, expected, sizeof expected) == 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/burst/rfc3611-example", test_rfc3611_example);
    g_test_add_func("/burst/table", test_table);
    g_test_add_func("/burst/edges", test_edges);
    g_test_add_func("/burst/burst-ratio", test_burst_ratio);
    g_test_add_func("/burst/runs-in-parts", test_runs_in_parts);
    g_test_add_func("/burst/random-patterns", test_random_patterns);
    g_test_add_func("/burst/loss-runs", test_loss_runs);
    g_test_add_func("/burst/delay-buckets", test_delay_buckets);
    return g_test_run();
}

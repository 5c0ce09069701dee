#include "dissect/media/loss_pattern.h"
#include <glib.h>
#include <string.h>

#define ADAPTIVE_SET (1u << JITTER_BUFFER_ADAPTIVE)

static BurstReport adaptive_report(const LossPattern *pattern)
{
    LossPattern ended = loss_pattern_end(pattern);
    return burst_report(&ended.bursts[JITTER_BUFFER_ADAPTIVE], loss_pattern_length(&ended));
}

static void test_in_order(void)
{
    LossPattern pattern = { 0 };

    for (int64_t i = 0; i < 1000; i++)
        if (i < 500 || i >= 505)
            loss_pattern_add(&pattern, 70000 + i, i == 700 ? ADAPTIVE_SET : 0);
    BurstReport report = adaptive_report(&pattern);
    LossPattern ended = loss_pattern_end(&pattern);
    g_assert_cmpuint(report.packets, ==, 1000);
    g_assert_cmpuint(report.bad, ==, 6);
    g_assert_cmpuint(report.bursts, ==, 1);
    g_assert_cmpuint(report.gap_bad, ==, 1);
    g_assert_cmpuint(ended.bursts[JITTER_BUFFER_FIXED_50].bad, ==, 5);
    uint32_t runs[LOSS_RUN_LENGTHS];
    loss_runs_report(&ended.losses, runs);
    g_assert_cmpuint(runs[4], ==, 1);
    g_assert_cmpuint(runs[0], ==, 0);
}

/* Any order within the window gives the same pattern. */
static void test_any_order(void)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(11);
    LossPattern straight = { 0 };
    LossPattern shuffled = { 0 };
    int64_t numbers[4096];
    size_t count = 0;

    for (int64_t i = 0; i < 4096; i++)
        if (i == 0 || i == 4095 || g_rand_double(random) > 0.1)
            numbers[count++] = 0x10000 + i;
    for (size_t i = 0; i < count; i++)
        loss_pattern_add(&straight, numbers[i], numbers[i] % 13 ? 0 : ADAPTIVE_SET);
    for (size_t i = 0; i + 40 < count; i += 20) {
        size_t other = i + (size_t)g_rand_int_range(random, 0, 40);
        int64_t swapped = numbers[i];
        numbers[i] = numbers[other];
        numbers[other] = swapped;
    }
    for (size_t i = 0; i < count; i++)
        loss_pattern_add(&shuffled, numbers[i], numbers[i] % 13 ? 0 : ADAPTIVE_SET);
    LossPattern a = loss_pattern_end(&straight);
    LossPattern b = loss_pattern_end(&shuffled);
    g_assert_cmpuint(loss_pattern_length(&a), ==, 4096);
    g_assert_true(memcmp(a.bursts, b.bursts, sizeof a.bursts) == 0);
    g_assert_true(memcmp(&a.losses, &b.losses, sizeof a.losses) == 0);
}

static void test_segments(void)
{
    LossPattern pattern = { 0 };

    for (int64_t i = 0; i < 100; i++)
        loss_pattern_add(&pattern, 66000 + i, 0);
    loss_pattern_restart(&pattern);
    for (int64_t i = 0; i < 100; i++)
        if (i != 50)
            loss_pattern_add(&pattern, 90000 + i, 0);
    BurstReport report = adaptive_report(&pattern);
    g_assert_cmpuint(report.packets, ==, 200);
    g_assert_cmpuint(report.bad, ==, 1);
}

static void test_first_came_late(void)
{
    LossPattern pattern = { 0 };

    loss_pattern_add(&pattern, 0x10000 + 60, 0);
    for (int64_t i = 0; i < 300; i++)
        loss_pattern_add(&pattern, 0x10000 + i, 0);
    BurstReport report = adaptive_report(&pattern);
    g_assert_cmpuint(report.packets, ==, 300);
    g_assert_cmpuint(report.bad, ==, 0);
}

static void test_outage(void)
{
    LossPattern pattern = { 0 };

    loss_pattern_add(&pattern, 0x10000, 0);
    loss_pattern_add(&pattern, 0x10000 + 60001, 0);
    loss_pattern_add(&pattern, 0x10000 + 5, 0); /* later than the window: of no use */
    BurstReport report = adaptive_report(&pattern);
    g_assert_cmpuint(report.packets, ==, 60002);
    g_assert_cmpuint(report.bad, ==, 60000);
    g_assert_cmpuint(report.bursts, ==, 1);
}

static void test_empty(void)
{
    LossPattern pattern = { 0 };
    g_assert_cmpuint(adaptive_report(&pattern).packets, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/loss-pattern/in-order", test_in_order);
    g_test_add_func("/loss-pattern/any-order", test_any_order);
    g_test_add_func("/loss-pattern/segments", test_segments);
    g_test_add_func("/loss-pattern/first-came-late", test_first_came_late);
    g_test_add_func("/loss-pattern/outage", test_outage);
    g_test_add_func("/loss-pattern/empty", test_empty);
    return g_test_run();
}

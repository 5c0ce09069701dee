#include "dissect/base/clock.h"
#include "dissect/media/timeline.h"
#include <glib.h>

#define START_NS (1700000000 * NS_PER_S)

static void add(Timeline *timeline, int64_t after_ns)
{
    timeline_count(&timeline_at(timeline, START_NS + after_ns)->packets, 1);
}

static uint64_t total(const Timeline *timeline)
{
    uint64_t packets = 0;
    for (unsigned i = 0; i < timeline->count; i++)
        packets += timeline->bins[i].packets;
    return packets;
}

static void test_seconds(void)
{
    Timeline timeline = { 0 };

    for (int i = 0; i < 50 * 10; i++)
        add(&timeline, i * 20 * NS_PER_MS);
    g_assert_cmpuint(timeline.count, ==, 10);
    g_assert_cmpint(timeline_width_ns(&timeline), ==, NS_PER_S);
    for (unsigned i = 0; i < timeline.count; i++)
        g_assert_cmpuint(timeline.bins[i].packets, ==, 50);
    timeline_clear(&timeline);
}

static void test_widens(void)
{
    Timeline timeline = { 0 };

    for (int i = 0; i < 1000; i++) {
        add(&timeline, i * NS_PER_S);
        g_assert_cmpuint(timeline.count, <=, TIMELINE_BINS);
        g_assert_cmpuint(total(&timeline), ==, (unsigned)i + 1);
    }
    g_assert_cmpint(timeline_width_ns(&timeline), ==, 4 * NS_PER_S);
    g_assert_cmpuint(timeline.count, ==, 250);
    for (unsigned i = 0; i < timeline.count; i++)
        g_assert_cmpuint(timeline.bins[i].packets, ==, 4);
    g_assert_cmpuint(timeline.allocated * sizeof(TimelineBin), <=, 4096);
    timeline_clear(&timeline);
}

static void test_highest_survive(void)
{
    Timeline timeline = { 0 };

    timeline_max(&timeline_at(&timeline, START_NS)->delta_max_ms, 20);
    timeline_max(&timeline_at(&timeline, START_NS + NS_PER_S)->delta_max_ms, 700.9);
    timeline_max(&timeline_at(&timeline, START_NS + NS_PER_S)->jitter_max_16, 1e9);
    add(&timeline, 256 * NS_PER_S);
    g_assert_cmpuint(timeline.bins[0].delta_max_ms, ==, 700);
    g_assert_cmpuint(timeline.bins[0].jitter_max_16, ==, UINT16_MAX);
    timeline_clear(&timeline);
}

static void test_levels(void)
{
    Timeline timeline = { 0 };

    timeline_note_level(&timeline, START_NS, 9);
    g_assert_null(timeline.levels);
    add(&timeline, 0);
    add(&timeline, 3 * NS_PER_S);
    g_assert_cmpuint(timeline_level(&timeline, 0), ==, 0);
    timeline_note_level(&timeline, START_NS + NS_PER_S, 100);
    timeline_note_level(&timeline, START_NS + NS_PER_S, 90);
    timeline_note_level(&timeline, START_NS + 3 * NS_PER_S, 60);
    timeline_note_level(&timeline, START_NS - 1, 255);
    timeline_note_level(&timeline, START_NS + 4 * NS_PER_S, 255);
    timeline_note_level(&timeline, INT64_MAX, 255);
    timeline_note_level(&timeline, INT64_MIN, 255);
    g_assert_cmpuint(timeline_level(&timeline, 1), ==, 100);
    g_assert_cmpuint(timeline_level(&timeline, 4), ==, 0);
    add(&timeline, 20 * NS_PER_S); /* grows */
    g_assert_cmpuint(timeline_level(&timeline, 3), ==, 60);
    add(&timeline, TIMELINE_BINS * NS_PER_S); /* widens */
    g_assert_cmpuint(timeline_level(&timeline, 0), ==, 100);
    g_assert_cmpuint(timeline_level(&timeline, 1), ==, 60);
    g_assert_cmpuint(timeline_level(&timeline, 2), ==, 0);
    timeline_clear(&timeline);
}

/* Times that no capture should have. */
static void test_absurd_times(void)
{
    static const int64_t times[] = {
        0, -NS_PER_S, INT64_MAX, INT64_MIN, INT64_MIN + 1, 1, 400 * 86400 * NS_PER_S
    };
    Timeline timeline = { 0 };

    for (size_t i = 0; i < G_N_ELEMENTS(times); i++)
        timeline_count(&timeline_at(&timeline, times[i])->packets, 1);
    g_assert_cmpuint(total(&timeline), ==, G_N_ELEMENTS(times));
    g_assert_cmpuint(timeline.count, <=, TIMELINE_BINS);
    timeline_clear(&timeline);
}

static void test_counts_saturate(void)
{
    uint16_t counter = 3;

    timeline_count(&counter, -5);
    g_assert_cmpuint(counter, ==, 0);
    timeline_count(&counter, 1000000);
    g_assert_cmpuint(counter, ==, UINT16_MAX);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/timeline/seconds", test_seconds);
    g_test_add_func("/timeline/widens", test_widens);
    g_test_add_func("/timeline/highest-survive", test_highest_survive);
    g_test_add_func("/timeline/levels", test_levels);
    g_test_add_func("/timeline/absurd-times", test_absurd_times);
    g_test_add_func("/timeline/counts-saturate", test_counts_saturate);
    return g_test_run();
}

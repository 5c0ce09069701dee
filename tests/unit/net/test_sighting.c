#include "dissect/net/drop_log.h"
#include "dissect/net/sighting.h"

static const Sighting first_seen = { .encapsulations = 0, .ip_id = 7, .hops = 64 };

static SightingVerdict second(Sighting again, int64_t later_ns)
{
    static CapturePoint point;
    g_autoptr(SightingTable) table = sighting_table_new();
    Sighting first = first_seen;

    first.point = &point;
    if (!again.point)
        again.point = &point;
    g_assert_cmpint(sighting_see(table, 42, 1000, &first), ==, SIGHTING_FIRST);
    return sighting_see(table, 42, 1000 + later_ns, &again);
}

/* One difference a row: METRICS 5, rows 85 and 86. */
static void test_verdicts(void)
{
    static CapturePoint elsewhere;

    g_assert_cmpint(second((Sighting){ .ip_id = 7, .hops = 64 }, 8000), ==, SIGHTING_IDENTICAL);
    g_assert_cmpint(second((Sighting){ .ip_id = 7, .hops = 63 }, 8000), ==, SIGHTING_COPY);
    g_assert_cmpint(second((Sighting){ .ip_id = 7, .hops = 64, .encapsulations = 1 }, 8000), ==,
                    SIGHTING_COPY);
    g_assert_cmpint(second((Sighting){ .ip_id = 7, .hops = 64, .point = &elsewhere }, 8000), ==,
                    SIGHTING_COPY);
    g_assert_cmpint(second((Sighting){ .ip_id = 8, .hops = 64 }, 8000), ==, SIGHTING_REPEATED);
    g_assert_cmpint(second((Sighting){ .ip_id = 8, .hops = 63 }, 8000), ==, SIGHTING_REPEATED);
    g_assert_cmpint(second((Sighting){ .ip_id = 0, .hops = 63 }, 8000), ==, SIGHTING_COPY);
}

static void test_window(void)
{
    Sighting same = { .ip_id = 7, .hops = 64 };

    g_assert_cmpint(second(same, SIGHTING_WINDOW_NS), ==, SIGHTING_IDENTICAL);
    g_assert_cmpint(second(same, SIGHTING_WINDOW_NS + 1), ==, SIGHTING_FIRST);
    g_assert_cmpint(second(same, -500), ==, SIGHTING_IDENTICAL); /* queues change places */
}

/* Both copies of a third are compared with the first, and counted where they were seen. */
static void test_counts_at_the_point(void)
{
    CapturePoint here = { 0 }, there = { 0 };
    g_autoptr(SightingTable) table = sighting_table_new();
    Sighting first = { .point = &here, .ip_id = 7 }, again = { .point = &there, .ip_id = 7 };

    sighting_see(table, 1, 0, &first);
    g_assert_cmpint(sighting_see(table, 1, 10, &again), ==, SIGHTING_COPY);
    g_assert_cmpint(sighting_see(table, 1, 20, &again), ==, SIGHTING_COPY);
    g_assert_cmpuint(here.copies, ==, 0);
    g_assert_cmpuint(there.copies, ==, 2);
}

/* What comes between a packet and its copy does not make the copy a first one, wherever the keys
 * of both happen to lie in the table. */
static void test_others_between(void)
{
    CapturePoint point = { 0 };
    g_autoptr(SightingTable) table = sighting_table_new();
    Sighting sighting = { .point = &point, .ip_id = 7 };

    for (uint64_t i = 0; i < 20000; i++) {
        int64_t time_ns = (int64_t)i * 20 * NS_PER_MS;
        for (uint64_t other = 0; other < 8; other++)
            g_assert_cmpint(sighting_see(table, 8 * i + other, time_ns + (int64_t)other, &sighting),
                            ==, SIGHTING_FIRST);
        g_assert_cmpint(sighting_see(table, 8 * i, time_ns + 40000, &sighting), ==,
                        SIGHTING_IDENTICAL);
    }
}

static void test_points_are_bounded(void)
{
    g_autofree CapturePoints *points = g_new0(CapturePoints, 1);

    for (unsigned round = 0; round < 2; round++) {
        for (uint64_t i = 0; i < 3 * CAPTURE_POINTS_MAX; i++) {
            NetPacket packet = { .link = i + 1, .vlan = (uint16_t)(i % 3) };
            capture_points_count(points, &packet);
        }
    }
    g_assert_cmpuint(points->count, ==, CAPTURE_POINTS_MAX);
    for (unsigned i = 0; i < points->count; i++)
        g_assert_cmpuint(points->points[i].packets, ==, 2);
    g_assert_cmpuint(points->other.packets, ==, 4 * CAPTURE_POINTS_MAX);
}

static void test_drops_of_a_device(void)
{
    DropLog log = DROP_LOG_EMPTY;

    drop_log_note(&log, 0, true, 100, 200);
    drop_log_note(&log, 5, true, 100, 300);
    drop_log_note(&log, 5, true, 100, 400);
    drop_log_note(&log, 9, true, 100, 500);
    g_assert_cmpuint(log.intervals->len, ==, 2);
    g_assert_cmpuint(drop_log_between(&log, 100, 199), ==, 0);
    g_assert_cmpuint(drop_log_between(&log, 250, 260), ==, 5);
    g_assert_cmpuint(drop_log_between(&log, 301, 399), ==, 0);
    g_assert_cmpuint(drop_log_between(&log, 0, 1000), ==, 9);
    drop_log_clear(&log);
}

/* A file tells at its end: the loss may have been at any time before. */
static void test_drops_of_a_file(void)
{
    DropLog log = DROP_LOG_EMPTY;

    drop_log_note(&log, 0, false, 100, 200);
    drop_log_note(&log, 0, false, 100, 300);
    drop_log_note(&log, 7, false, 100, 400);
    g_assert_cmpuint(drop_log_between(&log, 110, 120), ==, 7);
    g_assert_cmpuint(drop_log_between(&log, 401, 500), ==, 0);
    drop_log_clear(&log);
}

static void test_drop_log_is_bounded(void)
{
    DropLog log = DROP_LOG_EMPTY;

    for (uint64_t i = 1; i <= 5000; i++)
        drop_log_note(&log, i, true, 0, (int64_t)i * 10);
    g_assert_cmpuint(log.intervals->len, <=, DROP_INTERVALS_MAX);
    g_assert_cmpuint(drop_log_between(&log, 0, 50000), ==, 5000);
    drop_log_clear(&log);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sighting/verdicts", test_verdicts);
    g_test_add_func("/sighting/window", test_window);
    g_test_add_func("/sighting/counts-at-the-point", test_counts_at_the_point);
    g_test_add_func("/sighting/others-between", test_others_between);
    g_test_add_func("/capture-points/bounded", test_points_are_bounded);
    g_test_add_func("/drop-log/device", test_drops_of_a_device);
    g_test_add_func("/drop-log/file", test_drops_of_a_file);
    g_test_add_func("/drop-log/bounded", test_drop_log_is_bounded);
    return g_test_run();
}

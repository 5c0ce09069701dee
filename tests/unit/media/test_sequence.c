/* Sequence accounting, read through a stream's report. */
#include "unit/media/rtp_source.h"

typedef struct {
    const char *name;
    uint16_t seqs[24];
    unsigned count;
    uint64_t expected, lost, duplicates, reordered, restarts;
} Case;

#define SEQS(...) { __VA_ARGS__ }, sizeof((uint16_t[]){ __VA_ARGS__ }) / sizeof(uint16_t)

static const Case cases[] = {
    { "one", SEQS(7), 1, 0, 0, 0, 0 },
    { "in-order", SEQS(1, 2, 3, 4), 4, 0, 0, 0, 0 },
    { "wrap", SEQS(65534, 65535, 0, 1), 4, 0, 0, 0, 0 },
    { "loss-at-wrap", SEQS(65533, 2), 6, 4, 0, 0, 0 },
    /* METRICS S1 and S2 */
    { "wrap-loss-copy", SEQS(65530, 65531, 65532, 65534, 65535, 0, 1, 3, 2, 4, 4), 11, 1, 1, 1, 0 },
    { "restart", SEQS(100, 101, 102, 20000, 20001, 20002), 6, 0, 0, 0, 1 },
    { "restart-below", SEQS(20000, 20001, 5, 6, 7), 5, 0, 0, 0, 1 },
    { "restart-swapped", SEQS(100, 101, 20001, 20000, 20002), 5, 0, 0, 1, 1 },
    { "restart-loses-second", SEQS(100, 101, 20000, 20002, 20003), 6, 1, 0, 0, 1 },
    { "restart-doubled", SEQS(100, 100, 101, 101, 20000, 20000, 20001, 20001), 4, 0, 4, 0, 1 },
    { "two-restarts", SEQS(1, 2, 30000, 30001, 60000, 60001), 6, 0, 0, 0, 2 },
    { "swapped-first", SEQS(101, 100, 102), 3, 0, 0, 1, 0 },
    { "swapped-last", SEQS(100, 102, 101), 3, 0, 0, 1, 0 },
    { "swapped-first-at-zero", SEQS(0, 65535, 1), 3, 0, 0, 1, 0 },
    { "stray", SEQS(100, 101, 30000, 102, 103), 5, 0, 0, 0, 0 },
    { "stray-last", SEQS(100, 101, 30000), 3, 0, 0, 0, 0 },
    { "two-strays", SEQS(100, 30000, 101, 50000, 102), 5, 0, 0, 0, 0 },
    { "copies-hide-no-loss", SEQS(1, 2, 2, 2, 5), 5, 2, 2, 0, 0 },
    { "late-copy-of-late", SEQS(1, 2, 4, 3, 3, 5), 5, 0, 1, 1, 0 },
    { "dropout-2999", SEQS(0, 2999), 3000, 2998, 0, 0, 0 },
    { "dropout-3000-is-far", SEQS(0, 3000, 3001), 3, 0, 0, 0, 1 },
    { "misorder-100", SEQS(200, 300, 200), 101, 99, 1, 0, 0 },
};

static void test_case(gconstpointer data)
{
    const Case *c = data;
    RtpSource source = { .stream = test_stream() };

    for (unsigned i = 0; i < c->count; i++) {
        source_send(&source, c->seqs[i], 160u * c->seqs[i], PTIME_NS * i);
        StreamReport partial = report_of(source.stream);
        g_assert_cmpuint(partial.lost, ==,
                         partial.expected - (partial.packets - partial.duplicates));
        g_assert_cmpuint(partial.lost, <, UINT32_MAX);
    }
    StreamReport report = report_of(source.stream);
    g_assert_cmpuint(report.packets, ==, c->count);
    g_assert_cmpuint(report.expected, ==, c->expected);
    g_assert_cmpuint(report.lost, ==, c->lost);
    g_assert_cmpuint(report.duplicates, ==, c->duplicates);
    g_assert_cmpuint(report.reordered, ==, c->reordered);
    g_assert_cmpuint(report.restarts, ==, c->restarts);
    stream_free(source.stream);
}

static void test_long_wrap(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 200000; i++)
        if (i % 1000 != 17)
            source_send_nth(&source, i);
    StreamReport report = report_of(source.stream);
    g_assert_cmpuint(report.expected, ==, 200000);
    g_assert_cmpuint(report.lost, ==, 200);
    g_assert_cmpuint(report.restarts, ==, 0);
    stream_free(source.stream);
}

static void test_late_by_hundreds(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 600; i++)
        if (i != 200)
            source_send_nth(&source, i);
    source_send_nth(&source, 200);
    source_send_nth(&source, 600);
    source_send_nth(&source, 300); /* a copy, delayed by as much */
    source_send_nth(&source, 601);
    StreamReport report = report_of(source.stream);
    g_assert_cmpuint(report.expected, ==, 602);
    g_assert_cmpuint(report.lost, ==, 0);
    g_assert_cmpuint(report.reordered, ==, 1);
    g_assert_cmpuint(report.duplicates, ==, 1);
    stream_free(source.stream);
}

/* A file that is played again: the same numbers and timestamps. */
static void test_replayed_file(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 1000; i++)
        source_send(&source, (uint16_t)(i % 500), 160 * (i % 500), PTIME_NS * i);
    StreamReport report = report_of(source.stream);
    g_assert_cmpuint(report.expected, ==, 1000);
    g_assert_cmpuint(report.lost, ==, 0);
    g_assert_cmpuint(report.duplicates, ==, 0);
    g_assert_cmpuint(report.restarts, ==, 1);
    assert_near(report.jitter_max_ms, 0, 1e-9);
    stream_free(source.stream);
}

/* Two minutes without network: numbers and timestamps went on, so this is loss. */
static void test_outage(void)
{
    RtpSource source = { .stream = test_stream() };
    for (unsigned i = 0; i < 10000; i++)
        if (i < 1000 || i >= 7000)
            source_send_nth(&source, i);
    StreamReport report = report_of(source.stream);
    g_assert_cmpuint(report.expected, ==, 10000);
    g_assert_cmpuint(report.lost, ==, 6000);
    g_assert_cmpuint(report.restarts, ==, 0);
    assert_near(report.delta_max_ms, 120020, 1e-6);
    stream_free(source.stream);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/sequence/", cases[i].name, NULL);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/sequence/long-wrap", test_long_wrap);
    g_test_add_func("/sequence/late-by-hundreds", test_late_by_hundreds);
    g_test_add_func("/sequence/replayed-file", test_replayed_file);
    g_test_add_func("/sequence/outage", test_outage);
    return g_test_run();
}

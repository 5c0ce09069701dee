#include "dissect/media/reported_loss.h"

/* Loss RLE (RFC 3611 4.1) of [@begin, @end) with up to three chunks. */
static void add(ReportedLoss *loss, uint8_t specific, uint16_t begin, uint16_t end,
                const uint16_t chunks[4])
{
    uint8_t body[16] = {
        0, 0, 0, 1, (uint8_t)(begin >> 8), (uint8_t)begin, (uint8_t)(end >> 8), (uint8_t)end
    };

    for (unsigned i = 0; i < 4; i++) {
        body[8 + 2 * i] = (uint8_t)(chunks[i] >> 8);
        body[9 + 2 * i] = (uint8_t)chunks[i];
    }
    const RtcpXrBlock block = { RTCP_XR_LOSS_RLE, specific, slice_of(body, sizeof body) };
    reported_loss_add(loss, &block);
}

static void assert_runs(const ReportedLoss *loss, const uint32_t wanted[LOSS_RUN_LENGTHS])
{
    uint32_t runs[LOSS_RUN_LENGTHS];

    reported_loss_runs(loss, runs);
    for (unsigned i = 0; i < LOSS_RUN_LENGTHS; i++)
        g_assert_cmpuint(runs[i], ==, wanted[i]);
}

/* A run that goes over from one report into the next is one run; what both tell of counts once;
 * numbers wrap. */
static void test_joined(void)
{
    ReportedLoss loss = { .blocks = 0 };

    add(&loss, 0, 65530, 4, (const uint16_t[4]){ 0x4000 | 7, 3 });   /* 7 came, 3 did not */
    add(&loss, 0, 2, 14, (const uint16_t[4]){ 4, 0x8000 | 0x7f80 }); /* 2..5 not, 8 came */
    g_assert_cmpuint(loss.blocks, ==, 2);
    g_assert_cmpuint(loss.packets, ==, 20);
    g_assert_cmpuint(loss.lost, ==, 5);
    assert_runs(&loss, (const uint32_t[LOSS_RUN_LENGTHS]){ 0, 0, 0, 0, 1 });
}

/* Nothing is known of what lies between two reports: no run goes over it. */
static void test_gap(void)
{
    ReportedLoss loss = { .blocks = 0 };

    add(&loss, 0, 0, 4, (const uint16_t[4]){ 0x4000 | 2, 2 });
    add(&loss, 0, 100, 120, (const uint16_t[4]){ 14, 0x4000 | 6 });
    assert_runs(&loss, (const uint32_t[LOSS_RUN_LENGTHS]){ 0, 1, 0, 0, 0, 0, 0, 0, 0, 1 });
    g_assert_cmpuint(loss.packets, ==, 24);
    g_assert_cmpuint(loss.lost, ==, 16);
}

static void test_not_counted(void)
{
    ReportedLoss loss = { .blocks = 0 };
    const uint8_t short_body[] = { 0, 0, 0, 1, 0, 0, 0 };

    add(&loss, 1, 0, 20, (const uint16_t[4]){ 10 }); /* every second packet */
    g_assert_cmpuint(loss.blocks, ==, 1);
    g_assert_cmpuint(loss.packets, ==, 0);
    for (size_t len = 0; len <= sizeof short_body; len++) {
        g_autofree uint8_t *exact = g_memdup2(short_body, len);
        const RtcpXrBlock block = { RTCP_XR_LOSS_RLE, 0, slice_of(exact, len) };
        reported_loss_add(&loss, &block);
    }
    g_assert_cmpuint(loss.blocks, ==, 1);
    /* the block ends before its chunks do, and its chunks before the block */
    add(&loss, 0, 0, 3, (const uint16_t[4]){ 0x3fff });
    add(&loss, 0, 3, 6000, (const uint16_t[4]){ 2, 2, 2, 2 });
    g_assert_cmpuint(loss.packets, ==, 3 + 8);
    assert_runs(&loss, (const uint32_t[LOSS_RUN_LENGTHS]){ 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 });
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reported-loss/joined", test_joined);
    g_test_add_func("/reported-loss/gap", test_gap);
    g_test_add_func("/reported-loss/not-counted", test_not_counted);
    return g_test_run();
}

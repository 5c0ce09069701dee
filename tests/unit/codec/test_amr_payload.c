#include "dissect/media/codec/amr_payload.h"

/* AMR 12.2 octet-aligned: CMR 15, one frame of type 7 and 244 bits. */
static void test_octet_aligned(void)
{
    uint8_t payload[2 + 31] = { 0xf0, 0x3c };
    AmrFrame frames[AMR_FRAMES_MAX];
    const AmrFormat format = { .octet_aligned = true };

    for (unsigned i = 2; i < sizeof payload; i++)
        payload[i] = (uint8_t)i;
    g_assert_cmpuint(amr_payload_parse(format, slice_of(payload, sizeof payload), frames), ==, 1);
    g_assert_cmpuint(frames[0].type, ==, 7);
    g_assert_true(frames[0].good);
    g_assert_cmphex(frames[0].bytes[0], ==, 0x3c);
    g_assert_true(memcmp(frames[0].bytes + 1, payload + 2, 30) == 0);
    g_assert_cmphex(frames[0].bytes[31], ==, payload[32] & 0xf0);
}

/* RFC 4867 section 4.3.5.1: one frame of 7.4 kbit/s, 148 bits from bit 10 on. */
static void test_bandwidth_efficient(void)
{
    uint8_t payload[20] = { 0 };
    AmrFrame frames[AMR_FRAMES_MAX];
    const AmrFormat format = { 0 };

    payload[0] = 0xf0 | 4 >> 1; /* CMR 15, F 0, high bits of type 4 */
    payload[1] = 0x40 | 0x3f;   /* type, quality 1, six bits of speech */
    memset(payload + 2, 0xff, sizeof payload - 2);
    g_assert_cmpuint(amr_payload_parse(format, slice_of(payload, sizeof payload), frames), ==, 1);
    g_assert_cmpuint(frames[0].type, ==, 4);
    g_assert_true(frames[0].good);
    g_assert_cmphex(frames[0].bytes[18], ==, 0xff);
    g_assert_cmphex(frames[0].bytes[19], ==, 0xf0);
}

static void test_damaged(void)
{
    uint8_t payload[64] = { 0xf0, 0x3c };
    AmrFrame frames[AMR_FRAMES_MAX];
    const AmrFormat aligned = { .octet_aligned = true };

    for (size_t length = 0; length < 33; length++) {
        g_autofree uint8_t *exact = g_memdup2(payload, length);
        g_assert_cmpuint(amr_payload_parse(aligned, slice_of(exact, length), frames), ==, 0);
    }
    payload[1] = 10 << 3; /* reserved */
    g_assert_cmpuint(amr_payload_parse(aligned, slice_of(payload, 64), frames), ==, 0);
    memset(payload, 0xbc, sizeof payload); /* contents without end */
    g_assert_cmpuint(amr_payload_parse(aligned, slice_of(payload, 64), frames), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/amr/octet-aligned", test_octet_aligned);
    g_test_add_func("/amr/bandwidth-efficient", test_bandwidth_efficient);
    g_test_add_func("/amr/damaged", test_damaged);
    return g_test_run();
}

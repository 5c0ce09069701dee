/* The round trip of RFC 3550 section 6.4.1: arrival of the report, less LSR, less DLSR. */
#include "dissect/media/sender_times.h"
#include <glib.h>
#include <math.h>

#define MS NS_PER_MS

static double echo_ms(const SenderTimes *times, uint32_t time, uint32_t kept, int64_t at_ms)
{
    const TimeEcho echo = { time, kept };
    return sender_times_round_trip_ms(times, &echo, at_ms * MS);
}

/* The times of the RFC's example (figure 2), of which the middle 32 bits count. */
static void test_round_trip(void)
{
    SenderTimes times = { 0 };

    sender_times_note(&times, UINT64_C(0xb44db70520000000), 0);
    g_assert_cmpfloat_with_epsilon(echo_ms(&times, 0xb7052000, 0x00054000, 11375), 6125, 0.001);
    g_assert_true(isnan(echo_ms(&times, 0xb7052001, 0x00054000, 11375))); /* another time */
    g_assert_true(isnan(echo_ms(&times, 0, 0, 11375)));                   /* none was given */
}

static void test_limits(void)
{
    SenderTimes times = { 0 };

    sender_times_note(&times, UINT64_C(1) << 16, 0);
    g_assert_cmpfloat(echo_ms(&times, 1, 65536, 1000), ==, 0);
    g_assert_cmpfloat(echo_ms(&times, 1, 65536, 999), ==, 0); /* rounded */
    g_assert_true(isnan(echo_ms(&times, 1, 65536, 998)));
    g_assert_cmpfloat(echo_ms(&times, 1, 0, 30000), ==, 30000);
    g_assert_true(isnan(echo_ms(&times, 1, 0, 30001)));
}

static void test_last_ones(void)
{
    SenderTimes times = { 0 };

    for (uint64_t i = 1; i <= SENDER_TIMES + 1; i++)
        sender_times_note(&times, i << 16, (int64_t)i * 1000 * MS);
    g_assert_true(isnan(echo_ms(&times, 1, 0, 9000)));
    for (uint32_t i = 2; i <= SENDER_TIMES + 1; i++)
        g_assert_cmpfloat(echo_ms(&times, i, 0, 9000), ==, 9000 - 1000.0 * i);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sender-times/round-trip", test_round_trip);
    g_test_add_func("/sender-times/limits", test_limits);
    g_test_add_func("/sender-times/last-ones", test_last_ones);
    return g_test_run();
}

#include "dissect/base/clock.h"
#include "dissect/media/speech_seconds.h"
#include <glib.h>

#define START_NS (1700000000 * NS_PER_S)
#define PTIME_NS (20 * NS_PER_MS)

static void add(SpeechSeconds *seconds, int index, uint32_t lost, bool bad)
{
    SpeechPacket packet = { START_NS + index * PTIME_NS, PTIME_NS, lost, bad };
    speech_seconds_add(seconds, &packet);
}

static void test_clean(void)
{
    SpeechSeconds seconds = { 0 };

    for (int i = 0; i < 1000; i++)
        add(&seconds, i, 0, false);
    SpeechSeconds ended = speech_seconds_end(&seconds);
    g_assert_cmpuint(ended.concealed, ==, 0);
    g_assert_cmpuint(ended.worst.expected, ==, 400);
    g_assert_cmpuint(ended.worst.bad, ==, 0);
}

static void test_concealed(void)
{
    SpeechSeconds seconds = { 0 };

    for (int i = 0; i < 1000; i++)
        add(&seconds, i, 0, i == 120 || (i >= 510 && i < 513));
    SpeechSeconds ended = speech_seconds_end(&seconds);
    g_assert_cmpuint(ended.concealed, ==, 2);
    g_assert_cmpuint(ended.severely_concealed, ==, 1); /* 3 of 50 */
    g_assert_cmpuint(ended.worst.bad, ==, 3);
    g_assert_cmpint((ended.worst_start_ns - START_NS) / NS_PER_S, ==, 3);
}

/* Packets 100 to 249 are lost: three seconds, noticed by one packet. */
static void test_long_loss(void)
{
    SpeechSeconds seconds = { 0 };

    for (int i = 0; i < 1000; i++)
        if (i < 100 || i >= 250)
            add(&seconds, i, i == 250 ? 150 : 0, false);
    SpeechSeconds ended = speech_seconds_end(&seconds);
    g_assert_cmpuint(ended.concealed, ==, 3);
    g_assert_cmpuint(ended.severely_concealed, ==, 3);
    g_assert_cmpuint(ended.worst.bad, ==, 150);
    g_assert_cmpuint(ended.worst.expected, ==, 400);
}

/* Half an hour on hold, then a loss of one packet: no more than one second is concealed. */
static void test_hold(void)
{
    SpeechSeconds seconds = { 0 };

    for (int i = 0; i < 500; i++)
        add(&seconds, i, 0, false);
    for (int i = 90500; i < 91000; i++)
        add(&seconds, i, i == 90500, false);
    SpeechSeconds ended = speech_seconds_end(&seconds);
    g_assert_cmpuint(ended.concealed, ==, 1);
    g_assert_cmpint(seconds.start_ns - START_NS, ==, (90999 / 50) * NS_PER_S);
}

static void test_found(void)
{
    SpeechSeconds seconds = { 0 };

    for (int i = 0; i < 200; i++) {
        add(&seconds, i, i == 49, false);
        if (i == 50)
            speech_seconds_found(&seconds);
    }
    SpeechSeconds ended = speech_seconds_end(&seconds);
    g_assert_cmpuint(ended.concealed, ==, 0);
    g_assert_cmpuint(ended.severely_concealed, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/speech-seconds/clean", test_clean);
    g_test_add_func("/speech-seconds/concealed", test_concealed);
    g_test_add_func("/speech-seconds/long-loss", test_long_loss);
    g_test_add_func("/speech-seconds/hold", test_hold);
    g_test_add_func("/speech-seconds/found", test_found);
    return g_test_run();
}

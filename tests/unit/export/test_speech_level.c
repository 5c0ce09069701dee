#include "export/speech_level.h"
#include <glib.h>
#include <math.h>

#define RATE_HZ 8000u
#define TWO_PI  6.283185307179586

/* A sine of @dbov: its peak is 3.01 dB above its level. */
static void add_tone(SpeechLevel *level, double dbov, double seconds)
{
    double peak = 32768 * pow(10, dbov / 20) * sqrt(2);

    for (unsigned i = 0; i < seconds * RATE_HZ; i++) {
        int16_t sample = (int16_t)lrint(peak * sin(TWO_PI * 500 * i / RATE_HZ));
        speech_level_add(level, &sample, 1);
    }
}

/* What never stops is all speech, at its own level; at every sampling rate. */
static void test_steady(void)
{
    for (int dbov = -60; dbov <= -10; dbov += 10) {
        SpeechLevel level = speech_level(RATE_HZ);
        add_tone(&level, dbov, 10);
        SpeechFigures figures = speech_level_figures(&level);
        g_assert_cmpfloat_with_epsilon(figures.long_term_dbov, dbov, 0.1);
        g_assert_cmpfloat_with_epsilon(figures.active_dbov, dbov, 0.2);
        g_assert_cmpfloat(figures.activity, >, 0.97);
    }
}

/* P.56 method B: a burst of a second lasts 0.2 s of hangover longer. One second of two at -20 dBov
 * is -23 dBov of everything and about -20 - 10 log10(1.2) of what is active. */
static void test_bursts(void)
{
    SpeechLevel level = speech_level(RATE_HZ);

    for (unsigned i = 0; i < 20; i++) {
        add_tone(&level, -20, 1);
        speech_level_add_silence(&level, RATE_HZ);
    }
    SpeechFigures figures = speech_level_figures(&level);
    g_assert_cmpfloat_with_epsilon(figures.long_term_dbov, -23.01, 0.05);
    g_assert_cmpfloat_with_epsilon(figures.active_dbov, -20 - 10 * log10(1.2), 0.5);
    g_assert_cmpfloat_with_epsilon(figures.activity, 0.6, 0.06);
}

/* However long nothing is said: the active level stays, the other one falls. */
static void test_long_silence(void)
{
    SpeechLevel level = speech_level(RATE_HZ);

    add_tone(&level, -20, 10);
    speech_level_add_silence(&level, 990u * RATE_HZ);
    SpeechFigures figures = speech_level_figures(&level);
    g_assert_cmpfloat_with_epsilon(figures.long_term_dbov, -40, 0.05);
    g_assert_cmpfloat_with_epsilon(figures.active_dbov, -20, 0.5);
    g_assert_cmpfloat_with_epsilon(figures.activity, 0.01, 0.002);
}

static void test_nothing(void)
{
    SpeechLevel level = speech_level(RATE_HZ);

    g_assert_true(isnan(speech_level_figures(&level).long_term_dbov));
    speech_level_add_silence(&level, RATE_HZ);
    SpeechFigures figures = speech_level_figures(&level);
    g_assert_true(isnan(figures.long_term_dbov));
    g_assert_true(isnan(figures.active_dbov));
    g_assert_cmpfloat(figures.activity, ==, 0);
}

/* RFC 6464 section 3: 0 is the overload point, the level of a full-scale square wave. */
static void test_dbov(void)
{
    g_assert_cmpfloat_with_epsilon(level_dbov(1, 1), 0, 1e-9);
    g_assert_cmpfloat_with_epsilon(level_dbov(50, 100), -3.0103, 1e-4);
    g_assert_true(isnan(level_dbov(0, 100)));
    g_assert_true(isnan(level_dbov(1, 0)));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/speech-level/steady", test_steady);
    g_test_add_func("/speech-level/bursts", test_bursts);
    g_test_add_func("/speech-level/long-silence", test_long_silence);
    g_test_add_func("/speech-level/nothing", test_nothing);
    g_test_add_func("/speech-level/dbov", test_dbov);
    return g_test_run();
}

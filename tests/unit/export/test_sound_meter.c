#include "export/sound_meter.h"
#include <math.h>

#define TWO_PI 6.283185307179586

typedef struct {
    SoundMeter *meter;
    unsigned rate_hz;
    int64_t at;
} Fixture;

/* Two tones as long as they are told, in packets of 20 ms. */
static void add_tones(Fixture *fixture, double first_hz, double second_hz, double height,
                      unsigned ms)
{
    int64_t end = fixture->at + (int64_t)fixture->rate_hz * ms / 1000;

    while (fixture->at < end) {
        int16_t packet[960];
        size_t count = (size_t)MIN(end - fixture->at, fixture->rate_hz / 50);
        for (size_t i = 0; i < count; i++) {
            double t = TWO_PI * (double)(fixture->at + (int64_t)i) / fixture->rate_hz;
            double sample = height * (sin(first_hz * t) + sin(second_hz * t));
            packet[i] = (int16_t)CLAMP(sample, INT16_MIN, INT16_MAX);
        }
        sound_meter_add(fixture->meter, 1, fixture->at, packet, count);
        fixture->at += (int64_t)count;
    }
}

static void pause_ms(Fixture *fixture, unsigned ms)
{
    fixture->at += (int64_t)fixture->rate_hz * ms / 1000;
}

/* Speech, a pause without packets, silence in packets, speech. */
static void test_silence(void)
{
    Fixture fixture = { sound_meter_new(8000, 64, 1), 8000, 800 };
    SoundFigures figures;

    add_tones(&fixture, 400, 500, 3000, 1000);
    pause_ms(&fixture, 2000);
    add_tones(&fixture, 400, 500, 0, 1000);
    add_tones(&fixture, 400, 500, 3000, 1000);
    sound_meter_finish(fixture.meter);
    sound_meter_figures(fixture.meter, &figures);
    g_assert_cmpfloat_with_epsilon(figures.first_ms, 100, 0.01);
    g_assert_cmpfloat_with_epsilon(figures.duration_ms, 5000, 0.01);
    g_assert_cmpfloat_with_epsilon(figures.silence_percent, 60, 0.5);
    g_assert_cmpfloat_with_epsilon(figures.longest_silence_ms, 3000, 20);
    g_assert_cmpuint(figures.clipped, ==, 0);
    g_assert_cmpuint(sound_meter_slots(fixture.meter), ==, 51);
    for (unsigned slot = 0; slot < 60; slot++)
        g_assert_true(sound_meter_is_active(fixture.meter, slot) ==
                      ((slot >= 1 && slot < 11) || (slot >= 41 && slot < 51)));
    sound_meter_free(fixture.meter);
}

/* A channel that is silent, or out of phase, hides nothing of the other. */
static void test_channels(void)
{
    SoundMeter *meter = sound_meter_new(8000, 64, 2);
    int16_t frames[2 * 8000];
    SoundFigures figures;

    for (unsigned i = 0; i < 8000; i++) {
        double tone = sin(TWO_PI * 400 * i / 8000);
        frames[2 * i] = (int16_t)(1000 * tone);
        frames[2 * i + 1] = (int16_t)(i < 4000 ? -1000 * tone : CLAMP(60000 * tone, -32768, 32767));
    }
    sound_meter_add(meter, 2, 0, frames, 8000);
    sound_meter_add(meter, 1, 8000, frames, 0);
    sound_meter_finish(meter);
    sound_meter_figures(meter, &figures);
    g_assert_cmpfloat_with_epsilon(figures.silence_percent, 0, 0.1);
    g_assert_cmpfloat_with_epsilon(figures.peak_dbov, 0, 0.01);
    g_assert_cmpfloat_with_epsilon(figures.duration_ms, 1000, 0.01);
    g_assert_cmpuint(figures.clipped, >, 2000);
    g_assert_cmpfloat(figures.level_dbov, >, -6);
    g_assert_cmpint(sound_meter_wave(meter)->bins[0].max, ==, 1000);
    g_assert_true(sound_meter_wave(meter)->bins[sound_meter_wave(meter)->count - 1].clipped);
    sound_meter_free(meter);
}

/* All of a square wave at the overload point; of a single peak nothing. */
static void test_clipping(void)
{
    Fixture fixture = { sound_meter_new(8000, 64, 1), 8000, 0 };
    int16_t loud[160];
    SoundFigures figures;

    for (unsigned i = 0; i < G_N_ELEMENTS(loud); i++)
        loud[i] = i < 100 ? (i % 20 < 10 ? INT16_MAX : INT16_MIN) : i == 130 ? INT16_MAX : 0;
    sound_meter_add(fixture.meter, 1, 0, loud, G_N_ELEMENTS(loud));
    sound_meter_figures(fixture.meter, &figures);
    g_assert_cmpuint(figures.clipped, ==, 100);
    g_assert_cmpfloat_with_epsilon(figures.peak_dbov, 0, 0.01);
    g_assert_true(sound_meter_wave(fixture.meter)->bins[0].clipped);
    sound_meter_free(fixture.meter);
}

/* However long: the bins suffice, and hold the same as before. */
static void test_wave(void)
{
    Fixture fixture = { sound_meter_new(8000, 16, 1), 8000, 0 };
    const SoundWave *wave = sound_meter_wave(fixture.meter);
    const int16_t high = 12000, low = -9000;

    g_assert_cmpfloat(wave->bin_ms, ==, 5);
    for (unsigned second = 0; second < 60; second++)
        add_tones(&fixture, 300, 310, 100, 1000);
    sound_meter_add(fixture.meter, 1, fixture.at, &high, 1);
    sound_meter_add(fixture.meter, 1, fixture.at + 8000 * 30, &low, 1);
    sound_meter_miss(fixture.meter, fixture.at + 8000 * 10, fixture.at + 8000 * 20);
    g_assert_cmpuint(wave->count, <=, 16);
    uint64_t frames = 0;
    bool missing = false;
    int most = 0, least = 0;
    for (unsigned i = 0; i < wave->count; i++) {
        frames += wave->bins[i].frames;
        missing |= wave->bins[i].missing;
        most = MAX(most, wave->bins[i].max);
        least = MIN(least, wave->bins[i].min);
    }
    g_assert_cmpuint(frames, ==, 60 * 8000 + 2);
    g_assert_true(missing);
    g_assert_cmpint(most, ==, high);
    g_assert_cmpint(least, ==, low);
    g_assert_cmpfloat(wave->bin_ms * wave->count, >=, 90000);
    sound_meter_free(fixture.meter);
}

/* What comes from two streams at once counts once in the time. */
static void test_overlap(void)
{
    Fixture fixture = { sound_meter_new(8000, 64, 1), 8000, 0 };
    SoundFigures figures;

    add_tones(&fixture, 400, 500, 3000, 1000);
    fixture.at = 4000;
    add_tones(&fixture, 400, 500, 3000, 1000);
    fixture.at = -80;
    add_tones(&fixture, 400, 500, 3000, 20);
    sound_meter_figures(fixture.meter, &figures);
    g_assert_cmpfloat_with_epsilon(figures.duration_ms, 1500, 0.01);
    sound_meter_free(fixture.meter);
}

#ifdef RUNG_HAVE_SPANDSP
/* ITU-T Q.23: every digit, at two rates; 20 ms of one is none (Q.24). */
static void test_dtmf(void)
{
    static const unsigned rows[] = { 697, 770, 852, 941 }, columns[] = { 1209, 1336, 1477, 1633 };
    static const char keys[] = "123A456B789C*0#D";

    for (unsigned rate_hz = 8000; rate_hz <= 48000; rate_hz *= 6) {
        Fixture fixture = { sound_meter_new(rate_hz, 64, 1), rate_hz, 0 };
        for (unsigned i = 0; i < 16; i++) {
            pause_ms(&fixture, 100);
            add_tones(&fixture, rows[i / 4], columns[i % 4], 6000, 100);
        }
        pause_ms(&fixture, 400);
        add_tones(&fixture, rows[1], columns[1], 6000, 20);
        pause_ms(&fixture, 400);
        add_tones(&fixture, 1000, 1000, 6000, 500);
        sound_meter_finish(fixture.meter);
        const GArray *digits = sound_meter_digits(fixture.meter);
        g_assert_cmpuint(digits->len, ==, 16);
        for (unsigned i = 0; i < digits->len; i++) {
            const SoundDigit *digit = &g_array_index(digits, SoundDigit, i);
            g_assert_cmpint(digit->digit, ==, keys[i]);
            g_assert_cmpfloat_with_epsilon(digit->from_ms, 100 + i * 200, 15);
            g_assert_cmpfloat_with_epsilon(digit->duration_ms, 100, 26);
        }
        sound_meter_free(fixture.meter);
    }
}
#endif

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sound-meter/silence", test_silence);
    g_test_add_func("/sound-meter/channels", test_channels);
    g_test_add_func("/sound-meter/clipping", test_clipping);
    g_test_add_func("/sound-meter/wave", test_wave);
    g_test_add_func("/sound-meter/overlap", test_overlap);
#ifdef RUNG_HAVE_SPANDSP
    g_test_add_func("/sound-meter/dtmf", test_dtmf);
#endif
    return g_test_run();
}

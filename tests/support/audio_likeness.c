/* How alike a channel of a sound file is to a reference: "audio_likeness FILE CHANNEL REFERENCE"
 * finds where the loudest second stands in the reference, then correlates second by second, each
 * aligned within 10 ms (two clocks are never the same), and prints the median correlation over the
 * seconds that are not silent, their number, the seconds the file lies behind the reference, and
 * the median of how much louder it is, in dB. */
#include <glib.h>
#include <math.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>

#define COARSE_HZ    4000
#define SILENT_LEVEL 100.0 /* mean amplitude below which a second says nothing */

typedef struct {
    double *samples;
    size_t count;
    int rate_hz;
} Sound;

static Sound load(const char *path, int channel)
{
    SF_INFO info = { 0 };
    SNDFILE *file = sf_open(path, SFM_READ, &info);

    if (!file) {
        fprintf(stderr, "%s: %s\n", path, sf_strerror(NULL));
        exit(2);
    }
    size_t width = (size_t)info.channels, count = (size_t)info.frames;
    g_autofree short *frames = g_new0(short, count *width);
    sf_readf_short(file, frames, info.frames);
    sf_close(file);
    Sound sound = { g_new0(double, count), count, info.samplerate };
    for (size_t i = 0; i < count; i++)
        for (size_t c = 0; c < width; c++)
            if (channel < 0 || (size_t)channel == c)
                sound.samples[i] += frames[i * width + c] / (channel < 0 ? (double)width : 1.0);
    return sound;
}

/* The mean of what falls into each new sample, or what stands between two. */
static Sound at_rate(Sound sound, int rate_hz)
{
    double step = (double)sound.rate_hz / rate_hz;
    size_t count = (size_t)((double)sound.count / step);
    Sound changed = { g_new0(double, count + 1), count, rate_hz };

    for (size_t i = 0; i < count; i++) {
        double at = (double)i * step;
        size_t from = (size_t)at, to = MIN(MAX((size_t)(at + step), from + 1), sound.count);
        double part = at - (double)from, sum = 0;
        for (size_t j = from; j < to; j++)
            sum += sound.samples[j];
        changed.samples[i] = sum / (double)(to - from);
        if (step < 1 && from + 1 < sound.count)
            changed.samples[i] = sound.samples[from] * (1 - part) + sound.samples[from + 1] * part;
    }
    return changed;
}

static double level(Sound sound, size_t from, size_t count)
{
    double sum = 0;
    for (size_t i = from; i < from + count && i < sound.count; i++)
        sum += fabs(sound.samples[i]);
    return sum / (double)count;
}

static double correlation(Sound a, size_t at_a, Sound b, size_t at_b, size_t count)
{
    double product = 0, energy_a = 1e-9, energy_b = 1e-9;

    for (size_t i = 0; i < count; i++) {
        double x = a.samples[at_a + i], y = b.samples[at_b + i];
        product += x * y;
        energy_a += x * x;
        energy_b += y * y;
    }
    return product / sqrt(energy_a * energy_b);
}

/* Where in @b, from @low to @high, the second of @a at @at is. */
static double find(Sound a, size_t at, Sound b, int64_t low, int64_t high, int64_t *out)
{
    size_t second = (size_t)a.rate_hz;
    double best = -2;

    low = MAX(low, 0);
    high = MIN(high, (int64_t)b.count - (int64_t)second - 1);
    for (int64_t place = low; place <= high; place++) {
        double like = correlation(a, at, b, (size_t)place, second);
        if (like > best) {
            best = like;
            *out = place;
        }
    }
    return best;
}

static size_t loudest_second(Sound sound)
{
    size_t best = 0, second = (size_t)sound.rate_hz;
    double most = -1;

    for (size_t at = second; at + second < sound.count; at += second / 4) {
        double now = level(sound, at, second);
        if (now > most) {
            most = now;
            best = at;
        }
    }
    return best;
}

static gint compare(gconstpointer a, gconstpointer b)
{
    double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}

static double louder_db(Sound a, size_t at_a, Sound b, size_t at_b, size_t count)
{
    double energy_a = 1e-9, energy_b = 1e-9;

    for (size_t i = 0; i < count; i++) {
        energy_a += a.samples[at_a + i] * a.samples[at_a + i];
        energy_b += b.samples[at_b + i] * b.samples[at_b + i];
    }
    return 10 * log10(energy_a / energy_b);
}

static double median(GArray *values)
{
    g_array_sort(values, compare);
    return values->len ? g_array_index(values, double, values->len / 2) : 0;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    Sound given = load(argv[1], atoi(argv[2])), wanted = load(argv[3], -1);
    Sound fine = at_rate(wanted, given.rate_hz);
    Sound coarse = at_rate(given, COARSE_HZ), coarse_wanted = at_rate(wanted, COARSE_HZ);
    int64_t place = 0, slack = given.rate_hz / 100;
    size_t loud = loudest_second(coarse), second = (size_t)given.rate_hz;
    g_autoptr(GArray) likes = g_array_new(FALSE, FALSE, sizeof(double));
    g_autoptr(GArray) louder = g_array_new(FALSE, FALSE, sizeof(double));

    find(coarse, loud, coarse_wanted, 0, INT64_MAX, &place);
    double behind_s = ((double)loud - (double)place) / COARSE_HZ;
    for (size_t at = 0; at + second < given.count; at += second) {
        int64_t expected = (int64_t)at - (int64_t)(behind_s * given.rate_hz), found = 0;
        if (level(given, at, second) < SILENT_LEVEL || expected < slack)
            continue;
        double like = find(given, at, fine, expected - slack, expected + slack, &found);
        if (like <= -2)
            continue;
        double db = louder_db(given, at, fine, (size_t)found, second);
        g_array_append_val(likes, like);
        g_array_append_val(louder, db);
    }
    printf("%.4f %u %.3f %.2f\n", median(likes), likes->len, behind_s, median(louder));
    return 0;
}

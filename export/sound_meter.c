#include "export/sound_meter.h"
#include "export/dtmf_detector.h"
#include "export/speech_level.h"
#include <math.h>
#include <string.h>

#define FULL_SCALE    32768.0
#define FIRST_BIN_MS  5u
#define FRAME_MS      20u
#define CLIP_LEVEL    32000 /* G.711 at full scale is 32124 or 32256, below that at most 31232 */
#define CLIP_RUN      3u
#define SPREAD_FRAMES 1024u
#define SLOTS_MAX     (12u * 3600 * 1000 / SOUND_SLOT_MS)

struct SoundMeter {
    SoundMeter *second; /* of the second channel; owned; NULL: there is one */
    uint32_t rate_hz;
    bool started;
    int64_t first, next; /* of what was heard; @next: behind it */
    SpeechLevel level;
    DtmfDetector *dtmf; /* NULL: not in this build */
    GArray *digits;     /* SoundDigit */
    int peak;
    unsigned clip_run;
    uint64_t clipped;
    int64_t missing;

    /* The 20 ms that go on. */
    uint32_t frame_length, frame_done;
    double frame_energy;
    uint64_t frames, silent_frames, silent_run, longest_silence;
    GByteArray *active; /* a bit a slot */
    unsigned slots;

    /* The wave form. */
    SoundWave wave;
    SoundBin *bins;
    unsigned capacity;
    int64_t bin_frames;
};

static double ms_of(const SoundMeter *meter, int64_t frames)
{
    return (double)frames * 1000.0 / meter->rate_hz;
}

static void note_digit(char digit, int64_t from, int64_t to, void *context)
{
    SoundMeter *meter = context;
    SoundDigit found = { digit, ms_of(meter, from), ms_of(meter, to - from) };

    if (meter->digits->len < SOUND_DIGITS_MAX)
        g_array_append_val(meter->digits, found);
}

SoundMeter *sound_meter_new(uint32_t rate_hz, unsigned bins, unsigned channels)
{
    SoundMeter *meter = g_new0(SoundMeter, 1);

    meter->rate_hz = rate_hz;
    meter->level = speech_level(rate_hz);
    meter->dtmf = dtmf_detector_new(rate_hz, note_digit, meter);
    meter->digits = g_array_new(FALSE, FALSE, sizeof(SoundDigit));
    meter->frame_length = MAX(rate_hz * FRAME_MS / 1000, 1);
    meter->active = g_byte_array_new();
    meter->bin_frames = MAX(rate_hz * FIRST_BIN_MS / 1000, 1);
    meter->capacity = MAX(bins, 2);
    meter->bins = g_new0(SoundBin, meter->capacity);
    meter->wave = (SoundWave){ ms_of(meter, meter->bin_frames), 0, meter->bins };
    if (channels > 1)
        meter->second = sound_meter_new(rate_hz, bins, 1);
    return meter;
}

void sound_meter_free(SoundMeter *meter)
{
    if (!meter)
        return;
    sound_meter_free(meter->second);
    dtmf_detector_free(meter->dtmf);
    g_array_unref(meter->digits);
    g_byte_array_unref(meter->active);
    g_free(meter->bins);
    g_free(meter);
}

/* --- wave form --- */

static void join(SoundBin *to, const SoundBin *from)
{
    if (to->frames == 0 || from->frames == 0) {
        to->min = to->frames ? to->min : from->min;
        to->max = to->frames ? to->max : from->max;
    } else {
        to->min = MIN(to->min, from->min);
        to->max = MAX(to->max, from->max);
    }
    to->frames += from->frames;
    to->energy += from->energy;
    to->clipped |= from->clipped;
    to->missing |= from->missing;
}

static void halve(SoundMeter *meter)
{
    for (unsigned i = 0; i < meter->wave.count; i++) {
        SoundBin bin = meter->bins[i];
        if (i % 2 == 0)
            meter->bins[i / 2] = bin;
        else
            join(&meter->bins[i / 2], &bin);
    }
    meter->wave.count = (meter->wave.count + 1) / 2;
    memset(meter->bins + meter->wave.count, 0,
           (meter->capacity - meter->wave.count) * sizeof *meter->bins);
    meter->bin_frames *= 2;
    meter->wave.bin_ms = ms_of(meter, meter->bin_frames);
}

/* The bin of a position that is not negative. */
static SoundBin *bin_at(SoundMeter *meter, int64_t at)
{
    while (at / meter->bin_frames >= (int64_t)meter->capacity)
        halve(meter);
    unsigned index = (unsigned)(at / meter->bin_frames);
    meter->wave.count = MAX(meter->wave.count, index + 1);
    return &meter->bins[index];
}

static void draw(SoundMeter *meter, int64_t at, const int16_t *samples, size_t count)
{
    while (count > 0) {
        SoundBin *bin = bin_at(meter, at);
        size_t part = (size_t)MIN((int64_t)count, meter->bin_frames - at % meter->bin_frames);
        SoundBin piece = { .min = INT16_MAX, .max = INT16_MIN, .frames = (uint32_t)part };
        double energy = 0;
        for (size_t i = 0; i < part; i++) {
            piece.min = MIN(piece.min, samples[i]);
            piece.max = MAX(piece.max, samples[i]);
            energy += (double)samples[i] * samples[i];
        }
        piece.energy = energy / (FULL_SCALE * FULL_SCALE);
        piece.clipped = piece.max >= CLIP_LEVEL || piece.min <= -CLIP_LEVEL;
        join(bin, &piece);
        at += (int64_t)part;
        samples += part;
        count -= part;
    }
}

void sound_meter_miss(SoundMeter *meter, int64_t from, int64_t to)
{
    from = MAX(from, 0);
    if (from >= to)
        return;
    meter->missing += to - from;
    bin_at(meter, to - 1); /* so that the width of the bins stays */
    for (int64_t at = from; at < to; at += meter->bin_frames)
        bin_at(meter, at)->missing = true;
    bin_at(meter, to - 1)->missing = true;
}

/* --- silence --- */

static void set_active_slot(SoundMeter *meter, unsigned index)
{
    unsigned length = meter->active->len;

    if (index / 8 >= length) {
        g_byte_array_set_size(meter->active, index / 8 + 1);
        memset(meter->active->data + length, 0, meter->active->len - length);
    }
    meter->active->data[index / 8] |= (uint8_t)(1u << index % 8);
    meter->slots = MAX(meter->slots, index + 1);
}

static void set_active(SoundMeter *meter, int64_t at)
{
    int64_t slot = at * 1000 / meter->rate_hz / SOUND_SLOT_MS;

    if (at >= 0 && slot < SLOTS_MAX)
        set_active_slot(meter, (unsigned)slot);
}

static void end_frame(SoundMeter *meter, int64_t at)
{
    bool silent = !(level_dbov(meter->frame_energy, meter->frame_done) >= SOUND_SILENT_DBOV);

    meter->frames++;
    meter->silent_frames += silent;
    meter->silent_run = silent ? meter->silent_run + 1 : 0;
    meter->longest_silence = MAX(meter->longest_silence, meter->silent_run);
    if (!silent)
        set_active(meter, at - 1);
    meter->frame_done = 0;
    meter->frame_energy = 0;
}

/* @samples NULL: silence. */
static void listen(SoundMeter *meter, int64_t at, const int16_t *samples, int64_t count)
{
    while (count > 0) {
        uint32_t part = (uint32_t)MIN(count, meter->frame_length - meter->frame_done);
        for (uint32_t i = 0; samples && i < part; i++)
            meter->frame_energy += samples[i] / FULL_SCALE * (samples[i] / FULL_SCALE);
        meter->frame_done += part;
        at += part;
        count -= part;
        samples = samples ? samples + part : NULL;
        if (meter->frame_done == meter->frame_length)
            end_frame(meter, at);
    }
}

/* --- all of it --- */

static void find_peaks(SoundMeter *meter, const int16_t *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int height = abs(samples[i]);
        meter->peak = MAX(meter->peak, height);
        meter->clip_run = height >= CLIP_LEVEL ? meter->clip_run + 1 : 0;
        if (meter->clip_run == CLIP_RUN)
            meter->clipped += CLIP_RUN;
        else if (meter->clip_run > CLIP_RUN)
            meter->clipped++;
    }
}

static void add_channel(SoundMeter *meter, int64_t at, const int16_t *samples, size_t count)
{
    size_t before = at < 0 ? MIN((size_t)-at, count) : 0; /* the call's begin is 0 */

    at += (int64_t)before;
    samples += before;
    count -= before;
    if (count == 0)
        return;
    draw(meter, at, samples, count);
    if (!meter->started)
        meter->first = meter->next = at;
    meter->started = true;
    if (at > meter->next) {
        speech_level_add_silence(&meter->level, (uint64_t)(at - meter->next));
        listen(meter, meter->next, NULL, at - meter->next);
        meter->next = at;
    }
    size_t known = (size_t)MIN(meter->next - at, (int64_t)count); /* of a stream that is mixed in */
    samples += known;
    count -= known;
    find_peaks(meter, samples, count);
    speech_level_add(&meter->level, samples, count);
    listen(meter, meter->next, samples, (int64_t)count);
    if (meter->dtmf)
        dtmf_detector_add(meter->dtmf, meter->next, samples, count);
    meter->next += (int64_t)count;
}

static void add_every_second(SoundMeter *meter, int64_t at, const int16_t *samples, size_t count)
{
    int16_t alone[SPREAD_FRAMES];

    while (count > 0) {
        size_t part = MIN(count, SPREAD_FRAMES);
        for (size_t i = 0; i < part; i++)
            alone[i] = samples[2 * i];
        add_channel(meter, at, alone, part);
        at += (int64_t)part;
        samples += 2 * part;
        count -= part;
    }
}

void sound_meter_add(SoundMeter *meter, unsigned channels, int64_t at, const int16_t *samples,
                     size_t count)
{
    if (channels == 1) {
        add_channel(meter, at, samples, count);
        if (meter->second)
            add_channel(meter->second, at, samples, count);
        return;
    }
    add_every_second(meter, at, samples, count);
    if (meter->second)
        add_every_second(meter->second, at, samples + 1, count);
}

/* --- two channels --- */

static double loudness(const SoundMeter *meter)
{
    SpeechFigures figures = speech_level_figures(&meter->level);
    double dbov = isnan(figures.active_dbov) ? figures.long_term_dbov : figures.active_dbov;
    return isnan(dbov) ? -INFINITY : dbov;
}

/* Both have the same bins: they heard the same positions. */
static void join_waves(SoundMeter *meter, const SoundMeter *second)
{
    for (unsigned i = 0; i < MIN(meter->wave.count, second->wave.count); i++) {
        SoundBin *bin = &meter->bins[i];
        uint32_t frames = bin->frames;
        double energy = MAX(bin->energy, second->bins[i].energy);
        join(bin, &second->bins[i]);
        bin->frames = frames;
        bin->energy = energy;
    }
}

static void join_channels(SoundMeter *meter, const SoundMeter *second)
{
    if (loudness(second) > loudness(meter))
        meter->level = second->level;
    meter->peak = MAX(meter->peak, second->peak);
    meter->clipped = MAX(meter->clipped, second->clipped);
    meter->silent_frames = MIN(meter->silent_frames, second->silent_frames);
    meter->longest_silence = MIN(meter->longest_silence, second->longest_silence);
    for (unsigned slot = 0; slot < second->slots; slot++)
        if (sound_meter_is_active(second, slot))
            set_active_slot(meter, slot);
    join_waves(meter, second);
    if (meter->digits->len == 0)
        g_array_append_vals(meter->digits, second->digits->data, second->digits->len);
}

void sound_meter_finish(SoundMeter *meter)
{
    if (meter->dtmf)
        dtmf_detector_finish(meter->dtmf);
    if (!meter->second)
        return;
    sound_meter_finish(meter->second);
    join_channels(meter, meter->second);
}

void sound_meter_figures(const SoundMeter *meter, SoundFigures *out)
{
    SpeechFigures speech = speech_level_figures(&meter->level);
    double frames = (double)meter->frames;

    *out = (SoundFigures){
        .first_ms = ms_of(meter, meter->first),
        .duration_ms = ms_of(meter, meter->next - meter->first),
        .level_dbov = speech.long_term_dbov,
        .active_level_dbov = speech.active_dbov,
        .activity_percent = 100 * speech.activity,
        .peak_dbov = meter->peak ? 20 * log10(meter->peak / FULL_SCALE) : NAN,
        .silence_percent = meter->frames ? 100.0 * (double)meter->silent_frames / frames : NAN,
        .longest_silence_ms = (double)meter->longest_silence * FRAME_MS,
        .clipped = meter->clipped,
        .missing_ms = ms_of(meter, meter->missing),
    };
}

const SoundWave *sound_meter_wave(const SoundMeter *meter)
{
    return &meter->wave;
}

const GArray *sound_meter_digits(const SoundMeter *meter)
{
    return meter->digits;
}

bool sound_meter_is_active(const SoundMeter *meter, unsigned slot)
{
    return slot / 8 < meter->active->len && meter->active->data[slot / 8] >> slot % 8 & 1;
}

unsigned sound_meter_slots(const SoundMeter *meter)
{
    return meter->slots;
}

#include "dissect/session/hep_quality.h"
#include "dissect/base/json_scan.h"
#include <math.h>

#define FIGURE_MAX 1e9 /* beyond it is no figure of a call */

typedef struct {
    const char *name;
    size_t offset; /* of a double */
} Figure;

#define FIGURE(name, member)                                                                       \
    {                                                                                              \
        name, offsetof(HepQuality, member)                                                         \
    }

static const Figure figures[] = {
    FIGURE("TOTAL_PK", packets),
    FIGURE("EXPECTED_PK", expected),
    FIGURE("PACKET_LOSS", lost),
    FIGURE("OUT_ORDER", reordered),
    FIGURE("JITTER", jitter_ms),
    FIGURE("MEAN_JITTER", jitter_mean_ms),
    FIGURE("MAX_JITTER", jitter_max_ms),
    FIGURE("MAX_DELTA", delta_max_ms),
    FIGURE("MOS", mos),
    FIGURE("MIN_MOS", mos_min),
    FIGURE("MEAN_MOS", mos_mean),
    FIGURE("RFACTOR", r_factor),
};

typedef struct {
    HepQuality *quality;
    bool any;
} Taking;

static void set_once(char **text, const char *value)
{
    if (!*text && value[0])
        *text = g_strdup(value);
}

static void take_figure(Taking *taking, const JsonValue *value)
{
    char *end;
    double number = g_ascii_strtod(value->text, &end);

    if (end == value->text || !isfinite(number) || fabs(number) > FIGURE_MAX)
        return;
    for (unsigned i = 0; i < G_N_ELEMENTS(figures); i++) {
        if (strcmp(figures[i].name, value->key) != 0)
            continue;
        double *where = (double *)(void *)((char *)taking->quality + figures[i].offset);
        *where = number;
        taking->any = true;
    }
}

static void take(void *context, const JsonValue *value)
{
    Taking *taking = context;
    HepQuality *quality = taking->quality;
    const char *key = value->key, *text = value->text;

    if (strcmp(key, "SSRC") == 0) { /* decimal or 0x... */
        quality->ssrc = (uint32_t)g_ascii_strtoull(text, NULL, 0);
        quality->has_ssrc = true;
    } else if (strcmp(key, "CODEC_NAME") == 0) {
        set_once(&quality->codec, text);
    } else if (strcmp(key, "RTP_SIP_CALL_ID") == 0 || strcmp(key, "CORRELATION_ID") == 0) {
        set_once(&quality->call_id, text);
    } else if (strcmp(key, "TYPE") == 0) {
        quality->final = g_ascii_strcasecmp(text, "FINAL") == 0;
    } else {
        take_figure(taking, value);
    }
}

DissectStatus hep_quality_parse(Slice json, HepQuality *out)
{
    Taking taking = { .quality = out };

    *out = (HepQuality){ 0 };
    for (unsigned i = 0; i < G_N_ELEMENTS(figures); i++)
        *(double *)(void *)((char *)out + figures[i].offset) = NAN;
    bool whole = json_scan(json, take, &taking);
    if (!taking.any)
        return DISSECT_NOT_MINE;
    return whole ? DISSECT_OK : DISSECT_MALFORMED;
}

void hep_quality_clear(HepQuality *quality)
{
    g_clear_pointer(&quality->codec, g_free);
    g_clear_pointer(&quality->call_id, g_free);
}

static void append(GString *text, const char *name, double value, const char *unit)
{
    if (isnan(value))
        return;
    char last = text->len ? text->str[text->len - 1] : ' ';
    g_string_append_printf(text, "%s%s %.*f%s", last == ' ' ? "" : ", ", name,
                           value == floor(value) ? 0 : 2, value, unit);
}

char *hep_quality_text(const HepQuality *quality)
{
    GString *text = g_string_new(quality->final ? "final " : "");
    double jitter_ms =
        isnan(quality->jitter_mean_ms) ? quality->jitter_ms : quality->jitter_mean_ms;

    if (quality->codec)
        g_string_append_printf(text, "%s: ", quality->codec);
    append(text, "MOS", quality->mos, "");
    append(text, "R", quality->r_factor, "");
    append(text, "lost", quality->lost, "");
    if (!isnan(quality->lost) && !isnan(quality->expected))
        g_string_append_printf(text, " of %.0f", quality->expected);
    append(text, "jitter", jitter_ms, " ms");
    return g_string_free(text, FALSE);
}

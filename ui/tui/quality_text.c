#include "ui/tui/quality_text.h"
#include <math.h>

#define NAME_CELLS 12

/* G.109 table 1: best, high, medium and low speech quality. */
#define SHARE_HIGH   0.80
#define SHARE_MEDIUM 0.70
#define SHARE_LOW    0.60

void quality_append_mos(GString *out, double mos, QualityScale scale)
{
    if (!isnan(mos))
        g_string_append_printf(out, "%.2f %s", mos, quality_scale_name(scale));
}

unsigned quality_style(double share)
{
    if (!isfinite(share))
        return STYLE_NORMAL;
    if (share >= SHARE_HIGH)
        return STYLE_OK;
    if (share >= SHARE_MEDIUM)
        return STYLE_NORMAL;
    return share >= SHARE_LOW ? STYLE_WARNING : STYLE_ERROR;
}

double quality_share(const StreamQuality *quality)
{
    return quality->unscored ? NAN : quality->whole.r_cq / quality_scale_span(quality->scale);
}

void figures_say(TextPane *pane, const char *name, unsigned style, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *figures = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    char *text = g_strdup_printf("%-*s %s", NAME_CELLS, name, figures);
    text_pane_add(pane, (TextLine){ text, NAME_CELLS, STYLE_FIELD, style });
}

/* @unit follows the number; "-" alone when it is not known. */
static char *known(double value, int digits, const char *unit)
{
    return isnan(value) ? g_strdup("-") : g_strdup_printf("%.*f%s", digits, value, unit);
}

static void say_score(TextPane *pane, const StreamQuality *quality)
{
    const char *scale = quality_scale_name(quality->scale);

    if (quality->unscored) {
        figures_say(pane, "quality", STYLE_NORMAL, "MOS -  %s", quality->unscored);
        return;
    }
    figures_say(pane, "quality", quality_style(quality_share(quality)),
                "R %.1f  MOS-LQ %.2f %s  MOS-CQ %.2f %s%s", quality->whole.r_lq,
                quality->whole.mos_lq, scale, quality->whole.mos_cq, scale,
                quality->provisional ? "  provisional" : "");
}

static void say_costliest(TextPane *pane, const StreamQuality *quality)
{
    if (quality->unscored)
        return;
    if (quality->costliest < 0)
        figures_say(pane, "costs most", STYLE_NORMAL, "nothing takes points off");
    else
        figures_say(pane, "costs most", STYLE_NORMAL, "%s: %.1f points of R%s",
                    quality_cost_name((QualityCost)quality->costliest),
                    quality->cost[quality->costliest],
                    quality->costliest == QUALITY_COST_DELAY ? ", in MOS-CQ alone" : "");
}

static void say_basis(TextPane *pane, const StreamQuality *quality)
{
    if (quality->unscored)
        return;
    figures_say(pane, "rests on", STYLE_NORMAL, "%s: Ie %.1f %s, Bpl %.1f %s", quality->codec.name,
                quality->ie.value, quality_origin_name(quality->ie.origin), quality->bpl.value,
                quality_origin_name(quality->bpl.origin));
    figures_say(pane, "delay", STYLE_NORMAL,
                "%.0f ms: network %.1f %s, packet %.0f, codec %.1f, buffer %.0f", quality->delay_ms,
                quality->network_ms.value, quality_origin_name(quality->network_ms.origin),
                quality->packetisation_ms.value, quality->lookahead_ms.value,
                quality->buffer_ms.value);
}

/* What each receiver would have missed: lost on the way, or discarded by its jitter buffer. */
static void say_buffers(TextPane *pane, const StreamReport *report, const StreamQuality *quality)
{
    for (unsigned i = 0; i < JITTER_BUFFERS; i++) {
        const JitterDiscards *discards = &quality->discards[i];
        uint64_t discarded = discards->late + discards->early;
        double missed = quality->timed && report->expected
                            ? 100.0 * (double)(report->lost + discarded) / (double)report->expected
                            : NAN;
        g_autofree char *count =
            quality->timed ? g_strdup_printf("%" G_GUINT64_FORMAT, discarded) : g_strdup("-");
        g_autofree char *percent = known(fmin(missed, 100.0), 2, "%");
        g_autofree char *mos = known(quality->unscored ? NAN : quality->mos_lq_by_buffer[i], 2, "");
        figures_say(pane, i == 0 ? "buffers" : "", STYLE_NORMAL,
                    "%-8s %6s discarded  effective loss %7s  MOS-LQ %s",
                    jitter_buffer_name((JitterBufferKind)i), count, isnan(missed) ? "-" : percent,
                    mos);
    }
}

static void say_bursts(TextPane *pane, const StreamQuality *quality)
{
    const BurstReport *burst = &quality->burst;

    if (burst->packets == 0) {
        figures_say(pane, "bursts", STYLE_NORMAL, "-");
        return;
    }
    g_autofree char *burst_ms = known(burst->burst_mean_packets * quality->packet_ms, 0, " ms");
    g_autofree char *gap_ms = known(burst->gap_mean_packets * quality->packet_ms, 0, " ms");
    if (burst->bursts == 0)
        figures_say(pane, "bursts", STYLE_NORMAL, "none  gap of %s, %.2f%% bad", gap_ms,
                    100 * burst->gap_density);
    else
        figures_say(pane, "bursts", STYLE_NORMAL,
                    "%" G_GUINT64_FORMAT " of %s, %.1f%% bad  gaps %" G_GUINT64_FORMAT
                    " of %s, %.2f%% bad",
                    burst->bursts, burst_ms, 100 * burst->burst_density, burst->gaps, gap_ms,
                    100 * burst->gap_density);
}

static void say_worst(TextPane *pane, const StreamQuality *quality)
{
    char time[TIME_TEXT_SIZE];

    bool all_alike = quality->worst_loss_percent <= 0;

    if (quality->unscored || quality->worst_start_ns == TIME_UNKNOWN || all_alike)
        return;
    figures_say(pane, "worst", STYLE_NORMAL, "%.1fs from %s: %.2f%% bad  R %.1f  MOS-LQ %.2f %s",
                (double)quality->worst_duration_ns / (double)NS_PER_S,
                time_format_of_day(quality->worst_start_ns, 3, time, sizeof time),
                quality->worst_loss_percent, quality->worst.r_lq, quality->worst.mos_lq,
                quality_scale_name(quality->scale));
}

void quality_figures_add(const Stream *stream, const StreamReport *report, TextPane *pane)
{
    StreamQuality quality;

    stream_quality(stream, &quality);
    say_score(pane, &quality);
    say_costliest(pane, &quality);
    say_buffers(pane, report, &quality);
    say_bursts(pane, &quality);
    say_worst(pane, &quality);
    say_basis(pane, &quality);
}

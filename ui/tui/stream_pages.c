#include "ui/tui/stream_pages.h"
#include "export/escape.h"
#include "ui/tui/quality_text.h"
#include "ui/tui/stream_figures.h"
#include <math.h>

#define NAME_CELLS  18
#define BAR_CELLS   16
#define SHORT_CELLS 16 /* of the names before a bar */
#define COST_CELLS  12
#define COST_OF_BAR 20.0 /* points of R that fill a bar: enough to ruin a call */
#define COST_SMALL  0.05 /* is shown as 0.0 */

static void heading(TextPane *pane, const char *text)
{
    if (pane->lines->len)
        text_pane_say(pane, STYLE_NORMAL, " ");
    text_pane_say(pane, STYLE_HEADING, "%s", text);
}

static char *known(double value, int digits)
{
    return isnan(value) ? g_strdup("-") : g_strdup_printf("%.*f", digits, value);
}

static void add_bar(GString *out, double value, double most, int width)
{
    double share = most > 0 ? fmin(value / most, 1) : 0;
    int cells = value > 0 ? MAX((int)lround(share * width), 1) : 0;

    for (int i = 0; i < cells; i++)
        g_string_append(out, term_glyph(GLYPH_BAR_FULL));
}

/* "name   text", the name in its own style. */
static void say(TextPane *pane, const char *name, unsigned style, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
static void say(TextPane *pane, const char *name, unsigned style, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    char *line = g_strdup_printf("%-*s %s", NAME_CELLS, name, text);
    text_pane_add(pane, (TextLine){ line, NAME_CELLS, STYLE_FIELD, style });
}

/* --- why this score --- */

static const char *judgement(double share)
{
    if (share >= 0.9)
        return "excellent";
    if (share >= 0.8)
        return "good";
    if (share >= 0.7)
        return "fair";
    return share >= 0.6 ? "poor" : "bad";
}

static void say_score(TextPane *pane, const StreamQuality *quality)
{
    if (quality->unscored) {
        text_pane_say(pane, STYLE_STRONG, "no score: %s", quality->unscored);
        return;
    }
    double share = quality_share(quality);
    text_pane_say(pane, quality_style(share), "MOS-LQ %.2f %s  %s   R %.1f   MOS-CQ %.2f%s",
                  quality->whole.mos_lq, quality_scale_name(quality->scale), judgement(share),
                  quality->whole.r_lq, quality->whole.mos_cq,
                  quality->provisional ? "   provisional: its codec has no standard values" : "");
}

typedef struct {
    const char *name, *unit;
    QualityInput input;
    int digits;
    int cost; /* QualityCost; -1: it has none of its own */
} Reason;

static void say_reason(TextPane *pane, const StreamQuality *quality, const Reason *reason)
{
    g_autofree char *value = known(reason->input.value, reason->digits);
    g_autoptr(GString) text = g_string_new(NULL);
    unsigned style = STYLE_NORMAL;

    g_string_printf(text, "%8s %-3s %-13s", value, reason->unit,
                    quality_origin_name(reason->input.origin));
    if (reason->cost >= 0) {
        double cost = quality->cost[reason->cost];
        g_string_append_printf(text, "%5.1f ", cost < COST_SMALL ? 0 : cost);
        add_bar(text, cost < COST_SMALL ? 0 : cost, COST_OF_BAR, COST_CELLS);
        if (reason->cost == quality->costliest) {
            style = STYLE_WARNING;
            g_string_append_printf(text, " %s most", term_glyph(GLYPH_LEFT));
        }
    }
    say(pane, reason->name, style, "%s", text->str);
}

static void say_reasons(TextPane *pane, const StreamQuality *q)
{
    const QualityInput delay = { q->delay_ms, q->network_ms.origin };
    const Reason reasons[] = {
        { "codec: Ie", "", q->ie, 1, QUALITY_COST_CODEC },
        { "  robustness: Bpl", "", q->bpl, 1, -1 },
        { "lost", "%", q->loss_percent, 2, QUALITY_COST_LOSS },
        { "late for buffer", "%", q->discard_percent, 2, QUALITY_COST_DISCARD },
        { "  in bursts: BurstR", "", q->burst_ratio, 2, -1 },
        { "delay (MOS-CQ)", "ms", delay, 0, QUALITY_COST_DELAY },
        { "  network", "ms", q->network_ms, 1, -1 },
        { "  packets of", "ms", q->packetisation_ms, 0, -1 },
        { "  codec looks ahead", "ms", q->lookahead_ms, 1, -1 },
        { "  jitter buffer", "ms", q->buffer_ms, 1, -1 },
    };
    heading(pane, "Why this score        value     where from  points of R");
    for (unsigned i = 0; i < G_N_ELEMENTS(reasons); i++)
        say_reason(pane, q, &reasons[i]);
    say(pane, "codec values", STYLE_NORMAL, "%s: %s", q->codec.name, q->codec.source);
}

static void say_worst(TextPane *pane, const StreamQuality *quality)
{
    char time[TIME_TEXT_SIZE];

    if (quality->worst_loss_percent <= 0 || quality->worst_start_ns == TIME_UNKNOWN)
        return;
    say(pane, "worst seconds", STYLE_WARNING, "%.0f from %s: %.1f%% missing, MOS-LQ %.2f",
        (double)quality->worst_duration_ns / NS_PER_S,
        time_format_of_day(quality->worst_start_ns, 3, time, sizeof time),
        quality->worst_loss_percent, quality->worst.mos_lq);
}

static void say_passages(TextPane *pane, const char *passages)
{
    g_auto(GStrv) lines = g_strsplit(passages ? passages : "", "\n", -1);

    for (unsigned i = 0; lines[i] && *lines[i]; i++)
        figures_say(pane, i ? "" : "seen also", STYLE_NORMAL, "%s", lines[i]);
}

void stream_page_overview(TextPane *pane, const StreamSnapshot *snapshot)
{
    const StreamQuality *quality = &snapshot->quality;

    say_score(pane, quality);
    if (!quality->unscored) {
        say_worst(pane, quality);
        say_reasons(pane, quality);
    }
    heading(pane, "Counters");
    stream_figures_add_counts(pane, &snapshot->report);
    figures_say(pane, "found by", STYLE_NORMAL, "%s  security %s",
                stream_match_name(snapshot->match), stream_security_name(snapshot->security));
    if (snapshot->transport)
        figures_say(pane, "came over", STYLE_NORMAL, "%s", snapshot->transport);
    say_passages(pane, snapshot->passages);
    if (snapshot->network)
        figures_say(pane, "network", STYLE_NORMAL,
                    "%s: others have the same addresses and SSRC at once", snapshot->network);
}

/* --- how it is spread --- */

static void say_bar(TextPane *pane, const char *name, uint64_t count, uint64_t most, unsigned style)
{
    g_autoptr(GString) text = g_string_new(NULL);

    g_string_printf(text, "%-*s %7" G_GUINT64_FORMAT "  ", SHORT_CELLS, name, count);
    add_bar(text, (double)count, (double)most, BAR_CELLS);
    text_pane_add(pane, (TextLine){ g_strdup(text->str), SHORT_CELLS, STYLE_FIELD,
                                    count ? style : STYLE_DIM });
}

static void say_delays(TextPane *pane, const StreamQuality *quality)
{
    const DelayBuckets *delays = &quality->delays;
    uint64_t most = 0;

    heading(pane, "Packets by delay above the fastest");
    if (!quality->timed) {
        text_pane_say(pane, STYLE_DIM, "no packet could be timed");
        return;
    }
    for (unsigned i = 0; i < DELAY_BUCKETS; i++)
        most = MAX(most, delays->packets[i]);
    for (unsigned i = 0; i < DELAY_BUCKETS; i++) {
        g_autofree char *name =
            i + 1 < DELAY_BUCKETS
                ? g_strdup_printf("%u to %u ms", delay_bucket_ms[i], delay_bucket_ms[i + 1])
                : g_strdup_printf("%u ms and more", delay_bucket_ms[i]);
        say_bar(pane, name, delays->packets[i], most, i < 3 ? STYLE_WARNING : STYLE_ERROR);
    }
}

static void say_runs(TextPane *pane, const StreamQuality *quality)
{
    uint32_t most = 0;

    heading(pane, "Losses by how many in a row");
    for (unsigned i = 0; i < LOSS_RUN_LENGTHS; i++)
        most = MAX(most, quality->loss_runs[i]);
    for (unsigned i = 0; i < LOSS_RUN_LENGTHS; i++) {
        g_autofree char *name =
            g_strdup_printf("%u%s", i + 1, i + 1 == LOSS_RUN_LENGTHS ? " and more" : "");
        say_bar(pane, name, quality->loss_runs[i], most, i < 2 ? STYLE_WARNING : STYLE_ERROR);
    }
}

static void say_bursts(TextPane *pane, const StreamQuality *quality)
{
    const BurstReport *burst = &quality->burst;
    g_autofree char *burst_ms = known(burst->burst_mean_packets * quality->packet_ms, 0);
    g_autofree char *gap_ms = known(burst->gap_mean_packets * quality->packet_ms, 0);

    heading(pane, "Bursts and gaps (RFC 3611, Gmin 16)");
    say(pane, "bursts", burst->bursts ? STYLE_WARNING : STYLE_NORMAL,
        "%" G_GUINT64_FORMAT " of %s ms, %.1f%% missing", burst->bursts,
        burst->bursts ? burst_ms : "-", 100 * burst->burst_density);
    say(pane, "gaps", STYLE_NORMAL, "%" G_GUINT64_FORMAT " of %s ms, %.2f%% missing", burst->gaps,
        gap_ms, 100 * burst->gap_density);
    say(pane, "seconds concealed", STYLE_NORMAL,
        "%" G_GUINT64_FORMAT ", severely %" G_GUINT64_FORMAT, quality->concealed_seconds,
        quality->severely_concealed_seconds);
}

static void say_buffers(TextPane *pane, const StreamSnapshot *snapshot)
{
    const StreamQuality *quality = &snapshot->quality;

    heading(pane, "Jitter buffers        late    early     delay  MOS-LQ");
    for (unsigned i = 0; i < JITTER_BUFFERS; i++) {
        const JitterDiscards *discards = &quality->discards[i];
        g_autofree char *mos = known(quality->unscored ? NAN : quality->mos_lq_by_buffer[i], 2);
        g_autofree char *delay = known(quality->timed ? discards->delay_ms : NAN, 0);
        say(pane, jitter_buffer_name((JitterBufferKind)i),
            discards->late + discards->early ? STYLE_WARNING : STYLE_NORMAL,
            "%7" G_GUINT64_FORMAT "  %7" G_GUINT64_FORMAT "  %5s ms  %6s", discards->late,
            discards->early, delay, mos);
    }
}

void stream_page_spread(TextPane *pane, const StreamSnapshot *snapshot)
{
    say_delays(pane, &snapshot->quality);
    say_runs(pane, &snapshot->quality);
    say_bursts(pane, &snapshot->quality);
    say_buffers(pane, snapshot);
}

/* --- RTCP beside it --- */

static void say_sender(TextPane *pane, const StreamSnapshot *snapshot)
{
    const StreamRtcp *rtcp = &snapshot->rtcp;
    g_autofree char *cname = escape_line(rtcp->cname, term_utf8());

    heading(pane, "Its sender says (SR)");
    if (!rtcp->sender_reports) {
        text_pane_say(pane, STYLE_DIM, "nothing");
        return;
    }
    say(pane, "reports", STYLE_NORMAL, "%" G_GUINT64_FORMAT "%s", rtcp->sender_reports,
        rtcp->bye ? ", then BYE" : "");
    say(pane, "packets sent", STYLE_NORMAL,
        "%u by the last report; %" G_GUINT64_FORMAT " seen here by now", rtcp->sent_packets,
        snapshot->report.packets - snapshot->report.duplicates);
    say(pane, "octets sent", STYLE_NORMAL, "%u", rtcp->sent_octets);
    say(pane, "name", STYLE_NORMAL, "%s", *cname ? cname : "-");
}

/* SDES and the reason of BYE, each on a line. */
static void say_texts(TextPane *pane, const StreamRtcp *rtcp)
{
    const RtcpText *text = rtcp->texts;

    if (!text)
        return;
    heading(pane, "Its sender says of itself (SDES, BYE)");
    for (; text; text = text->next) {
        g_autofree char *safe = escape_line(text->text, term_utf8());
        const char *name = rtcp_text_name(text->kind);
        say(pane, text->kind == RTCP_TEXT_BYE_REASON ? "left because" : name, STYLE_NORMAL, "%s",
            safe);
    }
}

/* Losses in a row, as the receiver tells them and as they are seen here. */
static void say_loss_runs(TextPane *pane, const StreamSnapshot *snapshot)
{
    const ReportedLoss *loss = &stream_rtcp_extra(&snapshot->rtcp)->loss;
    uint32_t there[LOSS_RUN_LENGTHS];

    if (loss->blocks == 0)
        return;
    heading(pane, "Lost in a row (XR)        there        here");
    say(pane, "packets told of", STYLE_NORMAL, "%11" G_GUINT64_FORMAT, loss->packets);
    reported_loss_runs(loss, there);
    for (unsigned i = 0; i < LOSS_RUN_LENGTHS; i++) {
        uint32_t here = snapshot->quality.loss_runs[i];
        g_autofree char *length =
            g_strdup_printf("%u%s", i + 1, i + 1 == LOSS_RUN_LENGTHS ? " or more" : "");
        if (there[i] || here)
            say(pane, length, STYLE_NORMAL, "%11u %11u", there[i], here);
    }
}

static void say_receiver(TextPane *pane, const StreamSnapshot *snapshot)
{
    const StreamRtcp *rtcp = &snapshot->rtcp;
    const StreamReport *report = &snapshot->report;
    const RtcpReport *last = &rtcp->last_report;

    heading(pane, "Its receiver says (RR)    there        here");
    if (!rtcp->receiver_reports) {
        text_pane_say(pane, STYLE_DIM, "nothing");
        return;
    }
    double jitter_ms = report->clock_hz ? 1000.0 * last->jitter_ticks / report->clock_hz : NAN;
    g_autofree char *there = known(jitter_ms, 2), *here = known(report->jitter_last_ms, 2);
    say(pane, "reports", STYLE_NORMAL, "%11" G_GUINT64_FORMAT, rtcp->receiver_reports);
    say(pane, "lost", last->cumulative_lost > 0 ? STYLE_WARNING : STYLE_NORMAL,
        "%11d %11" G_GUINT64_FORMAT, last->cumulative_lost, report->lost);
    say(pane, "loss, last report", last->fraction_lost ? STYLE_WARNING : STYLE_NORMAL, "%10.1f%%",
        last->fraction_lost * 100.0 / 256);
    say(pane, "jitter", STYLE_NORMAL, "%8s ms %8s ms", there, here);
}

static void say_round_trips(TextPane *pane, const StreamRtcp *rtcp)
{
    g_autofree char *there = known(rtcp->round_trip_ms, 1);
    g_autofree char *back = known(rtcp->sender_round_trip_ms, 1);
    bool both = !isnan(rtcp->round_trip_ms) && !isnan(rtcp->sender_round_trip_ms);
    g_autofree char *whole =
        known(both ? rtcp->round_trip_ms + rtcp->sender_round_trip_ms : NAN, 1);

    heading(pane, "Round trips");
    say(pane, "here to receiver", STYLE_NORMAL, "%11s ms", there);
    say(pane, "here to sender", STYLE_NORMAL, "%11s ms", back);
    say(pane, "from end to end", STYLE_STRONG, "%11s ms", whole);
}

static void say_loss_place(TextPane *pane, const LossPlace *loss)
{
    if (loss->intervals == 0)
        return;
    heading(pane, "Where packets were lost");
    say(pane, "before this point", STYLE_NORMAL, "%11" G_GUINT64_FORMAT, loss_placed(loss->before));
    say(pane, "behind it", STYLE_NORMAL, "%11" G_GUINT64_FORMAT, loss_placed(loss->after));
    say(pane, "by the capture", STYLE_NORMAL, "%11" G_GUINT64_FORMAT,
        loss_placed(loss->in_capture));
}

static char *tenths(uint8_t ten_times)
{
    return known(ten_times == RTCP_XR_UNAVAILABLE ? NAN : ten_times / 10.0, 1);
}

static void say_voip_metrics(TextPane *pane, const StreamRtcp *rtcp)
{
    const RtcpXrVoipMetrics *m = &stream_rtcp_extra(rtcp)->last_voip;

    if (!stream_rtcp_extra(rtcp)->voip_reports)
        return;
    g_autofree char *lq = tenths(m->mos_lq_10), *cq = tenths(m->mos_cq_10);
    g_autofree char *r = known(m->r_factor == RTCP_XR_UNAVAILABLE ? NAN : m->r_factor, 0);
    heading(pane, "Its receiver's own metrics (XR, RFC 3611)");
    say(pane, "reports", STYLE_NORMAL, "%11" G_GUINT64_FORMAT,
        stream_rtcp_extra(rtcp)->voip_reports);
    say(pane, "score", STYLE_STRONG, "R %s  MOS-LQ %s  MOS-CQ %s", r, lq, cq);
    say(pane, "loss, discards", STYLE_NORMAL, "%.1f%%  %.1f%%", 100.0 * m->loss_rate / 256,
        100.0 * m->discard_rate / 256);
    say(pane, "bursts", STYLE_NORMAL, "%u ms, %.1f%% missing; gaps %u ms, %.1f%%", m->burst_ms,
        100.0 * m->burst_density / 256, m->gap_ms, 100.0 * m->gap_density / 256);
    say(pane, "delay", STYLE_NORMAL, "round trip %u ms, end system %u ms", m->round_trip_ms,
        m->end_system_ms);
    say(pane, "jitter buffer", STYLE_NORMAL, "nominal %u ms, maximum %u ms, limit %u ms",
        m->buffer_nominal_ms, m->buffer_maximum_ms, m->buffer_limit_ms);
}

static void say_feedback(TextPane *pane, const StreamRtcp *rtcp)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (unsigned i = 0; i <= FEEDBACK_UNKNOWN; i++)
        if (stream_rtcp_extra(rtcp)->feedback[i])
            g_string_append_printf(text, "%s%s %u", text->len ? "  " : "",
                                   feedback_kind_name((FeedbackKind)i),
                                   stream_rtcp_extra(rtcp)->feedback[i]);
    if (text->len == 0)
        return;
    heading(pane, "Feedback");
    say(pane, "messages", STYLE_NORMAL, "%s", text->str);
    if (stream_rtcp_extra(rtcp)->nack_packets)
        say(pane, "asked for again", STYLE_NORMAL, "%u packets",
            stream_rtcp_extra(rtcp)->nack_packets);
}

static void say_vq(TextPane *pane, const SnapshotVq *vq)
{
    g_autofree char *lq = known(vq->mos_lq, 1), *cq = known(vq->mos_cq, 1);
    g_autofree char *r_lq = known(vq->r_lq, 0), *r_cq = known(vq->r_cq, 0);
    g_autofree char *loss = known(vq->loss_percent, 1), *discards = known(vq->discard_percent, 1);
    g_autofree char *jitter = known(vq->jitter_ms, 1), *trip = known(vq->round_trip_ms, 0);

    say(pane, vq->kind, STYLE_NORMAL, "by %s", vq->source);
    say(pane, "score", STYLE_STRONG, "R %s / %s  MOS-LQ %s  MOS-CQ %s", r_lq, r_cq, lq, cq);
    say(pane, "loss, discards", STYLE_NORMAL, "%s%%  %s%%", loss, discards);
    say(pane, "jitter, round trip", STYLE_NORMAL, "%s ms  %s ms", jitter, trip);
}

/* RFC 6035: in SIP, but of the same kind. */
static void say_vq_reports(TextPane *pane, const StreamSnapshot *snapshot)
{
    unsigned count = snapshot->vq ? snapshot->vq->len : 0;

    if (count > 0)
        heading(pane, "Reported by endpoints (vq-rtcpxr, RFC 6035)");
    for (unsigned i = 0; i < count; i++)
        say_vq(pane, &g_array_index(snapshot->vq, SnapshotVq, i));
}

void stream_page_rtcp(TextPane *pane, const StreamSnapshot *snapshot)
{
    const StreamRtcp *rtcp = &snapshot->rtcp;

    say_vq_reports(pane, snapshot);
    if (!stream_rtcp_any(rtcp)) {
        text_pane_say(pane, STYLE_DIM, "%s",
                      rtcp->encrypted ? "its RTCP is encrypted" : "no RTCP was seen");
        return;
    }
    say_sender(pane, snapshot);
    say_receiver(pane, snapshot);
    say_loss_runs(pane, snapshot);
    say_round_trips(pane, rtcp);
    say_loss_place(pane, &rtcp->loss);
    say_voip_metrics(pane, rtcp);
    say_feedback(pane, rtcp);
    say_texts(pane, rtcp);
}

#include "ui/tui/stream_figures.h"
#include "dissect/call/confidence.h"
#include "dissect/media/stream_obstacle.h"
#include "dissect/net/dscp.h"
#include "export/escape.h"
#include "export/stream_content.h"
#include "ui/tui/quality_text.h"
#include <math.h>

#define TEXT_BYTES_MAX 200 /* of what was typed */

static char *ms(double value)
{
    return isnan(value) ? g_strdup("-") : g_strdup_printf("%.2f", value);
}

static void say_triple(TextPane *pane, const char *name, const char *labels[3],
                       const double values[3])
{
    g_autofree char *a = ms(values[0]), *b = ms(values[1]), *c = ms(values[2]);
    figures_say(pane, name, STYLE_NORMAL, "%s %s  %s %s  %s %s ms", labels[0], a, labels[1], b,
                labels[2], c);
}

static void say_skew(TextPane *pane, const StreamReport *report)
{
    g_autofree char *last = ms(report->skew_ms), *largest = ms(report->max_skew_ms);
    g_autofree char *drift = ms(report->drift_ppm);
    figures_say(pane, "skew", STYLE_NORMAL, "last %s  largest %s ms  drift %s ppm", last, largest,
                drift);
}

static void say_way(TextPane *pane, const Stream *stream)
{
    char from[ENDPOINT_TEXT_SIZE], to[ENDPOINT_TEXT_SIZE];
    figures_say(pane, "stream", STYLE_NORMAL, "%u  SSRC 0x%08x  %s -> %s", stream->number,
                stream->key.ssrc, endpoint_format(stream->key.source, from, sizeof from),
                endpoint_format(stream->key.destination, to, sizeof to));
}

static void say_codec(TextPane *pane, const StreamReport *report)
{
    g_autofree char *codec = escape_line(report->codec ? report->codec : "unknown", term_utf8());
    g_autoptr(GString) types = g_string_new(NULL), dscp = g_string_new(NULL);

    for (unsigned i = 0; i < report->payload_type_count; i++)
        g_string_append_printf(types, "%s%u", i ? "," : "", report->payload_types[i]);
    dscp_append_one(dscp, report->dscp);
    figures_say(pane, "codec", STYLE_NORMAL,
                "%s  %u Hz  payload types %s  packet time %u ms  DSCP %s%s", codec,
                report->clock_hz, types->str, report->ptime_ms, dscp->str,
                report->dscp_changed ? " (changed)" : "");
}

static void say_packets(TextPane *pane, const StreamReport *report)
{
    figures_say(pane, "packets", STYLE_NORMAL,
                "%" G_GUINT64_FORMAT "  expected %" G_GUINT64_FORMAT "  lost %" G_GUINT64_FORMAT
                "  duplicates %" G_GUINT64_FORMAT " (mirror %" G_GUINT64_FORMAT
                ")  reordered %" G_GUINT64_FORMAT,
                report->packets, report->expected, report->lost, report->duplicates,
                report->mirror_copies, report->reordered);
}

static void say_rtcp(TextPane *pane, const StreamRtcp *rtcp)
{
    g_autofree char *round_trip = ms(rtcp->round_trip_ms);
    g_autofree char *cname = escape_line(rtcp->cname, term_utf8());

    if (!rtcp->sender_reports && !rtcp->receiver_reports) {
        figures_say(pane, "RTCP", STYLE_NORMAL, "none seen");
        return;
    }
    figures_say(pane, "RTCP", STYLE_NORMAL,
                "SR %" G_GUINT64_FORMAT " (%u packets)  RR %" G_GUINT64_FORMAT
                "  round trip %s ms  %s%s",
                rtcp->sender_reports, rtcp->sent_packets, rtcp->receiver_reports, round_trip, cname,
                rtcp->bye ? "  BYE" : "");
}

/* Missing here and there, there only, here only. */
static void say_loss_place(TextPane *pane, const LossPlace *loss)
{
    uint64_t before = loss_placed(loss->before), after = loss_placed(loss->after);
    uint64_t in_capture = loss_placed(loss->in_capture);

    if (before + after + in_capture == 0)
        return;
    figures_say(pane, "lost where", STYLE_NORMAL,
                "before this point %" G_GUINT64_FORMAT "  behind it %" G_GUINT64_FORMAT
                "  by the capture alone %" G_GUINT64_FORMAT,
                before, after, in_capture);
}

static void say_video(TextPane *pane, const Stream *stream, uint32_t clock_hz)
{
    VideoReport v;
    g_autofree char *keys = NULL;

    if (!stream->content || !stream->content->video)
        return;
    video_report(stream->content->video, clock_hz, &v);
    keys = v.keys_known ? g_strdup_printf("%" G_GUINT64_FORMAT, v.key_frames) : g_strdup("?");
    figures_say(pane, "video", STYLE_NORMAL,
                "%ux%u  %.1f frames/s  %" G_GUINT64_FORMAT " frames, %s key, %" G_GUINT64_FORMAT
                " damaged  freezes %" G_GUINT64_FORMAT " (%.0f ms)",
                v.width, v.height, isnan(v.frames_per_s) ? 0.0 : v.frames_per_s, v.frames, keys,
                v.damaged_frames, v.freezes, v.freeze_ms);
}

static void say_content(TextPane *pane, const Stream *stream, uint32_t clock_hz)
{
    const Redundancy *r = stream->content ? stream->content->redundancy : NULL;
    g_autoptr(GArray) digits = stream_digits(stream);
    g_autofree char *dtmf = digits_text(digits);
    g_autofree char *text = stream_text(stream, TEXT_BYTES_MAX);

    if (dtmf)
        figures_say(pane, "DTMF", STYLE_NORMAL, "%s", dtmf);
    if (text) {
        g_autofree char *escaped = escape_line(text, term_utf8());
        figures_say(pane, "text", STYLE_NORMAL, "%s", escaped);
    }
    if (r)
        figures_say(pane, "redundancy", STYLE_NORMAL,
                    "gives back %" G_GUINT64_FORMAT " by RED, %" G_GUINT64_FORMAT " by FEC",
                    r->red_recovered, r->fec_recovered);
    say_video(pane, stream, clock_hz);
}

static char *tenths(uint8_t ten_times)
{
    return ten_times == RTCP_XR_UNAVAILABLE ? g_strdup("-")
                                            : g_strdup_printf("%.1f", ten_times / 10.0);
}

/* What the receiver itself says (RFC 3611 4.7): it knows its jitter buffer. */
static void say_receiver(TextPane *pane, const StreamRtcp *rtcp)
{
    const RtcpXrVoipMetrics *voip = &stream_rtcp_extra(rtcp)->last_voip;

    if (!stream_rtcp_extra(rtcp)->voip_reports)
        return;
    g_autofree char *lq = tenths(voip->mos_lq_10), *cq = tenths(voip->mos_cq_10);
    g_autofree char *r = voip->r_factor == RTCP_XR_UNAVAILABLE
                             ? g_strdup("-")
                             : g_strdup_printf("%u", voip->r_factor);
    figures_say(pane, "receiver", STYLE_NORMAL,
                "says: loss %.1f%%  discards %.1f%%  R %s  MOS-LQ %s  MOS-CQ %s",
                100.0 * voip->loss_rate / 256, 100.0 * voip->discard_rate / 256, r, lq, cq);
}

static void say_marked(TextPane *pane, const StreamReport *report)
{
    figures_say(pane, "marked", STYLE_NORMAL,
                "markers %" G_GUINT64_FORMAT "  comfort noise %" G_GUINT64_FORMAT
                "  events %" G_GUINT64_FORMAT "  time jumps %" G_GUINT64_FORMAT
                "  restarts %" G_GUINT64_FORMAT,
                report->markers, report->comfort_noise, report->events, report->timestamp_jumps,
                report->restarts);
}

static void say_found(TextPane *pane, const Stream *stream, const StreamReport *report)
{
    figures_say(pane, "found by", STYLE_NORMAL, "%s  security %s  %.1f kbit/s",
                stream_match_name(stream->match), stream_security_name(stream->security),
                report->bit_rate_bps / 1000);
}

static void say_confidence(TextPane *pane, const Model *model, const Stream *stream,
                           const StreamReport *report)
{
    CaptureConfidence c = capture_confidence(model, stream, report);

    if (c.level == CONFIDENCE_HIGH)
        return;
    figures_say(pane, "confidence", c.level == CONFIDENCE_LOW ? STYLE_WARNING : STYLE_NORMAL,
                "%s: the probe lost %" G_GUINT64_FORMAT
                " packets, the receiver has %" G_GUINT64_FORMAT
                " not seen here; lost by the network at least %" G_GUINT64_FORMAT "%s",
                confidence_level_name(c.level), c.probe_drops, c.received_elsewhere,
                c.lost_at_least, c.disorder ? "; times are out of order" : "");
}

/* Which key opens it, or why none does. */
static void say_secrets(TextPane *pane, const Stream *stream)
{
    StreamObstacle obstacle = stream_obstacle(stream);
    const SrtpKey *key = stream->srtp ? srtp_context_key(stream->srtp) : NULL;

    if (obstacle != OBSTACLE_NONE)
        figures_say(pane, "SRTP", STYLE_WARNING, "cannot be read: %s",
                    stream_obstacle_text(obstacle));
    if (!key)
        return;
    const SrtpCounts *counts = srtp_context_counts(stream->srtp);
    figures_say(pane, "SRTP", counts->failed ? STYLE_WARNING : STYLE_NORMAL,
                "%s  authenticated %" G_GUINT64_FORMAT "  failed %" G_GUINT64_FORMAT
                "  replayed %" G_GUINT64_FORMAT "  roll-over counter %u",
                key->suite->name, counts->open, counts->failed, counts->replayed,
                srtp_context_roc(stream->srtp));
}

static void say_times(TextPane *pane, const StreamReport *report)
{
    static const char *jitter_labels[3] = { "last", "mean", "max" };
    static const char *delta_labels[3] = { "min", "mean", "max" };

    say_triple(pane, "jitter", jitter_labels,
               (double[]){ report->jitter_last_ms, report->jitter_mean_ms, report->jitter_max_ms });
    say_triple(pane, "delta", delta_labels,
               (double[]){ report->delta_min_ms, report->delta_mean_ms, report->delta_max_ms });
    say_skew(pane, report);
}

void stream_figures_add_counts(TextPane *pane, const StreamReport *report)
{
    say_codec(pane, report);
    say_packets(pane, report);
    say_times(pane, report);
    say_marked(pane, report);
    figures_say(pane, "bandwidth", STYLE_NORMAL, "%.1f kbit/s", report->bit_rate_bps / 1000);
}

void stream_figures_add(const Ui *ui, uint32_t number, TextPane *pane)
{
    const Model *model = ui_lock(ui);
    const Stream *stream = model_stream(model, number);

    if (stream) {
        StreamReport report;
        stream_report(stream, &report);
        say_way(pane, stream);
        say_codec(pane, &report);
        quality_figures_add(stream, &report, pane);
        say_packets(pane, &report);
        say_confidence(pane, model, stream, &report);
        say_times(pane, &report);
        say_rtcp(pane, &stream->rtcp);
        say_loss_place(pane, &stream->rtcp.loss);
        say_content(pane, stream, report.clock_hz);
        say_receiver(pane, &stream->rtcp);
        say_marked(pane, &report);
        say_found(pane, stream, &report);
        say_secrets(pane, stream);
    }
    ui_unlock(ui);
}

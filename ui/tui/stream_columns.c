#include "ui/tui/stream_columns.h"
#include "ui/tui/quality_text.h"
#include <math.h>

static void append_ms(GString *out, double ms)
{
    if (!isnan(ms))
        g_string_append_printf(out, "%.1f", ms);
}

static void number_format(const StreamFacts *facts, GString *out)
{
    g_string_append_printf(out, "%u", facts->stream->number);
}

static void call_format(const StreamFacts *facts, GString *out)
{
    if (facts->stream->call)
        g_string_append_printf(out, "%u", facts->stream->call);
}

static void ssrc_format(const StreamFacts *facts, GString *out)
{
    g_string_append_printf(out, "%08x", facts->stream->key.ssrc);
}

static void append_endpoint(GString *out, Endpoint endpoint)
{
    char text[ENDPOINT_TEXT_SIZE];
    g_string_append(out, endpoint_format(endpoint, text, sizeof text));
}

static void source_format(const StreamFacts *facts, GString *out)
{
    append_endpoint(out, facts->stream->key.source);
}

static void destination_format(const StreamFacts *facts, GString *out)
{
    append_endpoint(out, facts->stream->key.destination);
}

static void codec_format(const StreamFacts *facts, GString *out)
{
    if (facts->report.codec)
        g_string_append(out, facts->report.codec);
    else if (facts->report.payload_type_count)
        g_string_append_printf(out, "PT %u", facts->report.payload_types[0]);
}

static void packets_format(const StreamFacts *facts, GString *out)
{
    g_string_append_printf(out, "%" G_GUINT64_FORMAT, facts->report.packets);
}

static void lost_format(const StreamFacts *facts, GString *out)
{
    g_string_append_printf(out, "%" G_GUINT64_FORMAT, facts->report.lost);
}

static void percent_format(const StreamFacts *facts, GString *out)
{
    if (!isnan(facts->report.lost_percent))
        g_string_append_printf(out, "%.1f%%%s", facts->report.lost_percent,
                               facts->doubtful ? "?" : "");
}

static void jitter_format(const StreamFacts *facts, GString *out)
{
    append_ms(out, facts->report.jitter_mean_ms);
}

static void delta_format(const StreamFacts *facts, GString *out)
{
    append_ms(out, facts->report.delta_max_ms);
}

static void duration_column_format(const StreamFacts *facts, GString *out)
{
    char text[TIME_TEXT_SIZE];
    if (facts->report.duration_ns != TIME_UNKNOWN)
        g_string_append(out, duration_format(facts->report.duration_ns, text, sizeof text));
}

static SortKey number_key(const StreamFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_number(facts->stream->number);
}

static SortKey call_key(const StreamFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_number(facts->stream->call ? facts->stream->call : TIME_UNKNOWN);
}

static SortKey ssrc_key(const StreamFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_number(facts->stream->key.ssrc);
}

static SortKey codec_key(const StreamFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_text(facts->report.codec);
}

static SortKey packets_key(const StreamFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_number((int64_t)facts->report.packets);
}

static SortKey lost_key(const StreamFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_number((int64_t)facts->report.lost);
}

static SortKey percent_key(const StreamFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_real(facts->report.lost_percent);
}

static SortKey jitter_key(const StreamFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_real(facts->report.jitter_mean_ms);
}

static SortKey delta_key(const StreamFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_real(facts->report.delta_max_ms);
}

static SortKey duration_key(const StreamFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_number(facts->report.duration_ns);
}

/* Sorts as endpoint_compare() does. */
static SortKey endpoint_key(Endpoint endpoint, GString *scratch)
{
    g_string_printf(scratch, "%d%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x%04x",
                    !ip_is_v4(endpoint.ip), endpoint.ip.high, endpoint.ip.low, endpoint.port);
    return sort_key_text(scratch->str);
}

static SortKey source_key(const StreamFacts *facts, GString *scratch)
{
    return endpoint_key(facts->stream->key.source, scratch);
}

static SortKey destination_key(const StreamFacts *facts, GString *scratch)
{
    return endpoint_key(facts->stream->key.destination, scratch);
}

static unsigned loss_style(const StreamFacts *facts)
{
    if (facts->report.lost == 0 || isnan(facts->report.lost_percent))
        return STYLE_NORMAL;
    return facts->report.lost_percent < 1.0 ? STYLE_WARNING : STYLE_ERROR;
}

/* Worked out only when it is asked for: most of the time streams are sorted by something else. */
static StreamQuality quality_of(const StreamFacts *facts)
{
    StreamQuality quality;
    stream_quality(facts->stream, &quality);
    return quality;
}

static void mos_format(const StreamFacts *facts, GString *out)
{
    StreamQuality quality = quality_of(facts);
    if (!quality.unscored)
        quality_append_mos(out, quality.whole.mos_lq, quality.scale);
}

static SortKey mos_key(const StreamFacts *facts, GString *scratch)
{
    (void)scratch;
    StreamQuality quality = quality_of(facts);
    return sort_key_real(quality.unscored ? NAN : quality.whole.mos_lq);
}

static unsigned mos_style(const StreamFacts *facts)
{
    StreamQuality quality = quality_of(facts);
    return quality_style(quality_share(&quality));
}

static bool video_of(const StreamFacts *facts, VideoReport *out)
{
    const StreamContent *content = facts->stream->content;

    if (!content || !content->video)
        return false;
    video_report(content->video, facts->report.clock_hz, out);
    return true;
}

static void frames_format(const StreamFacts *facts, GString *out)
{
    VideoReport video;
    if (video_of(facts, &video) && !isnan(video.frames_per_s))
        g_string_append_printf(out, "%.1f", video.frames_per_s);
}

static SortKey frames_key(const StreamFacts *facts, GString *scratch)
{
    VideoReport video;
    (void)scratch;
    return sort_key_real(video_of(facts, &video) ? video.frames_per_s : (double)NAN);
}

static void size_format(const StreamFacts *facts, GString *out)
{
    VideoReport video;
    if (video_of(facts, &video) && video.width)
        g_string_append_printf(out, "%ux%u", video.width, video.height);
}

static SortKey size_key(const StreamFacts *facts, GString *scratch)
{
    VideoReport video;
    (void)scratch;
    bool known = video_of(facts, &video) && video.width;
    return sort_key_number(known ? (int64_t)video.width * video.height : TIME_UNKNOWN);
}

static void after_format(const StreamFacts *facts, GString *out)
{
    const LossPlace *loss = &facts->stream->rtcp.loss;
    if (loss->intervals)
        g_string_append_printf(out, "%" G_GUINT64_FORMAT, loss_placed(loss->after));
}

static SortKey after_key(const StreamFacts *facts, GString *scratch)
{
    const LossPlace *loss = &facts->stream->rtcp.loss;
    (void)scratch;
    return sort_key_number(loss->intervals ? (int64_t)loss_placed(loss->after) : TIME_UNKNOWN);
}

static const StreamColumn columns[] = {
    { { "number", "#", "number of the stream, in order of arrival", 4, 7, 100, true },
      number_format,
      number_key,
      NULL },
    { { "call", "Call", "the call it belongs to", 4, 7, 60, true }, call_format, call_key, NULL },
    { { "source", "Source", "where it comes from", 19, 22, 90, false },
      source_format,
      source_key,
      NULL },
    { { "destination", "Destination", "where it goes to", 19, 22, 90, false },
      destination_format,
      destination_key,
      NULL },
    { { "codec", "Codec", "by SDP, or by its payload type", 7, 9, 80, false },
      codec_format,
      codec_key,
      NULL },
    { { "packets", "Packets", "all that were seen", 7, 8, 65, true },
      packets_format,
      packets_key,
      NULL },
    { { "lost", "Lost", "packets that never came", 5, 6, 40, true },
      lost_format,
      lost_key,
      loss_style },
    { { "loss", "Loss", "share of the packets that never came", 6, 6, 85, true },
      percent_format,
      percent_key,
      loss_style },
    { { "jitter", "Jitter", "mean, in ms (RFC 3550)", 6, 7, 70, true },
      jitter_format,
      jitter_key,
      NULL },
    { { "mos", "MOS", "MOS-LQ and its scale: nb, wb or fb", 7, 7, 88, true },
      mos_format,
      mos_key,
      mos_style },
    { { "max-delta", "Max gap", "longest time between two packets, in ms", 7, 8, 50, true },
      delta_format,
      delta_key,
      NULL },
    { { "duration", "Duration", "first packet to the last", 8, 9, 55, true },
      duration_column_format,
      duration_key,
      NULL },
    { { "lost-after", "Behind", "lost behind this point, by its receiver's reports", 6, 7, 20,
        true },
      after_format,
      after_key,
      NULL },
    { { "frames", "fps", "frames of video a second", 5, 6, 22, true },
      frames_format,
      frames_key,
      NULL },
    { { "size", "Size", "width and height of video", 9, 10, 21, true },
      size_format,
      size_key,
      NULL },
    { { "ssrc", "SSRC", "its RTP source", 8, 8, 30, false }, ssrc_format, ssrc_key, NULL },
};

void stream_facts_init(StreamFacts *facts, const Model *model, const Stream *stream)
{
    facts->stream = stream;
    stream_report(stream, &facts->report);
    facts->doubtful = capture_confidence(model, stream, &facts->report).level == CONFIDENCE_LOW;
}

const StreamColumn *stream_column(unsigned column)
{
    return &columns[column];
}

SortKey stream_sort_key(const Model *model, const Stream *stream, unsigned column, GString *scratch)
{
    StreamFacts facts;
    stream_facts_init(&facts, model, stream);
    return columns[column].key(&facts, scratch);
}

static const ColumnHead *head_of(unsigned column)
{
    return &columns[column].head;
}

const ColumnSet stream_column_set = {
    .setting = "streams.columns",
    .usual = "number,call,source,destination,codec,packets,lost,loss,jitter,mos,max-delta,duration,"
             "ssrc",
    .count = G_N_ELEMENTS(columns),
    .head = head_of,
};

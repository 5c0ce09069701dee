#include "ui/tui/stream_columns.h"
#include "export/escape.h"
#include "ui/tui/streams_view.h"
#include <math.h>

#define ADDRESS_CELLS 19
#define ADDRESS_EXTRA 3   /* in a window of at least */
#define WIDE_COLUMNS  130 /* cells */

typedef struct {
    const Stream *stream;
    const StreamReport *report;
} Facts;

typedef struct {
    const char *title;
    int width;
    unsigned importance; /* the least important ones give way first */
    bool right;
    void (*format)(const Facts *facts, GString *out);
} Column;

static void append_ms(GString *out, double ms)
{
    if (!isnan(ms))
        g_string_append_printf(out, "%.1f", ms);
}

static void number_format(const Facts *facts, GString *out)
{
    g_string_append_printf(out, "%u", facts->stream->number);
}

static void call_format(const Facts *facts, GString *out)
{
    if (facts->stream->call)
        g_string_append_printf(out, "%u", facts->stream->call);
}

static void ssrc_format(const Facts *facts, GString *out)
{
    g_string_append_printf(out, "%08x", facts->stream->key.ssrc);
}

static void append_endpoint(GString *out, Endpoint endpoint)
{
    char text[ENDPOINT_TEXT_SIZE];
    g_string_append(out, endpoint_format(endpoint, text, sizeof text));
}

static void source_format(const Facts *facts, GString *out)
{
    append_endpoint(out, facts->stream->key.source);
}

static void destination_format(const Facts *facts, GString *out)
{
    append_endpoint(out, facts->stream->key.destination);
}

static void codec_format(const Facts *facts, GString *out)
{
    if (facts->report->codec)
        g_string_append(out, facts->report->codec);
    else if (facts->report->payload_type_count)
        g_string_append_printf(out, "PT %u", facts->report->payload_types[0]);
}

static void packets_format(const Facts *facts, GString *out)
{
    g_string_append_printf(out, "%" G_GUINT64_FORMAT, facts->report->packets);
}

static void lost_format(const Facts *facts, GString *out)
{
    g_string_append_printf(out, "%" G_GUINT64_FORMAT, facts->report->lost);
}

static void percent_format(const Facts *facts, GString *out)
{
    if (!isnan(facts->report->lost_percent))
        g_string_append_printf(out, "%.1f%%", facts->report->lost_percent);
}

static void jitter_format(const Facts *facts, GString *out)
{
    append_ms(out, facts->report->jitter_mean_ms);
}

static void delta_format(const Facts *facts, GString *out)
{
    append_ms(out, facts->report->delta_max_ms);
}

static void duration_column_format(const Facts *facts, GString *out)
{
    char text[TIME_TEXT_SIZE];
    if (facts->report->duration_ns != TIME_UNKNOWN)
        g_string_append(out, duration_format(facts->report->duration_ns, text, sizeof text));
}

static const Column columns[] = {
    { "#", 4, 100, true, number_format },
    { "Call", 4, 60, true, call_format },
    { "Source", ADDRESS_CELLS, 90, false, source_format },
    { "Destination", ADDRESS_CELLS, 90, false, destination_format },
    { "Codec", 7, 80, false, codec_format },
    { "Packets", 7, 75, true, packets_format },
    { "Lost", 5, 40, true, lost_format },
    { "Loss", 6, 85, true, percent_format },
    { "Jitter", 6, 70, true, jitter_format },
    { "Max \xce\x94", 7, 50, true, delta_format },
    { "Duration", 8, 55, true, duration_column_format },
    { "SSRC", 8, 30, false, ssrc_format },
};

unsigned stream_column_count(void)
{
    return G_N_ELEMENTS(columns);
}

static unsigned loss_style(const StreamReport *report)
{
    if (report->lost == 0 || isnan(report->lost_percent))
        return STYLE_NORMAL;
    return report->lost_percent < 1.0 ? STYLE_WARNING : STYLE_ERROR;
}

/* Addresses take what a wide window has to spare. */
static int width_of(const Column *column, int room)
{
    bool grows = column->width == ADDRESS_CELLS && room >= WIDE_COLUMNS;
    return column->width + (grows ? ADDRESS_EXTRA : 0);
}

/* Which columns are in sight: the first one, and those from @from on that fit @room. */
static void choose_columns(unsigned from, int room, bool chosen[G_N_ELEMENTS(columns)])
{
    int total = 1;

    for (unsigned i = 0; i < G_N_ELEMENTS(columns); i++) {
        chosen[i] = i == 0 || i > from;
        total += chosen[i] ? width_of(&columns[i], room) + 1 : 0;
    }
    while (total > room + 1) {
        unsigned least = 0;
        for (unsigned i = 1; i < G_N_ELEMENTS(columns); i++)
            if (chosen[i] && columns[i].importance < columns[least].importance)
                least = i;
        chosen[least] = false;
        total -= width_of(&columns[least], room) + 1;
    }
}

typedef void (*DrawColumn)(const Column *column, Rect at, void *context);

static void each_column(WINDOW *window, unsigned from, int y, DrawColumn draw, void *context)
{
    bool chosen[G_N_ELEMENTS(columns)];
    int x = 1;

    choose_columns(from, getmaxx(window), chosen);
    for (unsigned i = 0; i < G_N_ELEMENTS(columns); i++) {
        int width = width_of(&columns[i], getmaxx(window));
        if (!chosen[i])
            continue;
        draw(&columns[i], cells_row(y, x, width), context);
        x += width + 1;
    }
}

static void draw_title(const Column *column, Rect at, void *context)
{
    WINDOW *window = context;
    const char *title = column->format == delta_format && !term_utf8() ? "Max gap" : column->title;
    if (column->right)
        cells_right(window, at, STYLE_HEADING, title);
    else
        cells_field(window, at, STYLE_HEADING, title);
}

void stream_head_draw(WINDOW *window, unsigned from)
{
    each_column(window, from, 0, draw_title, window);
}

typedef struct {
    WINDOW *window;
    Facts facts;
    unsigned on;
} RowPen;

static void draw_cell(const Column *column, Rect at, void *context)
{
    const RowPen *pen = context;
    g_autoptr(GString) text = g_string_new(NULL);
    bool is_loss = column->format == lost_format || column->format == percent_format;
    unsigned style = is_loss ? loss_style(pen->facts.report) : STYLE_NORMAL;

    column->format(&pen->facts, text);
    g_autofree char *safe = escape_line(text->len ? text->str : "-", term_utf8());
    if (!text->len)
        style = STYLE_DIM;
    if (column->right)
        cells_right(pen->window, at, style | pen->on, safe);
    else
        cells_text(pen->window, at, style | pen->on, safe);
}

void stream_row_draw(const Stream *stream, WINDOW *window, int y, unsigned from, unsigned on)
{
    StreamReport report;

    stream_report(stream, &report);
    RowPen pen = { window, { stream, &report }, on };
    cells_blank(window, cells_row(y, 0, getmaxx(window)), STYLE_NORMAL | on);
    each_column(window, from, y, draw_cell, &pen);
}

static void say(TextPane *pane, const char *name, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* One line "name  figures". */
static void say(TextPane *pane, const char *name, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *figures = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    char *text = g_strdup_printf("%-12s %s", name, figures);
    text_pane_add(pane, (TextLine){ text, 12, STYLE_FIELD, STYLE_NORMAL });
}

static char *ms(double value)
{
    return isnan(value) ? g_strdup("-") : g_strdup_printf("%.2f", value);
}

static void say_triple(TextPane *pane, const char *name, const char *labels[3],
                       const double values[3])
{
    g_autofree char *a = ms(values[0]), *b = ms(values[1]), *c = ms(values[2]);
    say(pane, name, "%s %s  %s %s  %s %s ms", labels[0], a, labels[1], b, labels[2], c);
}

static void say_skew(TextPane *pane, const StreamReport *report)
{
    g_autofree char *last = ms(report->skew_ms), *largest = ms(report->max_skew_ms);
    g_autofree char *drift = ms(report->drift_ppm);
    say(pane, "skew", "last %s  largest %s ms  drift %s ppm", last, largest, drift);
}

static void say_way(TextPane *pane, const Stream *stream)
{
    char from[ENDPOINT_TEXT_SIZE], to[ENDPOINT_TEXT_SIZE];
    say(pane, "stream", "%u  SSRC 0x%08x  %s -> %s", stream->number, stream->key.ssrc,
        endpoint_format(stream->key.source, from, sizeof from),
        endpoint_format(stream->key.destination, to, sizeof to));
}

static void say_codec(TextPane *pane, const Stream *stream, const StreamReport *report)
{
    g_autofree char *codec = escape_line(report->codec ? report->codec : "unknown", term_utf8());
    g_autoptr(GString) types = g_string_new(NULL);

    for (unsigned i = 0; i < report->payload_type_count; i++)
        g_string_append_printf(types, "%s%u", i ? "," : "", report->payload_types[i]);
    say(pane, "codec", "%s  %u Hz  payload types %s  packet time %u ms  DSCP %u%s", codec,
        report->clock_hz, types->str, report->ptime_ms, report->dscp,
        report->dscp_changed ? " (changed)" : "");
    say(pane, "found by", "%s  security %s  %.1f kbit/s", stream_match_name(stream->match),
        stream_security_name(stream->security), report->bit_rate_bps / 1000);
}

static void say_packets(TextPane *pane, const StreamReport *report)
{
    say(pane, "packets",
        "%" G_GUINT64_FORMAT "  expected %" G_GUINT64_FORMAT "  lost %" G_GUINT64_FORMAT
        "  duplicates %" G_GUINT64_FORMAT "  reordered %" G_GUINT64_FORMAT
        "  restarts %" G_GUINT64_FORMAT,
        report->packets, report->expected, report->lost, report->duplicates, report->reordered,
        report->restarts);
    say(pane, "marked",
        "markers %" G_GUINT64_FORMAT "  comfort noise %" G_GUINT64_FORMAT
        "  events %" G_GUINT64_FORMAT "  timestamp jumps %" G_GUINT64_FORMAT,
        report->markers, report->comfort_noise, report->events, report->timestamp_jumps);
}

static void say_rtcp(TextPane *pane, const StreamRtcp *rtcp)
{
    g_autofree char *round_trip = ms(rtcp->round_trip_ms);
    g_autofree char *cname = escape_line(rtcp->cname, term_utf8());

    if (!rtcp->sender_reports && !rtcp->receiver_reports) {
        say(pane, "RTCP", "none seen");
        return;
    }
    say(pane, "RTCP",
        "SR %" G_GUINT64_FORMAT " (%u packets)  RR %" G_GUINT64_FORMAT "  round trip %s ms  %s%s",
        rtcp->sender_reports, rtcp->sent_packets, rtcp->receiver_reports, round_trip, cname,
        rtcp->bye ? "  BYE" : "");
}

void stream_figures_add(const Ui *ui, uint32_t number, TextPane *pane)
{
    static const char *jitter_labels[3] = { "last", "mean", "max" };
    static const char *delta_labels[3] = { "min", "mean", "max" };
    const Model *model = ui_lock(ui);
    const Stream *stream = model_stream(model, number);

    if (stream) {
        StreamReport report;
        stream_report(stream, &report);
        say_way(pane, stream);
        say_codec(pane, stream, &report);
        say_packets(pane, &report);
        say_triple(
            pane, "jitter", jitter_labels,
            (double[]){ report.jitter_last_ms, report.jitter_mean_ms, report.jitter_max_ms });
        say_triple(pane, "delta", delta_labels,
                   (double[]){ report.delta_min_ms, report.delta_mean_ms, report.delta_max_ms });
        say_skew(pane, &report);
        say_rtcp(pane, &stream->rtcp);
    }
    ui_unlock(ui);
}

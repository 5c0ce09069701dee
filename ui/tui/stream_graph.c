#include "ui/tui/stream_graph.h"
#include "ui/tui/graph.h"
#include "ui/tui/quality_text.h"
#include <math.h>

#define LABEL_CELLS   14 /* left of the plot */
#define NAME_CELLS    8
#define SPAN_MIN_NS   (40 * NS_PER_MS)
#define COARSE_POINTS 8 /* of the time line that are seen at least */
#define FINE_SHARE    2 /* points of the time line in a column of dots, below which packets serve */
#define MOS_LOW       1.0
#define MOS_HIGH      5.0
#define LEVEL_LOW     (-60.0) /* dBov: silence is below */
#define WORST_MARGIN  4       /* the worst seconds take half of the window */

typedef struct {
    const char *name, *unit;
    double (*value)(const QualityInterval *point);
    unsigned (*style)(const StreamQuality *quality, const QualityInterval *point);
    double low, high; /* high 0: as the values ask for, at least @least */
    double least;
    bool low_is_bad; /* the lowest of several is shown, else the highest */
    bool coarse;     /* says nothing of a single packet: always by the time line */
    bool stays;      /* until the next packet, which jitter does */
    unsigned digits; /* of the value at the cursor */
} Measure;

static double mos_of(const QualityInterval *point)
{
    return point->mos_lq;
}

static double loss_of(const QualityInterval *point)
{
    double expected = (double)point->packets + point->lost;
    return expected > 0 ? 100.0 * ((double)point->lost + point->discarded) / expected : NAN;
}

static double jitter_of(const QualityInterval *point)
{
    return point->packets ? point->jitter_max_ms : NAN;
}

static double delta_of(const QualityInterval *point)
{
    return point->packets ? point->delta_max_ms : NAN;
}

static double packets_of(const QualityInterval *point)
{
    return point->duration_ns ? point->packets * (double)NS_PER_S / (double)point->duration_ns : 0;
}

static double level_of(const QualityInterval *point)
{
    return point->level_dbov;
}

static unsigned mos_style(const StreamQuality *quality, const QualityInterval *point)
{
    double points = quality->clean_mos_lq - point->mos_lq;
    if (points < 0.1)
        return STYLE_OK;
    return points < 0.5 ? STYLE_NORMAL : points < 1.2 ? STYLE_WARNING : STYLE_ERROR;
}

/* What was lost is worse than what came too late: another buffer might have had it. */
static unsigned loss_style(const StreamQuality *quality, const QualityInterval *point)
{
    (void)quality;
    return point->lost ? STYLE_ERROR : STYLE_WARNING;
}

static unsigned jitter_style(const StreamQuality *quality, const QualityInterval *point)
{
    (void)quality;
    return point->jitter_max_ms < 20   ? STYLE_REQUEST
           : point->jitter_max_ms < 50 ? STYLE_WARNING
                                       : STYLE_ERROR;
}

static unsigned delta_style(const StreamQuality *quality, const QualityInterval *point)
{
    double usual_ms = isnan(quality->packet_ms) ? 20 : quality->packet_ms;
    return point->delta_max_ms < 3 * usual_ms    ? STYLE_REQUEST
           : point->delta_max_ms < 10 * usual_ms ? STYLE_WARNING
                                                 : STYLE_ERROR;
}

static unsigned plain_style(const StreamQuality *quality, const QualityInterval *point)
{
    (void)quality;
    (void)point;
    return STYLE_MEDIA;
}

static const Measure measures[] = {
    { .name = "MOS-LQ",
      .unit = "",
      .value = mos_of,
      .style = mos_style,
      .low = MOS_LOW,
      .high = MOS_HIGH,
      .low_is_bad = true,
      .coarse = true,
      .digits = 2 },
    { .name = "loss", .unit = "%", .value = loss_of, .style = loss_style, .least = 1, .digits = 1 },
    { .name = "jitter",
      .unit = "ms",
      .value = jitter_of,
      .style = jitter_style,
      .least = 5,
      .stays = true,
      .digits = 2 },
    { .name = "delta", .unit = "ms", .value = delta_of, .style = delta_style, .least = 50 },
    { .name = "packets",
      .unit = "/s",
      .value = packets_of,
      .style = plain_style,
      .least = 10,
      .coarse = true },
    { .name = "level",
      .unit = "dBov",
      .value = level_of,
      .style = plain_style,
      .low = LEVEL_LOW,
      .coarse = true },
};

/* --- the window --- */

static int64_t total_ns(const GraphData *data)
{
    return MAX(stream_snapshot_span_ns(data->snapshot), NS_PER_MS);
}

static int64_t point_ns(const GraphData *data)
{
    const GArray *points = data->snapshot->points;
    return points && points->len ? g_array_index(points, QualityInterval, 0).duration_ns : NS_PER_S;
}

static int64_t span_min_ns(const GraphData *data)
{
    int64_t coarse_ns = COARSE_POINTS * point_ns(data);
    return MIN(data->rows ? SPAN_MIN_NS : coarse_ns, total_ns(data));
}

static void window_of(const StreamGraph *graph, const GraphData *data, int64_t *from_ns,
                      int64_t *span_ns)
{
    *from_ns = graph->whole ? stream_snapshot_start_ns(data->snapshot) : graph->from_ns;
    *span_ns = graph->whole ? total_ns(data) : graph->span_ns;
}

static void keep_inside(StreamGraph *graph, const GraphData *data)
{
    int64_t start_ns = stream_snapshot_start_ns(data->snapshot);
    int64_t end_ns = start_ns + total_ns(data);

    graph->span_ns = CLAMP(graph->span_ns, span_min_ns(data), total_ns(data));
    graph->from_ns = CLAMP(graph->from_ns, start_ns, end_ns - graph->span_ns);
    graph->cursor_ns = CLAMP(graph->cursor_ns, start_ns, end_ns - 1);
}

static void begin_cursor(StreamGraph *graph, const GraphData *data)
{
    const StreamQuality *quality = &data->snapshot->quality;

    graph->cursor_ns = stream_snapshot_start_ns(data->snapshot) + total_ns(data) / 2;
    if (!quality->unscored && quality->worst_loss_percent > 0)
        graph->cursor_ns = quality->worst_start_ns;
    graph->whole = true;
}

void stream_graph_fit(StreamGraph *graph, const GraphData *data, int columns)
{
    if (graph->cursor_ns == TIME_UNKNOWN)
        begin_cursor(graph, data);
    graph->plot_columns = MAX(columns - LABEL_CELLS, 1);
    if (graph->whole)
        window_of(graph, data, &graph->from_ns, &graph->span_ns);
    keep_inside(graph, data);
}

static void follow_cursor(StreamGraph *graph, const GraphData *data)
{
    keep_inside(graph, data);
    if (graph->cursor_ns < graph->from_ns)
        graph->from_ns = graph->cursor_ns;
    if (graph->cursor_ns >= graph->from_ns + graph->span_ns)
        graph->from_ns = graph->cursor_ns - graph->span_ns + 1;
    keep_inside(graph, data);
}

void stream_graph_move(StreamGraph *graph, const GraphData *data, int cells)
{
    graph->cursor_ns += cells * MAX(graph->span_ns / MAX(graph->plot_columns, 1), 1);
    follow_cursor(graph, data);
}

void stream_graph_pan(StreamGraph *graph, const GraphData *data, int halves)
{
    int64_t by_ns = halves * (graph->span_ns / 2);

    graph->from_ns += by_ns;
    graph->cursor_ns += by_ns;
    follow_cursor(graph, data);
}

void stream_graph_go(StreamGraph *graph, const GraphData *data, int64_t time_ns)
{
    graph->cursor_ns = time_ns;
    follow_cursor(graph, data);
}

bool stream_graph_zoom(StreamGraph *graph, const GraphData *data, bool in)
{
    int64_t before_ns = graph->span_ns;
    int64_t into_ns = graph->cursor_ns - graph->from_ns;

    graph->span_ns = in                               ? before_ns / 2
                     : before_ns > total_ns(data) / 2 ? total_ns(data)
                                                      : before_ns * 2;
    graph->span_ns = CLAMP(graph->span_ns, span_min_ns(data), total_ns(data));
    double share = before_ns ? (double)into_ns / (double)before_ns : 0.5;
    graph->from_ns = graph->cursor_ns - (int64_t)(share * (double)graph->span_ns);
    graph->whole = graph->span_ns >= total_ns(data);
    keep_inside(graph, data);
    return !in || graph->span_ns < before_ns || data->rows;
}

void stream_graph_go_worst(StreamGraph *graph, const GraphData *data)
{
    const StreamQuality *quality = &data->snapshot->quality;

    if (quality->unscored || quality->worst_start_ns == TIME_UNKNOWN)
        return;
    graph->whole = false;
    graph->span_ns = 2 * quality->worst_duration_ns;
    graph->from_ns = quality->worst_start_ns - graph->span_ns / WORST_MARGIN;
    graph->cursor_ns = quality->worst_start_ns;
    keep_inside(graph, data);
}

void stream_graph_click(StreamGraph *graph, const GraphData *data, int x)
{
    int cell = x - graph->plot_x;

    if (cell < 0 || cell >= graph->plot_columns)
        return;
    graph->cursor_ns =
        graph->from_ns + (int64_t)((cell + 0.5) / graph->plot_columns * (double)graph->span_ns);
    keep_inside(graph, data);
}

/* --- what is shown --- */

static bool has_level(const StreamSnapshot *snapshot)
{
    for (unsigned i = 0; snapshot->points && i < snapshot->points->len; i++)
        if (!isnan(g_array_index(snapshot->points, QualityInterval, i).level_dbov))
            return true;
    return false;
}

static unsigned measure_count(const GraphData *data)
{
    return G_N_ELEMENTS(measures) - !has_level(data->snapshot);
}

void stream_graph_choose(StreamGraph *graph, const GraphData *data, bool next)
{
    unsigned count = measure_count(data);
    graph->measure = (graph->measure + (next ? 1 : count - 1)) % count;
}

static unsigned first_row(const GArray *rows, int64_t from_ns)
{
    unsigned low = 0, high = rows->len;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (g_array_index(rows, PacketRow, middle).time_ns < from_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void add_packet(QualityInterval *point, const PacketRow *row)
{
    if (row->status & PACKET_DUPLICATE)
        return;
    point->packets++;
    point->lost += row->lost_before;
    if (row->status & PACKET_LATE && point->lost > 0)
        point->lost--;
    point->discarded += (row->status & PACKET_DISCARDED) != 0;
    if (!isnan(row->jitter_ms))
        point->jitter_max_ms = fmax(point->jitter_max_ms, row->jitter_ms);
    if (row->delta_ns != TIME_UNKNOWN)
        point->delta_max_ms = fmax(point->delta_max_ms, (double)row->delta_ns / NS_PER_MS);
}

GArray *stream_graph_points(const GArray *rows, const StreamQuality *quality, int64_t from_ns,
                            int64_t span_ns, unsigned count)
{
    GArray *points = g_array_sized_new(false, true, sizeof(QualityInterval), count);
    int64_t width_ns = MAX(span_ns / MAX(count, 1), 1);

    g_array_set_size(points, count);
    for (unsigned i = first_row(rows, from_ns); i < rows->len; i++) {
        const PacketRow *row = &g_array_index(rows, PacketRow, i);
        int64_t index = (row->time_ns - from_ns) / width_ns;
        if (index >= count)
            break;
        if (index >= 0)
            add_packet(&g_array_index(points, QualityInterval, index), row);
    }
    for (unsigned i = 0; i < count; i++) {
        QualityInterval *point = &g_array_index(points, QualityInterval, i);
        double loss = loss_of(point);
        point->start_ns = from_ns + i * width_ns;
        point->duration_ns = width_ns;
        point->mos_lq = isnan(loss) ? NAN : stream_quality_mos(quality, fmin(loss, 100));
        point->level_dbov = NAN;
    }
    return points;
}

/* While the stream goes on, or when it has more packets than are kept, those end before it does. */
static bool rows_cover(const GraphData *data, int64_t to_ns)
{
    if (!data->rows || data->rows->len == 0)
        return false;
    const PacketRow *last = &g_array_index(data->rows, PacketRow, data->rows->len - 1);
    return last->time_ns >= MIN(to_ns, data->snapshot->report.last_ns);
}

/* Where the time line is too coarse for the columns of dots, the packets serve. */
static GArray *points_for(const StreamGraph *graph, const GraphData *data)
{
    int64_t from_ns, span_ns;

    window_of(graph, data, &from_ns, &span_ns);
    int64_t columns = graph->plot_columns * BRAILLE_DOTS_X;
    if (!rows_cover(data, from_ns + span_ns) || span_ns / columns >= point_ns(data) / FINE_SHARE)
        return data->snapshot->points ? g_array_ref(data->snapshot->points) : NULL;
    double packet_ms = data->snapshot->quality.packet_ms;
    double packet_ns = isnan(packet_ms) ? 0 : packet_ms * NS_PER_MS;
    int64_t count = packet_ns > 0 ? MIN(columns, (int64_t)((double)span_ns / packet_ns)) : columns;
    return stream_graph_points(data->rows, &data->snapshot->quality, from_ns, span_ns,
                               (unsigned)MAX(count, 1));
}

static const QualityInterval *point_at(const GArray *points, int64_t time_ns)
{
    if (!points || points->len == 0)
        return NULL;
    const QualityInterval *first = &g_array_index(points, QualityInterval, 0);
    int64_t index = (time_ns - first->start_ns) / MAX(first->duration_ns, 1);
    return time_ns >= first->start_ns && index < points->len
               ? &g_array_index(points, QualityInterval, index)
               : NULL;
}

/* The worst of the points that a column of dots stands for. */
static const QualityInterval *worst_between(const GArray *points, const Measure *measure,
                                            int64_t from_ns, int64_t to_ns)
{
    const QualityInterval *worst = point_at(points, from_ns);
    const QualityInterval *end =
        points && points->len ? &g_array_index(points, QualityInterval, points->len - 1) + 1 : NULL;

    for (const QualityInterval *p = worst ? worst + 1 : NULL; p && p < end && p->start_ns < to_ns;
         p++) {
        double value = measure->value(p), before = measure->value(worst);
        if (isnan(before) || (measure->low_is_bad ? value < before : value > before))
            worst = p;
    }
    return worst;
}

typedef struct {
    const StreamGraph *graph;
    const GraphData *data;
    const GArray *points; /* as fine as can be shown */
    int64_t from_ns, span_ns;
    WINDOW *window;
} Drawing;

static const GArray *points_of(const Drawing *drawing, const Measure *measure)
{
    return measure->coarse ? drawing->data->snapshot->points : drawing->points;
}

static int cursor_column(const Drawing *drawing, int columns)
{
    int64_t into_ns = drawing->graph->cursor_ns - drawing->from_ns;
    int column = (int)((double)into_ns / (double)drawing->span_ns * columns);
    return into_ns >= 0 && column < columns ? column : -1;
}

static char *value_text(const Measure *measure, double value)
{
    return isnan(value) ? g_strdup("-") : g_strdup_printf("%.*f", (int)measure->digits, value);
}

/* Of the levels it is said who knows them. */
static const char *origin_of(const Drawing *drawing, const Measure *measure)
{
    static const char *const origins[] = { "", "sender", "decoded" };
    return measure->value == level_of ? origins[drawing->data->snapshot->level_origin] : "";
}

static void draw_labels(const Drawing *drawing, Rect at, unsigned index, double high)
{
    const Measure *measure = &measures[index];
    const QualityInterval *here = point_at(points_of(drawing, measure), drawing->graph->cursor_ns);
    g_autofree char *top = graph_number(high);
    g_autofree char *bottom = graph_number(measure->low);
    g_autofree char *value = value_text(measure, here ? measure->value(here) : NAN);
    g_autofree char *shown = g_strdup_printf("%s %s", value, measure->unit);
    bool chosen = drawing->graph->measure == index;
    int scale = LABEL_CELLS - NAME_CELLS - 2;

    cells_text(drawing->window, cells_row(at.y, at.x + 1, NAME_CELLS),
               chosen ? STYLE_KEY : STYLE_STRONG, measure->name);
    cells_right(drawing->window, cells_row(at.y, at.x + NAME_CELLS, scale), STYLE_DIM, top);
    if (at.rows > 1)
        cells_text(drawing->window, cells_row(at.y + 1, at.x + 1, LABEL_CELLS - 3), STYLE_NORMAL,
                   shown);
    if (at.rows > 2) {
        cells_right(drawing->window, cells_row(at.y + at.rows - 1, at.x + NAME_CELLS, scale),
                    STYLE_DIM, bottom);
        cells_text(drawing->window, cells_row(at.y + at.rows - 1, at.x + 1, NAME_CELLS - 1),
                   STYLE_DIM, origin_of(drawing, measure));
    }
    for (int row = 0; row < at.rows; row++)
        cells_repeat(drawing->window, cells_row(at.y + row, at.x + LABEL_CELLS - 1, 1),
                     STYLE_BORDER, GLYPH_VERTICAL);
}

static void draw_measure(const Drawing *drawing, Rect at, unsigned index)
{
    const Measure *measure = &measures[index];
    unsigned count = (unsigned)MAX(at.columns - LABEL_CELLS, 0) * BRAILLE_DOTS_X;
    g_autofree double *values = g_new(double, count + 1);
    g_autofree uint8_t *styles = g_new0(uint8_t, count + 1);
    double highest = 0;

    for (unsigned x = 0; x < count; x++) {
        double part = (double)drawing->span_ns / count;
        int64_t from_ns = drawing->from_ns + (int64_t)(part * x);
        int64_t to_ns = drawing->from_ns + (int64_t)(part * (x + 1));
        const QualityInterval *worst =
            worst_between(points_of(drawing, measure), measure, from_ns, to_ns);
        values[x] = worst ? measure->value(worst) : NAN;
        if (isnan(values[x]) && worst && measure->stays && x > 0) {
            values[x] = values[x - 1];
            styles[x] = styles[x - 1];
        }
        if (isnan(values[x]) || !worst)
            continue;
        if (!isnan(measure->value(worst)))
            styles[x] = (uint8_t)measure->style(&drawing->data->snapshot->quality, worst);
        highest = fmax(highest, values[x]);
    }
    double high = measure->high > measure->low || measure->low < 0
                      ? measure->high
                      : graph_round_up(highest, measure->least);
    Graph graph = {
        .values = values,
        .styles = styles,
        .count = count,
        .low = measure->low,
        .high = high,
        .cursor = cursor_column(drawing, at.columns - LABEL_CELLS),
    };
    draw_labels(drawing, at, index, high);
    graph_draw(&graph, drawing->window,
               (Rect){ at.y, at.x + LABEL_CELLS, at.rows, at.columns - LABEL_CELLS });
}

/* What happened under the cursor, in one line. */
static void draw_reading(const Drawing *drawing, Rect at)
{
    const QualityInterval *here = point_at(drawing->points, drawing->graph->cursor_ns);
    int64_t start_ns = stream_snapshot_start_ns(drawing->data->snapshot);
    g_autoptr(GString) text = g_string_new(NULL);
    char time[TIME_TEXT_SIZE];

    if (!here)
        return;
    g_string_printf(text, "%s  +%.3f s  ", time_format_of_day(here->start_ns, 3, time, sizeof time),
                    (double)(here->start_ns - start_ns) / NS_PER_S);
    if (here->duration_ns >= NS_PER_S)
        g_string_append_printf(text, "for %.0f s: ", (double)here->duration_ns / NS_PER_S);
    else
        g_string_append_printf(text, "for %.1f ms: ", (double)here->duration_ns / NS_PER_MS);
    g_string_append_printf(text, "%u packets, %u lost, %u late", here->packets, here->lost,
                           here->discarded);
    cells_text(drawing->window, cells_row(at.y, at.x + 1, at.columns - 1), STYLE_HINT, text->str);
}

static void draw_measures(const Drawing *drawing, Rect at)
{
    unsigned count = drawing->graph->single ? 1 : measure_count(drawing->data);
    int y = at.y;

    count = MIN(count, (unsigned)MAX(at.rows, 1));
    for (unsigned i = 0; i < count; i++) {
        int rows = (at.y + at.rows - y) / (int)(count - i);
        int gap = rows > 4 && i + 1 < count;
        unsigned index = drawing->graph->single ? drawing->graph->measure : i;
        draw_measure(drawing, (Rect){ y, at.x, rows - gap, at.columns }, index);
        y += rows;
    }
}

void stream_graph_draw(const StreamGraph *graph, const GraphData *data, WINDOW *window, Rect at)
{
    g_autoptr(GArray) points = points_for(graph, data);
    Drawing drawing = { .graph = graph, .data = data, .points = points, .window = window };

    window_of(graph, data, &drawing.from_ns, &drawing.span_ns);
    if (!points || points->len == 0 || at.rows < 3 || at.columns <= LABEL_CELLS) {
        cells_text(window, cells_row(at.y, at.x + 1, at.columns - 1), STYLE_DIM, "no packets");
        return;
    }
    draw_reading(&drawing, at);
    draw_measures(&drawing, (Rect){ at.y + 1, at.x, at.rows - 2, at.columns });
    graph_draw_times(window,
                     cells_row(at.y + at.rows - 1, at.x + LABEL_CELLS, at.columns - LABEL_CELLS),
                     drawing.from_ns - stream_snapshot_start_ns(data->snapshot), drawing.span_ns);
}

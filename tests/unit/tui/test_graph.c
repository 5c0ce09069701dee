/* Graphs: scales for any value, and dots where they belong. */
#include "dissect/base/clock.h"
#include "ui/tui/graph.h"
#include "ui/tui/stream_graph.h"
#include <locale.h>
#include <math.h>

#define ROWS     12
#define COLUMNS  60
#define START_NS (1700000000 * NS_PER_S)

static WINDOW *pad;

static void assert_row(int y, const char *expected)
{
    wchar_t wide[COLUMNS + 1];
    g_autoptr(GString) text = g_string_new(NULL);

    g_assert_cmpint(mvwinnwstr(pad, y, 0, wide, COLUMNS), >=, 0);
    for (unsigned i = 0; wide[i]; i++)
        g_string_append_unichar(text, (gunichar)wide[i]);
    g_strchomp(text->str);
    g_assert_cmpstr(text->str, ==, expected);
}

static void test_round_up(void)
{
    static const struct {
        double highest, least, expected;
    } cases[] = {
        { 0, 5, 5 },          { 5, 5, 5 },        { 5.1, 5, 6 },         { 21, 5, 30 },
        { 100, 1, 100 },      { 101, 1, 150 },    { 0.031, 0.01, 0.04 }, { 999, 1, 1000 },
        { NAN, 2, 2 },        { INFINITY, 2, 2 }, { -4, 1, 1 },          { 8, 1, 8 },
        { 1.7e308, 1, 1e15 },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpfloat_with_epsilon(graph_round_up(cases[i].highest, cases[i].least),
                                       cases[i].expected, 1e-9 * cases[i].expected);
}

static void test_time_step(void)
{
    g_assert_cmpint(graph_time_step(10 * NS_PER_S, 5), ==, 2 * NS_PER_S);
    g_assert_cmpint(graph_time_step(10 * NS_PER_S, 10), ==, NS_PER_S);
    g_assert_cmpint(graph_time_step(120 * NS_PER_S, 4), ==, 30 * NS_PER_S);
    g_assert_cmpint(graph_time_step(40 * NS_PER_MS, 4), ==, 10 * NS_PER_MS);
    g_assert_cmpint(graph_time_step(0, 4), ==, NS_PER_MS);
    g_assert_cmpint(graph_time_step(NS_PER_S, 0), ==, NS_PER_S);
    int64_t step_ns = graph_time_step(INT64_MAX, 6);
    g_assert_cmpint(INT64_MAX / step_ns, <=, 6);
}

static void test_dots(void)
{
    g_assert_cmpint(graph_dots(NAN, 0, 10, 8), ==, -1);
    g_assert_cmpint(graph_dots(0, 0, 10, 8), ==, 0);
    g_assert_cmpint(graph_dots(-3, 0, 10, 8), ==, 0);
    g_assert_cmpint(graph_dots(0.001, 0, 10, 8), ==, 1); /* one loss in an hour is seen */
    g_assert_cmpint(graph_dots(5, 0, 10, 8), ==, 4);
    g_assert_cmpint(graph_dots(10, 0, 10, 8), ==, 8);
    g_assert_cmpint(graph_dots(1e300, 0, 10, 8), ==, 8);
    g_assert_cmpint(graph_dots(INFINITY, 0, 10, 8), ==, 8);
    g_assert_cmpint(graph_dots(5, 10, 10, 8), ==, 0); /* a scale of no height */
    g_assert_cmpint(graph_dots(5, 0, 10, 0), ==, 0);
    g_assert_cmpint(graph_dots(3, 1, 5, 8), ==, 4); /* MOS */
}

static void test_number(void)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = { { 0, "0" },        { 5, "5" },       { 0.04, "0.04" }, { 1.5, "1.50" },
                  { 12.25, "12.2" }, { 1500, "1500" }, { NAN, "-" },     { -60, "-60" } };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = graph_number(cases[i].value);
        g_assert_cmpstr(text, ==, cases[i].text);
    }
}

static void test_area(void)
{
    const double values[] = { 1, 4, NAN, 8, 8, 0, 100, 2 };
    const uint8_t styles[G_N_ELEMENTS(values)] = { 0 };
    Graph graph = {
        .values = values, .styles = styles, .count = 8, .low = 0, .high = 8, .cursor = 2
    };

    werase(pad);
    graph_draw(&graph, pad, (Rect){ 0, 1, 2, 4 });
    assert_row(0, "  ⢸⡇⡇");
    assert_row(1, " ⣸⢸⡇⣧");
    g_assert_cmpuint(mvwinch(pad, 0, 3) & A_REVERSE, !=, 0);
    g_assert_cmpuint(mvwinch(pad, 0, 2) & A_REVERSE, ==, 0);
}

static void test_empty_and_narrow(void)
{
    Graph graph = { .cursor = -1, .high = 1 };

    werase(pad);
    graph_draw(&graph, pad, (Rect){ 0, 0, 2, 4 });
    graph_draw(&graph, pad, (Rect){ 0, 0, 0, 0 });
    graph_draw_times(pad, cells_row(0, 0, 5), 0, NS_PER_S);
    graph_draw_times(pad, cells_row(0, 0, 50), 0, 0);
    graph_draw_bar(pad, cells_row(0, 0, 10), STYLE_NORMAL, 0, 10);
    graph_draw_bar(pad, cells_row(0, 0, 10), STYLE_NORMAL, NAN, 10);
    graph_draw_bar(pad, cells_row(0, 0, 10), STYLE_NORMAL, 5, 0);
    assert_row(0, "");
    graph_draw_bar(pad, cells_row(0, 0, 10), STYLE_NORMAL, 5.5, 10);
    assert_row(0, "█████▌");
    graph_draw_times(pad, cells_row(1, 0, 48), 0, 20 * NS_PER_S);
    assert_row(1, "╵0:00       ╵0:05       ╵0:10       ╵0:15");
}

/* --- the graphs of a stream --- */

static PacketRow packet(unsigned index, unsigned status, unsigned lost_before)
{
    return (PacketRow){ .time_ns = START_NS + index * 20 * NS_PER_MS,
                        .delta_ns = 20 * NS_PER_MS,
                        .jitter_ms = index,
                        .status = (uint16_t)status,
                        .lost_before = lost_before };
}

static void test_points(void)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(PacketRow));
    StreamQuality quality = { .unscored = "none" };

    for (unsigned i = 0; i < 100; i++) {
        PacketRow row = packet(i,
                               i == 12   ? PACKET_DUPLICATE
                               : i == 13 ? PACKET_DISCARDED
                                         : 0,
                               i == 11 ? 3 : 0);
        g_array_append_val(rows, row);
    }
    g_autoptr(GArray) points =
        stream_graph_points(rows, &quality, START_NS + 200 * NS_PER_MS, 200 * NS_PER_MS, 4);
    g_assert_cmpuint(points->len, ==, 4);
    const QualityInterval *first = &g_array_index(points, QualityInterval, 0);
    g_assert_cmpint(first->start_ns, ==, START_NS + 200 * NS_PER_MS);
    g_assert_cmpint(first->duration_ns, ==, 50 * NS_PER_MS);
    g_assert_cmpuint(first->packets, ==, 2); /* 10 and 11; 12 is a copy */
    g_assert_cmpuint(first->lost, ==, 3);
    g_assert_cmpfloat(first->jitter_max_ms, ==, 11);
    g_assert_cmpuint(first[1].discarded, ==, 1);
    g_assert_true(isnan(first->mos_lq));
    g_autoptr(GArray) none = stream_graph_points(rows, &quality, START_NS, 0, 0);
    g_assert_cmpuint(none->len, ==, 0);
    g_autoptr(GArray) later = stream_graph_points(rows, &quality, INT64_MAX / 2, 1000, 3);
    g_assert_cmpuint(g_array_index(later, QualityInterval, 0).packets, ==, 0);
}

static StreamSnapshot snapshot_of(unsigned seconds)
{
    StreamSnapshot snapshot = { .number = 1, .quality = { .unscored = "none", .packet_ms = 20 } };

    snapshot.points = g_array_new(FALSE, FALSE, sizeof(QualityInterval));
    for (unsigned i = 0; i < seconds; i++) {
        QualityInterval point = {
            START_NS + i * NS_PER_S, NS_PER_S, 50, i == 3 ? 50 : 0, 0, 2, 20, NAN, NAN
        };
        g_array_append_val(snapshot.points, point);
    }
    return snapshot;
}

static void test_window(void)
{
    StreamSnapshot snapshot = snapshot_of(100);
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(PacketRow));
    GraphData coarse = { &snapshot, NULL }, fine = { &snapshot, rows };
    StreamGraph graph = { .whole = true, .cursor_ns = TIME_UNKNOWN };

    stream_graph_fit(&graph, &coarse, COLUMNS);
    g_assert_cmpint(graph.span_ns, ==, 100 * NS_PER_S);
    g_assert_cmpint(graph.cursor_ns, ==, START_NS + 50 * NS_PER_S);
    for (unsigned i = 0; i < 3; i++)
        g_assert_true(stream_graph_zoom(&graph, &coarse, true));
    g_assert_true(stream_graph_zoom(&graph, &coarse, true));
    g_assert_false(stream_graph_zoom(&graph, &coarse, true)); /* takes the packets */
    g_assert_cmpint(graph.span_ns, ==, 8 * NS_PER_S);
    g_assert_true(stream_graph_zoom(&graph, &fine, true));
    g_assert_cmpint(graph.span_ns, ==, 4 * NS_PER_S);
    g_assert_cmpint(graph.from_ns, <=, graph.cursor_ns);
    g_assert_cmpint(graph.cursor_ns, <, graph.from_ns + graph.span_ns);
    stream_graph_go(&graph, &fine, INT64_MAX);
    g_assert_cmpint(graph.cursor_ns, ==, START_NS + 100 * NS_PER_S - 1);
    g_assert_cmpint(graph.from_ns + graph.span_ns, ==, START_NS + 100 * NS_PER_S);
    stream_graph_go(&graph, &fine, INT64_MIN + 1);
    g_assert_cmpint(graph.from_ns, ==, START_NS);
    stream_graph_move(&graph, &fine, -1000);
    g_assert_cmpint(graph.cursor_ns, ==, START_NS);
    stream_graph_pan(&graph, &fine, 3);
    g_assert_cmpint(graph.from_ns, ==, START_NS + 6 * NS_PER_S);
    for (unsigned i = 0; i < 20; i++)
        stream_graph_zoom(&graph, &fine, false);
    g_assert_true(graph.whole);
    stream_graph_choose(&graph, &fine, false);
    g_assert_cmpuint(graph.measure, ==, 4); /* there is no level */
    stream_snapshot_clear(&snapshot);
}

static void test_draw(void)
{
    StreamSnapshot snapshot = snapshot_of(10);
    GraphData data = { &snapshot, NULL };
    StreamGraph graph = {
        .whole = true, .cursor_ns = START_NS + 3 * NS_PER_S, .measure = 1, .single = true
    };

    werase(pad);
    stream_graph_fit(&graph, &data, 34);
    stream_graph_draw(&graph, &data, pad, (Rect){ 0, 0, 6, 34 });
    assert_row(0, " 22:13:23.000  +3.000 s  for 1 s:…");
    assert_row(1, " loss     50 │      ⣿⣿");
    assert_row(2, " 50.0 %      │      ⣿⣿");
    assert_row(4, "           0 │      ⣿⣿");
    assert_row(5, "              ╵0:00");
    werase(pad);
    snapshot.points->len = 0;
    stream_graph_draw(&graph, &data, pad, (Rect){ 0, 0, 6, 34 });
    assert_row(0, " no packets");
    stream_graph_draw(&graph, &data, pad, (Rect){ 0, 0, 1, 2 });
    stream_snapshot_clear(&snapshot);
}

int main(int argc, char **argv)
{
    g_setenv("TZ", "UTC", TRUE);
    g_test_init(&argc, &argv, NULL);
    if (!setlocale(LC_ALL, "C.UTF-8"))
        return 77;
    FILE *nowhere = fopen("/dev/null", "r+");
    SCREEN *screen = newterm("xterm", nowhere, nowhere);
    if (!screen)
        return 77;
    pad = newpad(ROWS, COLUMNS);
    term_open_plain(true);
    g_test_add_func("/tui/graph/round-up", test_round_up);
    g_test_add_func("/tui/graph/time-step", test_time_step);
    g_test_add_func("/tui/graph/dots", test_dots);
    g_test_add_func("/tui/graph/number", test_number);
    g_test_add_func("/tui/graph/area", test_area);
    g_test_add_func("/tui/graph/empty-and-narrow", test_empty_and_narrow);
    g_test_add_func("/tui/stream-graph/points", test_points);
    g_test_add_func("/tui/stream-graph/window", test_window);
    g_test_add_func("/tui/stream-graph/draw", test_draw);
    int status = g_test_run();
    delwin(pad);
    endwin();
    delscreen(screen);
    fclose(nowhere);
    return status;
}

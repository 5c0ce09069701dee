#include "ui/tui/stream_view.h"
#include "export/escape.h"
#include "ui/tui/ladder_view.h"
#include "ui/tui/packet_list.h"
#include "ui/tui/sound_view.h"
#include "ui/tui/stream_graph.h"
#include "ui/tui/stream_pages.h"
#include "ui/tui/text_pane.h"

#define HEAD_ROWS  2
#define WIDE_FROM  170 /* cells from which the overview has graphs beside it */
#define WIDE_ROWS  30
#define TEXT_CELLS 76 /* of the overview on a wide screen */
#define WHEEL_STEP 3

typedef enum { PAGE_OVERVIEW, PAGE_GRAPHS, PAGE_SPREAD, PAGE_RTCP, PAGE_PACKETS, PAGES } Page;

typedef struct {
    Ui *ui;
    Page page;
    StreamSnapshot snapshot;
    TextPane panes[PAGES]; /* of those that are text */
    StreamGraph graph;
    PacketList *packets;
    bool wide; /* the overview is shown with everything beside it */
} StreamView;

enum {
    DETAIL_NEXT_PAGE = ACTION_OWN,
    DETAIL_PREVIOUS_PAGE,
    DETAIL_OVERVIEW,
    DETAIL_GRAPHS,
    DETAIL_SPREAD,
    DETAIL_RTCP,
    DETAIL_PACKETS,
    DETAIL_OTHER_WAY,
    DETAIL_LADDER,
    DETAIL_ZOOM_IN,
    DETAIL_ZOOM_OUT,
    DETAIL_ALL,
    DETAIL_WORST,
    DETAIL_READ,
    DETAIL_PROBLEM,
    DETAIL_PROBLEM_BACK,
    DETAIL_ONLY,
    DETAIL_SORT,
    DETAIL_REVERSE,
    DETAIL_SEARCH,
    DETAIL_NEXT,
    DETAIL_PREVIOUS,
    DETAIL_WRITE,
    DETAIL_SOUND,
};

static const KeyRow stream_keys[] = {
    { DETAIL_NEXT_PAGE, "next-page", "Tab", "Page", "the next page" },
    { DETAIL_ZOOM_IN, "zoom-in", "+ =", "Zoom", "graphs: closer, around the cursor" },
    { DETAIL_ZOOM_OUT, "zoom-out", "-", NULL, "graphs: farther away" },
    { DETAIL_WORST, "worst", "w", "Worst", "graphs: the seconds that sounded worst" },
    { ACTION_ENTER, "enter", "Enter", NULL,
      "graphs: one as large as the window, or all; packets: the graphs at that time" },
    { DETAIL_PROBLEM, "problem", "e", "Problem", "packets: the next one that is odd" },
    { DETAIL_WRITE, "write", "y F2", "CSV", "write the packets shown as CSV" },
    { DETAIL_OTHER_WAY, "other-way", "x", "Other way", "the stream that goes the other way" },
    { DETAIL_SOUND, "sound", "a", "Sound", "wave forms of its call; play it" },
    { DETAIL_LADDER, "ladder", "L", "Ladder", "ladder of the call it belongs to" },
    { DETAIL_OVERVIEW, "overview", "1", NULL, "why it has its score, and its counters" },
    { DETAIL_GRAPHS, "graphs", "2", NULL, "graphs over time" },
    { DETAIL_SPREAD, "spread", "3", NULL, "delays and losses by their size, jitter buffers" },
    { DETAIL_RTCP, "rtcp", "4", NULL, "what RTCP says beside it" },
    { DETAIL_PACKETS, "packets", "5 p", NULL, "its packets one by one, from the cursor on" },
    { DETAIL_PREVIOUS_PAGE, "previous-page", "S-Tab", NULL, "the page before" },
    { DETAIL_ALL, "all", "0", NULL, "graphs: the whole stream" },
    { DETAIL_READ, "read", "F5 r", NULL, "read the packets again: there may be more by now" },
    { DETAIL_PROBLEM_BACK, "problem-back", "E", NULL, "packets: the odd one before" },
    { DETAIL_ONLY, "only", "f F7", NULL, "packets: only those that are odd, or all" },
    { DETAIL_SORT, "sort", "< >", NULL, "packets: choose the column to sort by" },
    { DETAIL_REVERSE, "reverse", "z", NULL, "packets: turn the order round" },
    { DETAIL_SEARCH, "search", "/ F3", NULL, "packets: find text while it is typed" },
    { DETAIL_NEXT, "next", "n", NULL, "packets: next one with the text searched for" },
    { DETAIL_PREVIOUS, "previous", "N", NULL, "packets: the one before" },
    { 0 },
};

static const char *const page_names[PAGES] = { "Overview", "Graphs", "Spread", "RTCP", "Packets" };

static void stream_view_free(void *self)
{
    StreamView *view = self;

    packet_list_free(view->packets);
    for (unsigned i = 0; i < PAGES; i++)
        text_pane_clear(&view->panes[i]);
    stream_snapshot_clear(&view->snapshot);
    g_free(view);
}

static GraphData graph_data(const StreamView *view)
{
    return (GraphData){ &view->snapshot, packet_list_rows(view->packets) };
}

/* --- what is where --- */

typedef struct {
    Rect text, graphs, spread, rtcp; /* of no rows: not shown */
} Places;

static Places places_of(const StreamView *view, int rows, int columns)
{
    Rect whole = { HEAD_ROWS, 0, MAX(rows - HEAD_ROWS, 0), columns };
    Places places = { .text = whole };
    int right = columns - TEXT_CELLS - 1;

    if (view->page == PAGE_GRAPHS)
        return (Places){ .graphs = whole };
    if (!view->wide)
        return places;
    int lower = whole.rows * 2 / 5;
    places.text.columns = TEXT_CELLS;
    places.graphs = (Rect){ whole.y, TEXT_CELLS + 1, whole.rows - lower, right };
    places.spread =
        (Rect){ whole.y + whole.rows - lower + 1, TEXT_CELLS + 1, lower - 1, right / 2 };
    places.rtcp = places.spread;
    places.rtcp.x += right / 2 + 1;
    places.rtcp.columns = right - right / 2 - 1;
    return places;
}

static void fill(StreamView *view, Page page, void (*add)(TextPane *, const StreamSnapshot *),
                 Rect at)
{
    TextPane *pane = &view->panes[page];
    unsigned top = pane->top;

    text_pane_reset(pane);
    add(pane, &view->snapshot);
    pane->top = top;
    text_pane_fit(pane, MAX(at.rows, 1), MAX(at.columns - 2, 1));
}

static void fill_pages(StreamView *view, const Places *places)
{
    if (view->page == PAGE_OVERVIEW)
        fill(view, PAGE_OVERVIEW, stream_page_overview, places->text);
    if (view->page == PAGE_SPREAD || view->wide)
        fill(view, PAGE_SPREAD, stream_page_spread, view->wide ? places->spread : places->text);
    if (view->page == PAGE_RTCP || view->wide)
        fill(view, PAGE_RTCP, stream_page_rtcp, view->wide ? places->rtcp : places->text);
}

static void stream_update(void *self, int rows, int columns)
{
    StreamView *view = self;
    uint32_t number = view->snapshot.number;

    stream_snapshot_take(&view->snapshot, view->ui, number);
    if (!view->snapshot.number)
        return;
    view->wide = view->page == PAGE_OVERVIEW && columns >= WIDE_FROM && rows >= WIDE_ROWS;
    Places places = places_of(view, rows, columns);
    GraphData data = graph_data(view);
    fill_pages(view, &places);
    view->graph.plot_x = places.graphs.x;
    stream_graph_fit(&view->graph, &data, places.graphs.rows ? places.graphs.columns : columns);
    packet_list_fit(view->packets, rows - HEAD_ROWS, columns);
}

/* --- drawing --- */

static void draw_tabs(const StreamView *view, WINDOW *window)
{
    int x = 1;

    for (unsigned i = 0; i < PAGES; i++) {
        g_autofree char *name = g_strdup_printf(" %u %s ", i + 1, page_names[i]);
        unsigned style = i == view->page ? STYLE_TITLE : STYLE_HINT;
        x += cells_text(window, cells_row(0, x, getmaxx(window) - x), style, name) + 1;
    }
}

static void draw_identity(const StreamView *view, WINDOW *window)
{
    const StreamSnapshot *snapshot = &view->snapshot;
    char from[ENDPOINT_TEXT_SIZE], to[ENDPOINT_TEXT_SIZE];
    g_autofree char *codec =
        escape_line(*snapshot->codec ? snapshot->codec : "unknown codec", term_utf8());
    g_autofree char *text = g_strdup_printf(
        "%s %s %s  %s  SSRC 0x%08x%s", endpoint_format(snapshot->key.source, from, sizeof from),
        term_glyph(GLYPH_RIGHT), endpoint_format(snapshot->key.destination, to, sizeof to), codec,
        snapshot->key.ssrc,
        !snapshot->call         ? ""
        : snapshot->from_caller ? "  from the caller"
                                : "  from the callee");
    cells_text(window, cells_row(1, 1, getmaxx(window) - 1), STYLE_STRONG, text);
}

static void draw_pane(const StreamView *view, Page page, WINDOW *window, Rect at)
{
    at.x++;
    at.columns -= 2;
    text_pane_draw(&view->panes[page], window, at);
}

static void draw_wide(const StreamView *view, WINDOW *window, const Places *places)
{
    int bottom = places->text.y + places->text.rows;

    for (int y = places->text.y; y < bottom; y++)
        cells_repeat(window, cells_row(y, TEXT_CELLS, 1), STYLE_BORDER, GLYPH_VERTICAL);
    cells_repeat(window,
                 cells_row(places->spread.y - 1, TEXT_CELLS + 1, getmaxx(window) - TEXT_CELLS - 1),
                 STYLE_BORDER, GLYPH_HORIZONTAL);
    draw_pane(view, PAGE_SPREAD, window, places->spread);
    draw_pane(view, PAGE_RTCP, window, places->rtcp);
}

static void stream_draw(const void *self, WINDOW *window)
{
    const StreamView *view = self;
    Places places = places_of(view, getmaxy(window), getmaxx(window));
    GraphData data = graph_data(view);

    if (!view->snapshot.number) {
        cells_centre(window, cells_row(getmaxy(window) / 2, 0, getmaxx(window)), STYLE_STRONG,
                     "The stream is no longer kept.");
        return;
    }
    draw_tabs(view, window);
    draw_identity(view, window);
    if (view->page == PAGE_PACKETS)
        packet_list_draw(view->packets, window, places.text);
    else if (view->page != PAGE_GRAPHS)
        draw_pane(view, view->page, window, places.text);
    if (view->wide)
        draw_wide(view, window, &places);
    if (places.graphs.rows)
        stream_graph_draw(&view->graph, &data, window, places.graphs);
}

static void stream_describe(const void *self, GString *out)
{
    const StreamView *view = self;

    if (view->page == PAGE_PACKETS || packet_list_is_reading(view->packets)) {
        packet_list_describe(view->packets, out);
        g_string_append(out, "  ");
    }
    if (view->snapshot.call)
        g_string_append_printf(out, "call %u  ", view->snapshot.call);
    g_string_append_printf(out, "stream %u", view->snapshot.number);
}

/* --- keys --- */

static void go_to_page(StreamView *view, Page page)
{
    if (page == PAGE_PACKETS) {
        packet_list_read(view->packets, false);
        if (view->page == PAGE_GRAPHS)
            packet_list_go(view->packets, view->graph.cursor_ns);
    }
    view->page = page;
}

static ScreenResult open_call(const StreamView *view, Screen *(*open)(Ui *, const GArray *))
{
    g_autoptr(GArray) calls = g_array_new(false, false, sizeof(uint32_t));

    if (!view->snapshot.call) {
        ui_notice(view->ui, "the stream belongs to no call that was seen");
        return SCREEN_DONE;
    }
    g_array_append_val(calls, view->snapshot.call);
    return screen_open(open(view->ui, calls));
}

static ScreenResult open_other_way(const StreamView *view)
{
    if (!view->snapshot.reverse) {
        ui_notice(view->ui, "no stream goes the other way");
        return SCREEN_DONE;
    }
    return (ScreenResult){ SCREEN_REPLACE, stream_view_new(view->ui, view->snapshot.reverse) };
}

static void zoom(StreamView *view, bool in)
{
    GraphData data = graph_data(view);

    if (stream_graph_zoom(&view->graph, &data, in))
        return;
    packet_list_read(view->packets, false);
}

static bool graph_action(StreamView *view, int action)
{
    GraphData data = graph_data(view);
    StreamGraph *graph = &view->graph;

    switch (action) {
    case ACTION_LEFT:
    case ACTION_RIGHT:
        stream_graph_move(graph, &data, action == ACTION_RIGHT ? 1 : -1);
        return true;
    case ACTION_PAGE_UP:
    case ACTION_PAGE_DOWN:
        stream_graph_pan(graph, &data, action == ACTION_PAGE_DOWN ? 1 : -1);
        return true;
    case ACTION_HOME:
    case ACTION_END:
        stream_graph_go(graph, &data, action == ACTION_END ? INT64_MAX : INT64_MIN + 1);
        return true;
    case ACTION_UP:
    case ACTION_DOWN:
        stream_graph_choose(graph, &data, action == ACTION_DOWN);
        return true;
    case ACTION_ENTER:
        graph->single = !graph->single;
        return true;
    default:
        return false;
    }
}

/* What zooms works wherever graphs are seen. */
static bool window_action(StreamView *view, int action)
{
    GraphData data = graph_data(view);

    switch (action) {
    case DETAIL_ZOOM_IN:
    case DETAIL_ZOOM_OUT:
        zoom(view, action == DETAIL_ZOOM_IN);
        return true;
    case DETAIL_ALL:
        view->graph.whole = true;
        return true;
    case DETAIL_WORST:
        stream_graph_go_worst(&view->graph, &data);
        if (!view->wide)
            go_to_page(view, PAGE_GRAPHS);
        return true;
    default:
        return false;
    }
}

static void show_packet_in_graph(StreamView *view)
{
    GraphData data = graph_data(view);
    int64_t time_ns = packet_list_time(view->packets);

    if (time_ns == TIME_UNKNOWN)
        return;
    view->page = PAGE_GRAPHS;
    stream_graph_go(&view->graph, &data, time_ns);
}

/* Keys of the table of packets; they open it from everywhere. */
static bool packet_action(StreamView *view, int action, ScreenResult *result)
{
    *result = SCREEN_DONE;
    switch (action) {
    case DETAIL_PROBLEM:
    case DETAIL_PROBLEM_BACK:
        packet_list_problem(view->packets, action == DETAIL_PROBLEM);
        break;
    case DETAIL_ONLY:
        packet_list_only_problems(view->packets);
        break;
    case DETAIL_SORT:
        *result = packet_list_sort(view->packets);
        break;
    case DETAIL_REVERSE:
        packet_list_reverse(view->packets);
        break;
    case DETAIL_SEARCH:
        *result = packet_list_search(view->packets);
        break;
    case DETAIL_NEXT:
    case DETAIL_PREVIOUS:
        packet_list_search_again(view->packets, action == DETAIL_PREVIOUS);
        break;
    case DETAIL_WRITE:
        *result = packet_list_write(view->packets);
        break;
    default:
        return false;
    }
    if (view->page != PAGE_PACKETS)
        go_to_page(view, PAGE_PACKETS);
    return true;
}

static ScreenResult page_action(StreamView *view, int action)
{
    bool done = false;

    if (view->page == PAGE_PACKETS && action == ACTION_ENTER)
        show_packet_in_graph(view);
    else if (view->page == PAGE_PACKETS)
        done = packet_list_action(view->packets, action);
    else if (view->page == PAGE_GRAPHS)
        done = graph_action(view, action);
    else
        done = text_pane_action(&view->panes[view->page], action) ||
               (view->wide && graph_action(view, action));
    return done || action == ACTION_ENTER ? SCREEN_DONE : SCREEN_PASS;
}

static ScreenResult stream_action(void *self, int action)
{
    StreamView *view = self;
    ScreenResult result;

    if (!view->snapshot.number)
        return SCREEN_PASS;
    if (action >= DETAIL_OVERVIEW && action <= DETAIL_PACKETS) {
        go_to_page(view, PAGE_OVERVIEW + (Page)(action - DETAIL_OVERVIEW));
        return SCREEN_DONE;
    }
    if (window_action(view, action))
        return SCREEN_DONE;
    switch (action) {
    case DETAIL_NEXT_PAGE:
    case DETAIL_PREVIOUS_PAGE:
        go_to_page(view, (view->page + (action == DETAIL_NEXT_PAGE ? 1 : PAGES - 1)) % PAGES);
        return SCREEN_DONE;
    case DETAIL_OTHER_WAY:
        return open_other_way(view);
    case DETAIL_LADDER:
        return open_call(view, ladder_view_new);
    case DETAIL_SOUND:
        return open_call(view, sound_view_new);
    case DETAIL_READ:
        packet_list_read(view->packets, true);
        return SCREEN_DONE;
    default:
        return packet_action(view, action, &result) ? result : page_action(view, action);
    }
}

static int tab_at(int x)
{
    int left = 1;

    for (unsigned i = 0; i < PAGES; i++) {
        int width = cells_width(page_names[i]) + 4;
        if (x >= left && x < left + width)
            return (int)i;
        left += width + 1;
    }
    return -1;
}

static ScreenResult stream_mouse(void *self, const MouseEvent *event)
{
    StreamView *view = self;
    GraphData data = graph_data(view);
    bool wheel = event->kind == MOUSE_WHEEL_UP || event->kind == MOUSE_WHEEL_DOWN;
    bool up = event->kind == MOUSE_WHEEL_UP;
    bool on_graph = view->page == PAGE_GRAPHS || (view->wide && event->x > TEXT_CELLS);
    int tab = event->y == 0 && !wheel ? tab_at(event->x) : -1;

    if (!view->snapshot.number)
        return SCREEN_DONE;
    if (tab >= 0)
        go_to_page(view, (Page)tab);
    else if (view->page == PAGE_PACKETS)
        packet_list_mouse(view->packets, event, HEAD_ROWS);
    else if (on_graph && !wheel)
        stream_graph_click(&view->graph, &data, event->x);
    else if (on_graph)
        zoom(view, up);
    else if (wheel)
        text_pane_scroll(&view->panes[view->page], up ? -WHEEL_STEP : WHEEL_STEP);
    return SCREEN_DONE;
}

static bool stream_step(void *self)
{
    StreamView *view = self;
    return packet_list_step(view->packets);
}

static const ScreenOps stream_ops = {
    .name = "stream",
    .title = "Stream",
    .keys = stream_keys,
    .free = stream_view_free,
    .update = stream_update,
    .draw = stream_draw,
    .describe = stream_describe,
    .action = stream_action,
    .mouse = stream_mouse,
    .step = stream_step,
};

Screen *stream_view_new(Ui *ui, uint32_t stream)
{
    StreamView *view = g_new0(StreamView, 1);

    view->ui = ui;
    view->graph = (StreamGraph){ .whole = true, .cursor_ns = TIME_UNKNOWN };
    for (unsigned i = 0; i < PAGES; i++)
        text_pane_init(&view->panes[i], false);
    stream_snapshot_take(&view->snapshot, ui, stream);
    view->packets = packet_list_new(ui, stream, view->snapshot.key.ssrc);
    return screen_new(ui, &stream_ops, view);
}

/* ui/tui/stream_graph.h - graphs of a stream over time, one below the other on one time axis: MOS,
 * loss, jitter, delta, packets and level; zoomed, panned, and read off under a cursor.
 *
 * The whole stream is drawn from its time line, which every stream has. Closer than that it takes
 * its packets, when they have been read (ui/tui/packet_job.h). */
#pragma once
#include "dissect/media/packet_trace.h"
#include "ui/tui/stream_snapshot.h"

typedef struct {
    bool whole; /* all of the stream is seen, also while it grows; else: */
    int64_t from_ns, span_ns;
    int64_t cursor_ns;        /* TIME_UNKNOWN: not set yet */
    unsigned measure;         /* of the graphs, chosen */
    bool single;              /* only that one is seen */
    int plot_x, plot_columns; /* of the last drawing: to find a click */
} StreamGraph;

/* What is drawn. */
typedef struct {
    const StreamSnapshot *snapshot;
    const GArray *rows; /* PacketRow in order of arrival; NULL: not read */
} GraphData;

/* Before drawing and before keys act: keeps everything within the stream. */
void stream_graph_fit(StreamGraph *graph, const GraphData *data, int columns);
void stream_graph_draw(const StreamGraph *graph, const GraphData *data, WINDOW *window, Rect at);

/* @cells to the right, or to the left; the window follows. */
void stream_graph_move(StreamGraph *graph, const GraphData *data, int cells);
/* By halves of the window. */
void stream_graph_pan(StreamGraph *graph, const GraphData *data, int halves);
/* In by 2, or out, around the cursor. False: closer than this takes the packets. */
bool stream_graph_zoom(StreamGraph *graph, const GraphData *data, bool in);
void stream_graph_go(StreamGraph *graph, const GraphData *data, int64_t time_ns);
/* The seconds that sounded worst fill the window. */
void stream_graph_go_worst(StreamGraph *graph, const GraphData *data);
void stream_graph_click(StreamGraph *graph, const GraphData *data, int x);
/* The next measure, or the one before. */
void stream_graph_choose(StreamGraph *graph, const GraphData *data, bool next);

/* Points of @count equal parts of time, made of packets. */
GArray *stream_graph_points(const GArray *rows, const StreamQuality *quality, int64_t from_ns,
                            int64_t span_ns, unsigned count);

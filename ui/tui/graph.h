/* ui/tui/graph.h - values over time as an area or a line of dots, and the round numbers for their
 * axes. */
#pragma once
#include "ui/tui/braille.h"

/* The least of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten that is not below @highest, and not
 * below
 * @least, which is what NAN and what is not finite get. */
double graph_round_up(double highest, double least);
/* A round time, 1 ms to 24 h and on, of which at most @most fit into @span_ns. */
int64_t graph_time_step(int64_t span_ns, int most);
/* "0.5", "12", "1500": as many digits as such a number needs. */
char *graph_number(double value);
/* Dots of @height that stand for @value: 0 for @low and below, at least 1 for what is above it;
 * -1 for NAN. */
int graph_dots(double value, double low, double high, int height);

typedef struct {
    const double *values;  /* one a column of dots; NAN: not known */
    const uint8_t *styles; /* Style of each */
    unsigned count;
    double low, high;
    bool line;  /* only the top, joined to its neighbours */
    int cursor; /* column of cells; -1: none */
} Graph;
void graph_draw(const Graph *graph, WINDOW *window, Rect at);

/* "+0:05" under every so many cells; @at is one row below the graph. */
void graph_draw_times(WINDOW *window, Rect at, int64_t from_ns, int64_t span_ns);
/* A bar of @value out of @most, in @at.columns cells; something is seen of what is above 0. */
void graph_draw_bar(WINDOW *window, Rect at, unsigned style, double value, double most);

/* dissect/net/drop_log.h - when the probe itself lost packets, so that its loss is never taken for
 * the network's. Times are those of packets. Bounded: beyond DROP_INTERVALS_MAX neighbours become
 * one. */
#pragma once
#include "dissect/base/clock.h"
#include <glib.h>
#include <stdbool.h>

#define DROP_INTERVALS_MAX 1024u

typedef struct {
    int64_t begin_ns, end_ns;
    uint64_t packets; /* lost somewhere between them */
} DropInterval;

typedef struct {
    GArray *intervals; /* DropInterval, by time; owned; NULL while nothing was lost */
    uint64_t total;
    int64_t since_ns; /* up to here all is told; TIME_UNKNOWN before the first packet */
} DropLog;

#define DROP_LOG_EMPTY ((DropLog){ .since_ns = TIME_UNKNOWN })
void drop_log_clear(DropLog *log);

/* @total packets were lost up to @now_ns, the first packet having come at @first_ns. @of_now: the
 * total is counted as of now; else it may be that of an earlier moment, so that only a change says
 * something. */
void drop_log_note(DropLog *log, uint64_t total, bool of_now, int64_t first_ns, int64_t now_ns);

/* Lost at most between @begin_ns and @end_ns: all of the intervals that overlap with them. */
uint64_t drop_log_between(const DropLog *log, int64_t begin_ns, int64_t end_ns);

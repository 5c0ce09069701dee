#include "dissect/net/drop_log.h"

void drop_log_clear(DropLog *log)
{
    if (log->intervals)
        g_array_unref(log->intervals);
    *log = DROP_LOG_EMPTY;
}

static DropInterval *interval_at(const DropLog *log, unsigned i)
{
    return &g_array_index(log->intervals, DropInterval, i);
}

static void join_neighbours(DropLog *log)
{
    unsigned kept = 0;

    for (unsigned i = 0; i + 1 < log->intervals->len; i += 2) {
        DropInterval joined = *interval_at(log, i);
        joined.end_ns = interval_at(log, i + 1)->end_ns;
        joined.packets += interval_at(log, i + 1)->packets;
        *interval_at(log, kept++) = joined;
    }
    g_array_set_size(log->intervals, kept);
}

void drop_log_note(DropLog *log, uint64_t total, bool of_now, int64_t first_ns, int64_t now_ns)
{
    if (log->since_ns == TIME_UNKNOWN)
        log->since_ns = first_ns;
    if (total > log->total) {
        DropInterval interval = { log->since_ns, now_ns, total - log->total };
        if (!log->intervals)
            log->intervals = g_array_new(FALSE, FALSE, sizeof(DropInterval));
        if (log->intervals->len == DROP_INTERVALS_MAX)
            join_neighbours(log);
        g_array_append_val(log->intervals, interval);
        log->since_ns = now_ns;
    }
    log->total = MAX(log->total, total);
    if (of_now)
        log->since_ns = now_ns;
}

uint64_t drop_log_between(const DropLog *log, int64_t begin_ns, int64_t end_ns)
{
    uint64_t packets = 0;

    for (unsigned i = 0; log->intervals && i < log->intervals->len; i++) {
        const DropInterval *interval = interval_at(log, i);
        if (interval->begin_ns <= end_ns && interval->end_ns >= begin_ns)
            packets += interval->packets;
    }
    return packets;
}

#include "ui/batch/progress.h"
#include <stdio.h>

#define INTERVAL_US 250000

typedef struct {
    uint64_t packets, bytes_read, bytes_total;
    bool live; /* one of the sources has no end */
} Totals;

static Totals sum_sources(Capture *capture)
{
    Totals totals = { 0 };

    for (unsigned i = 0; i < capture_source_count(capture); i++) {
        CaptureSourceInfo info;
        capture_source_info(capture, i, &info);
        totals.packets += info.packets;
        totals.bytes_read += info.bytes_read;
        totals.bytes_total += info.bytes_total;
        totals.live |= info.live || info.bytes_total == 0;
    }
    return totals;
}

static void draw(const Totals *totals, uint64_t packets_per_s)
{
    if (totals->live)
        fprintf(stderr, "\r%" G_GUINT64_FORMAT " packets, %" G_GUINT64_FORMAT "/s\033[K",
                totals->packets, packets_per_s);
    else
        fprintf(stderr, "\r%3.0f%%, %" G_GUINT64_FORMAT " packets, %" G_GUINT64_FORMAT "/s\033[K",
                100.0 * (double)totals->bytes_read / (double)totals->bytes_total, totals->packets,
                packets_per_s);
    fflush(stderr);
}

void progress_update(Progress *progress)
{
    int64_t now = g_get_monotonic_time();

    if (!progress->shown || (progress->last_us && now - progress->last_us < INTERVAL_US))
        return;
    Totals totals = sum_sources(progress->capture);
    if (progress->last_us) {
        double seconds = (double)(now - progress->last_us) / G_USEC_PER_SEC;
        draw(&totals, (uint64_t)((double)(totals.packets - progress->last_packets) / seconds));
    }
    progress->last_us = now;
    progress->last_packets = totals.packets;
}

void progress_clear(Progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
}

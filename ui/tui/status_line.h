/* ui/tui/status_line.h - the line that says how the capture does: packets, rate, losses, spool,
 * memory; and what the user has to know now. */
#pragma once
#include "ui/tui/screen.h"

typedef struct {
    uint64_t packets;
    double packets_per_s;
    unsigned calls;
    CaptureDrops drops;
    uint64_t spool_used, spool_cap, spool_lost;
    uint64_t memory_bytes;
    char *failure; /* of a source or the output; owned, escaped; NULL */
    bool live, ended;
    double read;              /* 0..1 of the files, negative when not known */
    uint64_t sampled_packets; /* when the rate was last told */
    int64_t sampled_us;       /* 0: never */
} StatusLine;

void status_line_clear(StatusLine *status);
/* Looks again; rates, losses and memory at most once a second, and when the capture ends. */
void status_line_sample(StatusLine *status, const Ui *ui);
void status_line_draw(const StatusLine *status, const Ui *ui, WINDOW *window, int y);

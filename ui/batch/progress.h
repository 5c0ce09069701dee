/* ui/batch/progress.h - one line on standard error that says how far reading has come. */
#pragma once
#include "capture/capture.h"

typedef struct {
    Capture *capture; /* borrowed */
    bool shown;       /* standard error is a terminal */
    int64_t last_us;  /* monotonic; 0: nothing was shown yet */
    uint64_t last_packets;
} Progress;

/* Draws the line again when it is due. */
void progress_update(Progress *progress);
/* Leaves the line empty for what follows. */
void progress_clear(Progress *progress);

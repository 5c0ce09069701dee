/* ui/tui/sound_wave.h - one side of a call's sound on a time line: its wave form, and below it the
 * digits, what was clipped and what is missing. */
#pragma once
#include "export/sound_track.h"
#include "ui/tui/cells.h"

/* What of the time is seen. */
typedef struct {
    double from_ms, span_ms;
    double cursor_ms;
    int height; /* sample that fills the room; more is cut */
} SoundWindow;

/* One side of a track. */
typedef struct {
    const SoundSide *side;
    const GArray *events; /* SoundEvent of both sides */
    bool from_caller;
    unsigned style; /* of the wave form */
} SoundLane;

/* Column of a time in a room of @columns; outside of it when it is not seen. */
int sound_window_column(const SoundWindow *window, double ms, int columns);
double sound_window_time(const SoundWindow *window, int column, int columns);

/* The wave form in all rows of @room but the last, which has the marks. */
void sound_wave_draw(const SoundLane *lane, const SoundWindow *window, WINDOW *cells, Rect room);
/* A line of times below both. */
void sound_axis_draw(const SoundWindow *window, WINDOW *cells, Rect room);

/* All bins from @from_ms until @to_ms as one; frames 0: nothing was heard. */
SoundBin sound_wave_between(const SoundWave *wave, double from_ms, double to_ms);

/* capture/merge.h - several sources as one, in the order of their time stamps. */
#pragma once
#include "capture/source.h"

typedef struct {
    bool wait_for_all; /* nothing is handed on while a source that may be earlier has nothing yet */
} MergeOptions;

/* The @count sources are borrowed and must live longer (the array need not). The statistics are the
 * sum. A source whose own time stamps go backwards keeps its own order. */
PacketSource *merge_source_new(PacketSource *const *sources, unsigned count, MergeOptions options);

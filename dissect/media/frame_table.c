/* dissect/media/frame_table.c - see frame_table.h */
#include "dissect/media/frame_table.h"
#include <glib.h>

struct FrameTable {
    FrameSighting sets[FRAME_SETS][FRAME_WAYS];
};

FrameTable *frame_table_new(void)
{
    return g_new0(FrameTable, 1);
}

void frame_table_free(FrameTable *table)
{
    g_free(table);
}

const FrameSighting *frame_table_set(const FrameTable *table, uint64_t key)
{
    return table->sets[key % FRAME_SETS];
}

void frame_table_add(FrameTable *table, const FrameSighting *sighting)
{
    FrameSighting *set = table->sets[sighting->key % FRAME_SETS];
    FrameSighting *place = set;

    for (unsigned i = 0; i < FRAME_WAYS; i++) {
        if (set[i].key == 0 || (set[i].key == sighting->key && set[i].stream == sighting->stream)) {
            place = &set[i];
            break;
        }
        if (set[i].time_ns < place->time_ns)
            place = &set[i];
    }
    *place = *sighting;
}

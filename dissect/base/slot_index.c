#include "dissect/base/slot_index.h"
#include <glib.h>

#define SLOTS_AT_FIRST 64u

void slot_index_init(SlotIndex *index)
{
    *index = (SlotIndex){ .slots = g_new0(IndexSlot, SLOTS_AT_FIRST), .mask = SLOTS_AT_FIRST - 1 };
}

void slot_index_clear(SlotIndex *index)
{
    g_free(index->slots);
    *index = (SlotIndex){ 0 };
}

static void place(SlotIndex *index, IndexSlot slot)
{
    uint32_t at = slot.tag & index->mask;
    while (index->slots[at].entry)
        at = (at + 1) & index->mask;
    index->slots[at] = slot;
}

static void grow(SlotIndex *index)
{
    IndexSlot *old = index->slots;
    uint32_t old_mask = index->mask;

    g_assert(old_mask < UINT32_MAX / 2);
    index->mask = old_mask * 2 + 1;
    index->slots = g_new0(IndexSlot, (gsize)index->mask + 1);
    for (uint32_t i = 0; i <= old_mask; i++) {
        if (old[i].entry)
            place(index, old[i]);
    }
    g_free(old);
}

void slot_index_insert(SlotIndex *index, uint32_t tag, uint32_t entry)
{
    if (index->used > index->mask / 2) /* fuller, clusters grow long */
        grow(index);
    place(index, (IndexSlot){ tag, entry });
    index->used++;
}

/* Moves up what was displaced by the removed slot, so that probing finds no hole. */
void slot_index_remove(SlotIndex *index, uint32_t position)
{
    uint32_t hole = position;

    for (uint32_t at = (hole + 1) & index->mask; index->slots[at].entry;
         at = (at + 1) & index->mask) {
        uint32_t home = index->slots[at].tag & index->mask;
        if (((at - home) & index->mask) >= ((at - hole) & index->mask)) {
            index->slots[hole] = index->slots[at];
            hole = at;
        }
    }
    index->slots[hole] = (IndexSlot){ 0 };
    index->used--;
}

/* dissect/base/slot_index.h - from a hash to the number of an entry kept elsewhere.
 * Open addressing, linear probing, no tombstones. A slot keeps 32 bits of the hash, so that entries
 * of other keys are hardly ever touched. The owner keeps the entries and compares their keys. */
#pragma once
#include "dissect/base/cache.h"
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint32_t tag;   /* low half of the hash: where probing begins, and a first comparison */
    uint32_t entry; /* 0: the slot is free */
} IndexSlot;

typedef struct {
    IndexSlot *slots; /* owned; mask + 1 of them */
    uint32_t mask;
    uint32_t used;
} SlotIndex;

void slot_index_init(SlotIndex *index);
void slot_index_clear(SlotIndex *index);

/* Entry numbers begin at 1. A key is inserted once; the owner has probed for it before. */
void slot_index_insert(SlotIndex *index, uint32_t tag, uint32_t entry);
/* Positions found before are not valid any longer. */
void slot_index_remove(SlotIndex *index, uint32_t position);

static inline uint32_t slot_index_start(const SlotIndex *index, uint32_t tag)
{
    return tag & index->mask;
}

/* Begins to fetch from memory where probing for @tag begins. */
static inline void slot_index_fetch(const SlotIndex *index, uint32_t tag)
{
    cache_fetch(&index->slots[slot_index_start(index, tag)], sizeof(IndexSlot));
}

/* The next entry that may have the key hashed to @tag, from *@position on; 0 when there is none.
 * The owner increments *@position to go on behind an entry of another key. */
static inline uint32_t slot_index_probe(const SlotIndex *index, uint32_t tag, uint32_t *position)
{
    for (;; ++*position) {
        *position &= index->mask;
        IndexSlot slot = index->slots[*position];
        if (slot.entry == 0 || slot.tag == tag)
            return slot.entry;
    }
}

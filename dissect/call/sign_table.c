#include "dissect/call/sign_table.h"

#define SIGNS_FIRST 64u

void sign_table_init(SignTable *table)
{
    *table = (SignTable){ 0 };
    slot_index_init(&table->newest);
}

void sign_table_clear(SignTable *table)
{
    slot_index_clear(&table->newest);
    g_clear_pointer(&table->signs, g_free);
}

/* Position in the index of the newest sign with @key; its place + 1, or 0. */
static uint32_t find(const SignTable *table, uint64_t key, uint32_t *position)
{
    uint32_t tag = (uint32_t)key;
    uint32_t entry;

    *position = slot_index_start(&table->newest, tag);
    for (; (entry = slot_index_probe(&table->newest, tag, position)); ++*position)
        if (table->signs[entry - 1].key == key)
            break;
    return entry;
}

static uint32_t next_place(SignTable *table)
{
    if (table->next == table->allocated && table->allocated < SIGNS_MAX) {
        table->allocated = table->allocated ? table->allocated * 2 : SIGNS_FIRST;
        table->signs = g_renew(Sign, table->signs, table->allocated);
        memset(table->signs + table->next, 0,
               (table->allocated - table->next) * sizeof *table->signs);
    }
    uint32_t place = table->next % SIGNS_MAX;
    table->next = place + 1;
    return place;
}

void sign_table_add(SignTable *table, const Sign *sign)
{
    uint32_t position;
    uint32_t entry = find(table, sign->key, &position);

    if (entry && table->signs[entry - 1].call == sign->call) {
        Sign *same = &table->signs[entry - 1];
        same->time_ns = sign->time_ns;
        same->frame = sign->frame;
        same->source = sign->source;
        return;
    }
    uint32_t place = next_place(table);
    Sign *fresh = &table->signs[place];
    if (fresh->serial) {
        uint32_t old;
        if (find(table, fresh->key, &old) == place + 1) {
            slot_index_remove(&table->newest, old);
        }
    }
    entry = find(table, sign->key, &position);
    if (entry)
        slot_index_remove(&table->newest, position);
    *fresh = *sign;
    fresh->serial = ++table->serial;
    fresh->older = entry;
    slot_index_insert(&table->newest, (uint32_t)sign->key, place + 1);
}

const Sign *sign_table_find(const SignTable *table, uint64_t key)
{
    uint32_t position;
    uint32_t entry = find(table, key, &position);

    return entry ? &table->signs[entry - 1] : NULL;
}

const Sign *sign_table_older(const SignTable *table, const Sign *sign)
{
    if (!sign->older)
        return NULL;
    const Sign *older = &table->signs[sign->older - 1];
    bool overwritten = older->key != sign->key || (int32_t)(sign->serial - older->serial) <= 0;
    return overwritten ? NULL : older;
}

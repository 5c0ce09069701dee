#include "dissect/call/sign_table.h"
#include "dissect/base/cache.h"

#define SIGNS_FIRST   64u
#define BUCKETS       (2 * SIGNS_MAX)
#define STRANGERS_MAX 64u /* of other keys, that are passed over in a bucket */

void sign_table_init(SignTable *table)
{
    *table = (SignTable){ .newest = g_new0(uint32_t, BUCKETS) };
}

void sign_table_clear(SignTable *table)
{
    g_clear_pointer(&table->newest, g_free);
    g_clear_pointer(&table->signs, g_free);
}

static Sign *at(const SignTable *table, uint32_t serial)
{
    bool overwritten = table->serial - serial >= SIGNS_MAX;

    return serial && !overwritten ? &table->signs[serial % SIGNS_MAX] : NULL;
}

static Sign *first_of_bucket(const SignTable *table, uint64_t key)
{
    return at(table, table->newest[key % BUCKETS]);
}

/* When the ring has overwritten one, all before it are gone too. */
static Sign *next_of_bucket(const SignTable *table, const Sign *sign)
{
    return at(table, sign->older);
}

static Sign *with_key(const SignTable *table, Sign *sign, uint64_t key)
{
    for (unsigned i = 0; sign && sign->key != key; i++)
        sign = i < STRANGERS_MAX ? next_of_bucket(table, sign) : NULL;
    return sign;
}

/* Where the sign with the next serial stands. */
static Sign *next_place(SignTable *table)
{
    uint32_t place = ++table->serial % SIGNS_MAX;

    if (place >= table->allocated) {
        table->allocated = table->allocated ? table->allocated * 2 : SIGNS_FIRST;
        table->signs = g_renew(Sign, table->signs, table->allocated);
    }
    return &table->signs[place];
}

void sign_table_add(SignTable *table, const Sign *sign)
{
    uint32_t *newest = &table->newest[sign->key % BUCKETS];
    Sign *same = with_key(table, at(table, *newest), sign->key);

    if (same && same->call == sign->call) {
        same->time_ns = sign->time_ns;
        same->frame = sign->frame;
        same->source = sign->source;
        return;
    }
    Sign *fresh = next_place(table);
    *fresh = *sign;
    fresh->older = *newest;
    *newest = table->serial;
}

void sign_table_fetch_bucket(const SignTable *table, uint64_t key)
{
    cache_fetch(&table->newest[key % BUCKETS], sizeof *table->newest);
}

void sign_table_fetch(const SignTable *table, uint64_t key)
{
    const Sign *first = first_of_bucket(table, key);

    if (first)
        cache_fetch_unaligned(first, sizeof *first);
}

const Sign *sign_table_find(const SignTable *table, uint64_t key)
{
    return with_key(table, first_of_bucket(table, key), key);
}

const Sign *sign_table_older(const SignTable *table, const Sign *sign)
{
    return with_key(table, next_of_bucket(table, sign), sign->key);
}

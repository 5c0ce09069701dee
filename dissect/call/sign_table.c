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

static bool same_bucket(uint64_t a, uint64_t b)
{
    return a % BUCKETS == b % BUCKETS;
}

/* The newest of the bucket of @key. When the ring has overwritten that one, all others are gone
 * too. */
static Sign *first_of_bucket(const SignTable *table, uint64_t key)
{
    uint32_t entry = table->newest[key % BUCKETS];
    Sign *sign = entry ? &table->signs[entry - 1] : NULL;

    return sign && same_bucket(sign->key, key) ? sign : NULL;
}

static Sign *next_of_bucket(const SignTable *table, const Sign *sign)
{
    Sign *older = sign->older ? &table->signs[sign->older - 1] : NULL;
    bool overwritten = older && (int32_t)(sign->serial - older->serial) <= 0;

    return overwritten ? NULL : older;
}

static Sign *with_key(const SignTable *table, Sign *sign, uint64_t key)
{
    for (unsigned i = 0; sign && sign->key != key; i++)
        sign = i < STRANGERS_MAX ? next_of_bucket(table, sign) : NULL;
    return sign;
}

static uint32_t next_place(SignTable *table)
{
    if (table->next == table->allocated && table->allocated < SIGNS_MAX) {
        table->allocated = table->allocated ? table->allocated * 2 : SIGNS_FIRST;
        table->signs = g_renew(Sign, table->signs, table->allocated);
    }
    uint32_t place = table->next % SIGNS_MAX;
    table->next = place + 1;
    return place;
}

void sign_table_add(SignTable *table, const Sign *sign)
{
    Sign *first = first_of_bucket(table, sign->key);
    Sign *same = with_key(table, first, sign->key);

    if (same && same->call == sign->call) {
        same->time_ns = sign->time_ns;
        same->frame = sign->frame;
        same->source = sign->source;
        return;
    }
    uint32_t older = first ? (uint32_t)(first - table->signs) + 1 : 0;
    uint32_t place = next_place(table);
    Sign *fresh = &table->signs[place];
    *fresh = *sign;
    fresh->serial = ++table->serial;
    fresh->older = older;
    table->newest[sign->key % BUCKETS] = place + 1;
}

void sign_table_fetch(const SignTable *table, uint64_t key)
{
    uint32_t entry = table->newest[key % BUCKETS];

    if (entry)
        cache_fetch(&table->signs[entry - 1], sizeof *table->signs);
}

const Sign *sign_table_find(const SignTable *table, uint64_t key)
{
    return with_key(table, first_of_bucket(table, key), key);
}

const Sign *sign_table_older(const SignTable *table, const Sign *sign)
{
    return with_key(table, next_of_bucket(table, sign), sign->key);
}

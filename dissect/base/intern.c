#include "dissect/base/intern.h"

typedef struct {
    Slice key; /* first, so that a lookup needs no Interned; its bytes are @text */
    char text[];
} Interned;

#define RECENT 16u

struct InternTable {
    GHashTable *strings; /* owns each Interned, as key and value */
    unsigned cap;
    const Interned *recent[RECENT]; /* borrowed: most texts are those asked for a moment ago */
};

/* By little of the text: those of one capture are few. */
static const Interned **recent_place(InternTable *table, Slice key)
{
    return &table->recent[(key.len + slice_last(key)) % RECENT];
}

static guint hash_key(gconstpointer key)
{
    return (guint)slice_hash(*(const Slice *)key);
}

static gboolean equal_keys(gconstpointer a, gconstpointer b)
{
    return slice_equal(*(const Slice *)a, *(const Slice *)b);
}

InternTable *intern_new(unsigned cap)
{
    InternTable *table = g_new0(InternTable, 1);
    table->strings = g_hash_table_new_full(hash_key, equal_keys, g_free, NULL);
    table->cap = cap;
    return table;
}

void intern_free(InternTable *table)
{
    if (!table)
        return;
    g_hash_table_destroy(table->strings);
    g_free(table);
}

static Interned *copy_string(Slice text)
{
    Interned *interned = g_malloc(sizeof(Interned) + text.len + 1);
    if (text.len)
        memcpy(interned->text, text.data, text.len);
    interned->text[text.len] = '\0';
    interned->key = slice_of(interned->text, text.len);
    return interned;
}

const char *intern_string(InternTable *table, Slice text)
{
    Slice key = slice_sub(text, 0, INTERN_LENGTH_MAX);
    const Interned **recent = recent_place(table, key);

    if (*recent && slice_equal((*recent)->key, key))
        return (*recent)->text;
    Interned *interned = g_hash_table_lookup(table->strings, &key);
    if (!interned && intern_size(table) >= table->cap)
        return "(other)";
    if (!interned) {
        interned = copy_string(key);
        g_hash_table_add(table->strings, interned);
    }
    *recent = interned;
    return interned->text;
}

unsigned intern_size(const InternTable *table)
{
    return g_hash_table_size(table->strings);
}

#include "dissect/base/slot_index.h"
#include <glib.h>

/* Finds @entry among those of @tag; UINT32_MAX when it is not there. */
static uint32_t position_of(const SlotIndex *index, uint32_t tag, uint32_t entry)
{
    uint32_t at = slot_index_start(index, tag), found;
    while ((found = slot_index_probe(index, tag, &at)) != 0) {
        if (found == entry)
            return at;
        at++;
    }
    return UINT32_MAX;
}

static bool has(const SlotIndex *index, uint32_t tag, uint32_t entry)
{
    return position_of(index, tag, entry) != UINT32_MAX;
}

static void test_empty(void)
{
    SlotIndex index;
    slot_index_init(&index);
    for (uint32_t tag = 0; tag < 1000; tag++)
        g_assert_false(has(&index, tag, 1));
    slot_index_clear(&index);
}

static void test_same_tag(void)
{
    SlotIndex index;
    slot_index_init(&index);
    for (uint32_t entry = 1; entry <= 200; entry++)
        slot_index_insert(&index, 0xffffffff, entry);
    for (uint32_t entry = 1; entry <= 200; entry++)
        g_assert_true(has(&index, 0xffffffff, entry));
    g_assert_false(has(&index, 0xfffffffe, 1));
    for (uint32_t entry = 1; entry <= 200; entry += 2)
        slot_index_remove(&index, position_of(&index, 0xffffffff, entry));
    for (uint32_t entry = 1; entry <= 200; entry++)
        g_assert_cmpint(has(&index, 0xffffffff, entry), ==, entry % 2 == 0);
    g_assert_cmpuint(index.used, ==, 100);
    slot_index_clear(&index);
}

/* Random insertions and removals, with tags that collide and wrap around the end of the array,
 * against a GHashTable. */
static void test_against_model(void)
{
    SlotIndex index;
    g_autoptr(GHashTable) model = g_hash_table_new(NULL, NULL);
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);
    slot_index_init(&index);
    for (int step = 0; step < 60000; step++) {
        uint32_t entry = 1 + (uint32_t)g_rand_int_range(rand, 0, 2000);
        uint32_t tag = entry % 3 ? entry * 0x9e3779b1u : UINT32_MAX - entry % 7;
        gpointer key = GUINT_TO_POINTER(entry);
        g_assert_cmpint(has(&index, tag, entry), ==, g_hash_table_contains(model, key));
        if (g_hash_table_remove(model, key)) {
            slot_index_remove(&index, position_of(&index, tag, entry));
        } else {
            slot_index_insert(&index, tag, entry);
            g_hash_table_add(model, key);
        }
        g_assert_cmpuint(index.used, ==, g_hash_table_size(model));
    }
    slot_index_clear(&index);
}

static void test_growth(void)
{
    SlotIndex index;
    slot_index_init(&index);
    for (uint32_t entry = 1; entry <= 100000; entry++)
        slot_index_insert(&index, entry * 0x9e3779b1u, entry);
    for (uint32_t entry = 1; entry <= 100000; entry++)
        g_assert_true(has(&index, entry * 0x9e3779b1u, entry));
    g_assert_cmpuint(index.used, <, index.mask);
    slot_index_clear(&index);
    g_assert_null(index.slots);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/slot-index/empty", test_empty);
    g_test_add_func("/slot-index/same-tag", test_same_tag);
    g_test_add_func("/slot-index/against-model", test_against_model);
    g_test_add_func("/slot-index/growth", test_growth);
    return g_test_run();
}

#include "dissect/base/hash.h"
#include <glib.h>
#include <string.h>

static void test_depends_on_bytes_length_and_seed(void)
{
    uint8_t zeros[65] = { 0 };
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    for (size_t len = 0; len <= sizeof zeros; len++) {
        for (uint64_t seed = 1; seed <= 3; seed++) {
            uint64_t hash = hash_bytes(zeros, len, seed);
            g_assert_cmpuint(hash, ==, hash_bytes(zeros, len, seed));
            g_assert_true(g_hash_table_add(seen, g_memdup2(&hash, sizeof hash)));
        }
    }
}

/* One bit of the input turns about half of the output. */
static void test_every_bit_counts(void)
{
    for (size_t len = 1; len <= 40; len++) {
        uint8_t bytes[40] = { 0 };
        uint64_t before = hash_bytes(bytes, len, 7);
        for (size_t bit = 0; bit < len * 8; bit++) {
            bytes[bit / 8] = (uint8_t)(1u << bit % 8);
            int turned = __builtin_popcountll(before ^ hash_bytes(bytes, len, 7));
            g_assert_cmpint(turned, >=, 10);
            g_assert_cmpint(turned, <=, 54);
            bytes[bit / 8] = 0;
        }
    }
}

/* The low bits choose the slot of a table. */
static void test_low_bits_are_spread(void)
{
    unsigned buckets[256] = { 0 };
    for (uint32_t i = 0; i < 25600; i++) {
        g_autofree char *key = g_strdup_printf("call-%u@host", i);
        buckets[hash_bytes(key, strlen(key), 99) & 255]++;
    }
    for (int i = 0; i < 256; i++) {
        g_assert_cmpuint(buckets[i], >, 40);
        g_assert_cmpuint(buckets[i], <, 180);
    }
}

static void test_every_length_is_read_exactly(void)
{
    uint8_t bytes[100];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 37);
    for (size_t len = 0; len <= sizeof bytes; len++) {
        g_autofree uint8_t *exact = g_memdup2(bytes, len);
        g_assert_cmpuint(hash_bytes(exact, len, 5), ==, hash_bytes(bytes, len, 5));
    }
}

static void test_seed_can_be_fixed(void)
{
    uint64_t seed = hash_seed();
    g_assert_cmpuint(seed, !=, 0);
    g_setenv("RUNG_HASH_SEED", "2", TRUE); /* too late: drawn once */
    g_assert_cmpuint(hash_seed(), ==, seed);
}

int main(int argc, char **argv)
{
    g_setenv("RUNG_HASH_SEED", "1", TRUE);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hash/depends-on-all", test_depends_on_bytes_length_and_seed);
    g_test_add_func("/hash/every-bit-counts", test_every_bit_counts);
    g_test_add_func("/hash/low-bits", test_low_bits_are_spread);
    g_test_add_func("/hash/exact-lengths", test_every_length_is_read_exactly);
    g_test_add_func("/hash/fixed-seed", test_seed_can_be_fixed);
    return g_test_run();
}

#include "dissect/base/pool.h"

typedef struct {
    uint64_t number, check;
} Record;

static void test_numbers(void)
{
    Pool pool;
    pool_init(&pool, sizeof(Record));
    for (uint32_t i = 1; i <= 3 * POOL_CHUNK; i++) {
        uint32_t number = pool_take(&pool);
        g_assert_cmpuint(number, ==, i);
        *(Record *)pool_at(&pool, number) = (Record){ number, ~(uint64_t)number };
    }
    for (uint32_t i = 1; i <= 3 * POOL_CHUNK; i++) {
        Record *record = pool_at(&pool, i);
        g_assert_cmpuint(record->number, ==, i);
        g_assert_cmpuint(record->check, ==, ~(uint64_t)i);
    }
    pool_clear(&pool);
}

/* What was given back is given out again, the last one first; the others stay as they are. */
static void test_reuse(void)
{
    Pool pool;
    pool_init(&pool, sizeof(Record));
    for (uint32_t i = 1; i <= 10; i++)
        *(Record *)pool_at(&pool, pool_take(&pool)) = (Record){ i, i };
    pool_give_back(&pool, 3);
    pool_give_back(&pool, 10);
    pool_give_back(&pool, 1);
    g_assert_cmpuint(pool_take(&pool), ==, 1);
    g_assert_cmpuint(pool_take(&pool), ==, 10);
    g_assert_cmpuint(pool_take(&pool), ==, 3);
    g_assert_cmpuint(pool_take(&pool), ==, 11);
    g_assert_cmpuint(((Record *)pool_at(&pool, 5))->check, ==, 5);
    pool_clear(&pool);
}

static void test_empty(void)
{
    Pool pool;
    pool_init(&pool, 4);
    pool_clear(&pool);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pool/numbers", test_numbers);
    g_test_add_func("/pool/reuse", test_reuse);
    g_test_add_func("/pool/empty", test_empty);
    return g_test_run();
}

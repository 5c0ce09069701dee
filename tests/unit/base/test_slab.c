#include "dissect/base/slab.h"
#include <stdint.h>
#include <string.h>

#define BLOCKS 20000u

static size_t size_of(unsigned i)
{
    return i * 37 % (SLAB_MAX + 64);
}

/* What is written in one block stays there, whatever is taken, given back and resized. */
static void test_blocks_are_apart(void)
{
    static uint8_t *blocks[BLOCKS];
    Slab slab;

    slab_init(&slab);
    for (unsigned i = 0; i < BLOCKS; i++) {
        blocks[i] = slab_take(&slab, size_of(i));
        if (size_of(i))
            memset(blocks[i], (int)(i & 0xff), size_of(i));
        g_assert_cmpuint((uintptr_t)blocks[i] % SLAB_UNIT, ==, 0);
        if (i % 3 == 2) {
            slab_give_back(&slab, blocks[i - 1], size_of(i - 1));
            blocks[i - 1] = NULL;
        }
    }
    for (unsigned i = 0; i < BLOCKS; i++) {
        for (size_t k = 0; blocks[i] && k < size_of(i); k++)
            g_assert_cmpuint(blocks[i][k], ==, i & 0xff);
        slab_give_back(&slab, blocks[i], size_of(i));
    }
    slab_clear(&slab);
}

static void test_resize(void)
{
    static const size_t sizes[] = { 1, 16, 17, 600, 601, SLAB_MAX, SLAB_MAX + 1, 9000, 40, 0, 5 };
    Slab slab;
    uint8_t *block = NULL;
    size_t old = 0;

    slab_init(&slab);
    for (unsigned i = 0; i < G_N_ELEMENTS(sizes); i++) {
        block = slab_resize(&slab, block, old, sizes[i]);
        for (size_t k = 0; k < MIN(old, sizes[i]); k++)
            g_assert_cmpuint(block[k], ==, k & 0xff);
        for (size_t k = 0; k < sizes[i]; k++)
            block[k] = (uint8_t)k;
        old = sizes[i];
    }
    slab_give_back(&slab, block, old);
    slab_clear(&slab);
}

/* Whatever is taken in between. */
static void test_whole_lines(void)
{
    static void *lines[BLOCKS], *others[BLOCKS];
    Slab slab;

    slab_init(&slab);
    for (unsigned i = 0; i < BLOCKS; i++) {
        size_t size = slab_lines(size_of(i));
        g_assert_true(size % CACHE_LINE == 0 && size >= size_of(i) &&
                      size < size_of(i) + CACHE_LINE);
        lines[i] = slab_take(&slab, size);
        others[i] = slab_take(&slab, i % 90);
        if (slab.chunks->len && size <= SLAB_MAX) /* else it comes from malloc() */
            g_assert_cmpuint((uintptr_t)lines[i] % CACHE_LINE, ==, 0);
    }
    for (unsigned i = 0; i < BLOCKS; i++) {
        slab_give_back(&slab, lines[i], slab_lines(size_of(i)));
        slab_give_back(&slab, others[i], i % 90);
    }
    slab_clear(&slab);
}

static void test_nothing(void)
{
    Slab slab;

    slab_init(&slab);
    slab_give_back(&slab, NULL, 0);
    slab_give_back(&slab, NULL, 100);
    g_assert_null(slab_take(&slab, 0));
    g_assert_null(slab_copy(&slab, NULL, 0));
    slab_clear(&slab);
}

/* What was given back serves again, so that memory follows what is in use. */
static void test_use_again(void)
{
    Slab slab;

    slab_init(&slab);
    for (unsigned i = 0; i < 100 * BLOCKS; i++)
        slab_give_back(&slab, slab_take(&slab, 100), 100);
    g_assert_cmpuint(slab.chunks->len, <=, 1);
    slab_clear(&slab);
}

static void test_copy(void)
{
    Slab slab;

    slab_init(&slab);
    char *copy = slab_copy(&slab, "text", 5);
    g_assert_cmpstr(copy, ==, "text");
    slab_give_back(&slab, copy, 5);
    slab_clear(&slab);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/slab/blocks-are-apart", test_blocks_are_apart);
    g_test_add_func("/slab/resize", test_resize);
    g_test_add_func("/slab/whole-lines", test_whole_lines);
    g_test_add_func("/slab/nothing", test_nothing);
    g_test_add_func("/slab/use-again", test_use_again);
    g_test_add_func("/slab/copy", test_copy);
    return g_test_run();
}

/* Contributing sources: each once, in order, and no more than there is room for. */
#include "dissect/media/contributors.h"

static void test_each_once(void)
{
    Contributors c = { 0 };

    contributors_add(&c, SLICE_LITERAL("\0\0\0\x1\0\0\0\x2"));
    contributors_add(&c, SLICE_LITERAL("\0\0\0\x2"));
    contributors_add(&c, SLICE_LITERAL("\0\0\0\x3\0\0\0\x1"));
    g_assert_cmpuint(c.packets, ==, 3);
    g_assert_cmpuint(c.most, ==, 2);
    g_assert_cmpuint(c.count, ==, 3);
    for (uint32_t i = 0; i < c.count; i++)
        g_assert_cmpuint(c.sources[i], ==, i + 1);
    g_assert_false(c.more);
}

static void test_many(void)
{
    Contributors c = { 0 };

    for (unsigned i = 0; i < 2 * CONTRIBUTORS_MAX; i++) {
        uint8_t ssrc[4] = { 1, 2, 3, (uint8_t)i };
        contributors_add(&c, slice_of(ssrc, sizeof ssrc));
    }
    g_assert_cmpuint(c.count, ==, CONTRIBUTORS_MAX);
    g_assert_true(c.more);
    g_assert_cmpuint(c.packets, ==, 2 * CONTRIBUTORS_MAX);
}

/* A list that is cut within a source gives the whole ones. */
static void test_every_truncation(void)
{
    static const uint8_t list[] = { 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3 };

    for (size_t len = 1; len <= sizeof list; len++) {
        g_autofree uint8_t *exact = g_memdup2(list, len);
        Contributors c = { 0 };
        contributors_add(&c, slice_of(exact, len));
        g_assert_cmpuint(c.count, ==, len / 4);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/contributors/each-once", test_each_once);
    g_test_add_func("/contributors/many", test_many);
    g_test_add_func("/contributors/truncation", test_every_truncation);
    return g_test_run();
}

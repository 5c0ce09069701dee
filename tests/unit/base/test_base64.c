#include "dissect/base/base64.h"

/* RFC 4648 section 10. */
static const struct {
    const char *text, *bytes;
} vectors[] = {
    { "", "" },
    { "Zg==", "f" },
    { "Zm8=", "fo" },
    { "Zm9v", "foo" },
    { "Zm9vYg==", "foob" },
    { "Zm9vYmE=", "fooba" },
    { "Zm9vYmFy", "foobar" },
    { "Zg", "f" },
    { "Zm9vYmE", "fooba" }, /* as rtpengine writes them */
};

static const char *const bad[] = {
    "Z", "Zm9vY", "Zm 9v", "Zm9-", "=Zm9", "Z===", "Zm=v", "Zm9v\n"
};

static void test_vectors(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(vectors); i++) {
        uint8_t out[8];
        size_t length = 99;
        g_assert_true(base64_decode(slice_from_string(vectors[i].text), out, sizeof out, &length));
        g_assert_true(slice_equal(slice_of(out, length), slice_from_string(vectors[i].bytes)));
    }
}

static void test_refusals(void)
{
    uint8_t out[8];
    size_t length;

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(base64_decode(slice_from_string(bad[i]), out, sizeof out, &length));
    g_assert_false(base64_decode(SLICE_LITERAL("Zm9vYmFy"), out, 5, &length));
    g_assert_true(base64_decode(SLICE_LITERAL("Zm9vYmFy"), out, 6, &length));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base64/vectors", test_vectors);
    g_test_add_func("/base64/refusals", test_refusals);
    return g_test_run();
}

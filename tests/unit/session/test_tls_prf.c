#include "dissect/session/tls_prf.h"

typedef struct {
    uint8_t bytes[128];
    size_t len;
} Bytes;

static Bytes hex(const char *text)
{
    Bytes out = { .len = 0 };

    for (; text[0] && text[1]; text += 2)
        out.bytes[out.len++] =
            (uint8_t)(g_ascii_xdigit_value(text[0]) << 4 | g_ascii_xdigit_value(text[1]));
    return out;
}

static Slice slice(const Bytes *bytes)
{
    return slice_of(bytes->bytes, bytes->len);
}

/* The vector of the IETF TLS list for P_SHA256. */
static void test_prf_sha256(void)
{
    Bytes secret = hex("9bbe436ba940f017b17652849a71db35");
    Bytes seed = hex("a0ba9f936cda311827a6f796ffd5198c");
    Bytes expected = hex("e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a"
                         "6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab"
                         "4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff701"
                         "87347b66");
    uint8_t out[100];

    g_assert_true(tls_prf("SHA256", slice(&secret), "test label", slice(&seed), out, sizeof out));
    g_assert_true(slice_equal(slice_of(out, sizeof out), slice(&expected)));
}

/* RFC 8448 section 3: the client's handshake traffic secret, its key and IV. */
static void test_expand_label(void)
{
    Bytes secret = hex("b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21");
    Bytes key = hex("dbfaa693d1762c5b666af5d950258d01"), iv = hex("5bd3c71b836e0b76bb73265f");
    uint8_t out[16];

    g_assert_true(tls_expand_label("SHA256", slice(&secret), "tls13 key", SLICE_EMPTY, out, 16));
    g_assert_true(slice_equal(slice_of(out, 16), slice(&key)));
    g_assert_true(tls_expand_label("SHA256", slice(&secret), "tls13 iv", SLICE_EMPTY, out, 12));
    g_assert_true(slice_equal(slice_of(out, 12), slice(&iv)));
}

static void test_impossible(void)
{
    Bytes secret = hex("00");
    uint8_t out[4];

    g_assert_false(tls_prf("NONE", slice(&secret), "label", SLICE_EMPTY, out, sizeof out));
    g_assert_false(tls_prf("SHA256", SLICE_EMPTY, "label", SLICE_EMPTY, out, sizeof out));
    g_assert_false(tls_expand_label("NONE", slice(&secret), "label", SLICE_EMPTY, out, 4));
    g_assert_false(tls_expand_label("SHA256", slice(&secret), "label", SLICE_EMPTY, out, 65536));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tls-prf/sha256", test_prf_sha256);
    g_test_add_func("/tls-prf/expand-label", test_expand_label);
    g_test_add_func("/tls-prf/impossible", test_impossible);
    return g_test_run();
}

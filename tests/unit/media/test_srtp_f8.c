/* AES in f8 mode: RFC 3711 appendix B.1. */
#include "dissect/media/srtp_f8.h"

static const uint8_t header[12] = { 0x80, 0x6e, 0x5c, 0xba, 0x50, 0x68,
                                    0x1d, 0xe5, 0x5c, 0x62, 0x15, 0x99 };
static const uint8_t key[16] = { 0x23, 0x48, 0x29, 0x00, 0x84, 0x67, 0xbe, 0x18,
                                 0x6c, 0x3d, 0xe1, 0x4a, 0xae, 0x72, 0xd6, 0x2c };
static const uint8_t salt[4] = { 0x32, 0xf2, 0x87, 0x0d };
static const char plain[] = "pseudorandomness is the next best thing";
static const uint8_t sealed[] = {
    0x01, 0x9c, 0xe7, 0xa2, 0x6e, 0x78, 0x54, 0x01, 0x4a, 0x63, 0x66, 0xaa, 0x95,
    0xd4, 0xee, 0xfd, 0x1a, 0xd4, 0x17, 0x2a, 0x14, 0xf9, 0xfa, 0xf4, 0x55, 0xb7,
    0xf1, 0xd4, 0xb6, 0x2b, 0xd0, 0x8f, 0x56, 0x2c, 0x0e, 0xef, 0x7c, 0x48, 0x02,
};

static void test_vector(void)
{
    SrtpF8 *f8 = srtp_f8_new(key, slice_of(salt, sizeof salt));
    uint8_t iv[SRTP_F8_IV_BYTES];

    g_assert_nonnull(f8);
    srtp_f8_rtp_iv(header, 0xd462564a, iv);
    g_assert_cmpuint(sizeof sealed, ==, strlen(plain));
    for (size_t length = 0; length <= sizeof sealed; length++) {
        g_autofree uint8_t *bytes = g_memdup2(sealed, sizeof sealed);
        g_assert_true(srtp_f8_apply(f8, iv, bytes, length));
        g_assert_cmpint(memcmp(bytes, plain, length), ==, 0);
        g_assert_cmpint(memcmp(bytes + length, sealed + length, sizeof sealed - length), ==, 0);
    }
    srtp_f8_free(f8);
}

/* Section 4.1.2.3: no vector is published; what stands where is. */
static void test_rtcp_iv(void)
{
    static const uint8_t rtcp[8] = { 0x81, 0xc8, 0x00, 0x06, 0xde, 0xad, 0xbe, 0xef };
    static const uint8_t want[16] = { 0,    0,    0,    0,    0x80, 0x00, 0x00, 0x07,
                                      0x81, 0xc8, 0x00, 0x06, 0xde, 0xad, 0xbe, 0xef };
    uint8_t iv[SRTP_F8_IV_BYTES];

    srtp_f8_rtcp_iv(rtcp, 0x80000007, iv);
    g_assert_cmpint(memcmp(iv, want, sizeof iv), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/srtp-f8/vector", test_vector);
    g_test_add_func("/srtp-f8/rtcp-iv", test_rtcp_iv);
    return g_test_run();
}

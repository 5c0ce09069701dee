#include "dissect/media/srtp_aes_cm.h"
#include "dissect/media/srtp_context.h"
#include "tests/unit/media/srtp_vectors.h"

#define SSRC 0xcafebabe

typedef struct {
    SrtpPool *pool;
    SrtpContext *context;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer unused)
{
    (void)unused;
    fixture->pool = srtp_pool_new();
    fixture->context = srtp_context_new(fixture->pool, SSRC);
}

static void tear_down(Fixture *fixture, gconstpointer unused)
{
    (void)unused;
    srtp_context_free(fixture->context);
    srtp_pool_free(fixture->pool);
}

static SrtpKey key_of(const SrtpVector *vector)
{
    SrtpKey key = { .suite = srtp_suite_named(slice_from_string(vector->suite)),
                    .derivation_bits = (uint8_t)vector->derivation_bits };

    g_assert_nonnull(key.suite);
    g_assert_cmpuint(srtp_suite_master_bytes(key.suite), ==, vector->master_bytes);
    memcpy(key.master, vector->master, vector->master_bytes);
    return key;
}

static void give_key(Fixture *fixture, const SrtpVector *vector)
{
    SrtpKey key = key_of(vector);
    srtp_context_add_keys(fixture->context, &key, 1);
}

static SrtpVerdict open_rtp(Fixture *fixture, const uint8_t *bytes, size_t length, Slice *out)
{
    return srtp_context_rtp(fixture->context, slice_of(bytes, length), true, out);
}

static void expect(Slice found, const uint8_t *wanted, size_t length)
{
    g_assert_true(slice_equal(found, slice_of(wanted, length)));
}

static void renew(Fixture *fixture)
{
    srtp_context_free(fixture->context);
    fixture->context = srtp_context_new(fixture->pool, SSRC);
}

static void test_suites(Fixture *fixture, gconstpointer unused)
{
    Slice out;

    (void)unused;
    for (size_t i = 0; i < G_N_ELEMENTS(srtp_vectors); i++) {
        const SrtpVector *v = &srtp_vectors[i];
        renew(fixture);
        give_key(fixture, v);
        g_test_message("%s", v->suite);
        g_assert_cmpint(open_rtp(fixture, v->rtp, v->rtp_bytes, &out), ==, SRTP_OPEN);
        expect(out, plain_rtp, sizeof plain_rtp);
        g_assert_cmpuint(srtp_context_roc(fixture->context), ==, 0);
        g_assert_cmpint(open_rtp(fixture, v->rich, v->rich_bytes, &out), ==, SRTP_OPEN);
        expect(out, plain_rich, sizeof plain_rich);
        g_assert_cmpuint(srtp_context_roc(fixture->context), ==, 1);
        g_assert_cmpint(
            srtp_context_rtcp(fixture->context, slice_of(v->rtcp, v->rtcp_bytes), true, &out), ==,
            SRTP_OPEN);
        expect(out, plain_rtcp, sizeof plain_rtcp);
        g_assert_cmpuint(srtp_context_counts(fixture->context)->open, ==, 2);
        g_assert_cmpuint(srtp_context_counts(fixture->context)->failed, ==, 0);
    }
}

/* A capture that begins after the wrap. */
static void test_roc_is_found(Fixture *fixture, gconstpointer unused)
{
    Slice out;

    (void)unused;
    for (size_t i = 0; i < G_N_ELEMENTS(srtp_vectors); i++) {
        const SrtpVector *v = &srtp_vectors[i];
        renew(fixture);
        give_key(fixture, v);
        g_assert_cmpint(open_rtp(fixture, v->rich, v->rich_bytes, &out), ==, SRTP_OPEN);
        expect(out, plain_rich, sizeof plain_rich);
        g_assert_cmpuint(srtp_context_roc(fixture->context), ==, 1);
        /* and what was late, from before it */
        g_assert_cmpint(open_rtp(fixture, v->rtp, v->rtp_bytes, &out), ==, SRTP_OPEN);
        expect(out, plain_rtp, sizeof plain_rtp);
    }
}

static void test_short_rtcp_tag(Fixture *fixture, gconstpointer unused)
{
    const SrtpVector *v = &srtp_vectors[1];
    Slice out;

    (void)unused;
    g_assert_cmpstr(v->suite, ==, "AES_CM_128_HMAC_SHA1_32");
    give_key(fixture, v);
    for (int i = 0; i < 2; i++) {
        SrtpVerdict verdict = srtp_context_rtcp(
            fixture->context, slice_of(v->rtcp_short, v->short_bytes), true, &out);
        g_assert_cmpint(verdict, ==, i == 0 ? SRTP_OPEN : SRTP_REPLAYED);
        if (i == 0)
            expect(out, plain_rtcp, sizeof plain_rtcp);
    }
}

static void test_mki(Fixture *fixture, gconstpointer unused)
{
    Slice out;

    (void)unused;
    for (size_t i = 0; i < G_N_ELEMENTS(srtp_vectors); i++) {
        const SrtpVector *v = &srtp_vectors[i];
        SrtpKey keys[] = { key_of(v), key_of(v) };
        renew(fixture);
        keys[0].mki_bytes = keys[1].mki_bytes = 2;
        memcpy(keys[0].mki, "\x01\x03", 2); /* another one */
        keys[0].master[0] ^= 1;
        memcpy(keys[1].mki, "\x01\x02", 2);
        srtp_context_add_keys(fixture->context, keys, 2);
        g_test_message("%s", v->suite);
        g_assert_cmpint(open_rtp(fixture, v->mki, v->mki_bytes, &out), ==, SRTP_OPEN);
        expect(out, plain_rich, sizeof plain_rich);
    }
}

static void test_key_changes(Fixture *fixture, gconstpointer unused)
{
    const SrtpVector *first = &srtp_vectors[0], *second = &srtp_vectors[7];
    Slice out;

    (void)unused;
    give_key(fixture, first);
    g_assert_cmpint(open_rtp(fixture, first->rtp, first->rtp_bytes, &out), ==, SRTP_OPEN);
    g_assert_cmpint(open_rtp(fixture, second->rich, second->rich_bytes, &out), ==, SRTP_FAILED);
    give_key(fixture, second);
    g_assert_cmpint(open_rtp(fixture, second->rich, second->rich_bytes, &out), ==, SRTP_OPEN);
    expect(out, plain_rich, sizeof plain_rich);
    g_assert_cmpuint(srtp_context_counts(fixture->context)->key_changes, ==, 1);
    g_assert_cmpstr(srtp_context_key(fixture->context)->suite->name, ==, second->suite);
}

static void test_copies(Fixture *fixture, gconstpointer which)
{
    const SrtpVector *v = &srtp_vectors[GPOINTER_TO_UINT(which)];
    Slice out;

    give_key(fixture, v);
    g_assert_cmpint(open_rtp(fixture, v->rtp, v->rtp_bytes, &out), ==, SRTP_OPEN);
    g_assert_cmpint(open_rtp(fixture, v->rtp, v->rtp_bytes, &out), ==, SRTP_REPLAYED);
    g_assert_cmpint(srtp_context_rtp_again(fixture->context, slice_of(v->rtp, v->rtp_bytes), &out),
                    ==, SRTP_OPEN);
    expect(out, plain_rtp, sizeof plain_rtp);
    g_assert_cmpuint(srtp_context_counts(fixture->context)->replayed, ==, 1);
    g_assert_cmpuint(srtp_context_counts(fixture->context)->open, ==, 1);
}

/* Every byte changed, every byte missing: nothing is given out. */
static void test_damage(Fixture *fixture, gconstpointer unused)
{
    Slice out = SLICE_EMPTY;

    (void)unused;
    for (size_t i = 0; i < G_N_ELEMENTS(srtp_vectors); i++) {
        const SrtpVector *v = &srtp_vectors[i];
        for (size_t at = 0; at < v->rich_bytes; at += 5) {
            uint8_t damaged[sizeof v->rich];
            memcpy(damaged, v->rich, v->rich_bytes);
            damaged[at] ^= 0x10;
            renew(fixture);
            give_key(fixture, v);
            g_assert_cmpint(open_rtp(fixture, damaged, v->rich_bytes, &out), !=, SRTP_OPEN);
        }
        renew(fixture);
        give_key(fixture, v);
        for (size_t length = 0; length < v->rich_bytes; length++) {
            g_autofree uint8_t *exact = g_memdup2(v->rich, length);
            g_assert_cmpint(open_rtp(fixture, exact, length, &out), !=, SRTP_OPEN);
            exact = (g_free(exact), g_memdup2(v->rtcp, MIN(length, v->rtcp_bytes - 1)));
            g_assert_cmpint(srtp_context_rtcp(fixture->context,
                                              slice_of(exact, MIN(length, v->rtcp_bytes - 1)), true,
                                              &out),
                            !=, SRTP_OPEN);
        }
    }
    g_assert_null(out.data);
}

static void test_cut(Fixture *fixture, gconstpointer unused)
{
    const SrtpVector *v = &srtp_vectors[0];
    Slice out;

    (void)unused;
    give_key(fixture, v);
    g_assert_cmpint(srtp_context_rtp(fixture->context, slice_of(v->rtp, 40), false, &out), ==,
                    SRTP_CUT);
    g_assert_cmpuint(srtp_context_counts(fixture->context)->cut, ==, 1);
    g_assert_null(srtp_context_key(fixture->context));
}

/* More sources than are kept open at once: each goes on where it was. */
static void test_pool(void)
{
    enum { CONTEXTS = 1100 };
    g_autoptr(SrtpPool) pool = srtp_pool_new();
    g_autofree SrtpContext **contexts = g_new(SrtpContext *, CONTEXTS);
    const SrtpVector *v = &srtp_vectors[0];
    SrtpKey key = key_of(v);
    Slice out;

    for (unsigned i = 0; i < CONTEXTS; i++) {
        contexts[i] = srtp_context_new(pool, SSRC);
        srtp_context_add_keys(contexts[i], &key, 1);
        g_assert_cmpint(srtp_context_rtp(contexts[i], slice_of(v->rtp, v->rtp_bytes), true, &out),
                        ==, SRTP_OPEN);
    }
    g_assert_cmpint(srtp_context_rtp(contexts[0], slice_of(v->rich, v->rich_bytes), true, &out), ==,
                    SRTP_OPEN);
    expect(out, plain_rich, sizeof plain_rich);
    for (unsigned i = 0; i < CONTEXTS; i++)
        srtp_context_free(contexts[i]);
}

/* RFC 6188 section 7.4: session keys of 192 bits. */
static void test_derivation(void)
{
    static const uint8_t master[] = {
        0x73, 0xed, 0xc6, 0x6c, 0x4f, 0xa1, 0x57, 0x76, 0xfb, 0x57, 0xf9, 0x50, 0x5c,
        0x17, 0x13, 0x65, 0x50, 0xff, 0xda, 0x71, 0xf3, 0xe8, 0xe5, 0xf1, 0xc8, 0x52,
        0x2f, 0x3a, 0xcd, 0x4c, 0xe8, 0x6d, 0x5a, 0xdd, 0x78, 0xed, 0xbb, 0x11,
    };
    static const uint8_t cipher_key[] = { 0x31, 0x87, 0x47, 0x36, 0xa8, 0xf1, 0x14, 0x38,
                                          0x70, 0xc2, 0x6e, 0x48, 0x57, 0xd8, 0xa5, 0xb2,
                                          0xc4, 0xa3, 0x54, 0x40, 0x7f, 0xaa, 0xda, 0xbb };
    static const uint8_t salt[] = { 0x23, 0x72, 0xb8, 0x2d, 0x63, 0x9b, 0x6d,
                                    0x85, 0x03, 0xa4, 0x7a, 0xdc, 0x0a, 0x6c };
    static const uint8_t auth_key[] = {
        0x35, 0x5b, 0x10, 0x97, 0x3c, 0xd9, 0x5b, 0x9e, 0xac, 0xf4,
        0x06, 0x1c, 0x7e, 0x1a, 0x71, 0x51, 0xe7, 0xcf, 0xbf, 0xcb
    };
    SrtpKey key = { .suite = srtp_suite_named(SLICE_LITERAL("AES_192_CM_HMAC_SHA1_80")) };
    uint8_t out[24];

    memcpy(key.master, master, sizeof master);
    g_assert_true(srtp_derive(&key, SRTP_LABEL_RTP_KEY, 0, out, sizeof cipher_key));
    g_assert_true(memcmp(out, cipher_key, sizeof cipher_key) == 0);
    g_assert_true(srtp_derive(&key, SRTP_LABEL_RTP_SALT, 0, out, sizeof salt));
    g_assert_true(memcmp(out, salt, sizeof salt) == 0);
    g_assert_true(srtp_derive(&key, SRTP_LABEL_RTP_AUTH, 0, out, sizeof auth_key));
    g_assert_true(memcmp(out, auth_key, sizeof auth_key) == 0);
}

static void test_names(void)
{
    g_assert_null(srtp_suite_named(SLICE_LITERAL("AES_CM_512_HMAC_SHA1_80")));
    g_assert_null(srtp_suite_named(SLICE_EMPTY));
    g_assert_cmpstr(srtp_suite_named(SLICE_LITERAL("aes_cm_256_hmac_sha1_32"))->name, ==,
                    "AES_256_CM_HMAC_SHA1_32");
    g_assert_cmpint(srtp_suite_named(SLICE_LITERAL("SEED_128_CCM_80"))->cipher, ==,
                    SRTP_CIPHER_UNSUPPORTED);
    g_assert_cmpstr(srtp_suite_of_profile(7)->name, ==, "AEAD_AES_128_GCM");
    g_assert_cmpstr(srtp_suite_of_profile(2)->name, ==, "AES_CM_128_HMAC_SHA1_32");
    g_assert_null(srtp_suite_of_profile(0));
    g_assert_null(srtp_suite_of_profile(0xffff));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/srtp-context/names", test_names);
    g_test_add_func("/srtp-context/derivation", test_derivation);
    if (!srtp_is_available()) {
        g_test_message("built without libsrtp2");
        return g_test_run();
    }
#define FIXTURE_TEST(name, function)                                                               \
    g_test_add("/srtp-context/" name, Fixture, NULL, set_up, function, tear_down)
    FIXTURE_TEST("suites", test_suites);
    FIXTURE_TEST("roc-is-found", test_roc_is_found);
    FIXTURE_TEST("short-rtcp-tag", test_short_rtcp_tag);
    FIXTURE_TEST("mki", test_mki);
    FIXTURE_TEST("key-changes", test_key_changes);
    FIXTURE_TEST("copies", test_copies);
    g_test_add("/srtp-context/copies-f8", Fixture, GUINT_TO_POINTER(2), set_up, test_copies,
               tear_down);
    g_test_add("/srtp-context/copies-192", Fixture, GUINT_TO_POINTER(3), set_up, test_copies,
               tear_down);
    FIXTURE_TEST("damage", test_damage);
    FIXTURE_TEST("cut", test_cut);
    g_test_add_func("/srtp-context/pool", test_pool);
    return g_test_run();
}

#include "dissect/call/media_keys.h"

#define KEY_A   "inline:MTIzNDU2Nzg5QUJDREUwMTIzNDU2Nzg5QUJjZGVm"
#define KEY_B   "inline:QUJjZGVmMTIzNDU2Nzg5QUJDREUwMTIzNDU2Nzg5"
#define KEY_GCM "inline:MTIzNDU2Nzg5QUJDREUwMTIzNDU2Nzg5QUI" /* 26 bytes: two are missing */

typedef struct {
    Model *model;
    Call *call;
    Stream *stream;
} Fixture;

static void say(Fixture *fixture, Party party, const char *address, const char *lines,
                int64_t time_ns)
{
    static SdpBuffer buffer;
    g_autofree char *body = g_strdup_printf("v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\n"
                                            "t=0 0\r\nm=audio 7000 RTP/SAVP 0\r\n%s",
                                            address, address, lines);

    g_assert_cmpint(sdp_parse(slice_from_string(body), &buffer), ==, DISSECT_OK);
    media_keys_note(fixture->call, 0, party, &buffer.sdp, time_ns);
    media_keys_offer(fixture->model, fixture->stream, fixture->call);
}

static void set_up(Fixture *fixture, gconstpointer unused)
{
    StreamKey key = { .ssrc = 1 };

    (void)unused;
    fixture->model = model_new(NULL);
    fixture->call = model_add_call(fixture->model, SLICE_LITERAL("call"), 1);
    fixture->stream = stream_new(&key, 1);
    fixture->stream->security = STREAM_SECURITY_SDES;
    fixture->stream->from_caller = true;
}

static void tear_down(Fixture *fixture, gconstpointer unused)
{
    (void)unused;
    stream_free(fixture->stream);
    model_free(fixture->model);
}

static const SrtpKey *keys_of(const Fixture *fixture, unsigned expected)
{
    const SrtpKey *keys = NULL;
    unsigned count = fixture->stream->srtp ? srtp_context_keys(fixture->stream->srtp, &keys) : 0;

    g_assert_cmpuint(count, ==, expected);
    return keys;
}

/* RFC 4568 section 5.1: the answer's tag chooses; each party sends under its own key. */
static void test_offer_and_answer(Fixture *fixture, gconstpointer unused)
{
    (void)unused;
    say(fixture, PARTY_CALLEE, "10.0.0.2", "a=crypto:2 AES_CM_128_HMAC_SHA1_32 " KEY_B "\r\n", 2);
    keys_of(fixture, 0); /* it is the caller that sends */
    say(fixture, PARTY_CALLER, "10.0.0.1",
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 " KEY_A "\r\n"
        "a=crypto:2 AES_CM_128_HMAC_SHA1_32 " KEY_B "\r\n",
        1);
    const SrtpKey *keys = keys_of(fixture, 2);
    g_assert_cmpstr(keys[0].suite->name, ==, "AES_CM_128_HMAC_SHA1_32");
    g_assert_cmpint(keys[1].master[0], ==, '1');
}

static void test_new_keys_come_first(Fixture *fixture, gconstpointer unused)
{
    (void)unused;
    say(fixture, PARTY_CALLER, "10.0.0.1", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 " KEY_A "\r\n", 1);
    say(fixture, PARTY_CALLER, "10.0.0.1", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 " KEY_B "\r\n", 9);
    g_assert_cmpint(keys_of(fixture, 2)[0].master[0], ==, 'A');
    say(fixture, PARTY_CALLER, "10.0.0.1", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 " KEY_B "\r\n", 10);
    keys_of(fixture, 2);
}

static void test_parameters(Fixture *fixture, gconstpointer unused)
{
    (void)unused;
    say(fixture, PARTY_CALLER, "10.0.0.1",
        "a=crypto:1 NULL_HMAC_SHA1_80 " KEY_A
        "|2^20|258:4 UNENCRYPTED_SRTCP UNAUTHENTICATED_SRTP WSH=64\r\n",
        1);
    const SrtpKey *key = keys_of(fixture, 1);
    g_assert_cmpint(key->mki_bytes, ==, 4);
    g_assert_true(memcmp(key->mki, "\0\0\1\2", 4) == 0);
    g_assert_true(key->clear_rtcp && key->unauthenticated && !key->clear_rtp);
}

static void test_obstacles(Fixture *fixture, gconstpointer unused)
{
    static const struct {
        const char *line;
        StreamObstacle obstacle;
    } cases[] = {
        { "a=crypto:1 SEED_CTR_128_HMAC_SHA1_80 " KEY_A "\r\n", OBSTACLE_SUITE },
        { "a=crypto:1 OF_MY_OWN " KEY_A "\r\n", OBSTACLE_SUITE },
        { "a=crypto:1 AEAD_AES_128_GCM " KEY_GCM " KDR=2\r\n", OBSTACLE_KEY_DERIVATION },
        { "a=crypto:1 AEAD_AES_128_GCM " KEY_GCM "\r\n", OBSTACLE_BAD_KEY },
        { "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:!!!\r\n", OBSTACLE_BAD_KEY },
        { "a=crypto:1 AES_CM_128_HMAC_SHA1_80 " KEY_A "|1:99\r\n", OBSTACLE_SUITE },
    };

    (void)unused;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        say(fixture, PARTY_CALLER, "10.0.0.1", cases[i].line, (int64_t)i);
        keys_of(fixture, 0);
        g_assert_cmpint(fixture->stream->obstacle, ==, cases[i].obstacle);
    }
}

/* Best effort: a key beside RTP/AVP counts only when both ends of the stream have one. */
static void test_plain_stays_plain(Fixture *fixture, gconstpointer unused)
{
    (void)unused;
    fixture->stream->security = STREAM_SECURITY_NONE;
    g_assert_true(endpoint_parse(SLICE_LITERAL("10.0.0.1:7000"), &fixture->stream->key.source));
    g_assert_true(
        endpoint_parse(SLICE_LITERAL("10.0.0.2:7000"), &fixture->stream->key.destination));
    say(fixture, PARTY_CALLER, "10.0.0.1", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 " KEY_A "\r\n", 1);
    keys_of(fixture, 0);
    say(fixture, PARTY_CALLEE, "10.0.0.2", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 " KEY_B "\r\n", 2);
    keys_of(fixture, 1);
}

static void test_bounded(Fixture *fixture, gconstpointer unused)
{
    (void)unused;
    for (unsigned i = 0; i < 200; i++) {
        g_autofree char *line =
            g_strdup_printf("a=crypto:1 AES_CM_128_HMAC_SHA1_80 "
                            "inline:MTIzNDU2Nzg5QUJDREUwMTIzNDU2Nzg5QUJ%c%c%c%c%c\r\n",
                            'a' + i % 26, 'a' + i / 26, 'A', 'A', 'A');
        say(fixture, PARTY_CALLER, "10.0.0.1", line, i);
    }
    keys_of(fixture, SRTP_KEYS_MAX);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define FIXTURE_TEST(name, function)                                                               \
    g_test_add("/media-keys/" name, Fixture, NULL, set_up, function, tear_down)
    FIXTURE_TEST("offer-and-answer", test_offer_and_answer);
    FIXTURE_TEST("new-keys-come-first", test_new_keys_come_first);
    FIXTURE_TEST("parameters", test_parameters);
    FIXTURE_TEST("obstacles", test_obstacles);
    FIXTURE_TEST("plain-stays-plain", test_plain_stays_plain);
    FIXTURE_TEST("bounded", test_bounded);
    return g_test_run();
}

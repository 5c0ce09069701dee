#include "dissect/session/dtls.h"
#include "dissect/session/dtls_srtp.h"
#include "tests/unit/session/dtls_capture.h"

#define RECORD_HEAD    13u
#define HANDSHAKE_HEAD 12u

static const Endpoint client = { { 1, 1 }, 12950 }, server = { { 2, 2 }, 15540 };

typedef struct {
    DtlsTable *table;
    AnomalySet anomalies;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer unused)
{
    (void)unused;
    fixture->table = dtls_table_new();
    fixture->anomalies = (AnomalySet){ 0 };
}

static void tear_down(Fixture *fixture, gconstpointer unused)
{
    (void)unused;
    dtls_table_free(fixture->table);
}

static const DtlsHandshake *feed(Fixture *fixture, bool from_client, Slice bytes)
{
    return dtls_table_datagram(fixture->table, from_client ? client : server,
                               from_client ? server : client, bytes, &fixture->anomalies);
}

static void expect_hex(const uint8_t *bytes, size_t length, const char *hex)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (size_t i = 0; i < length; i++)
        g_string_append_printf(text, "%02x", bytes[i]);
    g_assert_cmpstr(text->str, ==, hex);
}

static void expect_keys(const DtlsHandshake *handshake)
{
    g_autoptr(KeyLog) log = keylog_new();
    uint8_t of_client[30], of_server[30];
    const DtlsSrtpKeys keys = { 16, 14, of_client, of_server };

    g_assert_cmpint(dtls_srtp_export(handshake, log, &keys), ==, DTLS_SRTP_NO_SECRET);
    keylog_add(log, SLICE_LITERAL("# a key log\n"));
    keylog_add(log, slice_from_string(key_log));
    g_assert_cmpint(dtls_srtp_export(handshake, log, &keys), ==, DTLS_SRTP_OK);
    expect_hex(of_client, sizeof of_client, client_master);
    expect_hex(of_server, sizeof of_server, server_master);
}

static void expect_whole(const DtlsHandshake *handshake)
{
    const uint16_t *profiles;

    g_assert_nonnull(handshake);
    g_assert_true(endpoint_equal(handshake->client, client));
    g_assert_true(endpoint_equal(handshake->server, server));
    g_assert_cmphex(handshake->server_hello.version, ==, DTLS_VERSION_1_2);
    g_assert_cmpuint(dtls_srtp_profiles(handshake, &profiles), ==, 1);
    g_assert_cmphex(profiles[0], ==, 0x0001); /* AES_CM_128_HMAC_SHA1_80 */
    g_assert_true(handshake->server_certificate.seen);
    expect_hex(handshake->server_certificate.sha256, 32, server_sha256);
    expect_keys(handshake);
}

static void test_handshake(Fixture *fixture, gconstpointer unused)
{
    (void)unused;
    const DtlsHandshake *handshake =
        feed(fixture, true, slice_of(client_hello, sizeof client_hello));
    g_assert_true(handshake && handshake->client_seen && !handshake->server_seen);
    g_assert_null(feed(fixture, true, slice_of(client_hello, sizeof client_hello)));
    expect_whole(feed(fixture, false, slice_of(server_flight, sizeof server_flight)));
    g_assert_null(feed(fixture, false, slice_of(server_flight, sizeof server_flight)));
    handshake = feed(fixture, true, slice_of(client_flight, sizeof client_flight));
    g_assert_true(handshake && handshake->client_certificate.seen);
    expect_hex(handshake->client_certificate.sha256, 32, client_sha256);
    g_assert_true(dtls_table_find(fixture->table, server, client) == handshake);
    g_assert_false(anomaly_any(&fixture->anomalies));
}

static void test_server_first(Fixture *fixture, gconstpointer unused)
{
    const DtlsSrtpKeys keys = { 16, 14, NULL, NULL };
    g_autoptr(KeyLog) log = keylog_new();

    (void)unused;
    const DtlsHandshake *handshake =
        feed(fixture, false, slice_of(server_flight, sizeof server_flight));
    g_assert_true(handshake && handshake->server_seen && !handshake->client_seen);
    g_assert_true(endpoint_equal(handshake->client, client));
    g_assert_cmpint(dtls_srtp_export(handshake, log, &keys), ==, DTLS_SRTP_OPEN);
}

/* The first handshake message of @record as fragments of @size bytes, each in a record. */
static GPtrArray *fragments_of(const uint8_t *record, size_t size)
{
    GPtrArray *fragments = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
    const uint8_t *head = record + RECORD_HEAD;
    size_t length = (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];

    for (size_t at = 0; at < length; at += size) {
        size_t count = MIN(size, length - at);
        GByteArray *bytes = g_byte_array_new();
        g_byte_array_append(bytes, record, RECORD_HEAD + HANDSHAKE_HEAD);
        g_byte_array_append(bytes, head + HANDSHAKE_HEAD + at, (guint)count);
        bytes->data[11] = (uint8_t)((HANDSHAKE_HEAD + count) >> 8);
        bytes->data[12] = (uint8_t)(HANDSHAKE_HEAD + count);
        bytes->data[RECORD_HEAD + 7] = (uint8_t)(at >> 8);
        bytes->data[RECORD_HEAD + 8] = (uint8_t)at;
        bytes->data[RECORD_HEAD + 10] = (uint8_t)(count >> 8);
        bytes->data[RECORD_HEAD + 11] = (uint8_t)count;
        g_ptr_array_add(fragments, bytes);
    }
    return fragments;
}

/* RFC 6347 section 4.2.3: in any order, and some twice. */
static void test_fragments(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GPtrArray) fragments = fragments_of(client_hello, 31);
    const DtlsHandshake *handshake = NULL;

    (void)unused;
    g_assert_cmpuint(fragments->len, >, 4);
    for (unsigned i = fragments->len; i-- > 0;) {
        const GByteArray *bytes = g_ptr_array_index(fragments, i);
        for (int k = 0; k < 2 && !handshake; k++)
            handshake = feed(fixture, true, slice_of(bytes->data, bytes->len));
        g_assert_true((handshake != NULL) == (i == 0));
    }
    expect_whole(feed(fixture, false, slice_of(server_flight, sizeof server_flight)));
}

static void test_renewed(Fixture *fixture, gconstpointer unused)
{
    uint8_t other[sizeof client_hello];

    (void)unused;
    memcpy(other, client_hello, sizeof other);
    other[RECORD_HEAD + HANDSHAKE_HEAD + 10] ^= 1; /* another random */
    feed(fixture, true, slice_of(other, sizeof other));
    feed(fixture, false, slice_of(server_flight, sizeof server_flight));
    const DtlsHandshake *handshake =
        feed(fixture, true, slice_of(client_hello, sizeof client_hello));
    g_assert_true(handshake && !handshake->server_seen && !handshake->server_certificate.seen);
    expect_whole(feed(fixture, false, slice_of(server_flight, sizeof server_flight)));
}

static void test_every_truncation(Fixture *fixture, gconstpointer unused)
{
    (void)unused;
    feed(fixture, true, slice_of(client_hello, sizeof client_hello));
    for (size_t length = 0; length < sizeof server_flight; length++) {
        g_autofree uint8_t *exact = g_memdup2(server_flight, length);
        g_autoptr(DtlsTable) table = dtls_table_new();
        DtlsHello hello;
        Slice der;
        dtls_table_datagram(table, server, client, slice_of(exact, length), &fixture->anomalies);
        Slice body = slice_from(slice_of(exact, length), RECORD_HEAD + HANDSHAKE_HEAD);
        dtls_client_hello(body, &hello);
        dtls_server_hello(body, &hello);
        dtls_certificate(body, &der);
    }
    g_assert_true(anomaly_has(&fixture->anomalies, ANOMALY_DTLS_BAD_RECORD));
}

static void test_impossible_lengths(Fixture *fixture, gconstpointer unused)
{
    uint8_t bad[sizeof client_hello];

    (void)unused;
    memcpy(bad, client_hello, sizeof bad);
    bad[RECORD_HEAD + 1] = 0x7f; /* a message of 8 MB */
    g_assert_null(feed(fixture, true, slice_of(bad, sizeof bad)));
    g_assert_true(anomaly_has(&fixture->anomalies, ANOMALY_DTLS_BAD_HANDSHAKE));
}

/* RFC 8446 section 7.5 with the labels of RFC 9147, computed by HMAC from the text. */
static void test_exporter_of_1_3(void)
{
    DtlsHandshake handshake = {
        .client_seen = true,
        .server_seen = true,
        .client_hello = { .profile_count = 1, .profiles = { 1 } },
        .server_hello = { .version = DTLS_VERSION_1_3, .cipher_suite = 0x1301 },
    };
    g_autoptr(KeyLog) log = keylog_new();
    uint8_t of_client[30], of_server[30];
    const DtlsSrtpKeys keys = { 16, 14, of_client, of_server };

    keylog_add(log,
               SLICE_LITERAL("EXPORTER_SECRET "
                             "0000000000000000000000000000000000000000000000000000000000000000 "
                             "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"));
    g_assert_cmpint(dtls_srtp_export(&handshake, log, &keys), ==, DTLS_SRTP_OK);
    expect_hex(of_client, 30, "eb8b7bc6476536f59509c76535c731b1341d47fed0a26bfd4b9a84967514");
    expect_hex(of_server, 30, "e20e3081d2a8e0165d129870e254a371696866115940ba7016013ca0320a");
    handshake.server_hello.version = 0xfefa;
    g_assert_cmpint(dtls_srtp_export(&handshake, log, &keys), ==, DTLS_SRTP_UNSUPPORTED);
    handshake.server_hello.version = DTLS_VERSION_1_2;
    g_assert_cmpint(dtls_srtp_export(&handshake, log, &keys), ==, DTLS_SRTP_NO_PROFILE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define FIXTURE_TEST(name, function)                                                               \
    g_test_add("/dtls/" name, Fixture, NULL, set_up, function, tear_down)
    FIXTURE_TEST("handshake", test_handshake);
    FIXTURE_TEST("server-first", test_server_first);
    FIXTURE_TEST("fragments", test_fragments);
    FIXTURE_TEST("renewed", test_renewed);
    FIXTURE_TEST("every-truncation", test_every_truncation);
    FIXTURE_TEST("impossible-lengths", test_impossible_lengths);
    g_test_add_func("/dtls/exporter-of-1.3", test_exporter_of_1_3);
    return g_test_run();
}

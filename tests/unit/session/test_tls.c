/* TLS decrypted from what libssl's own client and server say to each other. */
#include "dissect/session/tls.h"
#include "support/tls_pair.h"

typedef struct {
    TcpTable *tcp;
    StreamStack *stack;
    TlsDecoder *decoder;
    TlsSessionTable *sessions;
    KeyLog *log;
    ServerKeys *server_keys;
    GString *got[2];
    unsigned gaps;
    uint32_t seq[2];
    uint32_t frame;
    AnomalySet noted;
} Watcher;

/* The layer above: keeps what it gets. */
typedef struct {
    StreamLayer *layer;
    Watcher *watcher;
} Sink;

static void *sink_open(StreamLayer *layer, void *context)
{
    Sink *sink = g_new(Sink, 1);

    *sink = (Sink){ layer, context };
    return sink;
}

static size_t sink_deliver(void *self, unsigned side, Slice bytes, bool gap, bool end)
{
    Sink *sink = self;
    StreamOrigin origin = stream_layer_origin(sink->layer, side);

    (void)end;
    if (!(origin.carriers & STREAM_IN_TLS))
        return bytes.len;
    sink->watcher->gaps += gap;
    g_string_append_len(sink->watcher->got[origin.source.port != 5061 ? 0 : 1],
                        (const char *)bytes.data, (gssize)bytes.len);
    return bytes.len;
}

static const StreamProtocol sink_protocol = {
    .name = "sink", .open = sink_open, .deliver = sink_deliver, .close = g_free
};

static size_t deliver(void *context, TcpStream *stream, Slice bytes, bool gap, bool end)
{
    Watcher *w = context;

    return stream_stack_deliver(w->stack, stream, w->frame, bytes, gap, end);
}

static Watcher *watcher_new(const char *key_log)
{
    Watcher *w = g_new0(Watcher, 1);
    w->log = keylog_new();
    w->server_keys = server_keys_new();
    w->sessions = tls_session_table_new();
    w->decoder = tls_decoder_new(w->log, w->server_keys, w->sessions);
    const StreamRow rows[] = { { &tls_protocol, w->decoder }, { &sink_protocol, w } };
    w->tcp = tcp_table_new(deliver, w);
    w->stack = stream_stack_new(rows, G_N_ELEMENTS(rows));
    w->got[0] = g_string_new(NULL);
    w->got[1] = g_string_new(NULL);
    keylog_add(w->log, slice_from_string(key_log));
    return w;
}

static void watcher_free(Watcher *w)
{
    tcp_table_flush(w->tcp);
    tcp_table_free(w->tcp);
    stream_stack_free(w->stack);
    tls_decoder_free(w->decoder);
    tls_session_table_free(w->sessions);
    server_keys_free(w->server_keys);
    keylog_free(w->log);
    g_string_free(w->got[0], TRUE);
    g_string_free(w->got[1], TRUE);
    g_free(w);
}

static const TlsSession *session_of(const Watcher *w, unsigned index)
{
    g_assert_cmpuint(index, <, w->sessions->sessions->len);
    return w->sessions->sessions->pdata[index];
}

static void give_at(Watcher *w, unsigned from, uint32_t at, const uint8_t *bytes, size_t len)
{
    static const Endpoint ends[] = { { { 0, 0xffff0a000001 }, 40000 },
                                     { { 0, 0xffff0a000002 }, 5061 } };
    NetPacket packet = {
        .source = ends[from],
        .destination = ends[!from],
        .ip_protocol = IP_PROTOCOL_TCP,
        .tcp = { .flags = TCP_ACK, .seq = at },
        .payload = slice_of(bytes, len),
        .payload_on_wire = (uint32_t)len,
    };

    w->frame++;
    tcp_table_segment(w->tcp, w->frame, &packet);
    AnomalySet noted = stream_stack_take_anomalies(w->stack);
    anomaly_merge(&w->noted, &noted);
}

/* In segments of @step bytes. */
static void give(Watcher *w, unsigned from, GBytes *flight, size_t step)
{
    gsize len;
    const uint8_t *bytes = g_bytes_get_data(flight, &len);

    for (size_t at = 0; at < len; at += step) {
        size_t part = MIN(step, len - at);
        g_autofree uint8_t *exact = g_memdup2(bytes + at, part);
        give_at(w, from, 1000 + w->seq[from], exact, part);
        w->seq[from] += (uint32_t)part;
    }
}

static const TlsFlight *flight_of(const TlsPair *pair, unsigned index)
{
    return &g_array_index(pair->flights, TlsFlight, index);
}

static void give_flights(Watcher *w, const TlsPair *pair, unsigned from, unsigned to, size_t step)
{
    for (unsigned i = from; i < MIN(to, pair->flights->len); i++)
        give(w, flight_of(pair, i)->from, flight_of(pair, i)->bytes, step);
}

static void assert_all_read(const Watcher *w, const TlsPair *pair)
{
    for (unsigned side = 0; side < 2; side++)
        g_assert_cmpstr(w->got[side]->str, ==, pair->sent[side]->str);
    g_assert_cmpstr(tls_outcome_name(session_of(w, 0)->outcome), ==, "decrypted");
    g_assert_cmpuint(session_of(w, 0)->undecrypted, ==, 0);
    g_assert_cmpuint(w->gaps, ==, 0);
    g_assert_false(anomaly_any(&w->noted));
}

static const char *const client_says[] = { "REGISTER sip:example.org SIP/2.0\r\n\r\n", "and on" };
static const char *const server_says[] = { "SIP/2.0 200 OK\r\n\r\n", "x" };

static void talk(TlsPair *pair)
{
    tls_pair_send(pair, 0, client_says[0]);
    tls_pair_send(pair, 1, server_says[0]);
    tls_pair_send(pair, 1, server_says[1]);
    tls_pair_send(pair, 0, client_says[1]);
}

/* True when the two could agree on it. */
static bool check_suite(const TlsPairOptions *options)
{
    TlsPair *pair = tls_pair_new(options, NULL);
    bool agreed = tls_pair_handshake(pair);

    if (agreed) {
        talk(pair);
        Watcher *w = watcher_new(pair->log->str);
        give_flights(w, pair, 0, UINT_MAX, 1400);
        assert_all_read(w, pair);
        const TlsSession *session = session_of(w, 0);
        g_assert_cmpint(session->version, ==, SSL_version(pair->ends[0]));
        g_assert_cmpstr(session->suite_name, ==,
                        SSL_CIPHER_standard_name(SSL_get_current_cipher(pair->ends[0])));
        watcher_free(w);
    }
    tls_pair_free(pair);
    return agreed;
}

static bool is_known_gap(const char *name)
{
    return strstr(name, "DSS") || strstr(name, "SRP");
}

/* Every suite libssl has, with encrypt-then-MAC and extended master secret and without. */
static void test_every_suite(gconstpointer data)
{
    int version = GPOINTER_TO_INT(data);
    SSL_CTX *context = SSL_CTX_new(TLS_method());
    unsigned tried = 0;

    SSL_CTX_set_cipher_list(context, "ALL:COMPLEMENTOFALL:@SECLEVEL=0");
    const STACK_OF(SSL_CIPHER) *suites = SSL_CTX_get_ciphers(context);
    for (int i = 0; i < sk_SSL_CIPHER_num(suites); i++) {
        const SSL_CIPHER *suite = sk_SSL_CIPHER_value(suites, i);
        const char *since = SSL_CIPHER_get_version(suite);
        if (strcmp(since, "TLSv1.3") == 0 || is_known_gap(SSL_CIPHER_get_name(suite)) ||
            (version < TLS1_2_VERSION && strcmp(since, "TLSv1.2") == 0))
            continue;
        TlsPairOptions options = { .version = version, .suite = SSL_CIPHER_get_name(suite) };
        g_test_message("%s", options.suite);
        g_assert_true(check_suite(&options));
        options.options = SSL_OP_NO_ENCRYPT_THEN_MAC | SSL_OP_NO_EXTENDED_MASTER_SECRET;
        g_assert_true(check_suite(&options));
        tried++;
    }
    SSL_CTX_free(context);
    g_assert_cmpuint(tried, >, version == TLS1_2_VERSION ? 120 : 30);
}

static void test_every_suite_13(void)
{
    static const char *const suites[] = { "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
                                          "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256",
                                          "TLS_AES_128_CCM_8_SHA256" };

    for (size_t i = 0; i < G_N_ELEMENTS(suites); i++)
        g_assert_true(
            check_suite(&(TlsPairOptions){ .version = TLS1_3_VERSION, .suite13 = suites[i] }));
}

/* Records cut anywhere, down to single bytes. */
static void test_segmentation(void)
{
    static const int versions[] = { TLS1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION };
    static const size_t steps[] = { 1, 2, 5, 7, 100, 100000 };

    for (size_t v = 0; v < G_N_ELEMENTS(versions); v++) {
        TlsPair *pair = tls_pair_new(&(TlsPairOptions){ .version = versions[v] }, NULL);
        g_assert_true(tls_pair_handshake(pair));
        talk(pair);
        for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
            Watcher *w = watcher_new(pair->log->str);
            give_flights(w, pair, 0, UINT_MAX, steps[i]);
            assert_all_read(w, pair);
            watcher_free(w);
        }
        tls_pair_free(pair);
    }
}

/* Messages over many records, and much content. */
static void test_fragments(void)
{
    g_autofree char *text = g_strnfill(100000, 'a');

    for (int version = TLS1_VERSION; version <= TLS1_3_VERSION; version++) {
        TlsPair *pair =
            tls_pair_new(&(TlsPairOptions){ .version = version, .fragment = 512 }, NULL);
        g_assert_true(tls_pair_handshake(pair));
        tls_pair_send(pair, 0, text);
        talk(pair);
        Watcher *w = watcher_new(pair->log->str);
        give_flights(w, pair, 0, UINT_MAX, 1400);
        assert_all_read(w, pair);
        watcher_free(w);
        tls_pair_free(pair);
    }
}

static void test_what_is_shown(void)
{
    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        TlsPair *pair = tls_pair_new(&(TlsPairOptions){ .version = version }, NULL);
        g_assert_true(tls_pair_handshake(pair));
        talk(pair);
        SSL_shutdown(pair->ends[0]);
        tls_pair_carry(pair, 0);
        Watcher *w = watcher_new(pair->log->str);
        give_flights(w, pair, 0, UINT_MAX, 1400);
        const TlsSession *session = session_of(w, 0);
        g_assert_cmpuint(session->client.port, ==, 40000);
        g_assert_cmpuint(session->server.port, ==, 5061);
        g_assert_cmpstr(session->server_name, ==, "sip.example.org");
        g_assert_cmpstr(session->alpn, ==, "sip");
        g_assert_nonnull(session->certificate);
        g_assert_cmpstr(session->certificate->subject, ==, "CN=sip.example.org");
        g_assert_cmpstr(session->certificate->issuer, ==, "CN=sip.example.org");
        g_assert_cmpstr(session->certificate->names[0], ==, "sip.example.org");
        g_assert_cmpstr(session->certificate->names[1], ==, "192.0.2.1");
        g_assert_null(session->certificate->names[2]);
        g_assert_cmpint(session->certificate->not_before_s, ==, 1600000000);
        g_assert_cmpint(session->certificate->not_after_s, ==, 4000000000);
        g_assert_cmpuint(session->alert_count, ==, 1);
        g_assert_true(session->alerts[0].from_client);
        g_assert_cmpstr(tls_alert_name(session->alerts[0].description), ==, "close_notify");
        g_assert_false(session->resumed);
        watcher_free(w);
        tls_pair_free(pair);
    }
}

static void test_renegotiation(void)
{
    TlsPair *pair = tls_pair_new(&(TlsPairOptions){ .version = TLS1_2_VERSION }, NULL);

    g_assert_true(tls_pair_handshake(pair));
    talk(pair);
    SSL_renegotiate(pair->ends[0]);
    for (int round = 0; round < 4; round++) {
        SSL_do_handshake(pair->ends[0]);
        tls_pair_carry(pair, 0);
        tls_pair_read(pair, 1);
        tls_pair_carry(pair, 1);
    }
    g_assert_false(SSL_renegotiate_pending(pair->ends[0]));
    talk(pair);
    Watcher *w = watcher_new(pair->log->str);
    give_flights(w, pair, 0, UINT_MAX, 1400);
    assert_all_read(w, pair);
    g_assert_cmpuint(session_of(w, 0)->handshakes, ==, 2);
    watcher_free(w);
    tls_pair_free(pair);
}

static void test_key_update(void)
{
    TlsPair *pair = tls_pair_new(&(TlsPairOptions){ .version = TLS1_3_VERSION }, NULL);

    g_assert_true(tls_pair_handshake(pair));
    talk(pair);
    for (unsigned side = 0; side < 2; side++) {
        g_assert_cmpint(SSL_key_update(pair->ends[side], SSL_KEY_UPDATE_REQUESTED), ==, 1);
        talk(pair);
    }
    Watcher *w = watcher_new(pair->log->str);
    give_flights(w, pair, 0, UINT_MAX, 1400);
    assert_all_read(w, pair);
    watcher_free(w);
    tls_pair_free(pair);
}

static void test_retry_request(void)
{
    TlsPair *pair =
        tls_pair_new(&(TlsPairOptions){ .version = TLS1_3_VERSION, .groups = "P-521" }, NULL);

    g_assert_true(tls_pair_handshake(pair));
    talk(pair);
    Watcher *w = watcher_new(pair->log->str);
    give_flights(w, pair, 0, UINT_MAX, 1400);
    assert_all_read(w, pair);
    g_assert_cmpuint(session_of(w, 0)->handshakes, ==, 1);
    watcher_free(w);
    tls_pair_free(pair);
}

static void test_resumption(gconstpointer data)
{
    int version = GPOINTER_TO_INT(data);
    bool ids = version == TLS1_1_VERSION; /* by session ID instead of a ticket */
    TlsPairOptions options = { .version = version, .options = ids ? SSL_OP_NO_TICKET : 0 };
    TlsPair *first = tls_pair_new(&options, NULL);

    g_assert_true(tls_pair_handshake(first));
    talk(first);
    options.resume = SSL_get1_session(first->ends[0]);
    TlsPair *second = tls_pair_new(&options, first->contexts[1]);
    g_assert_true(tls_pair_handshake(second));
    g_assert_true(SSL_session_reused(second->ends[0]));
    talk(second);
    Watcher *w = watcher_new(second->log->str);
    give_flights(w, second, 0, UINT_MAX, 1400);
    assert_all_read(w, second);
    g_assert_true(session_of(w, 0)->resumed);
    watcher_free(w);
    SSL_SESSION_free(options.resume);
    tls_pair_free(second);
    tls_pair_free(first);
}

static void test_early_data(void)
{
    TlsPairOptions options = { .version = TLS1_3_VERSION };
    TlsPair *first = tls_pair_new(&options, NULL);

    g_assert_true(tls_pair_handshake(first));
    talk(first);
    options.resume = SSL_get1_session(first->ends[0]);
    TlsPair *second = tls_pair_new(&options, first->contexts[1]);
    tls_pair_send_early(second, "OPTIONS sip:early SIP/2.0\r\n\r\n");
    g_assert_true(tls_pair_handshake(second));
    g_assert_cmpint(SSL_get_early_data_status(second->ends[0]), ==, SSL_EARLY_DATA_ACCEPTED);
    talk(second);
    Watcher *w = watcher_new(second->log->str);
    give_flights(w, second, 0, UINT_MAX, 1400);
    assert_all_read(w, second);
    g_assert_true(session_of(w, 0)->early_data);
    watcher_free(w);
    SSL_SESSION_free(options.resume);
    tls_pair_free(second);
    tls_pair_free(first);
}

static char *write_key(void)
{
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "rung-key-XXXXXX", NULL);
    int fd = g_mkstemp(path);
    FILE *file = fdopen(fd, "w");

    g_assert_true(PEM_write_PrivateKey(file, tls_identity()->rsa, NULL, NULL, 0, NULL, NULL));
    fclose(file);
    return g_steal_pointer(&path);
}

/* The server's key alone: full handshakes with and without the session hash, and sessions resumed
 * by ID and by ticket. */
static void test_server_key(gconstpointer data)
{
    uint64_t flags = GPOINTER_TO_SIZE(data);
    TlsPairOptions options = { .version = TLS1_2_VERSION, .suite = "AES256-SHA", .options = flags };
    TlsPair *first = tls_pair_new(&options, NULL);
    g_autofree char *path = write_key();
    g_autoptr(GError) error = NULL;

    g_assert_true(tls_pair_handshake(first));
    talk(first);
    options.resume = SSL_get1_session(first->ends[0]);
    TlsPair *second = tls_pair_new(&options, first->contexts[1]);
    g_assert_true(tls_pair_handshake(second));
    g_assert_true(SSL_session_reused(second->ends[0]));
    talk(second);
    Watcher *w = watcher_new("");
    g_assert_true(server_keys_is_pem(path));
    g_assert_true(server_keys_load(w->server_keys, path, &error));
    give_flights(w, first, 0, UINT_MAX, 1400);
    assert_all_read(w, first);
    tcp_table_flush(w->tcp);
    g_string_truncate(w->got[0], 0);
    g_string_truncate(w->got[1], 0);
    w->seq[0] = w->seq[1] = 1u << 30;
    give_flights(w, second, 0, UINT_MAX, 1400);
    assert_all_read(w, second);
    g_assert_cmpuint(w->sessions->sessions->len, ==, 2);
    g_assert_true(session_of(w, 1)->resumed);
    watcher_free(w);
    g_remove(path);
    SSL_SESSION_free(options.resume);
    tls_pair_free(second);
    tls_pair_free(first);
}

/* A gap inside the application data: AEAD and the MAC of CBC find their place again. */
static void test_lost_records(gconstpointer data)
{
    const TlsPairOptions *options = data;
    TlsPair *pair = tls_pair_new(options, NULL);
    Watcher *w;

    g_assert_true(tls_pair_handshake(pair));
    unsigned begin = pair->flights->len;
    for (unsigned i = 0; i < 20; i++) {
        g_autofree char *text = g_strdup_printf("message %02u.", i);
        tls_pair_send(pair, 0, text);
    }
    w = watcher_new(pair->log->str);
    give_flights(w, pair, 0, begin + 5, 1400);
    for (unsigned i = begin + 5; i < begin + 12; i++)
        w->seq[0] += (uint32_t)g_bytes_get_size(flight_of(pair, i)->bytes);
    give_flights(w, pair, begin + 12, UINT_MAX, 1400);
    tcp_table_flush(w->tcp);
    /* TLS 1.0 needs the record before for its IV: here that is one without content */
    g_autoptr(GString) expected = g_string_new(NULL);
    for (unsigned i = 0; i < 20; i++)
        if (i < 5 || i >= 12)
            g_string_append_printf(expected, "message %02u.", i);
    g_assert_cmpstr(w->got[0]->str, ==, expected->str);
    g_assert_cmpuint(w->gaps, ==, 1);
    watcher_free(w);
    tls_pair_free(pair);
}

static const TlsPairOptions lossy[] = {
    { .version = TLS1_VERSION, .suite = "AES128-SHA" },
    { .version = TLS1_1_VERSION, .suite = "AES128-SHA" },
    { .version = TLS1_2_VERSION, .suite = "AES128-SHA256", .options = SSL_OP_NO_ENCRYPT_THEN_MAC },
    { .version = TLS1_2_VERSION, .suite = "ECDHE-RSA-CHACHA20-POLY1305" },
    { .version = TLS1_2_VERSION, .suite = "ECDHE-RSA-AES128-GCM-SHA256" },
    { .version = TLS1_3_VERSION },
};

/* What told of the new key is lost. */
static void test_lost_key_update(void)
{
    TlsPair *pair = tls_pair_new(&(TlsPairOptions){ .version = TLS1_3_VERSION }, NULL);
    Watcher *w;

    g_assert_true(tls_pair_handshake(pair));
    tls_pair_send(pair, 0, "before");
    SSL_key_update(pair->ends[0], SSL_KEY_UPDATE_NOT_REQUESTED);
    unsigned lost = pair->flights->len;
    tls_pair_send(pair, 0, "lost");
    tls_pair_send(pair, 0, "after");
    w = watcher_new(pair->log->str);
    give_flights(w, pair, 0, lost, 1400);
    w->seq[0] += (uint32_t)g_bytes_get_size(flight_of(pair, lost)->bytes);
    give_flights(w, pair, lost + 1, UINT_MAX, 1400);
    tcp_table_flush(w->tcp);
    g_assert_cmpstr(w->got[0]->str, ==, "beforeafter");
    watcher_free(w);
    tls_pair_free(pair);
}

static void assert_unread(const TlsPair *pair, const char *log, unsigned first, TlsOutcome outcome)
{
    Watcher *w = watcher_new(log);

    give_flights(w, pair, first, UINT_MAX, 1400);
    tcp_table_flush(w->tcp);
    stream_stack_release(w->stack, true); /* no key comes after the end */
    g_assert_cmpstr(w->got[0]->str, ==, "");
    g_assert_cmpstr(w->got[1]->str, ==, "");
    g_assert_cmpuint(w->sessions->sessions->len, ==, 1);
    g_assert_cmpstr(tls_outcome_name(session_of(w, 0)->outcome), ==, tls_outcome_name(outcome));
    g_assert_cmpuint(session_of(w, 0)->undecrypted, >, 0);
    g_assert_cmpuint(session_of(w, 0)->decrypted, ==, 0);
    watcher_free(w);
}

static char *spoil(const char *log)
{
    char *wrong = g_strdup(log);

    for (char *line = wrong; *line; line = strchr(line, '\n') + 1) {
        char *digit = strchr(line, '\n') - 1;
        *digit = *digit == '0' ? '1' : '0';
    }
    return wrong;
}

static void test_unreadable(gconstpointer data)
{
    TlsPair *pair = tls_pair_new(&(TlsPairOptions){ .version = GPOINTER_TO_INT(data) }, NULL);

    g_assert_true(tls_pair_handshake(pair));
    unsigned begin = pair->flights->len;
    talk(pair);
    g_autofree char *wrong = spoil(pair->log->str);
    assert_unread(pair, "", 0, TLS_NO_KEY);
    assert_unread(pair, "CLIENT_RANDOM 00 01\n", 0, TLS_NO_KEY);
    assert_unread(pair, wrong, 0, TLS_WRONG_KEY);
    assert_unread(pair, pair->log->str, begin, TLS_NO_HANDSHAKE);
    tls_pair_free(pair);
}

/* The capture begins inside a record: the next segment shows that it is TLS. */
static void test_begins_inside_record(gconstpointer data)
{
    TlsPair *pair = tls_pair_new(&(TlsPairOptions){ .version = GPOINTER_TO_INT(data) }, NULL);
    Watcher *w = watcher_new("");

    g_assert_true(tls_pair_handshake(pair));
    unsigned begin = pair->flights->len;
    talk(pair);
    g_autoptr(GBytes) rest = g_bytes_new_from_bytes(
        flight_of(pair, begin)->bytes, 11, g_bytes_get_size(flight_of(pair, begin)->bytes) - 11);
    give(w, flight_of(pair, begin)->from, rest, 1400);
    give_flights(w, pair, begin + 1, UINT_MAX, 1400);
    g_assert_cmpint(session_of(w, 0)->outcome, ==, TLS_NO_HANDSHAKE);
    g_assert_cmpuint(session_of(w, 0)->undecrypted, >=, 3);
    watcher_free(w);
    tls_pair_free(pair);
}

/* A key log that is written behind the packets: what waits is read with its own time. */
static void test_late_keys(gconstpointer data)
{
    TlsPair *pair = tls_pair_new(&(TlsPairOptions){ .version = GPOINTER_TO_INT(data) }, NULL);
    Watcher *w;

    g_assert_true(tls_pair_handshake(pair));
    talk(pair);
    w = watcher_new("CLIENT_RANDOM 00 01\n");
    give_flights(w, pair, 0, UINT_MAX, 1400);
    tls_decoder_retry(w->decoder);
    g_assert_cmpstr(w->got[0]->str, ==, "");
    keylog_add(w->log, slice_from_string(pair->log->str));
    tls_decoder_retry(w->decoder);
    assert_all_read(w, pair);
    watcher_free(w);
    tls_pair_free(pair);
}

/* The server's packets come before the client's, as from two queues. */
static void test_other_direction_first(gconstpointer data)
{
    TlsPair *pair = tls_pair_new(&(TlsPairOptions){ .version = GPOINTER_TO_INT(data) }, NULL);
    Watcher *w;

    g_assert_true(tls_pair_handshake(pair));
    talk(pair);
    w = watcher_new(pair->log->str);
    for (unsigned from = 2; from-- > 0;)
        for (unsigned i = 0; i < pair->flights->len; i++)
            if (flight_of(pair, i)->from == from)
                give(w, from, flight_of(pair, i)->bytes, 1400);
    assert_all_read(w, pair);
    watcher_free(w);
    tls_pair_free(pair);
}

/* Of all that the one side sent no more than whole messages is missing. */
static void assert_nothing_added(const char *got, const char *const messages[2])
{
    for (unsigned i = 0; i < 2; i++)
        if (g_str_has_prefix(got, messages[i]))
            got += strlen(messages[i]);
    g_assert_cmpstr(got, ==, "");
}

/* Every byte changed in turn: nothing breaks, nothing is read that was not sent. */
static void test_damage(gconstpointer data)
{
    TlsPair *pair = tls_pair_new(&(TlsPairOptions){ .version = GPOINTER_TO_INT(data),
                                                    .suite = "ECDHE-ECDSA-AES128-SHA:"
                                                             "ECDHE-ECDSA-AES128-GCM-SHA256" },
                                 NULL);

    g_assert_true(tls_pair_handshake(pair));
    talk(pair);
    for (unsigned i = 0; i < pair->flights->len; i++) {
        gsize len;
        const uint8_t *bytes = g_bytes_get_data(flight_of(pair, i)->bytes, &len);
        for (size_t at = 0; at < len; at++) {
            g_autofree uint8_t *damaged = g_memdup2(bytes, len);
            damaged[at] ^= (uint8_t)(1u << at % 8);
            g_autoptr(GBytes) flight = g_bytes_new(damaged, len);
            Watcher *w = watcher_new(pair->log->str);
            give_flights(w, pair, 0, i, 1400);
            give(w, flight_of(pair, i)->from, flight, 1400);
            give_flights(w, pair, i + 1, UINT_MAX, 1400);
            assert_nothing_added(w->got[0]->str, client_says);
            assert_nothing_added(w->got[1]->str, server_says);
            watcher_free(w);
        }
    }
    tls_pair_free(pair);
}

/* TLS 1.0 decrypts a record's first block with the record before. Where that one is damaged, the
 * MAC of the ciphertext still fits, and the padding may look right as well. */
static void test_chained_to_damage(void)
{
    TlsPair *pair = tls_pair_new(
        &(TlsPairOptions){ .version = TLS1_VERSION, .suite = "ECDHE-ECDSA-AES128-SHA" }, NULL);

    g_assert_true(tls_pair_handshake(pair));
    unsigned begin = pair->flights->len;
    for (unsigned i = 0; i < 30; i++)
        tls_pair_send(pair, 0, "and on");
    Watcher *w = watcher_new(pair->log->str);
    give_flights(w, pair, 0, begin, 1400);
    for (unsigned i = begin; i < pair->flights->len; i++) {
        g_autoptr(GBytes) flight = g_bytes_ref(flight_of(pair, i)->bytes);
        if ((i - begin) % 3 == 0) {
            gsize len;
            g_autofree uint8_t *damaged = g_bytes_unref_to_data(g_steal_pointer(&flight), &len);
            damaged[len - 1 - 20] ^= 15; /* before the MAC: the next padding becomes one byte */
            flight = g_bytes_new(damaged, len);
        }
        give(w, 0, flight, 1400);
    }
    g_autoptr(GString) all = g_string_new(NULL);
    for (unsigned i = 0; i < 20; i++) /* behind the damaged one comes an empty record */
        g_string_append(all, "and on");
    g_assert_cmpstr(w->got[0]->str, ==, all->str);
    watcher_free(w);
    tls_pair_free(pair);
}

static void test_every_truncation(gconstpointer data)
{
    TlsPair *pair = tls_pair_new(&(TlsPairOptions){ .version = GPOINTER_TO_INT(data) }, NULL);

    g_assert_true(tls_pair_handshake(pair));
    talk(pair);
    for (unsigned i = 0; i < pair->flights->len; i++) {
        gsize len;
        const uint8_t *bytes = g_bytes_get_data(flight_of(pair, i)->bytes, &len);
        for (size_t cut = 0; cut < len; cut++) {
            g_autoptr(GBytes) flight = g_bytes_new(bytes, cut);
            Watcher *w = watcher_new(pair->log->str);
            give_flights(w, pair, 0, i, 1400);
            give(w, flight_of(pair, i)->from, flight, 1400);
            tcp_table_flush(w->tcp);
            g_assert_true(g_str_has_prefix(pair->sent[0]->str, w->got[0]->str));
            g_assert_true(g_str_has_prefix(pair->sent[1]->str, w->got[1]->str));
            watcher_free(w);
        }
    }
    tls_pair_free(pair);
}

/* RFC 8448 section 3: the records of a whole connection, and its secrets. */
static const struct {
    unsigned from;
    const char *hex;
} trace[] = {
    { 0, "16030100c4010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef628302"
         "4dece7000006130113031302010000910000000b0009000006736572766572ff01000100000a0014"
         "0012001d0017001800190100010101020103010400230000003300260024001d002099381de560e4"
         "bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c002b0003020304000d0020001e04"
         "0305030603020308040805080604010501060102010402050206020202002d00020101001c000240"
         "01" },
    { 1, "160303005a020000560303a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3"
         "e2692800130100002e00330024001d0020c9828876112095fe66762bdbf7c672e156d6cc253b833d"
         "f1dd69b1b04e751f0f002b00020304" },
    { 1, "17030302a2d1ff334a56f5bff6594a07cc87b580233f500f45e489e7f33af35edf7869fcf40aa40a"
         "a2b8ea73f848a7ca07612ef9f945cb960b4068905123ea78b111b429ba9191cd05d2a389280f5261"
         "34aadc7fc78c4b729df828b5ecf7b13bd9aefb0e57f271585b8ea9bb355c7c79020716cfb9b1183e"
         "f3ab20e37d57a6b9d7477609aee6e122a4cf51427325250c7d0e509289444c9b3a648f1d71035d2e"
         "d65b0e3cdd0cbae8bf2d0b227812cbb360987255cc744110c453baa4fcd610928d809810e4b7ed1a"
         "8fd991f06aa6248204797e36a6a73b70a2559c09ead686945ba246ab66e5edd8044b4c6de3fcf2a8"
         "9441ac66272fd8fb330ef8190579b3684596c960bd596eea520a56a8d650f563aad27409960dca63"
         "d3e688611ea5e22f4415cf9538d51a200c27034272968a264ed6540c84838d89f72c24461aad6d26"
         "f59ecaba9acbbb317b66d902f4f292a36ac1b639c637ce343117b659622245317b49eeda0c6258f1"
         "00d7d961ffb138647e92ea330faeea6dfa31c7a84dc3bd7e1b7a6c7178af36879018e3f252107f24"
         "3d243dc7339d5684c8b0378bf30244da8c87c843f5e56eb4c5e8280a2b48052cf93b16499a66db7c"
         "ca71e4599426f7d461e66f99882bd89fc50800becca62d6c74116dbd2972fda1fa80f85df881edbe"
         "5a37668936b335583b599186dc5c6918a396fa48a181d6b6fa4f9d62d513afbb992f2b992f67f8af"
         "e67f76913fa388cb5630c8ca01e0c65d11c66a1e2ac4c85977b7c7a6999bbf10dc35ae69f5515614"
         "636c0b9b68c19ed2e31c0b3b66763038ebba42f3b38edc0399f3a9f23faa63978c317fc9fa66a73f"
         "60f0504de93b5b845e275592c12335ee340bbc4fddd502784016e4b3be7ef04dda49f4b440a30cb5"
         "d2af939828fd4ae3794e44f94df5a631ede42c1719bfdabf0253fe5175be898e750edc53370d2b" },
    { 0, "170303003575ec4dc238cce60b298044a71e219c56cc77b0517fe9b93c7a4bfc44d87f38f80338ac"
         "98fc46deb384bd1caeacab6867d726c40546" },
    { 1, "17030300de3a6b8f90414a97d6959c3487680de5134a2b240e6cffac116e95d41d6af8f6b580dcf3"
         "d11d63c758db289a015940252f55713e061dc13e078891a38efbcf5753ad8ef170ad3c7353d16d9d"
         "a773b9ca7f2b9fa1b6c0d4a3d03f75e09c30ba1e62972ac46f75f7b981be63439b2999ce13064615"
         "139891d5e4c5b406f16e3fc181a77ca475840025db2f0a77f81b5ab05b94c01346755f69232c8651"
         "9d86cbeeac87aac347d143f9605d64f650db4d023e70e952ca49fe5137121c74bc2697687e248746"
         "d6df353005f3bce18696129c8153556b3b6c6779b37bf15985684f" },
    { 0, "1703030043a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b39"
         "5bd54a9a20441e2b62974e1f5a6292a2977014bd1e3deae63aeebb21694915e4" },
    { 1, "17030300432e937e11ef4ac740e538ad36005fc4a46932fc3225d05f82aa1b36e30efaf97d90e6df"
         "fc602dcb501a59a8fcc49c4bf2e5f0a21c0047c2abf332540dd032e167c2955d" },
    { 0, "1703030013c9872760655666b74d7ff1153efd6db6d0b0e3" },
    { 1, "1703030013b58fd67166ebf599d24720cfbe7efa7a8864a9" },
};
#define TRACE_RANDOM " cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7 "
static const char trace_log[] =
    "CLIENT_HANDSHAKE_TRAFFIC_SECRET" TRACE_RANDOM
    "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21\n"
    "SERVER_HANDSHAKE_TRAFFIC_SECRET" TRACE_RANDOM
    "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38\n"
    "CLIENT_TRAFFIC_SECRET_0" TRACE_RANDOM
    "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5\n"
    "SERVER_TRAFFIC_SECRET_0" TRACE_RANDOM
    "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643\n";

static GBytes *bytes_of_hex(const char *hex)
{
    size_t len = strlen(hex) / 2;
    uint8_t *bytes = g_malloc(len);

    for (size_t i = 0; i < len; i++)
        bytes[i] =
            (uint8_t)(g_ascii_xdigit_value(hex[2 * i]) << 4 | g_ascii_xdigit_value(hex[2 * i + 1]));
    return g_bytes_new_take(bytes, len);
}

static void test_rfc8448(void)
{
    Watcher *w = watcher_new(trace_log);

    for (size_t i = 0; i < G_N_ELEMENTS(trace); i++) {
        g_autoptr(GBytes) bytes = bytes_of_hex(trace[i].hex);
        give(w, trace[i].from, bytes, 1400);
    }
    for (unsigned side = 0; side < 2; side++) {
        g_assert_cmpuint(w->got[side]->len, ==, 50);
        for (unsigned i = 0; i < 50; i++)
            g_assert_cmpint(w->got[side]->str[i], ==, (char)i);
    }
    const TlsSession *session = session_of(w, 0);
    g_assert_cmpuint(session->decrypted, ==, 7);
    g_assert_cmpuint(session->undecrypted, ==, 0);
    g_assert_cmpstr(session->server_name, ==, "server");
    g_assert_cmpstr(session->suite_name, ==, "TLS_AES_128_GCM_SHA256");
    g_assert_cmpstr(session->certificate->subject, ==, "CN=rsa");
    g_assert_cmpuint(session->alert_count, ==, 2);
    g_assert_false(anomaly_any(&w->noted));
    watcher_free(w);
}

static void add_for_versions(const char *name, GTestDataFunc test)
{
    static const struct {
        int version;
        const char *name;
    } versions[] = { { TLS1_VERSION, "1.0" },
                     { TLS1_1_VERSION, "1.1" },
                     { TLS1_2_VERSION, "1.2" },
                     { TLS1_3_VERSION, "1.3" } };

    for (size_t i = 0; i < G_N_ELEMENTS(versions); i++) {
        if (test == test_every_suite && versions[i].version == TLS1_3_VERSION)
            continue;
        g_autofree char *path = g_strdup_printf("/tls/%s/%s", name, versions[i].name);
        g_test_add_data_func(path, GINT_TO_POINTER(versions[i].version), test);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tls/rfc8448", test_rfc8448);
    g_test_add_func("/tls/every-suite/1.3", test_every_suite_13);
    add_for_versions("every-suite", test_every_suite);
    g_test_add_func("/tls/segmentation", test_segmentation);
    g_test_add_func("/tls/fragments", test_fragments);
    g_test_add_func("/tls/what-is-shown", test_what_is_shown);
    g_test_add_func("/tls/renegotiation", test_renegotiation);
    g_test_add_func("/tls/key-update", test_key_update);
    g_test_add_func("/tls/retry-request", test_retry_request);
    add_for_versions("resumption", test_resumption);
    g_test_add_func("/tls/early-data", test_early_data);
    g_test_add_data_func("/tls/server-key/ticket", GSIZE_TO_POINTER(0), test_server_key);
    g_test_add_data_func("/tls/server-key/session-id", GSIZE_TO_POINTER(SSL_OP_NO_TICKET),
                         test_server_key);
    g_test_add_data_func("/tls/server-key/no-session-hash",
                         GSIZE_TO_POINTER(SSL_OP_NO_EXTENDED_MASTER_SECRET), test_server_key);
    for (size_t i = 0; i < G_N_ELEMENTS(lossy); i++) {
        g_autofree char *path = g_strdup_printf("/tls/lost-records/%zu", i);
        g_test_add_data_func(path, &lossy[i], test_lost_records);
    }
    g_test_add_func("/tls/lost-key-update", test_lost_key_update);
    add_for_versions("unreadable", test_unreadable);
    add_for_versions("begins-inside-record", test_begins_inside_record);
    add_for_versions("late-keys", test_late_keys);
    add_for_versions("other-direction-first", test_other_direction_first);
    g_test_add_func("/tls/chained-to-damage", test_chained_to_damage);
    add_for_versions("damage", test_damage);
    add_for_versions("every-truncation", test_every_truncation);
    return g_test_run();
}

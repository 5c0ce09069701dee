/* SIP in TLS, in WebSocket, and in WebSocket in TLS, and MSRP in TLS, through the whole engine:
 * what libssl's client and server say to each other becomes calls, with the right transport, time,
 * packet and text. */
#include "support/engine_give.h"
#include "support/packet_build.h"
#include "support/tls_pair.h"

#define CLIENT "10.0.0.1:40000"
#define SERVER "10.0.0.2:443"

static const char options[] = "OPTIONS sip:b@example.org SIP/2.0\r\nVia: SIP/2.0/WSS "
                              "a.invalid;branch=z9hG4bK1\r\nFrom: <sip:a@example.org>;tag=1\r\nTo: "
                              "<sip:b@example.org>\r\nCall-ID: %s\r\nCSeq: 1 OPTIONS\r\n"
                              "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n";

typedef struct {
    Model *model;
    PacketStore *store;
    Engine *engine;
    BuiltPacket packet;
    int64_t now_ms;
    uint32_t seq[2];
} Bench;

static Bench bench_new(void)
{
    Bench b = { .model = model_new(NULL), .store = packet_store_new(1 << 20), .now_ms = 1000 };

    b.engine = engine_new(b.model, b.store);
    return b;
}

static void bench_clear(Bench *b)
{
    engine_finish(b->engine);
    engine_free(b->engine);
    model_free(b->model);
    packet_store_unref(b->store);
}

static void give(Bench *b, unsigned from, const void *bytes, size_t len)
{
    static const char *const ends[] = { CLIENT, SERVER };

    for (size_t at = 0; at < len; at += 1000) {
        Slice part = slice_sub(slice_of(bytes, len), at, 1000);
        build_tcp(&b->packet, ends[from], ends[!from], 1000 + b->seq[from], TCP_ACK, part);
        b->seq[from] += (uint32_t)part.len;
        Packet packet = built_packet(&b->packet, b->now_ms++);
        packet.ref = packet_store_keep_packet(b->store, &packet);
        engine_give(b->engine, &packet);
    }
}

static void give_pair(Bench *b, const TlsPair *pair)
{
    for (unsigned i = 0; i < pair->flights->len; i++) {
        const TlsFlight *flight = &g_array_index(pair->flights, TlsFlight, i);
        gsize len;
        const void *bytes = g_bytes_get_data(flight->bytes, &len);
        give(b, flight->from, bytes, len);
    }
}

/* The message of the first exchange. */
static void expect(const Bench *b, SipTransport transport, const char *text, int64_t time_ms)
{
    g_assert_cmpuint(model_last_call(b->model), ==, 1);
    const CallMessage *message = &model_call(b->model, 1)->messages[0];
    g_autofree char *kept = g_malloc0(message->text.length + 1);

    g_assert_cmpint(packet_store_read(b->store, message->text, (uint8_t *)kept), ==,
                    PACKET_STORE_OK);
    g_assert_cmpstr(kept, ==, text);
    g_assert_cmpstr(sip_transport_name(message->transport), ==, sip_transport_name(transport));
    g_assert_cmpint(message->time_ns, ==, time_ms * NS_PER_MS);
    g_assert_cmpint(message->frame, ==, time_ms - 1000 + 1);
}

/* A text frame, masked as a client has to. */
static GByteArray *masked_frame(const char *text)
{
    static const uint8_t mask[] = { 0x37, 0xfa, 0x21, 0x3d };
    size_t len = strlen(text);
    uint8_t header[] = { 0x81, 0xfe, (uint8_t)(len >> 8), (uint8_t)len };
    GByteArray *out = g_byte_array_new();

    g_byte_array_append(out, header, sizeof header);
    g_byte_array_append(out, mask, sizeof mask);
    for (size_t i = 0; i < len; i++) {
        uint8_t byte = (uint8_t)text[i] ^ mask[i % 4];
        g_byte_array_append(out, &byte, 1);
    }
    return out;
}

static const char request[] = "GET /sip HTTP/1.1\r\nHost: b\r\nUpgrade: websocket\r\n"
                              "Sec-WebSocket-Protocol: sip\r\n\r\n";
static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";

static void test_tls(void)
{
    Bench b = bench_new();
    TlsPair *pair = tls_pair_new(&(TlsPairOptions){ .version = TLS1_3_VERSION }, NULL);
    g_autofree char *text = g_strdup_printf(options, "one");

    g_assert_true(tls_pair_handshake(pair));
    tls_pair_send(pair, 0, text);
    keylog_add(b.model->keys, slice_from_string(pair->log->str));
    give_pair(&b, pair);
    expect(&b, SIP_OVER_TLS, text, b.now_ms - 1);
    tls_pair_free(pair);
    bench_clear(&b);
}

static void test_websocket(void)
{
    Bench b = bench_new();
    g_autofree char *text = g_strdup_printf(options, "one");
    g_autoptr(GByteArray) frame = masked_frame(text);

    give(&b, 0, request, sizeof request - 1);
    give(&b, 1, answer, sizeof answer - 1);
    give(&b, 0, frame->data, frame->len);
    expect(&b, SIP_OVER_WS, text, b.now_ms - 1);
    bench_clear(&b);
}

static void test_websocket_in_tls(void)
{
    Bench b = bench_new();
    TlsPair *pair = tls_pair_new(&(TlsPairOptions){ .version = TLS1_2_VERSION }, NULL);
    g_autofree char *text = g_strdup_printf(options, "one");
    g_autoptr(GByteArray) frame = masked_frame(text);

    g_assert_true(tls_pair_handshake(pair));
    tls_pair_send(pair, 0, request);
    tls_pair_send(pair, 1, answer);
    tls_pair_send_bytes(pair, 0, frame->data, frame->len);
    keylog_add(b.model->keys, slice_from_string(pair->log->str));
    give_pair(&b, pair);
    expect(&b, SIP_OVER_WSS, text, b.now_ms - 1);
    tls_pair_free(pair);
    bench_clear(&b);
}

/* The key comes long after the packets: the message has the time and number of its own packet. */
/* The pieces of its data can be read back, though no packet holds them. */
static void test_msrp_in_tls(void)
{
    Bench b = bench_new();
    TlsPair *pair = tls_pair_new(&(TlsPairOptions){ .version = TLS1_3_VERSION }, NULL);
    g_autofree char *said = g_strnfill(3000, 'x');
    g_autofree char *text = g_strdup_printf(
        "MSRP abcd1234 SEND\r\nTo-Path: msrps://10.0.0.2:443/bob92738;tcp\r\n"
        "From-Path: msrps://10.0.0.1:7654/alice8301;tcp\r\nMessage-ID: 1\r\n"
        "Byte-Range: 1-3000/3000\r\nContent-Type: text/plain\r\n\r\n%s\r\n-------abcd1234$\r\n",
        said);

    g_assert_true(tls_pair_handshake(pair));
    tls_pair_send(pair, 0, text);
    keylog_add(b.model->keys, slice_from_string(pair->log->str));
    give_pair(&b, pair);
    const MsrpSession *session = msrp_tracker_session(b.model->msrp, 1);
    g_assert_nonnull(session);
    g_assert_cmpstr(msrp_session_transport(session), ==, "TLS");
    const MsrpContent *content = msrp_event(session, 0)->content;
    g_assert_cmpint(msrp_content_state(content), ==, MSRP_CONTENT_COMPLETE);
    g_autoptr(GString) read = g_string_new(NULL);
    for (unsigned i = 0; i < msrp_piece_count(content); i++) {
        MsrpPiece piece = msrp_piece(content, i);
        g_autofree uint8_t *bytes = g_malloc(piece.ref.length);
        g_assert_cmpint(packet_store_read(b.store, piece.ref, bytes), ==, PACKET_STORE_OK);
        g_assert_cmpuint(piece.offset, ==, read->len);
        g_string_append_len(read, (const char *)bytes, piece.ref.length);
    }
    g_assert_cmpstr(read->str, ==, said);
    tls_pair_free(pair);
    bench_clear(&b);
}

static void test_late_key(void)
{
    Bench b = bench_new();
    TlsPair *pair = tls_pair_new(&(TlsPairOptions){ .version = TLS1_3_VERSION }, NULL);
    g_autofree char *text = g_strdup_printf(options, "one");

    g_assert_true(tls_pair_handshake(pair));
    tls_pair_send(pair, 0, text);
    keylog_add(b.model->keys, SLICE_LITERAL("CLIENT_RANDOM 00 00\n"));
    give_pair(&b, pair);
    int64_t sent_ms = b.now_ms - 1;
    g_assert_cmpuint(model_last_call(b.model), ==, 0);
    for (int i = 0; i < 10; i++) {
        b.seq[1] += 1; /* another byte is missing each time */
        give(&b, 1, "\x14\x03\x03\x00\x01\x01", 6);
    }
    keylog_add(b.model->keys, slice_from_string(pair->log->str));
    engine_end_block(b.engine);
    expect(&b, SIP_OVER_TLS, text, sent_ms);
    tls_pair_free(pair);
    bench_clear(&b);
}

static void finish(Bench *b, unsigned from)
{
    static const char *const ends[] = { CLIENT, SERVER };

    build_tcp(&b->packet, ends[from], ends[!from], 1000 + b->seq[from], TCP_ACK | TCP_FIN,
              SLICE_EMPTY);
    Packet packet = built_packet(&b->packet, b->now_ms++);
    engine_give(b->engine, &packet);
}

/* The key comes when the connection is over: request and answer, which went in turn, are used in
 * their order, and nothing waits any longer. */
static void test_key_after_the_end(void)
{
    Bench b = bench_new();
    TlsPair *pair = tls_pair_new(&(TlsPairOptions){ .version = TLS1_3_VERSION }, NULL);
    g_autofree char *text = g_strdup_printf(options, "one");
    g_autofree char *ok = g_strconcat("SIP/2.0 200 OK\r\n", strchr(text, '\n') + 1, NULL);

    g_assert_true(tls_pair_handshake(pair));
    tls_pair_send(pair, 0, text);
    tls_pair_send(pair, 1, ok);
    keylog_add(b.model->keys, SLICE_LITERAL("CLIENT_RANDOM 00 00\n"));
    give_pair(&b, pair);
    finish(&b, 0);
    finish(&b, 1);
    g_assert_cmpuint(model_last_call(b.model), ==, 0);
    keylog_add(b.model->keys, slice_from_string(pair->log->str));
    engine_idle(b.engine);
    const Call *call = model_call(b.model, 1);
    g_assert_nonnull(call);
    g_assert_cmpuint(call->message_count, ==, 2);
    g_assert_cmpuint(call->messages[0].status, ==, 0);
    g_assert_cmpuint(call->messages[1].status, ==, 200);
    g_assert_cmpint(call->messages[0].time_ns, <, call->messages[1].time_ns);
    const TlsSession *session = b.model->tls->sessions->pdata[0];
    g_assert_cmpint(session->outcome, ==, TLS_READ);
    g_assert_false(session->open);
    tls_pair_free(pair);
    bench_clear(&b);
}

/* No key ever comes: what waited is counted as unread. */
static void test_no_key_after_the_end(void)
{
    Bench b = bench_new();
    TlsPair *pair = tls_pair_new(&(TlsPairOptions){ .version = TLS1_3_VERSION }, NULL);

    g_assert_true(tls_pair_handshake(pair));
    tls_pair_send(pair, 0, "nobody reads this");
    keylog_add(b.model->keys, SLICE_LITERAL("CLIENT_RANDOM 00 00\n"));
    give_pair(&b, pair);
    finish(&b, 0);
    finish(&b, 1);
    const TlsSession *session = b.model->tls->sessions->pdata[0];
    g_assert_true(session->open);
    engine_finish(b.engine);
    g_assert_false(session->open);
    g_assert_cmpint(session->outcome, ==, TLS_NO_KEY);
    g_assert_cmpuint(session->undecrypted, >, 0);
    tls_pair_free(pair);
    bench_clear(&b);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/secure-streams/tls", test_tls);
    g_test_add_func("/secure-streams/websocket", test_websocket);
    g_test_add_func("/secure-streams/websocket-in-tls", test_websocket_in_tls);
    g_test_add_func("/secure-streams/msrp-in-tls", test_msrp_in_tls);
    g_test_add_func("/secure-streams/late-key", test_late_key);
    g_test_add_func("/secure-streams/key-after-the-end", test_key_after_the_end);
    g_test_add_func("/secure-streams/no-key-after-the-end", test_no_key_after_the_end);
    return g_test_run();
}

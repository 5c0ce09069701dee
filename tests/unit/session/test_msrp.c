/* MSRP: messages by the examples of RFC 4975 section 11, and connections: chunks in pieces,
 * interrupted, cut, and what goes wrong. */
#include "dissect/session/msrp_stream.h"

#define PATHS                                                                                      \
    "To-Path: msrp://biloxi.example.com:12763/kjhd37s2s20w2a;tcp\r\n"                              \
    "From-Path: msrp://atlanta.example.com:7654/jshA7weztas;tcp\r\n"
#define SEND(id, range, data, flag)                                                                \
    "MSRP " id " SEND\r\n" PATHS "Message-ID: 87652491\r\nByte-Range: " range                      \
    "\r\nContent-Type: text/plain\r\n\r\n" data "\r\n-------" id flag "\r\n"
#define OK(id) "MSRP " id " 200 OK\r\n" PATHS "-------" id "$\r\n"

static DissectStatus parse(const char *text, MsrpMessage *out)
{
    return msrp_parse(slice_from_string(text), out);
}

static void assert_slice(Slice got, const char *want)
{
    g_autofree char *text = slice_dup(got);
    g_assert_cmpstr(text, ==, want);
}

static void test_request(void)
{
    static const char text[] =
        SEND("a786hjs2", "1-23/23", "Hey Bob, are you there?", "$") "and more";
    MsrpMessage message;

    g_assert_cmpint(parse(text, &message), ==, DISSECT_OK);
    g_assert_true(message.is_request);
    g_assert_cmpint(message.method, ==, MSRP_SEND);
    assert_slice(message.transaction_id, "a786hjs2");
    assert_slice(msrp_path_last(message.to_path),
                 "msrp://biloxi.example.com:12763/kjhd37s2s20w2a;tcp");
    assert_slice(message.message_id, "87652491");
    assert_slice(message.content_type, "text/plain");
    g_assert_true(message.has_body && message.has_range && !message.success_report);
    g_assert_cmpuint(message.range.first, ==, 1);
    g_assert_cmpuint(message.range.last, ==, 23);
    g_assert_cmpuint(message.range.total, ==, 23);
    g_assert_true(message.bytes.data + message.bytes.len ==
                  (const uint8_t *)strstr(text, "\r\n\r\n") + 4);
    g_assert_false(anomaly_any(&message.anomalies));
}

/* Section 11.3 and 7.1.2. */
static void test_report_and_response(void)
{
    MsrpMessage message;

    g_assert_cmpint(
        parse("MSRP dkei38sd REPORT\r\n" PATHS "Message-ID: 12339sdqwer\r\n"
              "Byte-Range: 1-106/106\r\nStatus: 000 413 Too big\r\n-------dkei38sd$\r\n",
              &message),
        ==, DISSECT_OK);
    g_assert_cmpint(message.method, ==, MSRP_REPORT);
    g_assert_cmpuint(message.status, ==, 413);
    assert_slice(message.comment, "Too big");
    g_assert_false(message.has_body);
    g_assert_cmpint(message.end, ==, MSRP_END_COMPLETE);
    g_assert_cmpint(
        parse("MSRP d93kswow 481 No such session\r\n" PATHS "-------d93kswow$\r\n", &message), ==,
        DISSECT_OK);
    g_assert_false(message.is_request);
    g_assert_cmpuint(message.status, ==, 481);
    assert_slice(message.comment, "No such session");
    g_assert_false(anomaly_any(&message.anomalies));
}

static void test_other_headers(void)
{
    MsrpMessage message;

    g_assert_cmpint(parse("MSRP nick1234 NICKNAME\r\n" PATHS "Use-Nickname: \"Alice the great\"\r\n"
                          "Success-Report: yes\r\nFailure-Report: partial\r\n"
                          "-------nick1234$\r\n",
                          &message),
                    ==, DISSECT_OK);
    g_assert_cmpint(message.method, ==, MSRP_NICKNAME);
    assert_slice(message.use_nickname, "Alice the great");
    g_assert_true(message.success_report);
    g_assert_cmpint(message.failure_report, ==, MSRP_FAILURE_PARTIAL);
    g_assert_cmpint(parse("MSRP tid1 KEEPALIVE\r\n" PATHS "-------tid1$\r\n", &message), ==,
                    DISSECT_OK);
    g_assert_cmpint(message.method, ==, MSRP_OTHER);
    assert_slice(message.method_name, "KEEPALIVE");
}

static void test_start_lines(void)
{
    static const struct {
        const char *text;
        DissectStatus status;
    } rows[] = {
        { "", DISSECT_TRUNCATED },
        { "MS", DISSECT_TRUNCATED },
        { "MSRP ", DISSECT_TRUNCATED },
        { "MSRP abcd SEN", DISSECT_TRUNCATED },
        { "MSRP abcd SEND\r\n", DISSECT_OK },
        { "MSRP abcd 200\r\n", DISSECT_OK },
        { "MSRP a.b-c+d%e=f 200 OK\r\n", DISSECT_OK },
        { "msrp abcd SEND\r\n", DISSECT_NOT_MINE },
        { "MSRP abcd send\r\n", DISSECT_NOT_MINE },
        { "MSRP abcd SEND it\r\n", DISSECT_NOT_MINE },
        { "MSRP ab_cd SEND\r\n", DISSECT_NOT_MINE },
        { "MSRP 123456789012345678901234567890123 SEND\r\n", DISSECT_NOT_MINE },
        { "SIP/2.0 200 OK\r\n", DISSECT_NOT_MINE },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(msrp_begins(slice_from_string(rows[i].text)), ==, rows[i].status);
}

static void test_byte_ranges(void)
{
    static const struct {
        const char *range;
        bool valid;
        MsrpRange want;
    } rows[] = {
        { "1-*/*", true, { 1, MSRP_UNKNOWN, MSRP_UNKNOWN } },
        { "2049-4096/5000", true, { 2049, 4096, 5000 } },
        { "1-*/12", true, { 1, MSRP_UNKNOWN, 12 } },
        { "1-0/0", true, { 1, 0, 0 } },
        { "0-5/5", false, { 0 } },
        { "5-3/9", false, { 0 } },
        { "1-9/5", false, { 0 } },
        { "1-5", false, { 0 } },
        { "-5/5", false, { 0 } },
        { "1-5/-5", false, { 0 } },
        { "one-two/three", false, { 0 } },
        { "1-99999999999999999999999/99999999999999999999999", false, { 0 } },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text =
            g_strdup_printf("MSRP abcd SEND\r\n" PATHS "Message-ID: 1\r\nByte-Range: %s\r\n"
                            "-------abcd$\r\n",
                            rows[i].range);
        MsrpMessage message;
        g_assert_cmpint(parse(text, &message), ==, DISSECT_OK);
        g_assert_true(message.has_range == rows[i].valid);
        g_assert_true(anomaly_has(&message.anomalies, ANOMALY_MSRP_BAD_BYTE_RANGE) !=
                      rows[i].valid);
        if (!rows[i].valid)
            continue;
        g_assert_cmpuint(message.range.first, ==, rows[i].want.first);
        g_assert_cmpuint(message.range.last, ==, rows[i].want.last);
        g_assert_cmpuint(message.range.total, ==, rows[i].want.total);
    }
}

static void test_faults_of_headers(void)
{
    static const struct {
        const char *text;
        Anomaly anomaly;
    } rows[] = {
        { "MSRP abcd SEND\r\nMessage-ID: 1\r\n-------abcd$\r\n", ANOMALY_MSRP_MISSING_PATH },
        { "MSRP abcd SEND\r\nTo-Path: sip:bob\r\nFrom-Path: x\r\nMessage-ID: 1\r\n-------abcd$\r\n",
          ANOMALY_MSRP_BAD_URI },
        { "MSRP abcd SEND\r\n" PATHS "-------abcd$\r\n", ANOMALY_MSRP_MISSING_MESSAGE_ID },
        { "MSRP abcd SEND\r\n" PATHS "Message-ID: 1\r\nnonsense\r\n-------abcd$\r\n",
          ANOMALY_MSRP_BAD_HEADER_LINE },
        { "MSRP abcd SEND\r\n" PATHS "Message-ID: 1\r\n-------abce$\r\n",
          ANOMALY_MSRP_WRONG_END_LINE },
        { "MSRP abcd SEND\r\n" PATHS "Message-ID: 1\r\n-------abcd?\r\n",
          ANOMALY_MSRP_WRONG_END_LINE },
        { "MSRP abcd SEND\r\n" PATHS "Message-ID: 1\r\n\r\n", ANOMALY_MSRP_MISSING_CONTENT_TYPE },
        { "MSRP abcd REPORT\r\n" PATHS "Message-ID: 1\r\nStatus: fine\r\n-------abcd$\r\n",
          ANOMALY_MSRP_BAD_STATUS },
        { "MSRP abcd REPORT\r\n" PATHS "Message-ID: 1\r\n-------abcd$\r\n",
          ANOMALY_MSRP_BAD_STATUS },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        MsrpMessage message;
        g_assert_cmpint(parse(rows[i].text, &message), ==, DISSECT_OK);
        g_assert_true(anomaly_has(&message.anomalies, rows[i].anomaly));
    }
}

static void test_endless_headers(void)
{
    g_autoptr(GString) text = g_string_new("MSRP abcd SEND\r\n");
    MsrpMessage message;

    while (text->len < MSRP_HEAD_MAX - 100)
        g_string_append(text, "X-Filler: yes\r\n");
    g_assert_cmpint(parse(text->str, &message), ==, DISSECT_TRUNCATED);
    while (text->len < MSRP_HEAD_MAX)
        g_string_append(text, "X-Filler: yes\r\n");
    g_assert_cmpint(parse(text->str, &message), ==, DISSECT_MALFORMED);
    g_assert_true(anomaly_has(&message.anomalies, ANOMALY_MSRP_ENDLESS_HEADERS));
}

static void test_every_truncation(void)
{
    static const char text[] = SEND("a786hjs2", "1-23/23", "Hey Bob, are you there?", "$");
    size_t head = (size_t)(strstr(text, "\r\n\r\n") + 4 - text);

    for (size_t len = 0; len < sizeof text; len++) {
        g_autofree uint8_t *exact = g_memdup2(text, len);
        MsrpMessage message;
        MsrpTail tail;
        g_assert_cmpint(msrp_parse(slice_of(exact, len), &message), ==,
                        len < head ? DISSECT_TRUNCATED : DISSECT_OK);
        if (len < head)
            continue;
        Slice data = slice_from(slice_of(exact, len), head);
        DissectStatus status = msrp_find_end(data, SLICE_LITERAL("a786hjs2"), true, true, &tail);
        g_assert_cmpint(status, ==, len < sizeof text - 1 ? DISSECT_TRUNCATED : DISSECT_OK);
        g_assert_cmpuint(tail.data_len, ==, MIN(data.len, 23));
    }
}

static void test_uris(void)
{
    MsrpUri a, b;

    g_assert_true(msrp_uri_parse(SLICE_LITERAL("msrps://alice@[2001:db8::1]:9000/abc;ws;x=y"), &a));
    g_assert_true(a.secure);
    assert_slice(a.host, "2001:db8::1");
    g_assert_cmpuint(a.port, ==, 9000);
    assert_slice(a.session_id, "abc");
    assert_slice(a.transport, "ws");
    g_assert_true(msrp_uri_parse(SLICE_LITERAL("MSRPS://[2001:DB8::1]:9000/abc;WS"), &b));
    g_assert_true(msrp_uri_equal(&a, &b));
    g_assert_cmpuint(msrp_uri_hash(&a), ==, msrp_uri_hash(&b));
    g_assert_true(msrp_uri_parse(SLICE_LITERAL("msrps://[2001:db8::1]:9000/ABC;ws"), &b));
    g_assert_false(msrp_uri_equal(&a, &b)); /* section 6.1: the session id has its case */
    g_assert_true(msrp_uri_parse(SLICE_LITERAL("msrp://relay.example.com;tcp"), &b));
    g_assert_cmpuint(b.port, ==, 0);
    static const char *const bad[] = { "",
                                       "msrp:",
                                       "msrp://",
                                       "http://a/b",
                                       "msrp://a:x/b;tcp",
                                       "msrp://a:65536/b;tcp",
                                       "msrp://[::1]x/b;tcp" };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(msrp_uri_parse(slice_from_string(bad[i]), &a));
    assert_slice(msrp_path_last(SLICE_LITERAL(" msrp://a/1;tcp  msrp://b/2;tcp ")),
                 "msrp://b/2;tcp");
    g_assert_cmpuint(msrp_path_length(SLICE_LITERAL(" msrp://a/1;tcp  msrp://b/2;tcp ")), ==, 2);
    g_assert_cmpuint(msrp_path_length(SLICE_EMPTY), ==, 0);
}

/* --- connections --- */

typedef struct {
    GString *log; /* of each chunk "SEND 87652491 [data]$|" */
    AnomalySet noted;
    TcpTable *tcp;
    StreamStack *stack;
    uint32_t seq[2];
} Scene;

typedef struct {
    Scene *scene;
    GString *text;
} Chunk;

static void *begin(void *context, const StreamOrigin *origin, const MsrpMessage *message)
{
    Chunk *chunk = g_new0(Chunk, 1);

    (void)origin;
    chunk->scene = context;
    chunk->text = g_string_new(NULL);
    anomaly_merge(&chunk->scene->noted, &message->anomalies);
    Slice word = message->is_request ? message->method_name : message->comment;
    g_string_append_printf(chunk->text, "%.*s %.*s [", (int)word.len, (const char *)word.data,
                           (int)message->transaction_id.len,
                           (const char *)message->transaction_id.data);
    return chunk;
}

static void data(void *context, void *user, const StreamOrigin *origin, Slice bytes)
{
    Chunk *chunk = user;

    (void)context;
    (void)origin;
    g_string_append_len(chunk->text, (const char *)bytes.data, (gssize)bytes.len);
}

static void end(void *context, void *user, const StreamOrigin *origin, MsrpEnd how,
                const AnomalySet *anomalies)
{
    Scene *scene = context;
    Chunk *chunk = user;

    (void)origin;
    anomaly_merge(&scene->noted, anomalies);
    g_string_append_printf(scene->log, "%s]%c|", chunk->text->str, how ? (char)how : '!');
    g_string_free(chunk->text, TRUE);
    g_free(chunk);
}

static void *sink_open(StreamLayer *layer, void *context)
{
    (void)context;
    return layer;
}

static size_t sink_deliver(void *self, unsigned side, Slice bytes, bool gap, bool last)
{
    (void)self;
    (void)side;
    (void)gap;
    (void)last;
    return bytes.len;
}

static void sink_close(void *self)
{
    (void)self;
}

static const StreamProtocol sink = {
    .name = "sink", .open = sink_open, .deliver = sink_deliver, .close = sink_close
};

static size_t deliver(void *context, TcpStream *stream, Slice bytes, bool gap, bool last)
{
    Scene *scene = context;

    return stream_stack_deliver(scene->stack, stream, 1, bytes, gap, last);
}

static void give(Scene *scene, unsigned side, Slice bytes)
{
    static const Endpoint ends[] = { { { 0, 0xffff0a000001 }, 40000 },
                                     { { 0, 0xffff0a000002 }, 7654 } };
    g_autofree uint8_t *exact = g_memdup2(bytes.data, bytes.len);
    NetPacket packet = {
        .source = ends[side],
        .destination = ends[!side],
        .ip_protocol = IP_PROTOCOL_TCP,
        .tcp = { .flags = TCP_ACK, .seq = 1000 + scene->seq[side] },
        .payload = slice_of(exact, bytes.len),
        .payload_on_wire = (uint32_t)bytes.len,
    };

    scene->seq[side] += (uint32_t)bytes.len;
    tcp_table_segment(scene->tcp, 1, &packet);
}

/* Gives @text in segments of @size bytes, @missing of which (from 0) is not captured; checks what
 * comes of it. */
static AnomalySet feed(const char *text, size_t size, size_t missing, const char *want)
{
    Scene scene = { .log = g_string_new(NULL) };
    const MsrpStreamReader reader = { begin, data, end, &scene };
    const StreamRow rows[] = { { &msrp_stream_protocol, (void *)&reader }, { &sink, NULL } };
    Slice rest = slice_from_string(text);

    scene.stack = stream_stack_new(rows, G_N_ELEMENTS(rows));
    scene.tcp = tcp_table_new(deliver, &scene);
    for (size_t i = 0; rest.len > 0; i++) {
        Slice segment = slice_sub(rest, 0, size);
        if (i == missing)
            scene.seq[0] += (uint32_t)segment.len;
        else
            give(&scene, 0, segment);
        rest = slice_from(rest, size);
    }
    tcp_table_flush(scene.tcp);
    tcp_table_free(scene.tcp);
    AnomalySet noted = stream_stack_take_anomalies(scene.stack);
    anomaly_merge(&noted, &scene.noted);
    stream_stack_free(scene.stack);
    g_assert_cmpstr(scene.log->str, ==, want);
    g_string_free(scene.log, TRUE);
    return noted;
}

#define WHOLE SIZE_MAX

/* However TCP cuts it. */
static void test_segments(void)
{
    static const char text[] =
        SEND("aaaa", "1-6/18", "Hello ", "+") SEND("bbbb", "7-*/18", "\r\n-------", "+") OK("cccc")
            SEND("dddd", "16-18/18", "Bob", "$") "\r\n\r\n";
    static const char want[] =
        "SEND aaaa [Hello ]+|SEND bbbb [\r\n-------]+|OK cccc []$|SEND dddd [Bob]$|";

    for (size_t size = 1; size <= sizeof text; size++) {
        const AnomalySet noted = feed(text, size, WHOLE, want);
        g_assert_false(anomaly_any(&noted));
    }
}

/* What only looks like an end-line is data. */
static void test_data_like_ends(void)
{
    feed(SEND("abcd", "1-*/*", "-------abcd", "$"), WHOLE, WHOLE, "SEND abcd [-------abcd]$|");
    feed(SEND("abcd", "1-*/*", "x\r\n-------abce$\r\ny", "$"), WHOLE, WHOLE,
         "SEND abcd [x\r\n-------abce$\r\ny]$|");
    feed(SEND("abcd", "1-*/*", "\r\r\n-------abcd!\r\n", "#"), WHOLE, WHOLE,
         "SEND abcd [\r\r\n-------abcd!\r\n]#|");
    feed(SEND("abcd", "1-0/0", "", "$"), WHOLE, WHOLE, "SEND abcd []$|");
    /* a whole message as data, within the length that is stated */
    feed(SEND("abcd", "1-142/142", "\r\n" OK("efgh"), "$"), WHOLE, WHOLE,
         "SEND abcd [\r\n" OK("efgh") "]$|");
}

static void assert_noted(AnomalySet noted, Anomaly anomaly)
{
    g_assert_true(anomaly_has(&noted, anomaly));
}

static void test_faults_of_ends(void)
{
    static const char wrong[] =
        "MSRP aaaa SEND\r\n" PATHS "Message-ID: 1\r\n%s"
        "Content-Type: text/plain\r\n\r\nHello\r\n-------zzzz$\r\n" OK("bbbb");
    static const char missing[] = "MSRP aaaa SEND\r\n" PATHS "Message-ID: 1\r\n%s"
                                  "Content-Type: text/plain\r\n\r\nHello\r\n" OK("bbbb");
    static const char *const ranges[] = { "", "Byte-Range: 1-5/5\r\n",
                                          "Byte-Range: 1-999999999999/999999999999\r\n" };

    for (size_t i = 0; i < G_N_ELEMENTS(ranges); i++) {
        g_autofree char *first = g_strdup_printf(wrong, ranges[i]);
        g_autofree char *second = g_strdup_printf(missing, ranges[i]);
        for (size_t size = 1; size < 400; size += size < 80 ? 1 : 320) {
            assert_noted(feed(first, size, WHOLE, "SEND aaaa [Hello]$|OK bbbb []$|"),
                         ANOMALY_MSRP_WRONG_END_LINE);
            assert_noted(feed(second, size, WHOLE, "SEND aaaa [Hello]!|OK bbbb []$|"),
                         ANOMALY_MSRP_MISSING_END_LINE);
        }
    }
    assert_noted(feed(SEND("abcd", "1-9/9", "Hello", "$"), WHOLE, WHOLE, "SEND abcd [Hello]$|"),
                 ANOMALY_MSRP_RANGE_MISMATCH);
    assert_noted(feed(SEND("abcd", "1-3/3", "Hello", "$"), WHOLE, WHOLE, "SEND abcd [Hello]$|"),
                 ANOMALY_MSRP_RANGE_MISMATCH);
    assert_noted(
        feed(OK("abcd") "what is this\r\n" OK("efgh"), WHOLE, WHOLE, "OK abcd []$|OK efgh []$|"),
        ANOMALY_MSRP_GARBAGE);
}

/* A message without a body directly behind the empty line of another. */
static void test_nothing_between(void)
{
    assert_noted(feed("MSRP aaaa SEND\r\n" PATHS
                      "Message-ID: 1\r\nContent-Type: text/plain\r\n\r\n" OK("bbbb"),
                      WHOLE, WHOLE, "SEND aaaa []!|OK bbbb []$|"),
                 ANOMALY_MSRP_MISSING_END_LINE);
}

/* The second of its segments is missing. */
static void test_gap(void)
{
    g_autofree char *xs = g_strnfill(700, 'x');
    g_autofree char *text = g_strdup_printf(SEND("aaaa", "1-*/*", "%s", "$") OK("bbbb"), xs);
    size_t head = (size_t)(strstr(text, "xxx") - text);
    g_autofree char *want =
        g_strdup_printf("SEND aaaa [%.*s]!|OK bbbb []$|", (int)(300 - head), xs);

    g_assert_cmpuint(head, <, 300);
    assert_noted(feed(text, 300, 1, want), ANOMALY_MSRP_MISSING_END_LINE);
}

/* A capture that begins inside of a chunk. */
static void test_begins_inside(void)
{
    AnomalySet noted =
        feed("the rest of something\r\n-------zyxw$\r\n" OK("abcd"), WHOLE, WHOLE, "OK abcd []$|");
    g_assert_false(anomaly_any(&noted));
    feed("-------zyxw$\r\n" OK("abcd"), WHOLE, WHOLE, "OK abcd []$|");
    feed("x\r\n-------zyxw$\r\nGET / HTTP/1.1\r\n\r\n", WHOLE, WHOLE, "");
}

static void test_endless_on_a_connection(void)
{
    g_autoptr(GString) text = g_string_new("MSRP abcd SEND\r\n");

    while (text->len < 3 * MSRP_HEAD_MAX)
        g_string_append(text, "X-Filler: yes\r\n");
    g_string_append(text, OK("efgh"));
    assert_noted(feed(text->str, 1000, WHOLE, "OK efgh []$|"), ANOMALY_MSRP_ENDLESS_HEADERS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/msrp/request", test_request);
    g_test_add_func("/msrp/report-and-response", test_report_and_response);
    g_test_add_func("/msrp/other-headers", test_other_headers);
    g_test_add_func("/msrp/start-lines", test_start_lines);
    g_test_add_func("/msrp/byte-ranges", test_byte_ranges);
    g_test_add_func("/msrp/faults-of-headers", test_faults_of_headers);
    g_test_add_func("/msrp/endless-headers", test_endless_headers);
    g_test_add_func("/msrp/every-truncation", test_every_truncation);
    g_test_add_func("/msrp/uris", test_uris);
    g_test_add_func("/msrp/segments", test_segments);
    g_test_add_func("/msrp/data-like-ends", test_data_like_ends);
    g_test_add_func("/msrp/faults-of-ends", test_faults_of_ends);
    g_test_add_func("/msrp/nothing-between", test_nothing_between);
    g_test_add_func("/msrp/gap", test_gap);
    g_test_add_func("/msrp/begins-inside", test_begins_inside);
    g_test_add_func("/msrp/endless-on-a-connection", test_endless_on_a_connection);
    return g_test_run();
}

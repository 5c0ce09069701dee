/* MSRP sessions: chunks put together, responses and reports joined, bounds, and the calls they
 * belong to. What connections make of bytes is tested in session/test_msrp.c. */
#include "dissect/call/msrp_file.h"
#include "dissect/call/msrp_match.h"
#include "dissect/call/msrp_tracker.h"
#include "support/sip_feed.h"

#define ALICE "msrp://10.0.0.1:7654/alice8301;tcp"
#define BOB   "msrp://10.0.0.2:7654/bob92738;tcp"

typedef struct {
    SipFeed feed;
    int64_t now_ms;
    unsigned transactions;
    uint64_t kept;
} Scene;

/* What stands in a chunk; NULL and 0 mean the usual. */
typedef struct {
    bool from_bob;
    const char *from, *to; /* paths */
    const char *source, *destination;
    const char *method; /* "SEND"; or "200 OK" */
    const char *id, *range, *type, *headers;
    const char *data; /* NULL: none */
    char flag;        /* 0: $ */
    unsigned transaction;
} Chunk;

static Scene begin(const ModelLimits *limits)
{
    return (Scene){ .feed = { .model = model_new(limits), .call_id = "one@test" } };
}

static void end(Scene *scene)
{
    model_free(scene->feed.model);
}

static const char * or (const char *given, const char *usual)
{
    return given ? given : usual;
}

static char *head_of(const Chunk *chunk, unsigned transaction)
{
    GString *head = g_string_new(NULL);

    g_string_printf(head, "MSRP tid%u %s\r\nTo-Path: %s\r\nFrom-Path: %s\r\n", transaction,
                    or (chunk->method, "SEND"), or (chunk->to, chunk->from_bob ? ALICE : BOB),
                    or (chunk->from, chunk->from_bob ? BOB : ALICE));
    if (chunk->id)
        g_string_append_printf(head, "Message-ID: %s\r\n", chunk->id);
    if (chunk->range)
        g_string_append_printf(head, "Byte-Range: %s\r\n", chunk->range);
    g_string_append(head, or (chunk->headers, ""));
    if (chunk->data)
        g_string_append_printf(head, "Content-Type: %s\r\n\r\n", or (chunk->type, "text/plain"));
    else
        g_string_append_printf(head, "-------tid%u$\r\n", transaction);
    return g_string_free(head, FALSE);
}

/* Returns its transaction. */
static unsigned say(Scene *scene, const Chunk *chunk)
{
    unsigned transaction = chunk->transaction ? chunk->transaction : ++scene->transactions;
    g_autofree char *head = head_of(chunk, transaction);
    Model *model = scene->feed.model;
    const AnomalySet none = { 0 };
    MsrpMessage message;
    MsrpOrigin origin = {
        .time_ns = (scene->now_ms += 10) * NS_PER_MS,
        .source =
            feed_endpoint(or (chunk->source, chunk->from_bob ? "10.0.0.2:7654" : "10.0.0.1:40001")),
        .destination = feed_endpoint(
            or (chunk->destination, chunk->from_bob ? "10.0.0.1:40001" : "10.0.0.2:7654")),
    };

    model->clock_ns = origin.time_ns;
    g_assert_cmpint(msrp_parse(slice_from_string(head), &message), ==, DISSECT_OK);
    MsrpChunk *open = msrp_tracker_begin(model, &message, &origin);
    if (chunk->data && chunk->data[0]) {
        Slice bytes = slice_from_string(chunk->data);
        PacketRef ref = { .offset = scene->kept += 1000, .length = (uint32_t)bytes.len };
        msrp_tracker_data(model, open, bytes, ref);
    }
    msrp_tracker_end(model, open, origin.time_ns, chunk->flag ? (MsrpEnd)chunk->flag : '$', &none);
    return transaction;
}

#define SAY(scene, ...) say(scene, &(const Chunk){ __VA_ARGS__ })

static const MsrpSession *session_at(const Scene *scene, uint32_t number)
{
    const MsrpSession *session = msrp_tracker_session(scene->feed.model->msrp, number);

    g_assert_nonnull(session);
    return session;
}

static const MsrpContent *content_at(const Scene *scene, uint32_t session, uint32_t event)
{
    const MsrpEvent *found = msrp_event(session_at(scene, session), event);

    g_assert_nonnull(found);
    g_assert_nonnull(found->content);
    return found->content;
}

static void test_one_message(void)
{
    Scene scene = begin(NULL);
    unsigned transaction = SAY(&scene, .id = "m1", .range = "1-5/5", .data = "hello");
    SAY(&scene, .from_bob = true, .method = "200 OK", .transaction = transaction);
    SAY(&scene, .from_bob = true, .method = "REPORT", .id = "m1", .range = "1-5/5",
        .headers = "Status: 000 200 OK\r\n");
    const MsrpContent *content = content_at(&scene, 1, 0);

    g_assert_cmpint(msrp_content_state(content), ==, MSRP_CONTENT_COMPLETE);
    g_assert_cmpstr(content->note, ==, "\"hello\"");
    g_assert_cmpstr(content->type, ==, "text/plain");
    g_assert_cmpuint(content->answer, ==, 200);
    g_assert_cmpint(content->response_ns, ==, 10 * NS_PER_MS);
    g_assert_cmpuint(content->report, ==, 200);
    g_assert_cmpuint(msrp_tracker_last(scene.feed.model->msrp), ==, 1);
    g_assert_cmpuint(session_at(&scene, 1)->events->len, ==, 2); /* a 200 is no event */
    g_assert_cmpuint(msrp_session_unanswered(session_at(&scene, 1)), ==, 0);
    end(&scene);
}

/* Every order of three chunks gives the same message. */
static void test_every_order(void)
{
    static const char *const parts[] = { "one ", "two ", "three" };
    static const char *const ranges[] = { "1-4/13", "5-8/13", "9-13/13" };
    static const unsigned orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                          { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };

    for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
        Scene scene = begin(NULL);
        for (unsigned k = 0; k < 3; k++) {
            unsigned part = orders[i][k];
            const MsrpContent *so_far = k ? content_at(&scene, 1, 0) : NULL;
            g_assert_true(!so_far || msrp_content_state(so_far) == MSRP_CONTENT_INCOMPLETE);
            SAY(&scene, .id = "m1", .range = ranges[part], .data = parts[part],
                .flag = part == 2 ? '$' : '+');
        }
        const MsrpContent *content = content_at(&scene, 1, 0);
        g_assert_cmpuint(session_at(&scene, 1)->events->len, ==, 1);
        g_assert_cmpint(msrp_content_state(content), ==, MSRP_CONTENT_COMPLETE);
        g_assert_cmpuint(content->chunks, ==, 3);
        g_assert_cmpuint(content->received, ==, 13);
        g_assert_cmpuint(msrp_span_count(content), ==, 1);
        g_assert_cmpuint(msrp_piece_count(content), ==, 3);
        g_assert_cmpuint(session_at(&scene, 1)->types[0].messages, ==, 1);
        end(&scene);
    }
}

static void test_overlaps_and_holes(void)
{
    Scene scene = begin(NULL);

    SAY(&scene, .id = "m1", .range = "1-4/20", .data = "aaaa", .flag = '+');
    SAY(&scene, .id = "m1", .range = "3-6/20", .data = "aaaa", .flag = '+');
    SAY(&scene, .id = "m1", .range = "11-14/20", .data = "aaaa", .flag = '+');
    SAY(&scene, .id = "m1", .range = "19-20/20", .data = "aa", .flag = '$');
    const MsrpContent *content = content_at(&scene, 1, 0);
    g_assert_cmpuint(content->received, ==, 12);
    g_assert_cmpuint(msrp_span_count(content), ==, 3);
    SAY(&scene, .id = "m1", .range = "5-12/20", .data = "aaaaaaaa", .flag = '+');
    content = content_at(&scene, 1, 0);
    g_assert_cmpuint(content->received, ==, 16);
    g_assert_cmpuint(msrp_span_count(content), ==, 2);
    SAY(&scene, .id = "m1", .range = "15-18/20", .data = "aaaa", .flag = '+');
    content = content_at(&scene, 1, 0);
    g_assert_cmpuint(content->received, ==, 20);
    g_assert_cmpint(msrp_content_state(content), ==, MSRP_CONTENT_COMPLETE);
    g_assert_cmpuint(session_at(&scene, 1)->counts[0].bytes, ==, 26);
    /* it is over: the same id again is another message */
    SAY(&scene, .id = "m1", .range = "1-1/1", .data = "b");
    g_assert_cmpuint(session_at(&scene, 1)->events->len, ==, 2);
    end(&scene);
}

static void test_sizes_that_differ(void)
{
    Scene scene = begin(NULL);

    SAY(&scene, .id = "m1", .range = "1-3/6", .data = "one", .flag = '+');
    SAY(&scene, .id = "m1", .range = "4-6/7", .data = "two", .flag = '+');
    g_assert_true(anomaly_has(&session_at(&scene, 1)->anomalies, ANOMALY_MSRP_SIZE_MISMATCH));
    SAY(&scene, .id = "m2", .range = "1-*/*", .data = "whole");
    g_assert_cmpuint(content_at(&scene, 1, 1)->size, ==, 5);
    end(&scene);
}

static void test_many_holes(void)
{
    Scene scene = begin(NULL);

    for (unsigned i = 0; i < 1100; i++) {
        g_autofree char *range = g_strdup_printf("%u-%u/9999", 1 + 2 * i, 1 + 2 * i);
        SAY(&scene, .id = "m1", .range = range, .data = "x", .flag = '+');
    }
    g_assert_cmpuint(msrp_span_count(content_at(&scene, 1, 0)), ==, 1024);
    g_assert_true(content_at(&scene, 1, 0)->left_out);
    g_assert_cmpuint(scene.feed.model->facts.anomalies[ANOMALY_MSRP_TABLE_FULL], ==, 1);
    end(&scene);
}

static void test_events_are_bounded(void)
{
    Scene scene = begin(&(ModelLimits){ .messages_per_call = 3 });

    for (unsigned i = 0; i < 5; i++)
        SAY(&scene, .id = "m", .range = "1-1/1", .data = "x");
    g_assert_cmpuint(session_at(&scene, 1)->events->len, ==, 3);
    g_assert_cmpuint(session_at(&scene, 1)->events_left_out, ==, 2);
    g_assert_cmpuint(session_at(&scene, 1)->counts[0].messages, ==, 5);
    end(&scene);
}

static void test_responses(void)
{
    Scene scene = begin(NULL);
    unsigned first = SAY(&scene, .id = "m1", .data = "a");
    unsigned second = SAY(&scene, .id = "m2", .data = "b");

    SAY(&scene, .id = "m3", .data = "c", .headers = "Failure-Report: no\r\n");
    SAY(&scene, .id = "m4", .data = "d", .headers = "Failure-Report: partial\r\n");
    g_assert_cmpuint(msrp_session_unanswered(session_at(&scene, 1)), ==, 2);
    SAY(&scene, .from_bob = true, .method = "413 Too big", .transaction = second);
    SAY(&scene, .from_bob = true, .method = "200 OK", .transaction = first);
    SAY(&scene, .from_bob = true, .method = "200 OK", .transaction = first);
    g_assert_cmpuint(msrp_session_unanswered(session_at(&scene, 1)), ==, 0);
    g_assert_cmpuint(content_at(&scene, 1, 1)->answer, ==, 413);
    g_assert_cmpint(content_at(&scene, 1, 0)->response_ns, ==, 50 * NS_PER_MS);
    g_assert_cmpuint(session_at(&scene, 1)->responses_timed, ==, 2);
    end(&scene);
}

/* A hole in the other direction held the request up. */
static void test_response_before_request(void)
{
    Scene scene = begin(NULL);

    SAY(&scene, .from_bob = true, .method = "200 OK", .transaction = 77);
    SAY(&scene, .id = "m1", .data = "late", .transaction = 77);
    g_assert_cmpuint(msrp_tracker_last(scene.feed.model->msrp), ==, 1);
    g_assert_cmpuint(msrp_session_unanswered(session_at(&scene, 1)), ==, 0);
    g_assert_cmpuint(content_at(&scene, 1, 0)->answer, ==, 200);
    g_assert_cmpint(content_at(&scene, 1, 0)->response_ns, ==, TIME_UNKNOWN);
    end(&scene);
}

static void test_files(void)
{
    static const struct {
        const char *type, *headers, *name;
        bool is_file;
    } rows[] = {
        { "text/plain", "", NULL, false },
        { "text/plain;charset=UTF-8", "Content-Disposition: attachment\r\n", NULL, true },
        { "Image/PNG", "", NULL, true },
        { "application/im-iscomposing+xml", "", NULL, false },
        { "application/conference-info+xml", "", NULL, false },
        { "application/pdf", "Content-Disposition: render; filename=\"../../x/a.pdf\"\r\n", "a.pdf",
          true },
        { "application/pdf", "Content-Disposition: render; filename=\"C:\\\\tmp\\\\b.pdf\"\r\n",
          "b.pdf", true },
        { "application/pdf", "Content-Disposition: render; filename=\"/\"\r\n", NULL, true },
    };
    Scene scene = begin(NULL);

    for (uint32_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *id = g_strdup_printf("m%u", i);
        SAY(&scene, .id = id, .type = rows[i].type, .headers = rows[i].headers, .data = "12345");
        const MsrpSession *session = session_at(&scene, 1);
        g_auto(MsrpFile) file = { 0 };
        bool is_file = msrp_file_of(scene.feed.model, session, msrp_event(session, i), &file);
        g_assert_true(is_file == rows[i].is_file);
        g_assert_cmpstr(file.name, ==, rows[i].name);
    }
    end(&scene);
}

/* RFC 3862: what is wrapped counts, without the headers around it. */
static void test_wrapped_file(void)
{
    Scene scene = begin(NULL);
    g_auto(MsrpFile) file = { 0 };

    SAY(&scene, .id = "m1", .type = "message/cpim",
        .data = "From: <im:a@b>\r\n\r\nContent-Type: image/png\r\n"
                "Content-Disposition: attachment; filename=cat.png\r\n\r\n0123456789");
    const MsrpSession *session = session_at(&scene, 1);
    g_assert_true(msrp_file_of(scene.feed.model, session, msrp_event(session, 0), &file));
    g_assert_cmpstr(file.name, ==, "cat.png");
    g_assert_cmpstr(file.type, ==, "image/png");
    g_assert_cmpuint(file.size, ==, 10);
    g_assert_cmpuint(file.received, ==, 10);
    end(&scene);
}

/* --- calls --- */

static void set_up(Scene *scene, const char *call_id, const char *path, const char *address,
                   unsigned port)
{
    g_autofree char *body = g_strdup_printf(
        "v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\nm=message %u TCP/MSRP *\r\n"
        "a=path:%s\r\n",
        address, address, port, path);
    g_autofree char *text = g_strdup_printf(
        "INVITE sip:bob@example.org SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK%s\r\n"
        "Max-Forwards: 70\r\nContact: <sip:a@b>\r\nFrom: <sip:alice@example.org>;tag=a\r\n"
        "To: <sip:bob@example.org>\r\nCall-ID: %s\r\nCSeq: 1 INVITE\r\n"
        "Content-Type: application/sdp\r\nContent-Length: %zu\r\n\r\n%s",
        call_id, call_id, strlen(body), body);

    scene->feed.now_ms = scene->now_ms += 10;
    feed_bytes(&scene->feed, "10.0.0.1:5060", "10.0.0.2:5060", text);
}

static void test_joined_by_uri(void)
{
    Scene scene = begin(NULL);

    set_up(&scene, "call1", "msrp://relay:2855/r1;tcp " ALICE, "10.9.9.9", 2855);
    set_up(&scene, "call2", "msrp://10.0.0.1:7654/another99;tcp", "10.0.0.1", 7654);
    SAY(&scene, .from_bob = true, .id = "m1", .data = "hello");
    g_assert_cmpuint(session_at(&scene, 1)->call, ==, 1);
    g_assert_true(session_at(&scene, 1)->from_caller[1]);
    g_assert_false(session_at(&scene, 1)->from_caller[0]);
    g_assert_cmpuint(model_call(scene.feed.model, 1)->extras->msrp->len, ==, 1);
    g_assert_null(model_call(scene.feed.model, 2)->extras->msrp);
    end(&scene);
}

static void test_joined_by_session_id(void)
{
    Scene scene = begin(NULL);

    set_up(&scene, "call1", "msrp://sbc.example.org:9/alice8301;tcp", "10.9.9.9", 9);
    SAY(&scene, .id = "m1", .data = "hello");
    g_assert_cmpuint(session_at(&scene, 1)->call, ==, 1);
    end(&scene);
}

static void test_joined_by_address(void)
{
    Scene scene = begin(NULL);

    set_up(&scene, "call1", "msrp://hidden.invalid/zzz;tcp", "10.0.0.2", 7654);
    SAY(&scene, .id = "m1", .data = "hello");
    g_assert_cmpuint(session_at(&scene, 1)->call, ==, 1);
    end(&scene);
}

/* Of a relay it says nothing. */
static void test_address_of_many(void)
{
    Scene scene = begin(NULL);

    set_up(&scene, "call1", "msrp://hidden.invalid/zzz;tcp", "10.0.0.2", 7654);
    set_up(&scene, "call2", "msrp://hidden.invalid/yyy;tcp", "10.0.0.2", 7654);
    SAY(&scene, .id = "m1", .data = "hello");
    g_assert_cmpuint(session_at(&scene, 1)->call, ==, 0);
    end(&scene);
}

static void test_sdp_comes_later(void)
{
    Scene scene = begin(NULL);

    SAY(&scene, .id = "m1", .data = "hello");
    g_assert_cmpuint(session_at(&scene, 1)->call, ==, 0);
    set_up(&scene, "call1", ALICE, "10.0.0.1", 7654);
    g_assert_cmpuint(session_at(&scene, 1)->call, ==, 1);
    end(&scene);
}

/* RFC 4976: the response goes back one hop. */
static void test_response_of_a_relay(void)
{
    Scene scene = begin(NULL);
    unsigned transaction =
        SAY(&scene, .id = "m1", .data = "hello", .to = "msrp://relay:2855/r1;tcp " BOB);

    SAY(&scene, .from_bob = true, .method = "200 OK", .transaction = transaction,
        .from = "msrp://relay:2855/r1;tcp");
    g_assert_cmpuint(msrp_tracker_last(scene.feed.model->msrp), ==, 1);
    g_assert_cmpuint(msrp_session_unanswered(session_at(&scene, 1)), ==, 0);
    g_assert_cmpuint(session_at(&scene, 1)->relays, ==, 1);
    end(&scene);
}

static void test_another_connection(void)
{
    Scene scene = begin(NULL);

    SAY(&scene, .id = "m1", .data = "hello");
    SAY(&scene, .id = "m2", .data = "again", .source = "10.0.0.1:40002");
    SAY(&scene, .id = "m3", .data = "elsewhere", .source = "10.0.0.7:40003");
    g_assert_cmpuint(msrp_tracker_last(scene.feed.model->msrp), ==, 2);
    g_assert_cmpuint(session_at(&scene, 1)->connection_count, ==, 2);
    end(&scene);
}

static void test_calls_that_are_evicted(void)
{
    Scene scene = begin(&(ModelLimits){ .calls = 2 });

    for (unsigned i = 0; i < 6; i++) {
        g_autofree char *call_id = g_strdup_printf("call%u", i);
        g_autofree char *path = g_strdup_printf("msrp://10.0.0.1:7654/session-%u;tcp", i);
        scene.feed.call_id = call_id;
        set_up(&scene, call_id, path, "10.0.0.1", 9);
        unsigned transaction = SAY(&scene, .id = "m1", .data = "hello", .from = path);
        (void)transaction;
        FEED(&scene.feed, scene.now_ms += 10, .from = "10.0.0.2:5060", .to = "10.0.0.1:5060",
             .start = "486 Busy Here", .method = "INVITE", .branch = "x", .to_tag = "b");
    }
    g_assert_null(msrp_tracker_session(scene.feed.model->msrp, 1));
    g_assert_nonnull(msrp_tracker_session(scene.feed.model->msrp, 6));
    end(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/msrp-tracker/one-message", test_one_message);
    g_test_add_func("/msrp-tracker/every-order", test_every_order);
    g_test_add_func("/msrp-tracker/overlaps-and-holes", test_overlaps_and_holes);
    g_test_add_func("/msrp-tracker/sizes-that-differ", test_sizes_that_differ);
    g_test_add_func("/msrp-tracker/many-holes", test_many_holes);
    g_test_add_func("/msrp-tracker/events-are-bounded", test_events_are_bounded);
    g_test_add_func("/msrp-tracker/responses", test_responses);
    g_test_add_func("/msrp-tracker/response-before-request", test_response_before_request);
    g_test_add_func("/msrp-tracker/files", test_files);
    g_test_add_func("/msrp-tracker/wrapped-file", test_wrapped_file);
    g_test_add_func("/msrp-tracker/joined-by-uri", test_joined_by_uri);
    g_test_add_func("/msrp-tracker/joined-by-session-id", test_joined_by_session_id);
    g_test_add_func("/msrp-tracker/joined-by-address", test_joined_by_address);
    g_test_add_func("/msrp-tracker/address-of-many", test_address_of_many);
    g_test_add_func("/msrp-tracker/sdp-comes-later", test_sdp_comes_later);
    g_test_add_func("/msrp-tracker/response-of-a-relay", test_response_of_a_relay);
    g_test_add_func("/msrp-tracker/another-connection", test_another_connection);
    g_test_add_func("/msrp-tracker/calls-that-are-evicted", test_calls_that_are_evicted);
    return g_test_run();
}

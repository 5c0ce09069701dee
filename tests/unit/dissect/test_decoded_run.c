/* Packets decoded ahead of the dissection: all of them, in order, SIP as it is parsed later. */
#include "dissect/decoded_run.h"
#include "support/packet_build.h"

#define A "10.0.0.1:5060"
#define B "10.0.0.2:5060"

static SdpBuffer scratch;

static const char request[] = "%s sip:b@example.org SIP/2.0\r\nVia: SIP/2.0/UDP "
                              "a;branch=z9hG4bK%u\r\nFrom: <sip:a@example.org>;tag=1\r\nTo: "
                              "<sip:b@example.org>\r\nCall-ID: call-%u\r\nCSeq: 1 %s\r\n"
                              "Max-Forwards: 70\r\n%sContent-Length: %zu\r\n\r\n%s";

typedef struct {
    BuiltPacket *built;
    Packet *packets;
    unsigned count;
} Block;

static Block block_new(unsigned count)
{
    return (Block){ g_new0(BuiltPacket, count), g_new0(Packet, count), 0 };
}

static void block_clear(Block *block)
{
    g_free(block->built);
    g_free(block->packets);
}

static void add_udp(Block *block, const void *bytes, size_t len)
{
    build_udp(&block->built[block->count], A, B, bytes, len);
    block->packets[block->count] = built_packet(&block->built[block->count], block->count);
    block->count++;
}

static void add_message(Block *block, const char *method, const char *more_headers,
                        const char *body)
{
    g_autofree char *text = g_strdup_printf(request, method, block->count, block->count, method,
                                            more_headers, strlen(body), body);
    add_udp(block, text, strlen(text));
}

static void add_sip(Block *block, const char *more_headers)
{
    add_message(block, "OPTIONS", more_headers, "");
}

static void add_rtp(Block *block)
{
    static const uint8_t rtp[172] = { 0x80 };
    add_udp(block, rtp, sizeof rtp);
}

static const SipMessage *message_of(const DecodedRun *run, unsigned packet)
{
    const DecodedPacket *decoded = &run->decoded[packet];

    g_assert_cmpint(decoded->status, ==, DISSECT_OK);
    if (decoded->sip)
        g_assert_cmpint(decoded->sip_status, ==, DISSECT_OK);
    return decoded->sip;
}

static void expect_call_id(const SipMessage *message, unsigned number)
{
    g_autofree char *want = g_strdup_printf("call-%u", number);
    g_assert_nonnull(message);
    g_assert_true(slice_equal(message->call_id, slice_from_string(want)));
}

static void expect_same(const DecodedRun *run, unsigned packet)
{
    const SipMessage *message = message_of(run, packet);
    static SipMessage later;
    NetPacket net;

    g_assert_cmpint(net_decode(&run->packets[packet], &net), ==, DISSECT_OK);
    g_assert_true(net.payload.data == run->decoded[packet].net.payload.data);
    g_assert_cmpuint(net.source.port, ==, run->decoded[packet].net.source.port);
    g_assert_cmpint(sip_parse(net.payload, &later), ==, DISSECT_OK);
    g_assert_cmpuint(message->header_count, ==, later.header_count);
    for (unsigned k = 0; k < later.header_count; k++) {
        g_assert_cmpint(message->headers[k].id, ==, later.headers[k].id);
        g_assert_true(message->headers[k].value.data == later.headers[k].value.data);
        g_assert_cmpuint(message->headers[k].value.len, ==, later.headers[k].value.len);
    }
}

static void test_same_as_parsed_later(void)
{
    Block block = block_new(40);
    DecodedRun *run = decoded_run_new(&scratch);
    for (unsigned i = 0; i < 40; i++)
        add_sip(&block, i % 3 ? "X-More: 1\r\nUser-Agent: test\r\n" : "");
    for (unsigned done = 0; done < block.count; done += run->count) {
        decoded_run_fill(run, NULL, &block.packets[done], block.count - done);
        g_assert_cmpuint(run->count, >, 0);
        for (unsigned i = 0; i < run->count; i++) {
            expect_call_id(message_of(run, i), done + i);
            expect_same(run, i);
        }
    }
    decoded_run_free(run);
    block_clear(&block);
}

/* What is no SIP is told from what was not asked; nothing of the run before is left. */
static void test_mixed(void)
{
    Block block = block_new(21);
    DecodedRun *run = decoded_run_new(&scratch);
    for (unsigned i = 0; i < 10; i++) {
        add_sip(&block, "");
        add_rtp(&block);
    }
    add_udp(&block, "hello", 5);
    decoded_run_fill(run, NULL, block.packets, block.count);
    g_assert_cmpuint(run->count, ==, block.count);
    for (unsigned i = 0; i < 20; i++) {
        g_assert_cmpuint(run->decoded[i].flow_hash, !=, 0);
        g_assert_cmpint(run->decoded[i].sip_asked, ==, i % 2 == 0);
        if (i % 2)
            g_assert_null(run->decoded[i].sip);
        else
            expect_call_id(message_of(run, i), i);
    }
    g_assert_true(run->decoded[20].sip_asked);
    g_assert_cmpint(run->decoded[20].sip_status, ==, DISSECT_NOT_MINE);
    g_assert_null(run->decoded[20].sip);
    decoded_run_fill(run, NULL, block.packets + 1, 1);
    g_assert_cmpuint(run->count, ==, 1);
    g_assert_false(run->decoded[0].sip_asked);
    g_assert_null(run->decoded[0].sip);
    decoded_run_free(run);
    block_clear(&block);
}

/* The SDP of a call comes with its message; that of others is not looked at. */
static void test_sdp(void)
{
    Block block = block_new(2);
    DecodedRun *run = decoded_run_new(&scratch);
    add_message(&block, "INVITE", "Content-Type: application/sdp\r\n",
                "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
                "m=audio 4000 RTP/AVP 8\r\n");
    add_message(&block, "OPTIONS", "Content-Type: application/sdp\r\n", "v=0\r\n");
    decoded_run_fill(run, NULL, block.packets, block.count);
    const SipMessage *invite = message_of(run, 0);
    g_assert_nonnull(invite->sdp);
    g_assert_cmpuint(invite->sdp->media_count, ==, 1);
    g_assert_cmpuint(invite->sdp->media[0].port, ==, 4000);
    g_assert_cmpint(invite->sdp->media[0].formats[0].payload_type, ==, 8);
    g_assert_null(message_of(run, 1)->sdp);
    decoded_run_free(run);
    block_clear(&block);
}

/* A fragment of a message is none: the engine puts them together. */
static void test_fragment(void)
{
    Block block = block_new(1);
    DecodedRun *run = decoded_run_new(&scratch);
    add_sip(&block, "");
    block.built[0].bytes[6] = 0x20; /* more fragments */
    decoded_run_fill(run, NULL, block.packets, 1);
    g_assert_true(run->decoded[0].net.fragment.present);
    g_assert_false(run->decoded[0].sip_asked);
    decoded_run_free(run);
    block_clear(&block);
}

/* Runs of messages are shorter than those of media. */
static void test_length(void)
{
    Block block = block_new(200);
    DecodedRun *run = decoded_run_new(&scratch);
    for (unsigned i = 0; i < 100; i++)
        add_rtp(&block);
    for (unsigned i = 0; i < 100; i++)
        add_sip(&block, "");
    decoded_run_fill(run, NULL, block.packets, 100);
    g_assert_cmpuint(run->count, ==, 100);
    decoded_run_fill(run, NULL, block.packets + 100, 100);
    g_assert_cmpuint(run->count, ==, 32);
    decoded_run_fill(run, NULL, block.packets, 0);
    g_assert_cmpuint(run->count, ==, 0);
    decoded_run_free(run);
    block_clear(&block);
}

/* A run ends where its room does: the messages are whole, their SDP may be left to the engine. */
static void test_room(void)
{
    enum { MESSAGES = 32 };
    Block block = block_new(MESSAGES);
    DecodedRun *run = decoded_run_new(&scratch);
    g_autoptr(GString) headers = g_string_new("Content-Type: application/sdp\r\n");
    g_autoptr(GString) body =
        g_string_new("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n");
    for (unsigned i = 0; i < 100; i++)
        g_string_append(headers, "X:1\r\n");
    for (unsigned i = 0; i < SDP_MEDIA_MAX; i++)
        g_string_append(body, "m=audio 2 RTP/AVP 0 8 9\r\n");
    for (unsigned i = 0; i < MESSAGES; i++)
        add_message(&block, "INVITE", headers->str, body->str);
    decoded_run_fill(run, NULL, block.packets, block.count);
    g_assert_cmpuint(run->count, >=, 4);
    g_assert_cmpuint(run->count, <, block.count);
    for (unsigned i = 0; i < run->count; i++) {
        const SipMessage *message = message_of(run, i);
        expect_call_id(message, i);
        if (i < 4)
            g_assert_cmpuint(message->sdp->media_count, ==, SDP_MEDIA_MAX);
    }
    decoded_run_free(run);
    block_clear(&block);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/decoded-run/same", test_same_as_parsed_later);
    g_test_add_func("/decoded-run/mixed", test_mixed);
    g_test_add_func("/decoded-run/sdp", test_sdp);
    g_test_add_func("/decoded-run/fragment", test_fragment);
    g_test_add_func("/decoded-run/length", test_length);
    g_test_add_func("/decoded-run/room", test_room);
    return g_test_run();
}

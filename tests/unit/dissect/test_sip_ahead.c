/* Messages parsed ahead of the dissection: the same as those parsed in it, in order, bounded. */
#include "dissect/net/net_packet.h"
#include "dissect/sip_ahead.h"
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

static Slice payload_of(const Packet *packet)
{
    NetPacket net;
    g_assert_cmpint(net_decode(packet, &net), ==, DISSECT_OK);
    return net.payload;
}

static const SipMessage *take(SipAhead *ahead, const Block *block, unsigned packet)
{
    DissectStatus status;
    const SipMessage *message = sip_ahead_take(ahead, &block->packets[packet],
                                               payload_of(&block->packets[packet]), &status);
    if (message)
        g_assert_cmpint(status, ==, DISSECT_OK);
    return message;
}

static void expect_call_id(const SipMessage *message, unsigned number)
{
    g_autofree char *want = g_strdup_printf("call-%u", number);
    g_assert_nonnull(message);
    g_assert_true(slice_equal(message->call_id, slice_from_string(want)));
}

static void test_same_as_parsed_later(void)
{
    Block block = block_new(40);
    SipAhead *ahead = sip_ahead_new(&scratch);
    for (unsigned i = 0; i < 40; i++)
        add_sip(&block, i % 3 ? "X-More: 1\r\nUser-Agent: test\r\n" : "");
    unsigned parsed = 0;
    for (unsigned i = 0; i < 40; i++) {
        if (i == parsed)
            parsed += sip_ahead_parse(ahead, &block.packets[i], block.count - i);
        g_assert_cmpuint(i, <, parsed);
        const SipMessage *message = take(ahead, &block, i);
        static SipMessage later;
        g_assert_cmpint(sip_parse(payload_of(&block.packets[i]), &later), ==, DISSECT_OK);
        expect_call_id(message, i);
        g_assert_cmpuint(message->header_count, ==, later.header_count);
        for (unsigned k = 0; k < later.header_count; k++) {
            g_assert_cmpint(message->headers[k].id, ==, later.headers[k].id);
            g_assert_true(message->headers[k].value.data == later.headers[k].value.data);
            g_assert_cmpuint(message->headers[k].value.len, ==, later.headers[k].value.len);
        }
    }
    sip_ahead_free(ahead);
    block_clear(&block);
}

/* What is no SIP is not there; what was not asked for is passed over. */
static void test_order(void)
{
    Block block = block_new(20);
    SipAhead *ahead = sip_ahead_new(&scratch);
    for (unsigned i = 0; i < 10; i++) {
        add_sip(&block, "");
        add_rtp(&block);
    }
    g_assert_cmpuint(sip_ahead_parse(ahead, block.packets, block.count), ==, block.count);
    for (unsigned i = 0; i < 20; i += i == 6 ? 7 : 1) {
        const SipMessage *message = take(ahead, &block, i);
        if (i % 2)
            g_assert_null(message);
        else
            expect_call_id(message, i);
    }
    g_assert_null(take(ahead, &block, 0)); /* that is behind */
    sip_ahead_parse(ahead, block.packets, 1);
    expect_call_id(take(ahead, &block, 0), 0);
    g_assert_null(take(ahead, &block, 2)); /* of the run before */
    sip_ahead_free(ahead);
    block_clear(&block);
}

/* The SDP of a call comes with its message; that of others is not looked at. */
static void test_sdp(void)
{
    Block block = block_new(2);
    SipAhead *ahead = sip_ahead_new(&scratch);
    add_message(&block, "INVITE", "Content-Type: application/sdp\r\n",
                "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
                "m=audio 4000 RTP/AVP 8\r\n");
    add_message(&block, "OPTIONS", "Content-Type: application/sdp\r\n", "v=0\r\n");
    g_assert_cmpuint(sip_ahead_parse(ahead, block.packets, block.count), ==, 2);
    const SipMessage *invite = take(ahead, &block, 0);
    g_assert_nonnull(invite->sdp);
    g_assert_cmpuint(invite->sdp->media_count, ==, 1);
    g_assert_cmpuint(invite->sdp->media[0].port, ==, 4000);
    g_assert_cmpint(invite->sdp->media[0].formats[0].payload_type, ==, 8);
    g_assert_null(take(ahead, &block, 1)->sdp);
    sip_ahead_free(ahead);
    block_clear(&block);
}

/* A reassembled datagram is not what its last packet holds. */
static void test_other_payload(void)
{
    Block block = block_new(1);
    SipAhead *ahead = sip_ahead_new(&scratch);
    DissectStatus status;
    add_sip(&block, "");
    sip_ahead_parse(ahead, block.packets, 1);
    Slice payload = payload_of(&block.packets[0]);
    g_assert_null(sip_ahead_take(ahead, &block.packets[0], slice_sub(payload, 0, 50), &status));
    sip_ahead_free(ahead);
    block_clear(&block);
}

/* A run of media is not worth looking through: nor is what follows it. */
static void test_mostly_media(void)
{
    Block block = block_new(200);
    SipAhead *ahead = sip_ahead_new(&scratch);
    for (unsigned i = 0; i < 200; i++) {
        if (i % 20 == 0 || i == 199)
            add_sip(&block, "");
        else
            add_rtp(&block);
    }
    g_assert_cmpuint(sip_ahead_parse(ahead, block.packets, block.count), ==, block.count);
    expect_call_id(take(ahead, &block, 20), 20);
    g_assert_null(take(ahead, &block, 40));
    g_assert_null(take(ahead, &block, 199));
    sip_ahead_free(ahead);
    block_clear(&block);
}

/* More than there is room for: the rest is left to the engine. */
static void test_room(void)
{
    enum { MESSAGES = 32 };
    Block block = block_new(MESSAGES);
    SipAhead *ahead = sip_ahead_new(&scratch);
    g_autoptr(GString) headers = g_string_new("Content-Type: application/sdp\r\n");
    g_autoptr(GString) body =
        g_string_new("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n");
    for (unsigned i = 0; i < 100; i++)
        g_string_append(headers, "X:1\r\n");
    for (unsigned i = 0; i < SDP_MEDIA_MAX; i++)
        g_string_append(body, "m=audio 2 RTP/AVP 0 8 9\r\n");
    for (unsigned i = 0; i < MESSAGES; i++)
        add_message(&block, "INVITE", headers->str, body->str);
    sip_ahead_parse(ahead, block.packets, block.count);
    unsigned taken = 0;
    const SipMessage *message;
    while (taken < block.count && (message = take(ahead, &block, taken))) {
        expect_call_id(message, taken);
        if (taken++ < 4)
            g_assert_cmpuint(message->sdp->media_count, ==, SDP_MEDIA_MAX);
    }
    g_assert_cmpuint(taken, >=, 4);
    g_assert_cmpuint(taken, <, block.count);
    for (unsigned i = taken; i < block.count; i++)
        g_assert_null(take(ahead, &block, i));
    sip_ahead_free(ahead);
    block_clear(&block);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sip-ahead/same", test_same_as_parsed_later);
    g_test_add_func("/sip-ahead/order", test_order);
    g_test_add_func("/sip-ahead/sdp", test_sdp);
    g_test_add_func("/sip-ahead/other-payload", test_other_payload);
    g_test_add_func("/sip-ahead/mostly-media", test_mostly_media);
    g_test_add_func("/sip-ahead/room", test_room);
    return g_test_run();
}

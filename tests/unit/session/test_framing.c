/* framing.h: frames one by one, what of them is evidence, and where they begin again. */
#include "dissect/session/framing.h"
#include <glib.h>

#define COOKIE      "\x21\x12\xa4\x42"
#define TRANSACTION "abcdefghijkl"
#define BINDING     "\0\1\0\0" COOKIE TRANSACTION
#define RTP(seq)                                                                                   \
    "\x80\0\0" seq "\0\0\0\1\0\0\0\x2a"                                                            \
    "payload"
#define FRAMED(seq)  "\0\x13" RTP(seq)
#define CHANNEL(seq) "\x40\1\0\x13" RTP(seq) "\0"
#define REPORT       "\x80\xc9\0\1\0\0\0\x2a"
#define DTLS         "\x16\xfe\xff\0\0\0\0\0\0\0\0\0\2hi"

typedef struct {
    Slice bytes;
    DissectStatus status;
    size_t length;
    FrameSign sign;
} Case;

static const Case framed[] = {
    { SLICE_LITERAL(FRAMED("\1") "more"), DISSECT_OK, 21, FRAME_RTP },
    { SLICE_LITERAL("\0\0"), DISSECT_OK, 2, FRAME_EMPTY },
    { SLICE_LITERAL("\0\x14" BINDING), DISSECT_OK, 22, FRAME_CERTAIN },
    { SLICE_LITERAL("\0\x0f" DTLS), DISSECT_OK, 17, FRAME_CERTAIN },
    { SLICE_LITERAL("\0\x08" REPORT), DISSECT_OK, 10, FRAME_RTCP },
    { SLICE_LITERAL("\0\x0c\x10\0\0\0ZRTP1234"), DISSECT_OK, 14, FRAME_CERTAIN },
    { SLICE_LITERAL("\0\4\x2f\0\0\0"), DISSECT_OK, 6, FRAME_PLAUSIBLE }, /* DTLS 1.3 */
    { SLICE_LITERAL("\0\x18" BINDING "what"), DISSECT_MALFORMED, 26, FRAME_CERTAIN },
    { SLICE_LITERAL("\0\4" REPORT), DISSECT_MALFORMED, 6, FRAME_RTCP },
    { SLICE_LITERAL("\0\x0b\x80\0\0\1\0\0\0\1\0\0\0"), DISSECT_MALFORMED, 13, FRAME_PLAUSIBLE },
    { SLICE_LITERAL("\0\x14\0\1\0\0\1\2\3\4" TRANSACTION), DISSECT_NOT_MINE, 22, FRAME_PLAUSIBLE },
    { SLICE_LITERAL("\0\3GET"), DISSECT_OK, 5, FRAME_PLAUSIBLE }, /* of the first byte of TURN */
    { SLICE_LITERAL("\0\3put"), DISSECT_NOT_MINE, 5, FRAME_PLAUSIBLE },
};

static const Case of_turn[] = {
    { SLICE_LITERAL(BINDING "more"), DISSECT_OK, 20, FRAME_CERTAIN },
    { SLICE_LITERAL(CHANNEL("\1") "more"), DISSECT_OK, 24, FRAME_RTP },
    { SLICE_LITERAL("\x40\1\0\x14" BINDING), DISSECT_OK, 24, FRAME_CERTAIN },
    { SLICE_LITERAL("\x4f\xff\0\1\x2f\0\0\0"), DISSECT_OK, 8, FRAME_PLAUSIBLE },
    { SLICE_LITERAL("\x40\1\0\0"), DISSECT_OK, 4, FRAME_EMPTY },
    { SLICE_LITERAL("\0\1\0\2" COOKIE TRANSACTION "ab"), DISSECT_NOT_MINE, 0, FRAME_PLAUSIBLE },
    { SLICE_LITERAL("\0\1\0\0xxxx" TRANSACTION), DISSECT_NOT_MINE, 0, FRAME_PLAUSIBLE },
    { SLICE_LITERAL("\x50\1\0\1\x80\0\0\0"), DISSECT_NOT_MINE, 0, FRAME_PLAUSIBLE },
    { SLICE_LITERAL("INVITE sip:b@c SIP/2.0"), DISSECT_NOT_MINE, 22096, FRAME_PLAUSIBLE },
};

static void check(FrameParser *parser, const Case *wanted)
{
    Frame frame;

    g_assert_cmpint(parser(wanted->bytes, &frame), ==, wanted->status);
    g_assert_cmpuint(frame.length, ==, wanted->length);
    g_assert_cmpint(frame.sign, ==, wanted->sign);
    for (size_t len = 0; len < wanted->bytes.len; len++) {
        g_autofree uint8_t *exact = g_memdup2(wanted->bytes.data, len);
        DissectStatus status = parser(slice_of(exact, len), &frame);
        if (wanted->status == DISSECT_OK && len < wanted->length) /* no prefix is a whole frame */
            g_assert_cmpint(status, !=, DISSECT_OK);
    }
}

static void test_frames(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(framed); i++)
        check(framing_rfc4571, &framed[i]);
    for (unsigned i = 0; i < G_N_ELEMENTS(of_turn); i++)
        check(framing_turn, &of_turn[i]);
}

static void test_content(void)
{
    const Slice channel = SLICE_LITERAL(CHANNEL("\1")), bare = SLICE_LITERAL(RTP("\1"));
    Frame frame;

    g_assert_cmpint(framing_turn(channel, &frame), ==, DISSECT_OK);
    g_assert_cmpuint(frame.packet.len, ==, 4 + bare.len);
    g_assert_true(slice_equal(frame.content, bare));
    g_assert_cmpint(framing_rfc4571(SLICE_LITERAL(FRAMED("\1")), &frame), ==, DISSECT_OK);
    g_assert_true(slice_equal(frame.packet, bare));
}

typedef struct {
    Slice bytes;
    DissectStatus status;
} Recognised;

static const Recognised streams[] = {
    { SLICE_LITERAL(FRAMED("\1") FRAMED("\2") FRAMED("\3")), DISSECT_OK },
    { SLICE_LITERAL(FRAMED("\1") FRAMED("\3") FRAMED("\2")), DISSECT_OK },
    { SLICE_LITERAL("\0\x08" REPORT FRAMED("\1") "\0\x08" REPORT FRAMED("\2")), DISSECT_OK },
    { SLICE_LITERAL(FRAMED("\1") FRAMED("\2")), DISSECT_TRUNCATED },
    { SLICE_LITERAL("\0\x14"
                    "\0\1\0\0" COOKIE),
      DISSECT_OK }, /* before it is whole */
    { SLICE_LITERAL("\0\x14"
                    "\0\1\0\0"),
      DISSECT_TRUNCATED },
    { SLICE_LITERAL(FRAMED("\1") FRAMED("\1") FRAMED("\1")), DISSECT_NOT_MINE },
    { SLICE_LITERAL(FRAMED("\1") FRAMED("\xc0") FRAMED("\xc1")), DISSECT_NOT_MINE },
    { SLICE_LITERAL("\0\4\x2f\0\0\0"), DISSECT_NOT_MINE },
    { SLICE_LITERAL("\0\0\0\0\0\0"), DISSECT_NOT_MINE },
    { SLICE_LITERAL(FRAMED("\1") "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
      DISSECT_NOT_MINE },                              /* 15 null packets: that is enough */
    { SLICE_LITERAL("\x30\0\x80"), DISSECT_NOT_MINE }, /* too long to be waited for */
    { SLICE_LITERAL("H"), DISSECT_NOT_MINE },
};

static void test_recognised(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(streams); i++) {
        const Slice bytes = streams[i].bytes;
        g_autofree uint8_t *exact = g_memdup2(bytes.data, bytes.len);
        g_assert_cmpint(framing_recognise(framing_rfc4571, NULL, slice_of(exact, bytes.len)), ==,
                        streams[i].status);
    }
    const Slice channels = SLICE_LITERAL(CHANNEL("\1") CHANNEL("\2") CHANNEL("\3"));
    g_assert_cmpint(framing_recognise(framing_turn, NULL, channels), ==, DISSECT_OK);
    g_assert_cmpint(framing_recognise(framing_turn, NULL, SLICE_LITERAL("INVITE sip:")), ==,
                    DISSECT_NOT_MINE);
}

/* Wherever the stream is taken up, the next frame is found, and none before it. */
static void test_found_again(void)
{
    const Slice bytes =
        SLICE_LITERAL(FRAMED("\1") FRAMED("\2") FRAMED("\3") FRAMED("\4") FRAMED("\5"));
    const size_t size = bytes.len / 5;
    FrameMemory memory = { 0 };
    Frame frame;
    size_t at;

    framing_rfc4571(bytes, &frame);
    framing_remember(&memory, &frame);
    for (size_t from = 1; from <= 4 * size; from++) {
        g_assert_true(framing_find(framing_rfc4571, &memory, slice_from(bytes, from), &at));
        g_assert_cmpuint(from + at, ==, (from + size - 1) / size * size);
    }
    /* one that goes on with a source that is known is enough, one of another is not */
    const Slice next = SLICE_LITERAL("junk" FRAMED("\7") "\0");
    g_assert_true(framing_find(framing_rfc4571, &memory, next, &at));
    g_assert_cmpuint(at, ==, 4);
    g_assert_false(framing_find(framing_rfc4571, &(FrameMemory){ 0 }, next, &at));
    g_assert_cmpuint(at, ==, 4);
}

/* What is of no use is not kept for ever. */
static void test_search_is_bounded(void)
{
    g_autofree uint8_t *bytes = g_malloc(4 * FRAMING_SEARCH_MAX);
    size_t at;

    for (size_t i = 0; i < 4 * FRAMING_SEARCH_MAX; i++)
        bytes[i] = i % 2 ? 0 : 0x1f; /* "1f00": a length, and the beginning of DTLS */
    g_assert_false(framing_find(framing_rfc4571, &(FrameMemory){ 0 },
                                slice_of(bytes, 4 * FRAMING_SEARCH_MAX), &at));
    g_assert_cmpuint(at, >=, 3 * FRAMING_SEARCH_MAX);
}

static void test_memory(void)
{
    FrameMemory memory = { 0 };
    Frame frame;

    for (unsigned i = 0; i < 3 * FRAMING_SOURCES; i++) {
        uint8_t bytes[] = FRAMED("\1");
        bytes[13] = (uint8_t)i;
        framing_rfc4571(slice_of(bytes, sizeof bytes - 1), &frame);
        framing_remember(&memory, &frame);
    }
    g_assert_cmpuint(memory.count, ==, FRAMING_SOURCES);
    for (unsigned i = 0; i < FRAMING_SOURCES; i++)
        g_assert_cmpuint(memory.sources[i].ssrc & 0xff, >=, 2 * FRAMING_SOURCES);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/framing/frames", test_frames);
    g_test_add_func("/framing/content", test_content);
    g_test_add_func("/framing/recognised", test_recognised);
    g_test_add_func("/framing/found-again", test_found_again);
    g_test_add_func("/framing/search-is-bounded", test_search_is_bounded);
    g_test_add_func("/framing/memory", test_memory);
    return g_test_run();
}

/* turn_stream.h and rtp_stream.h: what connections over TCP carry that would be datagrams over UDP,
 * and what TURN carries for others, wherever segments are cut. */
#include "dissect/session/rtp_stream.h"
#include "dissect/session/turn_stream.h"

#define HEAD                                                                                       \
    "\x21\x12\xa4\x42"                                                                             \
    "\1\2\3\4\5\6\7\10\11\12\13\14"
#define BIND                                                                                       \
    "\0\x0b\0\x08" HEAD "\0\x2a\0\4"                                                               \
    "\0\0\0\x4d"
#define DONE "\1\x0b\0\0" HEAD
#define SAID "MSRP and so on"

typedef struct {
    TcpTable *tcp;
    StreamStack *stack;
    GString *heard[2];
    GString *datagrams[2]; /* each with its length and the time it came at */
    unsigned gaps;
    DatagramReader reader;
    uint32_t seq[2];
    int64_t now_ns;
    uint8_t carriers;
} Scene;

typedef struct {
    StreamLayer *layer;
    Scene *scene;
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

    (void)gap;
    if (bytes.data[0] <= 1 && !end && bytes.len < 8)
        return 0; /* as SIP does with half a line */
    g_string_append_len(sink->scene->heard[side], (const char *)bytes.data, (gssize)bytes.len);
    sink->scene->carriers = stream_layer_origin(sink->layer, side).carriers;
    return bytes.len;
}

static const StreamProtocol sink_protocol = {
    .name = "sink", .open = sink_open, .deliver = sink_deliver, .close = g_free
};

static size_t deliver(void *context, TcpStream *stream, Slice bytes, bool gap, bool end)
{
    Scene *scene = context;
    return stream_stack_deliver(scene->stack, stream, 1, bytes, gap, end);
}

static void take_datagram(void *context, const StreamOrigin *origin, Slice bytes)
{
    Scene *scene = context;
    GString *to = scene->datagrams[origin->source.port != 40000];

    g_string_append_printf(to, "%zu@%d", bytes.len, (int)origin->moment.time_ns);
    g_string_append_printf(to, "(%02x%02x) ", bytes.data[0], slice_last(bytes));
}

static void take_gap(void *context, const StreamOrigin *origin)
{
    Scene *scene = context;

    (void)origin;
    scene->gaps++;
}

static void scene_begin(Scene *scene)
{
    const StreamRow rows[] = { { &turn_stream_protocol, &scene->reader },
                               { &rtp_stream_protocol, &scene->reader },
                               { &sink_protocol, scene } };

    *scene = (Scene){ .tcp = tcp_table_new(deliver, scene),
                      .stack = stream_stack_new(rows, G_N_ELEMENTS(rows)),
                      .heard = { g_string_new(NULL), g_string_new(NULL) },
                      .datagrams = { g_string_new(NULL), g_string_new(NULL) },
                      .reader = { take_datagram, take_gap, scene },
                      .now_ns = 1 };
}

static void scene_end(Scene *scene)
{
    tcp_table_free(scene->tcp);
    stream_stack_free(scene->stack);
    for (unsigned side = 0; side < 2; side++) {
        g_string_free(scene->heard[side], TRUE);
        g_string_free(scene->datagrams[side], TRUE);
    }
}

static void say(Scene *scene, unsigned side, Slice bytes)
{
    static const Endpoint ends[] = { { { 0, 0xffff0a000001 }, 40000 },
                                     { { 0, 0xffff0a000007 }, 3478 } };
    g_autofree uint8_t *exact = g_memdup2(bytes.data, bytes.len);
    NetPacket packet = { .source = ends[side],
                         .destination = ends[!side],
                         .ip_protocol = IP_PROTOCOL_TCP,
                         .tcp = { .flags = TCP_ACK, .seq = 1000 + scene->seq[side] },
                         .payload = slice_of(exact, bytes.len),
                         .payload_on_wire = (uint32_t)bytes.len };

    if (bytes.len == 0)
        return;
    scene->seq[side] += (uint32_t)bytes.len;
    tcp_table_segment(scene->tcp, scene->now_ns, &packet);
}

static void test_every_cut(void)
{
    const Slice asked = SLICE_LITERAL(BIND BIND SAID), answered = SLICE_LITERAL(DONE SAID SAID);

    for (size_t cut = 2; cut < asked.len; cut++) { /* a single 0 is a keep-alive of TCP */
        Scene scene;
        scene_begin(&scene);
        say(&scene, 0, slice_sub(asked, 0, cut));
        say(&scene, 0, slice_from(asked, cut));
        say(&scene, 1, slice_sub(answered, 0, MIN(cut, answered.len)));
        say(&scene, 1, slice_from(answered, cut));
        g_assert_cmpstr(scene.heard[0]->str, ==, SAID);
        g_assert_cmpstr(scene.heard[1]->str, ==, SAID SAID);
        g_assert_cmpuint(scene.carriers, ==, STREAM_IN_TURN);
        scene_end(&scene);
    }
}

/* Nothing is heard of a message that is not whole, or of a control connection. */
static void test_every_truncation(void)
{
    const Slice asked = SLICE_LITERAL(BIND DONE BIND);

    for (size_t len = 2; len <= asked.len; len++) {
        Scene scene;
        scene_begin(&scene);
        say(&scene, 0, slice_sub(asked, 0, len));
        g_assert_cmpuint(scene.heard[0]->len, ==, 0);
        scene_end(&scene);
    }
}

static void test_others(void)
{
    static const Slice others[] = { SLICE_LITERAL("\0\x0b\0\x08\x21\x12\xa4\x43 another cookie"),
                                    SLICE_LITERAL("\0\x0b\0\x07" HEAD "odd"),
                                    SLICE_LITERAL("\x16\3\1\2\0\1") };

    for (unsigned i = 0; i < G_N_ELEMENTS(others); i++) {
        Scene scene;
        scene_begin(&scene);
        say(&scene, 0, others[i]);
        g_assert_cmpuint(scene.heard[0]->len, ==, others[i].len);
        g_assert_cmpuint(scene.carriers, ==, 0);
        scene_end(&scene);
    }
}

#define PACKET(seq)                                                                                \
    "\x80\0\0" seq "\0\0\0\1\0\0\0\x2a"                                                            \
    "payloa" seq
#define CHANNEL(seq) "\x40\1\0\x13" PACKET(seq) "\0"
#define FRAMED(seq)  "\0\x13" PACKET(seq)
#define ALLOCATE     "\0\3\0\0" HEAD

/* Each in one segment at a time of its own. */
static void say_all(Scene *scene, unsigned side, const Slice *segments, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        scene->now_ns = i + 1;
        say(scene, side, segments[i]);
    }
}

/* What came before it was known what it is keeps its times. */
static void test_times(void)
{
    const Slice segments[] = { SLICE_LITERAL(FRAMED("\1")), SLICE_LITERAL(FRAMED("\2")),
                               SLICE_LITERAL(FRAMED("\3") FRAMED("\4")),
                               SLICE_LITERAL("\0\0" FRAMED("\5")) };
    Scene scene;

    scene_begin(&scene);
    say_all(&scene, 0, segments, G_N_ELEMENTS(segments));
    g_assert_cmpstr(scene.datagrams[0]->str, ==,
                    "19@1(8001) 19@2(8002) 19@3(8003) 19@3(8004) 19@4(8005) ");
    g_assert_cmpuint(scene.heard[0]->len, ==, 0);
    scene_end(&scene);
}

static void test_framed_every_cut(void)
{
    const Slice said = SLICE_LITERAL("\0\x14\0\1\0\0" HEAD FRAMED("\1") FRAMED("\2"));

    for (size_t cut = 2; cut < said.len; cut++) {
        Scene scene;
        scene_begin(&scene);
        say(&scene, 0, slice_sub(said, 0, cut));
        say(&scene, 0, slice_from(said, cut));
        say(&scene, 1, slice_from(said, cut));
        g_assert_cmpstr(scene.datagrams[0]->str, ==, "20@1(000c) 19@1(8001) 19@1(8002) ");
        g_assert_cmpuint(scene.heard[0]->len, ==, 0);
        scene_end(&scene);
    }
}

/* A hole costs what it holds and cuts, nothing else. */
static void test_framed_gap(void)
{
    const Slice said = SLICE_LITERAL(FRAMED("\1") FRAMED("\2") FRAMED("\3") FRAMED("\4")
                                         FRAMED("\5") FRAMED("\6"));
    const size_t size = said.len / 6;

    for (size_t from = 3 * size + 1; from <= 5 * size; from++) {
        Scene scene;
        scene_begin(&scene);
        say(&scene, 0, slice_sub(said, 0, 3 * size));
        scene.seq[0] = (uint32_t)from;
        say(&scene, 0, slice_from(said, from));
        tcp_table_flush(scene.tcp);
        const char *rest = from <= 4 * size ? "19@1(8005) 19@1(8006) " : "19@1(8006) ";
        g_autofree char *all = g_strconcat("19@1(8001) 19@1(8002) 19@1(8003) ", rest, NULL);
        g_assert_cmpstr(scene.datagrams[0]->str, ==, all);
        g_assert_cmpuint(scene.gaps, ==, 1);
        scene_end(&scene);
    }
}

static void test_channels_every_cut(void)
{
    const Slice said = SLICE_LITERAL(ALLOCATE CHANNEL("\1") DONE CHANNEL("\2"));

    for (size_t cut = 2; cut < said.len; cut++) {
        Scene scene;
        scene_begin(&scene);
        say(&scene, 0, slice_sub(said, 0, cut));
        say(&scene, 0, slice_from(said, cut));
        say(&scene, 1, slice_from(said, 20));
        g_assert_cmpstr(scene.datagrams[0]->str, ==,
                        "20@1(000c) 23@1(4001) 20@1(010c) 23@1(4002) ");
        g_assert_cmpstr(scene.datagrams[1]->str, ==, "23@1(4001) 20@1(010c) 23@1(4002) ");
        g_assert_cmpuint(scene.heard[0]->len, ==, 0);
        scene_end(&scene);
    }
}

/* A capture may begin behind the allocation. */
static void test_channels_alone(void)
{
    const Slice segments[] = { SLICE_LITERAL(CHANNEL("\1")), SLICE_LITERAL(CHANNEL("\2")),
                               SLICE_LITERAL(CHANNEL("\3")) };
    Scene scene;

    scene_begin(&scene);
    say_all(&scene, 0, segments, G_N_ELEMENTS(segments));
    g_assert_cmpstr(scene.datagrams[0]->str, ==, "23@1(4001) 23@2(4002) 23@3(4003) ");
    scene_end(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/turn-stream/every-cut", test_every_cut);
    g_test_add_func("/turn-stream/every-truncation", test_every_truncation);
    g_test_add_func("/turn-stream/others", test_others);
    g_test_add_func("/rtp-stream/times", test_times);
    g_test_add_func("/rtp-stream/every-cut", test_framed_every_cut);
    g_test_add_func("/rtp-stream/gap", test_framed_gap);
    g_test_add_func("/turn-stream/channels/every-cut", test_channels_every_cut);
    g_test_add_func("/turn-stream/channels/alone", test_channels_alone);
    return g_test_run();
}

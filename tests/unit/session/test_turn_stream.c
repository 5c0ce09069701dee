/* turn_stream.h: what a TURN connection over TCP carries, wherever its segments are cut. */
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
    uint32_t seq[2];
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

static void scene_begin(Scene *scene)
{
    const StreamRow rows[] = { { &turn_stream_protocol, NULL }, { &sink_protocol, scene } };

    *scene = (Scene){ .tcp = tcp_table_new(deliver, scene),
                      .stack = stream_stack_new(rows, G_N_ELEMENTS(rows)),
                      .heard = { g_string_new(NULL), g_string_new(NULL) } };
}

static void scene_end(Scene *scene)
{
    tcp_table_free(scene->tcp);
    stream_stack_free(scene->stack);
    for (unsigned side = 0; side < 2; side++)
        g_string_free(scene->heard[side], TRUE);
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
    tcp_table_segment(scene->tcp, 1, &packet);
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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/turn-stream/every-cut", test_every_cut);
    g_test_add_func("/turn-stream/every-truncation", test_every_truncation);
    g_test_add_func("/turn-stream/others", test_others);
    return g_test_run();
}

/* Layers on TCP connections: how they are chosen, fed and ended. The protocols here are toys: "in"
 * strips a letter I before lines in capitals, "lines" logs lines, "rest" takes what is left. */
#include "dissect/session/stack.h"

typedef struct {
    GString *log;
    TcpTable *tcp;
    StreamStack *stack;
    int64_t now_ns;
} Scene;

typedef struct {
    StreamLayer *layer;
    Scene *scene;
    const char *name;
} Toy;

static void *open_toy(StreamLayer *layer, Scene *scene, const char *name)
{
    Toy *toy = g_new(Toy, 1);

    *toy = (Toy){ layer, scene, name };
    g_string_append_printf(scene->log, "+%s ", name);
    return toy;
}

static void close_toy(void *self)
{
    Toy *toy = self;

    g_string_append_printf(toy->scene->log, "-%s ", toy->name);
    g_free(toy);
}

static void log_bytes(Toy *toy, unsigned side, Slice bytes, bool gap, bool end)
{
    StreamOrigin origin = stream_layer_origin(toy->layer, side);

    g_string_append_printf(toy->scene->log, "%s%u:%.*s%s%s@%u", toy->name, side, (int)bytes.len,
                           (const char *)bytes.data, gap ? "<gap" : "", end ? "<end" : "",
                           origin.moment.frame);
    g_string_append(toy->scene->log, origin.carriers & STREAM_IN_TLS ? "/in " : " ");
}

/* Each message is In, a length of one digit, and so many bytes. */
static StreamProbe probe_in(Slice bytes)
{
    if (bytes.len < 2)
        return bytes.len == 0 || bytes.data[0] == 'I' ? STREAM_MAYBE : STREAM_NO;
    return bytes.data[0] == 'I' && bytes.data[1] == 'n' ? STREAM_YES : STREAM_NO;
}

static void *open_in(StreamLayer *layer, void *context)
{
    return open_toy(layer, context, "in");
}

static size_t deliver_in(void *self, unsigned side, Slice bytes, bool gap, bool end)
{
    Toy *toy = self;
    size_t used = 0;

    for (;;) {
        Slice rest = slice_from(bytes, used);
        if (rest.len < 3 || rest.data[2] - '0' + 3u > rest.len)
            return end ? bytes.len : used;
        size_t len = rest.data[2] - (size_t)'0';
        stream_layer_feed(toy->layer, side, slice_sub(rest, 3, len), gap);
        gap = false;
        used += 3 + len;
    }
}

static StreamProbe probe_lines(Slice bytes)
{
    return bytes.len && bytes.data[0] == 'L' ? STREAM_YES : STREAM_NO;
}

static void *open_lines(StreamLayer *layer, void *context)
{
    return open_toy(layer, context, "lines");
}

static size_t deliver_lines(void *self, unsigned side, Slice bytes, bool gap, bool end)
{
    size_t len = end ? bytes.len : slice_find(bytes, '.') + 1;

    if (len > bytes.len)
        return 0;
    log_bytes(self, side, slice_sub(bytes, 0, len), gap, end);
    return len;
}

static void *open_rest(StreamLayer *layer, void *context)
{
    return open_toy(layer, context, "rest");
}

static size_t deliver_rest(void *self, unsigned side, Slice bytes, bool gap, bool end)
{
    Toy *toy = self;

    if (bytes.data[0] == 'K' && !end) /* keeps it */
        return 0;
    log_bytes(toy, side, bytes, gap, end);
    if (bytes.data[0] == 'X')
        stream_layer_ignore(toy->layer, side);
    if (bytes.data[0] == 'S')
        stream_layer_settle(toy->layer);
    return bytes.len;
}

static const StreamProtocol in = { "in",       STREAM_IN_TLS, probe_in,  open_in,
                                   deliver_in, NULL,          close_toy, NULL };
static const StreamProtocol lines = { "lines",       0,    probe_lines, open_lines,
                                      deliver_lines, NULL, close_toy,   NULL };
static const StreamProtocol rest = {
    "rest", 0, NULL, open_rest, deliver_rest, NULL, close_toy, NULL
};

static size_t deliver(void *context, TcpStream *stream, Slice bytes, bool gap, bool end)
{
    Scene *scene = context;

    return stream_stack_deliver(scene->stack, stream, (uint32_t)(scene->now_ns), bytes, gap, end);
}

static Scene scene_new(void)
{
    return (Scene){ .log = g_string_new(NULL) };
}

static void scene_begin(Scene *scene)
{
    const StreamRow rows[] = { { &in, scene }, { &lines, scene }, { &rest, scene } };

    scene->tcp = tcp_table_new(deliver, scene);
    scene->stack = stream_stack_new(rows, G_N_ELEMENTS(rows));
}

static void scene_end(Scene *scene, const char *expected)
{
    tcp_table_flush(scene->tcp);
    tcp_table_free(scene->tcp);
    stream_stack_free(scene->stack);
    g_assert_cmpstr(scene->log->str, ==, expected);
    g_string_free(scene->log, TRUE);
}

static void give_at(Scene *scene, unsigned side, uint32_t seq, uint8_t flags, const char *text)
{
    Endpoint ends[] = { { ip_from_v4(1), 1000 }, { ip_from_v4(2), 2000 } };
    NetPacket packet = {
        .source = ends[side],
        .destination = ends[!side],
        .ip_protocol = IP_PROTOCOL_TCP,
        .tcp = { .flags = flags, .seq = seq },
        .payload = slice_from_string(text),
        .payload_on_wire = (uint32_t)strlen(text),
    };

    scene->now_ns++;
    tcp_table_segment(scene->tcp, scene->now_ns, &packet);
}

static void test_both_directions_share_a_protocol(void)
{
    Scene scene = scene_new();

    scene_begin(&scene);
    give_at(&scene, 1, 100, TCP_ACK, "Lone.");
    give_at(&scene, 0, 500, TCP_ACK, "two");
    give_at(&scene, 0, 503, TCP_ACK, ".");
    give_at(&scene, 0, 504, TCP_ACK, "three");
    scene_end(&scene, "+lines lines0:Lone.@1 lines1:two.@3 lines1:three<end@4 -lines ");
}

static void test_waits_for_what_it_may_be(void)
{
    Scene scene = scene_new();

    scene_begin(&scene);
    give_at(&scene, 0, 100, TCP_ACK, "I");
    give_at(&scene, 0, 101, TCP_ACK, "n2L");
    give_at(&scene, 0, 104, TCP_ACK, ".");
    scene_end(&scene, "+in +lines lines0:L.@3/in -lines -in ");
}

/* Until the last row has settled, the others are asked again. */
static void test_provisional(void)
{
    Scene scene = scene_new();

    scene_begin(&scene);
    give_at(&scene, 0, 100, TCP_ACK, "noise");
    give_at(&scene, 0, 105, TCP_ACK, "Lone.");
    scene_end(&scene, "+rest rest0:noise@1 -rest +lines lines0:Lone.@2 -lines ");
    scene = scene_new();
    scene_begin(&scene);
    give_at(&scene, 0, 100, TCP_ACK, "Settled");
    give_at(&scene, 0, 107, TCP_ACK, "Lone.");
    scene_end(&scene, "+rest rest0:Settled@1 rest0:Lone.@2 -rest ");
}

/* Though the last row keeps what it got, something begins behind it. */
static void test_begins_later(void)
{
    Scene scene = scene_new();

    scene_begin(&scene);
    give_at(&scene, 0, 100, TCP_ACK, "Keep");
    give_at(&scene, 0, 104, TCP_ACK, "Keep");
    give_at(&scene, 0, 108, TCP_ACK, "Lone.Ltw");
    give_at(&scene, 0, 116, TCP_ACK, "o.");
    scene_end(&scene, "+rest -rest +lines lines0:Lone.@3 lines0:Ltwo.@4 -lines ");
}

static void test_ignored(void)
{
    Scene scene = scene_new();

    scene_begin(&scene);
    give_at(&scene, 0, 100, TCP_ACK, "X");
    give_at(&scene, 0, 101, TCP_ACK, "more");
    give_at(&scene, 1, 300, TCP_ACK, "other");
    scene_end(&scene, "+rest rest0:X@1 rest1:other@3 -rest ");
    scene = scene_new();
    scene_begin(&scene);
    give_at(&scene, 0, 100, TCP_ACK, "In1X");
    give_at(&scene, 0, 104, TCP_ACK, "In4moreIn1y");
    scene_end(&scene, "+in +rest rest0:X@1/in -rest -in ");
}

/* What waits above is used when its direction ends, and before a gap. */
static void test_ends_above(void)
{
    Scene scene = scene_new();

    scene_begin(&scene);
    give_at(&scene, 0, 100, TCP_ACK, "In3Lon");
    give_at(&scene, 0, 106, TCP_ACK | TCP_FIN, "In1e");
    scene_end(&scene, "+in +lines lines0:Lone<end@2/in -lines -in ");
    scene = scene_new();
    scene_begin(&scene);
    give_at(&scene, 0, 100, TCP_ACK, "In3Lon");
    give_at(&scene, 0, 200, TCP_ACK, "In3wo.");
    scene_end(&scene, "+in +lines lines0:Lon<end@2/in lines0:wo.<gap@2/in -lines -in ");
}

/* A new connection on the same ports is not the old one, though the other direction's end was not
 * captured. */
static void test_ports_reused(void)
{
    Scene scene = scene_new();

    scene_begin(&scene);
    give_at(&scene, 0, 100, TCP_ACK, "In1S");
    give_at(&scene, 1, 300, TCP_ACK, "In1S");
    give_at(&scene, 0, 104, TCP_ACK | TCP_RST, "");
    give_at(&scene, 0, 5000, TCP_SYN, "");
    give_at(&scene, 0, 5001, TCP_ACK, "Lone.");
    scene_end(&scene,
              "+in +rest rest0:S@1/in rest1:S@2/in +lines lines0:Lone.@5 -rest -in -lines ");
}

/* What nobody consumes does not grow without end. */
static void test_limit(void)
{
    Scene scene = scene_new();
    bool limited = false;

    scene_begin(&scene);
    give_at(&scene, 0, 100, TCP_ACK, "In9Lxxxxxxxx");
    for (uint32_t i = 1; i < 130000 && !limited; i++) {
        give_at(&scene, 0, 100 + 12 * i, TCP_ACK, "In9xxxxxxxxx");
        AnomalySet noted = stream_stack_take_anomalies(scene.stack);
        limited = anomaly_has(&noted, ANOMALY_SESSION_LIMIT);
        g_assert_true(limited || i <= (1u << 20) / 9);
    }
    g_assert_true(limited);
    g_string_truncate(scene.log, 0);
    scene_end(&scene, "-lines -in ");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stack/both-directions", test_both_directions_share_a_protocol);
    g_test_add_func("/stack/waits", test_waits_for_what_it_may_be);
    g_test_add_func("/stack/provisional", test_provisional);
    g_test_add_func("/stack/begins-later", test_begins_later);
    g_test_add_func("/stack/ignored", test_ignored);
    g_test_add_func("/stack/ends-above", test_ends_above);
    g_test_add_func("/stack/ports-reused", test_ports_reused);
    g_test_add_func("/stack/limit", test_limit);
    return g_test_run();
}

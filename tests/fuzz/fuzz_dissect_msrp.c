/* Both directions of two connections that carry MSRP, and the SDP that announced them: the input is
 * a row of pieces, one byte of flags, two of length, then so many bytes. Whatever comes in, what is
 * known of a message agrees with itself. */
#include "dissect/base/cursor.h"
#include "dissect/call/msrp_file.h"
#include "dissect/call/msrp_match.h"
#include "dissect/msrp_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FLAG_SIDE = 1, FLAG_GAP = 2, FLAG_FIN = 4, FLAG_OTHER = 8, FLAG_SDP = 16 };

typedef struct {
    Model *model;
    StreamStack *stack;
    TcpTable *tcp;
    SipMessage sip;
    uint32_t frame;
    uint32_t seq[2][2];
    uint64_t kept;
} Scene;

static PacketRef keep(void *context, Slice bytes, uint8_t *flags)
{
    Scene *scene = context;

    (void)flags;
    scene->kept += bytes.len;
    return (PacketRef){ .offset = scene->kept, .length = (uint32_t)bytes.len };
}

static void *sink_open(StreamLayer *layer, void *context)
{
    (void)context;
    return layer;
}

static size_t sink_deliver(void *self, unsigned side, Slice bytes, bool gap, bool end)
{
    (void)gap;
    (void)end;
    if (bytes.data[0] == 'X')
        stream_layer_ignore(self, side);
    return bytes.len;
}

static void sink_close(void *self)
{
    (void)self;
}

static const StreamProtocol sink = {
    .name = "sink", .open = sink_open, .deliver = sink_deliver, .close = sink_close
};

static size_t deliver(void *context, TcpStream *stream, Slice bytes, bool gap, bool end)
{
    Scene *scene = context;

    return stream_stack_deliver(scene->stack, stream, scene->frame, bytes, gap, end);
}

static void give(Scene *scene, uint8_t flags, Slice bytes)
{
    unsigned side = flags & FLAG_SIDE, other = flags & FLAG_OTHER ? 1 : 0;
    const Endpoint ends[] = { { { 0, 0xffff0a000001 }, (uint16_t)(40000 + other) },
                              { { 0, 0xffff0a000002 }, 7654 } };
    g_autofree uint8_t *exact = g_memdup2(bytes.data, bytes.len);
    uint32_t *seq = &scene->seq[other][side];

    *seq += flags & FLAG_GAP ? 100 : 0;
    NetPacket packet = {
        .source = ends[side],
        .destination = ends[!side],
        .ip_protocol = IP_PROTOCOL_TCP,
        .tcp = { .flags = (uint8_t)(TCP_ACK | (flags & FLAG_FIN ? TCP_FIN : 0)),
                 .seq = 1000 + *seq },
        .payload = slice_of(exact, bytes.len),
        .payload_on_wire = (uint32_t)bytes.len,
    };
    *seq += (uint32_t)bytes.len;
    scene->model->clock_ns = scene->frame * NS_PER_MS;
    tcp_table_segment(scene->tcp, scene->frame * NS_PER_MS, &packet);
}

/* As the body of an INVITE, or of its answer. */
static void announce(Scene *scene, uint8_t flags, Slice body)
{
    bool answer = flags & FLAG_SIDE;
    g_autoptr(GString) text = g_string_new(NULL);
    const MessageOrigin origin = {
        .time_ns = scene->frame * NS_PER_MS,
        .source = { { 0, 0xffff0a000001 }, 5060 },
        .destination = { { 0, 0xffff0a000002 }, 5060 },
        .frame = scene->frame,
    };

    g_string_printf(text,
                    "%s\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n"
                    "To: <sip:c@d>%s\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n"
                    "Content-Type: application/sdp\r\n\r\n",
                    answer ? "SIP/2.0 200 OK" : "INVITE sip:c@d SIP/2.0", answer ? ";tag=2" : "");
    g_string_append_len(text, (const char *)body.data, (gssize)body.len);
    if (sip_parse(slice_of(text->str, text->len), &scene->sip) == DISSECT_OK)
        call_tracker_message(scene->model, &scene->sip, &origin);
}

static void check_content(const MsrpContent *content)
{
    uint64_t received = 0, last = 0;

    for (unsigned i = 0; i < msrp_span_count(content); i++) {
        MsrpSpan span = msrp_span(content, i);
        g_assert(span.begin < span.end && (i == 0 || span.begin > last));
        received += span.end - span.begin;
        last = span.end;
    }
    g_assert(received == content->received);
    g_assert(content->file_name == NULL || strlen(content->file_name) <= 255);
}

static void check(const Model *model)
{
    for (uint32_t number = 1; number <= msrp_tracker_last(model->msrp); number++) {
        const MsrpSession *session = msrp_tracker_session(model->msrp, number);
        for (unsigned i = 0; session && i < session->events->len; i++) {
            const MsrpEvent *event = msrp_event(session, i);
            g_auto(MsrpFile) file = { 0 };
            if (event->content)
                check_content(event->content);
            if (msrp_file_of(model, session, event, &file))
                g_assert(!file.name || !strchr(file.name, '/'));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ModelLimits limits = { .calls = 4, .messages_per_call = 64, .registrations = 4 };
    Cursor c = cursor_over(slice_of(data, size));
    Scene *scene = g_new0(Scene, 1);
    MsrpInput input = { .keep = keep, .context = scene };

    scene->model = input.model = model_new(&limits);
    msrp_input_init(&input);
    const StreamRow rows[] = { { &msrp_stream_protocol, &input.reader }, { &sink, NULL } };
    scene->stack = stream_stack_new(rows, G_N_ELEMENTS(rows));
    scene->tcp = tcp_table_new(deliver, scene);
    while (cursor_rest(&c).len > 0 && scene->frame++ < 300) {
        uint8_t flags = cursor_u8(&c);
        size_t len = cursor_be16(&c);
        Slice bytes = cursor_slice(&c, MIN(len, cursor_rest(&c).len));
        if (flags & FLAG_SDP)
            announce(scene, flags, bytes);
        else
            give(scene, flags, bytes);
    }
    tcp_table_flush(scene->tcp);
    tcp_table_free(scene->tcp);
    stream_stack_free(scene->stack);
    check(scene->model);
    model_free(scene->model);
    g_free(scene);
    return 0;
}

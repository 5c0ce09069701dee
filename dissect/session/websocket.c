#include "dissect/session/websocket.h"
#include "dissect/session/inflater.h"
#include "dissect/session/websocket_frame.h"

#define HEADERS_MAX     8192u
#define MESSAGE_MAX     ((size_t)1 << 20)
#define FRAME_BYTES_MAX ((size_t)512 << 10) /* a longer one is passed over without being kept */
#define FRAMES_AHEAD    8u
#define HTTP_BODY_MAX   ((uint64_t)1 << 20)

typedef enum {
    SIDE_UNKNOWN, /* nothing came yet */
    SIDE_HTTP,    /* the upgrade, or what precedes it */
    SIDE_FRAMES,
    SIDE_LOST, /* where the next frame begins is not known */
} SideState;

typedef struct {
    SideState state;
    uint64_t skip;       /* bytes that are passed over */
    bool in_message;     /* frames of a message came, and more has to */
    bool compressed;     /* the message */
    bool spoilt;         /* it is too large, or a frame of it is missing */
    unsigned frames;     /* of the message */
    GByteArray *message; /* owned; its payload so far, NULL: none */
    Inflater *inflater;  /* owned; NULL before the first compressed message */
} Side;

typedef struct {
    StreamLayer *layer;    /* borrowed */
    WebSocketStats *stats; /* borrowed */
    bool upgraded;         /* the HTTP handshake was seen */
    Side sides[2];
} WebSocket;

/* Bytes up to and with the blank line; 0 when it is not there. */
static size_t headers_len(Slice bytes)
{
    Slice end = SLICE_LITERAL("\r\n\r\n");
    size_t at = slice_search(slice_sub(bytes, 0, HEADERS_MAX), end);

    return at < MIN(bytes.len, HEADERS_MAX) ? at + end.len : 0;
}

/* The value of the first header called @name; empty when there is none. */
static Slice header_value(Slice headers, Slice name)
{
    slice_split(&headers, '\n');
    while (headers.len > 0) {
        Slice line = slice_split(&headers, '\n');
        Slice key = slice_split(&line, ':');
        if (slice_equal_nocase(slice_trim(key), name))
            return slice_trim(line);
    }
    return SLICE_EMPTY;
}

static bool begins_with(Slice bytes, Slice prefix, bool *ret_may)
{
    size_t len = MIN(bytes.len, prefix.len);
    bool same = memcmp(bytes.data, prefix.data, len) == 0;

    *ret_may |= same;
    return same && len == prefix.len;
}

static bool asks_for_websocket(Slice headers)
{
    return slice_equal_nocase(header_value(headers, SLICE_LITERAL("Upgrade")),
                              SLICE_LITERAL("websocket"));
}

static StreamProbe probe_upgrade(Slice bytes)
{
    bool may = false;

    if (!begins_with(bytes, SLICE_LITERAL("GET "), &may) &&
        !begins_with(bytes, SLICE_LITERAL("HTTP/1.1 101"), &may))
        return may ? STREAM_MAYBE : STREAM_NO;
    size_t len = headers_len(bytes);
    if (len == 0)
        return bytes.len < HEADERS_MAX ? STREAM_MAYBE : STREAM_NO;
    return asks_for_websocket(slice_sub(bytes, 0, len)) ? STREAM_YES : STREAM_NO;
}

static StreamProbe websocket_probe(Slice bytes)
{
    if (bytes.len == 0)
        return STREAM_MAYBE;
    if (bytes.data[0] == 'G' || bytes.data[0] == 'H')
        return probe_upgrade(bytes);
    return websocket_frame_bears_text(bytes) ? STREAM_YES : STREAM_NO;
}

static void *websocket_open(StreamLayer *layer, void *context)
{
    WebSocket *self = g_new0(WebSocket, 1);

    self->layer = layer;
    self->stats = context;
    self->stats->connections++;
    return self;
}

static void end_message(Side *side)
{
    if (side->message)
        g_byte_array_unref(side->message);
    side->message = NULL;
    side->in_message = side->spoilt = false;
    side->frames = 0;
}

static void websocket_close(void *user)
{
    WebSocket *self = user;

    for (unsigned i = 0; i < 2; i++) {
        end_message(&self->sides[i]);
        inflater_free(self->sides[i].inflater);
    }
    g_free(self);
}

static void note_unreadable(WebSocket *self, Anomaly anomaly)
{
    self->stats->unreadable++;
    stream_layer_note(self->layer, anomaly);
}

static void use_compressed(WebSocket *self, unsigned number, Slice payload)
{
    Side *side = &self->sides[number];
    g_autoptr(GByteArray) text = g_byte_array_new();

    self->stats->compressed++;
    if (!side->inflater)
        side->inflater = inflater_new();
    DissectStatus status = side->inflater
                               ? inflater_message(side->inflater, payload, MESSAGE_MAX, text)
                               : DISSECT_MALFORMED;
    if (status == DISSECT_OK)
        stream_layer_feed_message(self->layer, number, slice_of(text->data, text->len));
    else
        note_unreadable(self, status == DISSECT_TRUNCATED ? ANOMALY_WEBSOCKET_TOO_LARGE
                                                          : ANOMALY_WEBSOCKET_BAD_DEFLATE);
}

static void use_message(WebSocket *self, unsigned number, Slice payload)
{
    Side *side = &self->sides[number];

    self->stats->messages++;
    self->stats->fragmented += side->frames > 1;
    if (side->compressed)
        use_compressed(self, number, payload);
    else
        stream_layer_feed_message(self->layer, number, payload);
}

static void spoil_message(WebSocket *self, Side *side)
{
    if (!side->spoilt)
        note_unreadable(self, ANOMALY_WEBSOCKET_TOO_LARGE);
    side->spoilt = true;
    if (side->inflater) /* its window goes on over what is not seen here */
        inflater_reset(side->inflater);
}

static void add_payload(WebSocket *self, Side *side, Slice payload)
{
    if (!side->message)
        side->message = g_byte_array_new();
    if (side->message->len + payload.len > MESSAGE_MAX)
        spoil_message(self, side);
    if (!side->spoilt)
        g_byte_array_append(side->message, payload.data, (guint)payload.len);
}

/* A frame of a message has begun: the first one says how it is to be read. False when it cannot
 * stand here (RFC 6455 section 5.4). */
static bool begin_data_frame(WebSocket *self, Side *side, const WebSocketFrame *frame)
{
    bool continues = frame->opcode == WEBSOCKET_CONTINUATION;

    if (continues != side->in_message) {
        stream_layer_note(self->layer, ANOMALY_WEBSOCKET_BAD_FRAME);
        end_message(side);
        if (continues)
            return false;
    }
    if (!continues)
        side->compressed = frame->compressed;
    side->in_message = true;
    side->frames++;
    return true;
}

static void use_data_frame(WebSocket *self, unsigned number, const WebSocketFrame *frame,
                           Slice payload)
{
    Side *side = &self->sides[number];
    g_autofree uint8_t *clear = g_malloc(payload.len + 1);

    if (!begin_data_frame(self, side, frame))
        return;
    websocket_unmask(frame, payload, clear);
    Slice text = slice_of(clear, payload.len);
    if (frame->final && !side->message && !side->spoilt) {
        use_message(self, number, text);
        end_message(side);
        return;
    }
    add_payload(self, side, text);
    if (!frame->final)
        return;
    if (!side->spoilt)
        use_message(self, number, slice_of(side->message->data, side->message->len));
    end_message(side);
}

/* Uses a frame, or begins to pass over one that is too long. 0: more has to come. */
static size_t take_frame(WebSocket *self, unsigned number, const WebSocketFrame *frame, Slice bytes,
                         bool end)
{
    Side *side = &self->sides[number];
    Slice payload = slice_from(bytes, frame->header_len);

    if (frame->payload_len > FRAME_BYTES_MAX) {
        if (begin_data_frame(self, side, frame))
            spoil_message(self, side);
        if (frame->final)
            end_message(side);
        side->skip = frame->payload_len;
        return frame->header_len;
    }
    size_t len = (size_t)frame->payload_len;
    if (payload.len < len && !end)
        return 0;
    payload = slice_sub(payload, 0, len);
    if (frame->opcode < WEBSOCKET_CLOSE && (payload.len == len || !frame->compressed))
        use_data_frame(self, number, frame, payload);
    else
        self->stats->control += frame->opcode >= WEBSOCKET_CLOSE;
    return frame->header_len + payload.len;
}

/* Behind missing bytes: a frame is believed to begin here when it, or one that follows it, bears
 * text or ends with what is there. */
static bool is_plausible(Slice bytes)
{
    WebSocketFrame frame;

    for (unsigned count = 0; count < FRAMES_AHEAD; count++) {
        if (websocket_frame_bears_text(bytes))
            return true;
        if (websocket_parse_frame(bytes, &frame) != DISSECT_OK)
            return false;
        Slice payload = slice_from(bytes, frame.header_len);
        if (frame.payload_len >= payload.len)
            return frame.payload_len == payload.len;
        bytes = slice_from(payload, (size_t)frame.payload_len);
    }
    return false;
}

static size_t take_front_frame(WebSocket *self, unsigned number, Slice bytes, bool end)
{
    Side *side = &self->sides[number];
    WebSocketFrame frame;

    if (side->state == SIDE_LOST && !is_plausible(bytes))
        return bytes.len;
    side->state = SIDE_FRAMES;
    switch (websocket_parse_frame(bytes, &frame)) {
    case DISSECT_OK:
        return take_frame(self, number, &frame, bytes, end);
    case DISSECT_TRUNCATED:
        return 0;
    default:
        stream_layer_note(self->layer, ANOMALY_WEBSOCKET_BAD_FRAME);
        side->state = SIDE_LOST;
        end_message(side);
        return bytes.len;
    }
}

/* An answer other than 101 leaves the connection with HTTP. */
static void use_answer(WebSocket *self, unsigned number, Slice headers)
{
    Side *side = &self->sides[number];
    uint64_t body = 0;

    slice_to_uint(header_value(headers, SLICE_LITERAL("Content-Length")), HTTP_BODY_MAX, &body);
    side->skip = body;
    self->sides[!number].state = SIDE_HTTP;
}

static size_t take_http(WebSocket *self, unsigned number, Slice bytes)
{
    Side *side = &self->sides[number];
    size_t len = headers_len(bytes);

    if (len == 0) {
        if (bytes.len >= HEADERS_MAX)
            side->state = SIDE_LOST;
        return 0;
    }
    Slice headers = slice_sub(bytes, 0, len);
    bool is_answer = slice_starts_with_nocase(headers, SLICE_LITERAL("HTTP/"));
    if (asks_for_websocket(headers) &&
        (!is_answer || slice_starts_with_nocase(headers, SLICE_LITERAL("HTTP/1.1 101")))) {
        side->state = SIDE_FRAMES;
        self->stats->upgrades += !self->upgraded;
        self->upgraded = true;
    } else if (is_answer) {
        use_answer(self, number, headers);
    }
    return len;
}

static void begin_side(Side *side, Slice bytes)
{
    bool may = false;
    bool http = begins_with(bytes, SLICE_LITERAL("GET "), &may) ||
                begins_with(bytes, SLICE_LITERAL("HTTP/"), &may);

    side->state = http || may ? SIDE_HTTP : SIDE_LOST;
}

static void lose_place(Side *side)
{
    side->state = SIDE_LOST;
    side->skip = 0;
    end_message(side);
    if (side->inflater)
        inflater_reset(side->inflater);
}

static size_t websocket_deliver(void *user, unsigned number, Slice bytes, bool gap, bool end)
{
    WebSocket *self = user;
    Side *side = &self->sides[number];
    size_t used = 0;

    if (gap)
        lose_place(side);
    while (used < bytes.len) {
        Slice rest = slice_from(bytes, used);
        size_t step = (size_t)MIN(side->skip, (uint64_t)rest.len);
        if (side->state == SIDE_UNKNOWN)
            begin_side(side, rest);
        SideState before = side->state;
        if (step > 0)
            side->skip -= step;
        else if (side->state == SIDE_HTTP)
            step = take_http(self, number, rest);
        else
            step = take_front_frame(self, number, rest, end);
        if (step == 0 && side->state == before)
            break;
        used += step;
    }
    return end ? bytes.len : used;
}

const StreamProtocol websocket_protocol = {
    .name = "websocket",
    .carrier = STREAM_IN_WEBSOCKET,
    .probe = websocket_probe,
    .open = websocket_open,
    .deliver = websocket_deliver,
    .close = websocket_close,
};

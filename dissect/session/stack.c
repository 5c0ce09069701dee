#include "dissect/session/stack.h"
#include "dissect/net/flow.h"
#include "dissect/net/tcp_pending.h"

#define PROBE_BYTES_MAX   (16u << 10) /* a protocol that is not recognised by then is not there */
#define WAITED_MAX        8u          /* deliveries before that whose times are kept */
#define LAYERS_MAX        6u          /* on one connection */
#define LINGERING_MAX     256u        /* connections */
#define PENDING_BYTES_MAX ((size_t)1 << 20)
#define TOTAL_BYTES_MAX   ((size_t)32 << 20)

typedef struct Connection Connection;

/* Bytes that wait until the protocol is known: when those before @end came. */
typedef struct {
    unsigned count;
    struct {
        size_t end;
        StreamMoment moment;
    } deliveries[WAITED_MAX];
} WaitingTimes;

/* One direction of a layer. What of a connection's lowest layer waits is kept by the TcpTable. */
typedef struct {
    bool ignored, gap;
    size_t left;          /* bytes of the last delivery that were not consumed */
    WaitingTimes *waited; /* owned; NULL: nothing waits */
    TcpPending pending;
    size_t accounted; /* what of it is in stack->buffered */
} LayerSide;

struct StreamLayer {
    Connection *connection; /* borrowed */
    StreamLayer *above;     /* owned; NULL before it is fed */
    const StreamRow *row;   /* NULL before one is chosen */
    void *self;             /* the protocol's; owned through it */
    bool settled;
    uint8_t carriers;
    uint8_t depth;
    LayerSide sides[2];
};

/* What a TcpStream points at. */
typedef struct {
    Connection *connection;
    TcpStream *stream; /* NULL before its first byte and when it is gone */
    bool gone;
} ConnectionEnd;

struct Connection {
    LaneKey key; /* first: the hash table's key is the connection. Of side 0 */
    StreamStack *stack;
    ConnectionEnd ends[2];
    bool listed; /* in stack->connections */
    StreamMoment moment;
    GList lingering; /* in stack->lingering, when both ends are gone and a layer waits */
    StreamLayer base;
};

struct StreamStack {
    GHashTable *connections; /* borrows Connection: the TcpStreams own them, together */
    StreamRow *rows;
    unsigned row_count;
    const DecodeRules *rules; /* borrowed; NULL: none */
    size_t buffered;
    AnomalySet noted;
    GQueue lingering; /* intrusive; owns each Connection, the oldest first */
    uint64_t unrecognised;
};

static LaneKey reversed(const LaneKey *key)
{
    return (LaneKey){ { key->ends.destination, key->ends.source }, key->network };
}

/* Both directions have one hash. */
static guint hash_connection(gconstpointer data)
{
    const LaneKey *key = data;
    const LaneKey back = reversed(key);

    return (guint)lane_key_hash(key) ^ (guint)lane_key_hash(&back);
}

static gboolean equal_connections(gconstpointer a, gconstpointer b)
{
    const LaneKey back = reversed(b);

    return lane_key_equal(a, b) || lane_key_equal(a, &back);
}

StreamStack *stream_stack_new(const StreamRow *rows, unsigned count)
{
    StreamStack *stack = g_new0(StreamStack, 1);

    stack->connections = g_hash_table_new(hash_connection, equal_connections);
    stack->rows = g_memdup2(rows, count * sizeof *rows);
    stack->row_count = count;
    return stack;
}

void stream_stack_set_rules(StreamStack *stack, const DecodeRules *rules)
{
    stack->rules = rules;
}

void stream_stack_free(StreamStack *stack)
{
    if (!stack)
        return;
    stream_stack_release(stack, true);
    g_hash_table_destroy(stack->connections);
    g_free(stack->rows);
    g_free(stack);
}

AnomalySet stream_stack_take_anomalies(StreamStack *stack)
{
    AnomalySet noted = stack->noted;

    stack->noted = (AnomalySet){ 0 };
    return noted;
}

static void close_protocol(StreamLayer *layer)
{
    if (layer->row)
        layer->row->protocol->close(layer->self);
    layer->row = NULL;
    layer->self = NULL;
}

static void adopt(StreamLayer *layer, const StreamRow *row)
{
    close_protocol(layer);
    layer->row = row;
    layer->self = row->protocol->open(layer, row->context);
}

static const StreamRow *last_row(const StreamLayer *layer)
{
    const StreamStack *stack = layer->connection->stack;

    return &stack->rows[stack->row_count - 1];
}

/* One direction shows what the connection carries: the other one, which showed nothing for long, is
 * of interest again. */
static void want_again(StreamLayer *layer)
{
    Connection *connection = layer->connection;

    for (unsigned side = 0; side < 2; side++) {
        LayerSide *state = &layer->sides[side];
        if (!state->ignored)
            continue;
        state->ignored = false;
        state->gap = true;
        if (layer == &connection->base && connection->ends[side].stream)
            tcp_stream_want(connection->ends[side].stream);
    }
}

/* Asks all but the last row what begins with @bytes. */
static StreamProbe probe_rows(StreamLayer *layer, Slice bytes)
{
    StreamProbe best = STREAM_NO;

    for (const StreamRow *row = layer->connection->stack->rows; row < last_row(layer); row++) {
        StreamProbe match = row->protocol->probe(bytes);
        if (match == STREAM_YES) {
            adopt(layer, row);
            want_again(layer);
            layer->settled = true;
            return STREAM_YES;
        }
        best = MAX(best, match);
    }
    return best;
}

/* True when a rule of the user says what the connection carries. */
static bool obey_rule(StreamLayer *layer)
{
    const StreamStack *stack = layer->connection->stack;
    const FlowKey *key = &layer->connection->key.ends;
    DecodeAs told = stack->rules && layer->depth == 0
                        ? decode_rules_find(stack->rules, IP_PROTOCOL_TCP, key->source.port,
                                            key->destination.port)
                        : DECODE_AS_UNKNOWN;

    if (told == DECODE_AS_UNKNOWN)
        return false;
    const StreamRow *row = last_row(layer);
    for (unsigned i = 0; i < stack->row_count; i++)
        if (strcmp(stack->rows[i].protocol->name, decode_as_name(told)) == 0)
            row = &stack->rows[i];
    layer->sides[0].ignored = layer->sides[1].ignored = told == DECODE_AS_NONE;
    layer->settled = true;
    adopt(layer, row);
    return true;
}

/* Chooses who takes @bytes, of which the first @old were offered before: a capture that begins
 * anywhere shows the beginning of something with a later segment. Returns where what is chosen
 * begins; SIZE_MAX when more bytes are needed to tell. */
static size_t choose_protocol(StreamLayer *layer, Slice bytes, size_t old, bool end)
{
    if (obey_rule(layer))
        return 0;
    StreamProbe match = probe_rows(layer, bytes);
    if (match == STREAM_YES)
        return 0;
    if (layer->row && old > 0 && old < bytes.len &&
        probe_rows(layer, slice_from(bytes, old)) == STREAM_YES)
        return old;
    if (match == STREAM_MAYBE && !end && bytes.len <= PROBE_BYTES_MAX)
        return SIZE_MAX;
    if (!layer->row)
        adopt(layer, last_row(layer));
    return 0;
}

/* More than WAITED_MAX share the time of a later one. */
static void note_waiting(StreamLayer *layer, unsigned side, size_t end)
{
    LayerSide *state = &layer->sides[side];

    if (!state->waited)
        state->waited = g_new0(WaitingTimes, 1);
    WaitingTimes *waited = state->waited;
    if (waited->count == WAITED_MAX)
        waited->count--;
    waited->deliveries[waited->count].end = end;
    waited->deliveries[waited->count++].moment = layer->connection->moment;
}

StreamMoment stream_layer_moment_of(const StreamLayer *layer, unsigned side, size_t end)
{
    const WaitingTimes *waited = layer->sides[side].waited;

    for (unsigned i = 0; waited && i < waited->count; i++)
        if (end <= waited->deliveries[i].end)
            return waited->deliveries[i].moment;
    return layer->connection->moment;
}

static size_t deliver(StreamLayer *layer, unsigned side, Slice bytes, bool gap, bool end)
{
    LayerSide *state = &layer->sides[side];
    size_t begin = 0;

    if (state->ignored)
        return bytes.len;
    if (!layer->settled)
        begin = choose_protocol(layer, bytes, gap ? 0 : MIN(state->left, bytes.len), end);
    if (state->ignored) /* a rule said so */
        return bytes.len;
    if (begin == SIZE_MAX) {
        state->gap |= gap;
        state->left = bytes.len;
        note_waiting(layer, side, bytes.len);
        return 0;
    }
    gap |= state->gap;
    state->gap = false;
    Slice own = slice_from(bytes, begin);
    size_t consumed = layer->row->protocol->deliver(layer->self, side, own, gap, end);
    consumed = begin + MIN(consumed, own.len);
    state->left = end ? 0 : bytes.len - consumed;
    g_clear_pointer(&state->waited, g_free);
    return consumed;
}

static void account(StreamLayer *layer, unsigned side)
{
    LayerSide *state = &layer->sides[side];
    StreamStack *stack = layer->connection->stack;
    size_t now = tcp_pending_kept(&state->pending).len;

    stack->buffered = stack->buffered - state->accounted + now;
    state->accounted = now;
}

static void offer(StreamLayer *layer, unsigned side, Slice fresh, bool end)
{
    LayerSide *state = &layer->sides[side];
    Slice bytes = tcp_pending_offer(&state->pending, fresh);

    if (bytes.len > 0) {
        size_t consumed = deliver(layer, side, bytes, false, end);
        tcp_pending_consume(&state->pending, end ? bytes.len : consumed);
    }
    account(layer, side);
}

/* What waits is used as far as it goes: nothing follows it. */
static void flush(StreamLayer *layer, unsigned side)
{
    offer(layer, side, SLICE_EMPTY, true);
}

static void flush_above(StreamLayer *base, unsigned side)
{
    for (StreamLayer *layer = base->above; layer; layer = layer->above)
        flush(layer, side);
}

static StreamLayer *layer_above(StreamLayer *layer)
{
    if (!layer->above && layer->depth + 1u < LAYERS_MAX) {
        layer->above = g_new0(StreamLayer, 1);
        *layer->above = (StreamLayer){
            .connection = layer->connection,
            .carriers = layer->carriers | layer->row->protocol->carrier,
            .depth = (uint8_t)(layer->depth + 1),
        };
    }
    return layer->above;
}

void stream_layer_feed(StreamLayer *layer, unsigned side, Slice bytes, bool gap)
{
    StreamLayer *above = layer_above(layer);

    if (!above || above->sides[side].ignored)
        return;
    LayerSide *state = &above->sides[side];
    if (gap) {
        flush(above, side);
        flush_above(above, side);
        state->gap = true;
    }
    offer(above, side, bytes, false);
    if (state->accounted > PENDING_BYTES_MAX ||
        above->connection->stack->buffered > TOTAL_BYTES_MAX) {
        stream_layer_note(layer, ANOMALY_SESSION_LIMIT);
        flush(above, side);
        state->gap = true;
    }
}

void stream_layer_feed_message(StreamLayer *layer, unsigned side, Slice bytes)
{
    StreamLayer *above = layer_above(layer);

    if (!above || above->sides[side].ignored || bytes.len == 0)
        return;
    if (!above->settled)
        choose_protocol(above, bytes, 0, true);
    if (above->row->protocol->message)
        above->row->protocol->message(above->self, side, bytes);
    else
        above->row->protocol->deliver(above->self, side, bytes, false, true);
}

static void free_layers(StreamLayer *layer)
{
    if (layer->above) {
        free_layers(layer->above);
        g_free(layer->above);
    }
    close_protocol(layer);
    for (unsigned side = 0; side < 2; side++) {
        tcp_pending_clear(&layer->sides[side].pending);
        g_clear_pointer(&layer->sides[side].waited, g_free);
        account(layer, side);
    }
}

static void unlist(Connection *connection)
{
    if (connection->listed)
        g_hash_table_remove(connection->stack->connections, connection);
    connection->listed = false;
}

uint64_t stream_stack_unrecognised(const StreamStack *stack)
{
    return stack->unrecognised;
}

static void free_connection(Connection *connection)
{
    connection->stack->unrecognised += connection->base.row && !connection->base.settled;
    free_layers(&connection->base);
    g_free(connection);
}

static bool is_waiting(const Connection *connection)
{
    for (const StreamLayer *layer = &connection->base; layer; layer = layer->above)
        if (layer->row && layer->row->protocol->waits && layer->row->protocol->waits(layer->self))
            return true;
    return false;
}

static void stop_lingering(Connection *connection)
{
    g_queue_unlink(&connection->stack->lingering, &connection->lingering);
    flush_above(&connection->base, 0);
    flush_above(&connection->base, 1);
    free_connection(connection);
}

static void linger(Connection *connection)
{
    GQueue *lingering = &connection->stack->lingering;

    connection->lingering.data = connection;
    g_queue_push_tail_link(lingering, &connection->lingering);
    if (lingering->length > LINGERING_MAX)
        stop_lingering(g_queue_peek_head(lingering));
}

void stream_stack_release(StreamStack *stack, bool all)
{
    for (GList *link = stack->lingering.head, *next; link; link = next) {
        next = link->next;
        if (all || !is_waiting(link->data))
            stop_lingering(link->data);
    }
}

static void leave_connection(gpointer data)
{
    ConnectionEnd *end = data;
    Connection *connection = end->connection;
    unsigned side = end == &connection->ends[1];

    flush_above(&connection->base, side);
    end->stream = NULL;
    end->gone = true;
    if (connection->ends[!side].stream)
        return;
    unlist(connection);
    if (is_waiting(connection))
        linger(connection);
    else
        free_connection(connection);
}

/* A direction that is gone comes back in another connection on the same ports. */
static Connection *find_connection(StreamStack *stack, const LaneKey *key, unsigned *side)
{
    Connection *connection = g_hash_table_lookup(stack->connections, key);

    *side = connection && !lane_key_equal(&connection->key, key);
    if (connection && !connection->ends[*side].gone)
        return connection;
    if (connection)
        unlist(connection);
    *side = 0;
    return NULL;
}

static ConnectionEnd *join_connection(StreamStack *stack, TcpStream *stream)
{
    const LaneKey key = { { tcp_stream_source(stream), tcp_stream_destination(stream) },
                          tcp_stream_network(stream) };
    unsigned side;
    Connection *connection = find_connection(stack, &key, &side);

    if (!connection) {
        connection = g_new0(Connection, 1);
        connection->key = key;
        connection->stack = stack;
        connection->base.connection = connection;
        connection->ends[0].connection = connection->ends[1].connection = connection;
        connection->listed = true;
        g_hash_table_add(stack->connections, connection);
    }
    connection->ends[side].stream = stream;
    tcp_stream_set_state(stream, &connection->ends[side], leave_connection);
    return &connection->ends[side];
}

size_t stream_stack_deliver(StreamStack *stack, TcpStream *stream, uint32_t frame, Slice bytes,
                            bool gap, bool end)
{
    ConnectionEnd *place = tcp_stream_state(stream);

    if (!place)
        place = join_connection(stack, stream);
    Connection *connection = place->connection;
    connection->moment = (StreamMoment){ tcp_stream_time(stream), frame };
    return deliver(&connection->base, place == &connection->ends[1], bytes, gap, end);
}

StreamOrigin stream_layer_origin(const StreamLayer *layer, unsigned side)
{
    const Connection *connection = layer->connection;
    const FlowKey *ends = &connection->key.ends;

    return (StreamOrigin){
        .source = side == 0 ? ends->source : ends->destination,
        .destination = side == 0 ? ends->destination : ends->source,
        .moment = connection->moment,
        .carriers = layer->carriers,
    };
}

void stream_layer_settle(StreamLayer *layer)
{
    layer->settled = true;
}

void stream_layer_ignore(StreamLayer *layer, unsigned side)
{
    layer->sides[side].ignored = true;
    if (layer == &layer->connection->base && layer->connection->ends[side].stream)
        tcp_stream_ignore(layer->connection->ends[side].stream);
}

void stream_layer_note(StreamLayer *layer, Anomaly anomaly)
{
    anomaly_note(&layer->connection->stack->noted, anomaly);
}

bool stream_layer_feeds(const StreamLayer *layer, unsigned side)
{
    return !layer->above || !layer->above->sides[side].ignored;
}

StreamMoment stream_layer_set_moment(StreamLayer *layer, StreamMoment moment)
{
    StreamMoment before = layer->connection->moment;

    layer->connection->moment = moment;
    return before;
}

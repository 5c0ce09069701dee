/* dissect/session/stack.h - what TCP connections carry, layer upon layer: TLS, WebSocket, SIP.
 *
 * A layer is one protocol on one connection, both directions together. It is chosen by content, of
 * a table of protocols: the first that recognises the bytes at the front of either direction gets
 * both. The last row needs no probe and takes what nobody else does; while it has not settled, the
 * others are asked again with every delivery, so that a capture may begin anywhere. A layer that
 * carries others feeds what it unwrapped to the layer above itself, which is chosen the same way.
 *
 * Bytes that are not consumed are offered again with more behind them. Above TCP, at most 1 MiB a
 * direction and 32 MiB in all is kept; beyond it what is there is used as far as it goes
 * (session.limit). */
#pragma once
#include "dissect/base/anomaly.h"
#include "dissect/net/decode_as.h"
#include "dissect/net/tcp.h"

typedef struct StreamStack StreamStack; /* all connections */
typedef struct StreamLayer StreamLayer;

typedef enum { STREAM_NO, STREAM_MAYBE /* with more bytes */, STREAM_YES } StreamProbe;

/* What bytes travelled in on their way, or that a capture agent (HEP) told of them; bits. */
typedef enum {
    STREAM_IN_TLS = 1,
    STREAM_IN_WEBSOCKET = 2,
    STREAM_IN_TURN = 4, /* RFC 6062 */
    STREAM_BY_AGENT = 8
} StreamCarriers;

typedef struct {
    const char *name;
    uint8_t carrier; /* bit of StreamCarriers that it adds for the layer above it, or 0 */
    /* NULL in the last row. */
    StreamProbe (*probe)(Slice bytes);
    /* @context is the row's. */
    void *(*open)(StreamLayer *layer, void *context);
    /* Takes bytes of direction @side (0, 1) in order, as TcpDeliver does; returns how many it
     * consumed. With @end it should use all. */
    size_t (*deliver)(void *self, unsigned side, Slice bytes, bool gap, bool end);
    /* Takes one whole message of a carrier that keeps their bounds (WebSocket); NULL: deliver()
     * gets it with @end. */
    void (*message)(void *self, unsigned side, Slice bytes);
    void (*close)(void *self);
    /* NULL, or whether it keeps bytes that may yet be of use though its connection is over. */
    bool (*waits)(const void *self);
} StreamProtocol;

typedef struct {
    const StreamProtocol *protocol;
    void *context; /* for open(); borrowed */
} StreamRow;

/* Copies the table. */
StreamStack *stream_stack_new(const StreamRow *rows, unsigned count);
/* After the TcpTable, which holds the connections. */
void stream_stack_free(StreamStack *stack);
/* @rules (or NULL) are borrowed: the lowest layer of a connection they name is the row of that
 * name, whatever its bytes look like. */
void stream_stack_set_rules(StreamStack *stack, const DecodeRules *rules);
/* For TcpDeliver; @frame is the number of the packet that completed @bytes. */
size_t stream_stack_deliver(StreamStack *stack, TcpStream *stream, uint32_t frame, Slice bytes,
                            bool gap, bool end);
/* Connections so far that were over before anything in them was recognised beyond doubt. */
uint64_t stream_stack_unrecognised(const StreamStack *stack);
/* Connections that are over and of which a layer waited: those go that wait no longer, with @all
 * every one. At most 256 stay, the newest. */
void stream_stack_release(StreamStack *stack, bool all);
/* What the layers noted since the last call. */
AnomalySet stream_stack_take_anomalies(StreamStack *stack);

/* When and in which packet the newest byte came. */
typedef struct {
    int64_t time_ns;
    uint32_t frame;
} StreamMoment;

typedef struct {
    Endpoint source, destination;
    StreamMoment moment;
    uint8_t carriers; /* bits of StreamCarriers */
} StreamOrigin;

/* For protocols. */
StreamOrigin stream_layer_origin(const StreamLayer *layer, unsigned side);
/* When the byte before @end of the present delivery came: those that waited until the protocol was
 * known came before the newest. */
StreamMoment stream_layer_moment_of(const StreamLayer *layer, unsigned side, size_t end);
/* The bytes are of this protocol beyond doubt: nobody else is asked again. */
void stream_layer_settle(StreamLayer *layer);
/* This direction's bytes are not wanted any longer. */
void stream_layer_ignore(StreamLayer *layer, unsigned side);
void stream_layer_note(StreamLayer *layer, Anomaly anomaly);
/* For carriers: gives bytes to the layer above. @gap: some are missing before them. */
void stream_layer_feed(StreamLayer *layer, unsigned side, Slice bytes, bool gap);
void stream_layer_feed_message(StreamLayer *layer, unsigned side, Slice bytes);
/* Whether the layer above takes bytes of this direction. */
bool stream_layer_feeds(const StreamLayer *layer, unsigned side);
/* For bytes that were kept: what is fed next came at @moment. Returns the one before. */
StreamMoment stream_layer_set_moment(StreamLayer *layer, StreamMoment moment);

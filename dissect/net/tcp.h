/* dissect/net/tcp.h - TCP streams, one direction each: segments in any order in, bytes in order
 * out. Stands retransmission, overlap, reordering, sequence wrap, captures that begin mid-stream,
 * and segments that were never captured (a gap is told, then the stream goes on behind it).
 * Connections between the same endpoints in several networks are told apart by their sequence
 * numbers, where they came different ways (net/network.h). Memory
 * is capped per stream and in all; a stream idle for long is dropped by the packet clock. */
#pragma once
#include "dissect/net/net_packet.h"

typedef struct TcpTable TcpTable;
typedef struct TcpStream TcpStream; /* one direction */

/* Takes bytes in stream order. @bytes holds everything not yet consumed, from the oldest byte on.
 * Returns how many were consumed; the rest is offered again with more behind it. @gap is true on
 * the first call behind missing bytes, and @bytes then begins behind the gap.
 * @end is true when nothing follows without a hole (FIN, RST, idle, a gap): the last chance to use
 * what is there. */
typedef size_t (*TcpDeliver)(void *context, TcpStream *stream, Slice bytes, bool gap, bool end);

TcpTable *tcp_table_new(TcpDeliver deliver, void *context);
void tcp_table_free(TcpTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TcpTable, tcp_table_free)
/* The input is over: every stream's rest is delivered with @end. */
void tcp_table_flush(TcpTable *table);
void tcp_table_segment(TcpTable *table, int64_t time_ns, NetPacket *packet);

Endpoint tcp_stream_source(const TcpStream *stream);
Endpoint tcp_stream_destination(const TcpStream *stream);
/* The network number of its key, the same for both directions of a connection: 0 nearly always. */
uint32_t tcp_stream_network(const TcpStream *stream);
/* The owner's state, one word per stream; freed by @free_state with the stream. */
void *tcp_stream_state(TcpStream *stream);
void tcp_stream_set_state(TcpStream *stream, void *state, GDestroyNotify free_state);
/* Tells the table that nobody wants this stream: its bytes are no longer kept. */
void tcp_stream_ignore(TcpStream *stream);
/* Somebody does after all: what comes from now on is delivered again. */
void tcp_stream_want(TcpStream *stream);
/* When the newest of the bytes being delivered came, or the one that filled a hole before them if
 * that was later: the time of a message that is now complete. Never decreases along a stream. */
int64_t tcp_stream_time(const TcpStream *stream);

typedef struct {
    uint64_t segments, retransmitted, out_of_order, gaps;
    uint64_t streams;        /* seen so far */
    uint64_t buffered_bytes; /* at present */
} TcpStats;
void tcp_table_stats(const TcpTable *table, TcpStats *out);

/* dissect/media/stream_index.h - streams by destination, source, SSRC and whole key.
 * Chained hash tables whose links lie in the streams: adding and removing take constant time even
 * when thousands of streams share a key, as SIPp's share their SSRC. Private to dissect/media/. */
#pragma once
#include "dissect/media/stream.h"

typedef struct {
    Stream **buckets[STREAM_INDEXES]; /* owned; the streams are borrowed */
    size_t size;                      /* buckets of each, a power of 2 */
    size_t used;
} StreamIndex;

void stream_index_init(StreamIndex *index);
void stream_index_clear(StreamIndex *index);

void stream_index_add(StreamIndex *index, Stream *stream);
void stream_index_remove(StreamIndex *index, Stream *stream);

Stream *stream_index_find(const StreamIndex *index, const StreamKey *key);
/* First stream of the chain that holds all with this part, newest first, and others between them:
 * follow links[STREAM_BY_...].next and compare. */
Stream *stream_index_to(const StreamIndex *index, Endpoint destination);
Stream *stream_index_from(const StreamIndex *index, Endpoint source);
Stream *stream_index_ssrc(const StreamIndex *index, uint32_t ssrc);

/* @flow brings its packets from now on. */
void stream_move(Stream *stream, struct Flow *flow);
/* Before all others of a list. */
void stream_link(Stream *stream, StreamList list, Stream **head);
/* Nothing happens when it is in none. A stream out of STREAM_BY_KEY is closed: its packets begin a
 * new one. */
void stream_unlink(Stream *stream, StreamList list);

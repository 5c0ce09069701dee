/* dissect/media/stream_index.c - see stream_index.h */
#include "dissect/media/stream_index.h"
#include "dissect/base/hash.h"
#include "dissect/net/flow.h"

#define FIRST_SIZE 256

static uint64_t hash_ssrc(uint32_t ssrc)
{
    return hash_mix(ssrc ^ hash_seed(), hash_seed() | 1);
}

static uint64_t hash_key(const StreamKey *key)
{
    uint64_t ends =
        hash_mix(endpoint_hash(key->source) ^ hash_seed(), endpoint_hash(key->destination) | 1);
    return ends ^ hash_ssrc(key->ssrc) ^ key->network;
}

static uint64_t hash_of(const Stream *stream, StreamList list)
{
    switch (list) {
    case STREAM_BY_DESTINATION:
        return endpoint_hash(stream->key.destination);
    case STREAM_BY_SOURCE:
        return endpoint_hash(stream->key.source);
    case STREAM_BY_SSRC:
        return hash_ssrc(stream->key.ssrc);
    default:
        return hash_key(&stream->key);
    }
}

static Stream **bucket(const StreamIndex *index, StreamList list, uint64_t hash)
{
    return &index->buckets[list][hash & (index->size - 1)];
}

void stream_link(Stream *stream, StreamList list, Stream **head)
{
    StreamLink *link = &stream->links[list];

    link->next = *head;
    link->slot = head;
    if (*head)
        (*head)->links[list].slot = &link->next;
    *head = stream;
}

void stream_unlink(Stream *stream, StreamList list)
{
    StreamLink *link = &stream->links[list];

    if (!link->slot)
        return;
    *link->slot = link->next;
    if (link->next)
        link->next->links[list].slot = link->slot;
    *link = (StreamLink){ NULL, NULL };
}

void stream_move(Stream *stream, Flow *flow)
{
    stream_unlink(stream, STREAM_OF_FLOW);
    stream_link(stream, STREAM_OF_FLOW, &flow->stream);
    stream->flow = flow;
    flow->kind = FLOW_MEDIA;
}

void stream_index_init(StreamIndex *index)
{
    *index = (StreamIndex){ .size = FIRST_SIZE };
    for (StreamList list = 0; list < STREAM_INDEXES; list++)
        index->buckets[list] = g_new0(Stream *, index->size);
}

void stream_index_clear(StreamIndex *index)
{
    for (StreamList list = 0; list < STREAM_INDEXES; list++)
        g_clear_pointer(&index->buckets[list], g_free);
}

/* Moves a chain to the new buckets; over a list between, so that the newest stay first. */
static void rehash_chain(StreamIndex *index, StreamList list, Stream *chain)
{
    Stream *reversed = NULL;

    for (Stream *stream = chain, *next; stream; stream = next) {
        next = stream->links[list].next;
        stream_link(stream, list, &reversed);
    }
    while (reversed) {
        Stream *stream = reversed;
        stream_unlink(stream, list);
        stream_link(stream, list, bucket(index, list, hash_of(stream, list)));
    }
}

static void grow(StreamIndex *index)
{
    size_t old_size = index->size;

    index->size *= 2;
    for (StreamList list = 0; list < STREAM_INDEXES; list++) {
        Stream **old = index->buckets[list];
        index->buckets[list] = g_new0(Stream *, index->size);
        for (size_t i = 0; i < old_size; i++)
            rehash_chain(index, list, old[i]);
        g_free(old);
    }
}

void stream_index_add(StreamIndex *index, Stream *stream)
{
    if (++index->used > index->size)
        grow(index);
    for (StreamList list = 0; list < STREAM_INDEXES; list++)
        stream_link(stream, list, bucket(index, list, hash_of(stream, list)));
}

void stream_index_remove(StreamIndex *index, Stream *stream)
{
    for (StreamList list = 0; list < STREAM_INDEXES; list++)
        stream_unlink(stream, list);
    index->used--;
}

static bool key_equal(const StreamKey *a, const StreamKey *b)
{
    return a->ssrc == b->ssrc && a->network == b->network && endpoint_equal(a->source, b->source) &&
           endpoint_equal(a->destination, b->destination);
}

Stream *stream_index_find(const StreamIndex *index, const StreamKey *key)
{
    Stream *stream = *bucket(index, STREAM_BY_KEY, hash_key(key));

    while (stream && !key_equal(&stream->key, key))
        stream = stream->links[STREAM_BY_KEY].next;
    return stream;
}

Stream *stream_index_to(const StreamIndex *index, Endpoint destination)
{
    return *bucket(index, STREAM_BY_DESTINATION, endpoint_hash(destination));
}

Stream *stream_index_from(const StreamIndex *index, Endpoint source)
{
    return *bucket(index, STREAM_BY_SOURCE, endpoint_hash(source));
}

Stream *stream_index_ssrc(const StreamIndex *index, uint32_t ssrc)
{
    return *bucket(index, STREAM_BY_SSRC, hash_ssrc(ssrc));
}

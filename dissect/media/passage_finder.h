/* dissect/media/passage_finder.h - finds passages (passage.h): looks at a few packets of each
 * stream, the first ones and those of a short time every few seconds, the same time for all, and
 * compares them with what other streams carried lately.
 *
 * Frames that are like each other prove nothing: silence, a tone, the same recording played in many
 * calls. So the addresses have to fit as well, several different frames in a row have to be equal
 * with one difference of timestamps, and of several streams that fit the nearest in time is taken,
 * or none when that is not clear. */
#pragma once
#include "dissect/media/passage.h"
#include "dissect/media/stream_array.h"
#include "dissect/media/stream_index.h"

#define PASSAGE_FIRST_PACKETS 24u /* of a stream that are looked at */
#define PASSAGE_ROUND_BITS    27  /* afterwards: 134 ms ... */
#define PASSAGE_ROUNDS        64u /* ... of 8.6 s */

typedef struct PassageFinder PassageFinder;

typedef struct {
    void (*found)(const Passage *passage, Stream *earlier, Stream *later, void *context);
    void *context;
} PassageEvents;

/* @streams and @index are borrowed. */
PassageFinder *passage_finder_new(StreamArray *streams, const StreamIndex *index,
                                  const PassageEvents *events);
void passage_finder_free(PassageFinder *finder);

static inline bool passage_is_looked_for(const Stream *stream, int64_t time_ns)
{
    return stream->looked_at < PASSAGE_FIRST_PACKETS ||
           ((uint64_t)time_ns >> PASSAGE_ROUND_BITS) % PASSAGE_ROUNDS == 0;
}

/* Is there anything to do for a packet of @stream? */
static inline bool passage_is_due(const Stream *stream, int64_t time_ns)
{
    return stream->passes || passage_is_looked_for(stream, time_ns);
}

/* A packet that is no copy and was due; its payload is empty where it is encrypted. @hops: TTL or
 * hop limit it came with; 0: not known. */
void passage_finder_see(PassageFinder *finder, Stream *stream, const RtpPacket *packet,
                        int64_t time_ns, uint8_t hops);
/* The stream is about to be freed. */
void passage_finder_forget(PassageFinder *finder, Stream *stream);

/* By which @stream came here; NULL: not known. */
const Passage *passage_to(const PassageFinder *finder, const Stream *stream);
/* By which @stream went on: the first, and Passage.next_onward; NULL: not known. */
const Passage *passage_from(const PassageFinder *finder, const Stream *stream);

#include "dissect/media/overlap.h"
#include "dissect/base/hash.h"
#include "dissect/media/stream_counters.h"
#include "dissect/media/stream_index.h"
#include "dissect/net/network.h"

#define SSRCS_LOOKED_AT 8  /* of a flow, the last ones */
#define NEXT_MAX        2  /* packets from the last: it is the next, whatever its timestamp */
#define STEP_MIN        64 /* packets ahead of the last or behind it, whatever the time */
#define RATE_MIN_PPS    50 /* 20 ms of speech */
#define RATE_MAX_PPS    10000
#define AHEAD_MAX       30000
#define LATE_NS         NS_PER_S       /* how late another way may deliver */
#define TIME_ERROR_NS   (2 * NS_PER_S) /* between the clock of the media and that of the capture */
#define CLOCK_UNKNOWN   90000u         /* the fastest usual clock */

/* The source of the packet may send as many a second as it did. */
static int64_t rate_of(const struct StreamCounters *c)
{
    int64_t time_ns = time_between(c->first_ns, c->last_ns);

    if (time_ns < NS_PER_S / 10)
        return RATE_MIN_PPS;
    int64_t rate = (int64_t)((double)c->packets * (double)NS_PER_S / (double)time_ns);
    return CLAMP(rate, RATE_MIN_PPS, RATE_MAX_PPS);
}

static uint32_t clock_of(const struct StreamCounters *c, uint8_t payload_type)
{
    for (unsigned i = 0; i < c->slots; i++)
        if (c->payloads[i].type == payload_type)
            return c->payloads[i].clock_hz;
    return 0;
}

static bool number_fits(const struct StreamCounters *c, int ahead, int64_t gap_ns)
{
    int64_t rate = rate_of(c), seconds = gap_ns / NS_PER_S + 1;

    return ahead >= -(STEP_MIN + rate * LATE_NS / NS_PER_S) &&
           ahead <= MIN(STEP_MIN + 2 * rate * seconds, AHEAD_MAX);
}

/* The timestamp went on with the time, or stood still: a sender on hold does either. */
static bool time_fits(const struct StreamCounters *c, const RtpPacket *rtp, int64_t gap_ns)
{
    int64_t ticks = (int32_t)(rtp->ts_ticks - c->newest_ts_ticks);
    uint32_t clock_hz = clock_of(c, rtp->payload_type);
    int64_t media_ns = (int64_t)((double)ticks * 1e9 / (clock_hz ? clock_hz : CLOCK_UNKNOWN));

    if (clock_hz == 0) /* a slower one is further on */
        return media_ns >= -TIME_ERROR_NS && media_ns <= gap_ns + TIME_ERROR_NS;
    return ABS(media_ns - gap_ns) <= TIME_ERROR_NS || ABS(media_ns) <= TIME_ERROR_NS;
}

bool overlap_continues(const Stream *stream, const RtpPacket *rtp, int64_t time_ns)
{
    const struct StreamCounters *c = stream->counters;

    if (!c->sequence.started)
        return true;
    int64_t gap_ns = MAX(time_between(c->last_ns, time_ns), 0);
    int ahead = (int16_t)(uint16_t)(rtp->seq - (uint16_t)c->sequence.highest);
    if (ABS(ahead) <= NEXT_MAX) /* timestamps jump: behind long events, between codecs */
        return true;
    return number_fits(c, ahead, gap_ns) && time_fits(c, rtp, gap_ns);
}

uint64_t overlap_sighting_key(const FlowKey *ends, const RtpPacket *rtp)
{
    uint64_t a = (uint64_t)rtp->ssrc << 32 | rtp->ts_ticks;
    uint64_t b = (uint64_t)rtp->seq << 48 | (uint64_t)ends->source.port << 32 |
                 (uint64_t)ends->destination.port << 16;

    return hash_mix(a ^ ends->source.ip.low, b ^ ~ends->destination.ip.low);
}

static Stream *stream_in(const Flow *flow, uint32_t ssrc)
{
    Stream *stream = flow->stream;

    for (int i = 0; stream && i < SSRCS_LOOKED_AT; i++) {
        if (stream->key.ssrc == ssrc)
            return stream;
        stream = stream->links[STREAM_OF_FLOW].next;
    }
    return NULL;
}

typedef struct {
    const RtpPacket *rtp;
    int64_t time_ns;
    Stream *found;
} LaneSearch;

static void look_into_lane(Flow *flow, void *data)
{
    LaneSearch *search = data;

    if (search->found)
        return;
    Stream *stream = stream_in(flow, search->rtp->ssrc);
    if (stream && overlap_continues(stream, search->rtp, search->time_ns))
        search->found = stream;
}

/* A stream in a lane goes on by another way. */
static void follow(const Overlap *overlap, Flow *lane, const RtpPacket *rtp, int64_t time_ns)
{
    LaneSearch search = { rtp, time_ns, NULL };

    flow_table_each_lane(overlap->flows, lane->key, look_into_lane, &search);
    if (!search.found || search.found->flow == lane)
        return;
    stream_move(search.found, lane);
}

/* Does it belong to what @flow has, or may yet have, of its SSRC? */
static bool is_of_plain(const Overlap *overlap, const Flow *flow, const RtpPacket *rtp,
                        int64_t time_ns, const Sighting *sighting)
{
    const Stream *stream = stream_in(flow, rtp->ssrc);

    if (!stream)
        return probe_expects(flow, rtp);
    if (!overlap_continues(stream, rtp, time_ns))
        return false;
    return !overlap->sightings || !sequence_was_seen(&stream->counters->sequence, rtp->seq) ||
           !sighting_is_other(overlap->sightings, overlap_sighting_key(&flow->key, rtp), time_ns,
                              sighting);
}

Flow *overlap_choose(const Overlap *overlap, Flow *flow, const RtpPacket *rtp, uint32_t network,
                     int64_t time_ns, const Sighting *sighting)
{
    uint32_t number = network_in_key(network);
    Flow *lane = flow_table_find_lane(overlap->flows, flow->key, number);
    const Stream *known = lane ? stream_in(lane, rtp->ssrc) : NULL;
    bool proven = lane && lane->stream && !stream_in(flow, rtp->ssrc);

    if (known && overlap_continues(known, rtp, time_ns))
        return lane;
    if (!proven && is_of_plain(overlap, flow, rtp, time_ns, sighting)) {
        flow->way = network_mark(network);
        return flow;
    }
    lane = flow_table_get_lane(overlap->flows, flow->key, number, time_ns);
    lane->announced = flow->announced;
    if (!known)
        follow(overlap, lane, rtp, time_ns);
    return lane;
}

Flow *overlap_companion(const Overlap *overlap, Flow *flow, uint32_t network)
{
    Flow *lane = flow_table_find_lane(overlap->flows, flow->key, network_in_key(network));

    return lane && lane->stream ? lane : flow;
}

OverlapVerdict overlap_judge(const Overlap *overlap, const Flow *lane,
                             const ProbeCandidate *candidate, Stream **ret_beside)
{
    const Flow *flow = flow_table_find(overlap->flows, lane->key);
    Stream *beside = flow ? stream_in(flow, candidate->ssrc) : NULL;

    *ret_beside = beside;
    if (!beside || stream_last_ns(beside) >= candidate->packets[0].arrival.time_ns)
        return OVERLAP_PROVEN;
    return candidate->held == PROBE_PACKETS ? OVERLAP_ONE : OVERLAP_OPEN;
}

/* dissect/media/rtcp_xr.c - see rtcp_xr.h */
#include "dissect/media/rtcp_xr.h"
#include "dissect/base/cursor.h"

#define VOIP_METRICS_BYTES 32u /* block length 8 */
#define STATISTICS_BYTES   36u /* block length 9 */
#define HAS_LOSS           0x80
#define HAS_DUPLICATES     0x40
#define HAS_JITTER         0x20
#define HAS_TTL            0x18 /* two bits: TTL or hop limit */
#define CHUNK_IS_VECTOR    0x8000u
#define CHUNK_RUN_OF_ONES  0x4000u
#define CHUNK_RUN_LENGTH   0x3fffu
#define CHUNK_VECTOR_BITS  15u
#define CHUNK_VECTOR_MASK  0x7fffu

DissectStatus rtcp_xr_next(Slice *blocks, RtcpXrBlock *out)
{
    Cursor c = cursor_over(*blocks);

    if (blocks->len == 0)
        return DISSECT_NOT_MINE;
    RtcpXrBlock block = { .type = cursor_u8(&c) };
    block.specific = cursor_u8(&c);
    block.body = cursor_slice(&c, 4u * cursor_be16(&c));
    if (c.failed)
        return DISSECT_TRUNCATED;
    *blocks = cursor_rest(&c);
    *out = block;
    return DISSECT_OK;
}

static void read_quality(Cursor *c, RtcpXrVoipMetrics *metrics)
{
    metrics->signal_dbm0 = (int8_t)cursor_u8(c);
    metrics->noise_dbm0 = (int8_t)cursor_u8(c);
    metrics->rerl_db = cursor_u8(c);
    metrics->gmin = cursor_u8(c);
    metrics->r_factor = cursor_u8(c);
    metrics->external_r_factor = cursor_u8(c);
    metrics->mos_lq_10 = cursor_u8(c);
    metrics->mos_cq_10 = cursor_u8(c);
}

static void read_configuration(Cursor *c, RtcpXrVoipMetrics *metrics)
{
    uint8_t configuration = cursor_u8(c);

    metrics->concealment = configuration >> 6;
    metrics->adaptation = configuration >> 4 & 3;
    metrics->adjustment_rate = configuration & 0x0f;
    cursor_skip(c, 1);
    metrics->buffer_nominal_ms = cursor_be16(c);
    metrics->buffer_maximum_ms = cursor_be16(c);
    metrics->buffer_limit_ms = cursor_be16(c);
}

DissectStatus rtcp_xr_voip_metrics(const RtcpXrBlock *block, RtcpXrVoipMetrics *out)
{
    Cursor c = cursor_over(block->body);

    if (block->type != RTCP_XR_VOIP_METRICS)
        return DISSECT_NOT_MINE;
    if (block->body.len != VOIP_METRICS_BYTES)
        return DISSECT_MALFORMED;
    RtcpXrVoipMetrics metrics = { .ssrc = cursor_be32(&c) };
    metrics.loss_rate = cursor_u8(&c);
    metrics.discard_rate = cursor_u8(&c);
    metrics.burst_density = cursor_u8(&c);
    metrics.gap_density = cursor_u8(&c);
    metrics.burst_ms = cursor_be16(&c);
    metrics.gap_ms = cursor_be16(&c);
    metrics.round_trip_ms = cursor_be16(&c);
    metrics.end_system_ms = cursor_be16(&c);
    read_quality(&c, &metrics);
    read_configuration(&c, &metrics);
    *out = metrics;
    return DISSECT_OK;
}

DissectStatus rtcp_xr_statistics(const RtcpXrBlock *block, RtcpXrStatistics *out)
{
    Cursor c = cursor_over(block->body);
    uint8_t flags = block->specific;

    if (block->type != RTCP_XR_STATISTICS)
        return DISSECT_NOT_MINE;
    if (block->body.len != STATISTICS_BYTES)
        return DISSECT_MALFORMED;
    RtcpXrStatistics statistics = {
        .ssrc = cursor_be32(&c),
        .has_loss = flags & HAS_LOSS,
        .has_duplicates = flags & HAS_DUPLICATES,
        .has_jitter = flags & HAS_JITTER,
        .has_ttl = flags & HAS_TTL,
    };
    statistics.begin_seq = cursor_be16(&c);
    statistics.end_seq = cursor_be16(&c);
    statistics.lost = cursor_be32(&c);
    statistics.duplicates = cursor_be32(&c);
    statistics.jitter_min_ticks = cursor_be32(&c);
    statistics.jitter_max_ticks = cursor_be32(&c);
    statistics.jitter_mean_ticks = cursor_be32(&c);
    statistics.jitter_deviation_ticks = cursor_be32(&c);
    statistics.ttl_min = cursor_u8(&c);
    statistics.ttl_max = cursor_u8(&c);
    statistics.ttl_mean = cursor_u8(&c);
    statistics.ttl_deviation = cursor_u8(&c);
    *out = statistics;
    return DISSECT_OK;
}

static bool has_runs(const RtcpXrBlock *block)
{
    return block->type == RTCP_XR_LOSS_RLE || block->type == RTCP_XR_DUPLICATE_RLE ||
           block->type == RTCP_XR_POST_REPAIR_RLE;
}

DissectStatus rtcp_xr_run_reader(const RtcpXrBlock *block, RtcpXrRunReader *out)
{
    Cursor c = cursor_over(block->body);

    if (!has_runs(block))
        return DISSECT_NOT_MINE;
    RtcpXrRunReader reader = { .ssrc = cursor_be32(&c), .thinning = block->specific & 0x0f };
    reader.begin_seq = cursor_be16(&c);
    reader.end_seq = cursor_be16(&c);
    if (c.failed)
        return DISSECT_TRUNCATED;
    reader.left = (unsigned)(uint16_t)(reader.end_seq - reader.begin_seq) >> reader.thinning;
    reader.chunks = cursor_rest(&c);
    *out = reader;
    return DISSECT_OK;
}

/* 4.1: a run of equal bits, or fifteen bits; 0 ends the list. */
bool rtcp_xr_next_run(RtcpXrRunReader *reader, unsigned *length, bool *ones)
{
    if (reader->left == 0)
        return false;
    if (reader->vector_bits == 0) {
        Cursor c = cursor_over(reader->chunks);
        uint16_t chunk = cursor_be16(&c);
        if (c.failed || chunk == 0)
            return false;
        reader->chunks = cursor_rest(&c);
        if (!(chunk & CHUNK_IS_VECTOR)) {
            *length = MIN(chunk & CHUNK_RUN_LENGTH, reader->left);
            *ones = chunk & CHUNK_RUN_OF_ONES;
            reader->left -= *length;
            return true;
        }
        reader->vector = chunk & CHUNK_VECTOR_MASK;
        reader->vector_bits = CHUNK_VECTOR_BITS;
    }
    *length = 1;
    *ones = reader->vector >> --reader->vector_bits & 1;
    reader->left--;
    return true;
}

DissectStatus rtcp_xr_runs(const RtcpXrBlock *block, RtcpXrRuns *out)
{
    RtcpXrRunReader reader;
    DissectStatus status = rtcp_xr_run_reader(block, &reader);
    unsigned length;
    bool ones;

    if (status != DISSECT_OK)
        return status;
    RtcpXrRuns runs = { reader.ssrc, reader.begin_seq, reader.end_seq, 0, 0 };
    while (rtcp_xr_next_run(&reader, &length, &ones)) {
        runs.packets += length;
        runs.zeros += ones ? 0 : length;
    }
    *out = runs;
    return DISSECT_OK;
}

DissectStatus rtcp_xr_reference_time(const RtcpXrBlock *block, uint64_t *ntp)
{
    Cursor c = cursor_over(block->body);
    uint64_t time = cursor_be64(&c);

    if (block->type != RTCP_XR_REFERENCE_TIME)
        return DISSECT_NOT_MINE;
    if (c.failed)
        return DISSECT_MALFORMED;
    *ntp = time;
    return DISSECT_OK;
}

bool rtcp_xr_next_delay(Slice *entries, RtcpXrDelay *out)
{
    Cursor c = cursor_over(*entries);
    RtcpXrDelay delay = { .ssrc = cursor_be32(&c) };

    delay.last_rr = cursor_be32(&c);
    delay.delay_since_last_rr = cursor_be32(&c);
    if (c.failed)
        return false;
    *entries = cursor_rest(&c);
    *out = delay;
    return true;
}

/* The IANA registry of RTCP XR block types, by what the RFCs call them. */
static const char *const block_names[] = {
    [1] = "loss-rle",
    [2] = "duplicate-rle",
    [3] = "receipt-times",
    [4] = "receiver-reference-time",
    [5] = "dlrr",
    [6] = "statistics-summary",
    [7] = "voip-metrics",
    [10] = "post-repair-loss-rle",         /* RFC 5725 */
    [11] = "multicast-acquisition",        /* RFC 6332 */
    [12] = "idms",                         /* RFC 7272 */
    [13] = "ecn-summary",                  /* RFC 6679 */
    [14] = "measurement-information",      /* RFC 6776 */
    [15] = "packet-delay-variation",       /* RFC 6798 */
    [16] = "delay-metrics",                /* RFC 6843 */
    [17] = "burst-gap-loss-summary",       /* RFC 7004 */
    [18] = "burst-gap-discard-summary",    /* RFC 7004 */
    [19] = "frame-impairment",             /* RFC 7004 */
    [20] = "burst-gap-loss",               /* RFC 6958 */
    [21] = "burst-gap-discard",            /* RFC 7003 */
    [22] = "mpeg2-ts-decodability",        /* RFC 6990 */
    [23] = "de-jitter-buffer",             /* RFC 7005 */
    [24] = "discard-count",                /* RFC 7002 */
    [25] = "discard-rle",                  /* RFC 7097 */
    [26] = "bytes-discarded",              /* RFC 7243 */
    [27] = "flow-synchronization-delay",   /* RFC 7244 */
    [28] = "synchronization-offset",       /* RFC 7244 */
    [29] = "mos-metric",                   /* RFC 7266 */
    [30] = "loss-concealment",             /* RFC 7294 */
    [31] = "concealed-seconds",            /* RFC 7294 */
    [32] = "mpeg2-ts-psi-decodability",    /* RFC 7380 */
    [33] = "post-repair-loss-count",       /* RFC 7509 */
    [34] = "video-loss-concealment",       /* RFC 7867 */
    [35] = "independent-burst-gap-discard" /* RFC 8015 */
};

const char *rtcp_xr_name(uint8_t type)
{
    return type < G_N_ELEMENTS(block_names) ? block_names[type] : NULL;
}

bool rtcp_xr_ssrc(const RtcpXrBlock *block, uint32_t *ssrc)
{
    Cursor c = cursor_over(block->body);
    uint32_t first = cursor_be32(&c);

    if (c.failed || block->type == RTCP_XR_REFERENCE_TIME || block->type == RTCP_XR_DLRR)
        return false;
    *ssrc = first;
    return true;
}

/* dissect/media/rtcp_xr.c - see rtcp_xr.h */
#include "dissect/media/rtcp_xr.h"
#include "dissect/base/cursor.h"

#define VOIP_METRICS_BYTES 32u /* block length 8 */

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

/* export/stream_rtcp.c - see stream_rtcp.h */
#include "export/stream_rtcp.h"
#include <math.h>

static void write_receiver_report(JsonWriter *json, const StreamRtcp *rtcp, uint32_t clock_hz)
{
    const RtcpReport *last = &rtcp->last_report;
    bool known = rtcp->receiver_reports > 0;

    json_uint(json, "receiver_reports", rtcp->receiver_reports);
    json_double(json, "fraction_lost_percent", known ? last->fraction_lost * 100.0 / 256.0 : NAN,
                2);
    json_int_if(json, "cumulative_lost", known, last->cumulative_lost);
    json_double(json, "jitter_ms", known && clock_hz ? last->jitter_ticks * 1000.0 / clock_hz : NAN,
                6);
    json_double(json, "round_trip_ms", rtcp->round_trip_ms, 6);
    json_double(json, "sender_round_trip_ms", rtcp->sender_round_trip_ms, 6);
}

/* What was seen here beside what its receiver reported of the same packets. */
static void write_loss_place(JsonWriter *json, const LossPlace *loss)
{
    bool placed = loss->intervals > 0;

    json_uint_if(json, "loss_before", placed, loss_placed(loss->before));
    json_uint_if(json, "loss_after", placed, loss_placed(loss->after));
    json_uint_if(json, "loss_in_capture", placed, loss_placed(loss->in_capture));
    json_uint(json, "loss_intervals", loss->intervals);
    json_uint_if(json, "loss_packets", placed, loss->packets);
}

static void write_feedback(JsonWriter *json, const StreamRtcp *rtcp)
{
    uint64_t messages = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(stream_rtcp_extra(rtcp)->feedback); i++)
        messages += stream_rtcp_extra(rtcp)->feedback[i];
    if (messages == 0) {
        json_null(json, "feedback");
        return;
    }
    json_begin_object(json, "feedback");
    for (unsigned i = 0; i < G_N_ELEMENTS(stream_rtcp_extra(rtcp)->feedback); i++)
        json_uint(json, feedback_kind_name((FeedbackKind)i), stream_rtcp_extra(rtcp)->feedback[i]);
    json_uint(json, "nack_packets", stream_rtcp_extra(rtcp)->nack_packets);
    json_uint_if(json, "remb_bps", stream_rtcp_extra(rtcp)->feedback[FEEDBACK_REMB],
                 stream_rtcp_extra(rtcp)->remb_bps);
    json_end_object(json);
}

static void write_xr_blocks(JsonWriter *json, const StreamRtcp *rtcp)
{
    json_begin_array(json, "xr_blocks");
    for (unsigned type = 0; stream_rtcp_extra(rtcp)->xr_types >> type; type++) {
        char number[16];
        if (!(stream_rtcp_extra(rtcp)->xr_types >> type & 1))
            continue;
        g_snprintf(number, sizeof number, "%u", type);
        const char *name = rtcp_xr_name((uint8_t)type);
        json_string(json, NULL, name ? name : number);
        if (type == 63)
            break;
    }
    json_end_array(json);
}

/* RFC 3611 4.6. */
static void write_statistics(JsonWriter *json, const StreamRtcp *rtcp, uint32_t clock_hz)
{
    const RtcpXrStatistics *s = &stream_rtcp_extra(rtcp)->last_statistics;
    double ms = s->has_jitter && clock_hz ? 1000.0 / clock_hz : NAN;

    if (!stream_rtcp_extra(rtcp)->has_statistics) {
        json_null(json, "statistics");
        return;
    }
    json_begin_object(json, "statistics");
    json_uint(json, "packets", (uint16_t)(s->end_seq - s->begin_seq));
    json_uint_if(json, "lost", s->has_loss, s->lost);
    json_uint_if(json, "duplicates", s->has_duplicates, s->duplicates);
    json_double(json, "jitter_min_ms", s->jitter_min_ticks * ms, 6);
    json_double(json, "jitter_mean_ms", s->jitter_mean_ticks * ms, 6);
    json_double(json, "jitter_max_ms", s->jitter_max_ticks * ms, 6);
    json_double(json, "jitter_deviation_ms", s->jitter_deviation_ticks * ms, 6);
    json_uint_if(json, "ttl_min", s->has_ttl, s->ttl_min);
    json_uint_if(json, "ttl_max", s->has_ttl, s->ttl_max);
    json_end_object(json);
}

static void write_app(JsonWriter *json, const StreamRtcp *rtcp)
{
    char name[sizeof stream_rtcp_extra(rtcp)->app_name + 1] = "";

    memcpy(name, stream_rtcp_extra(rtcp)->app_name, sizeof stream_rtcp_extra(rtcp)->app_name);
    json_string(json, "app", stream_rtcp_extra(rtcp)->apps ? name : NULL);
    json_uint_if(json, "app_subtype", stream_rtcp_extra(rtcp)->apps,
                 stream_rtcp_extra(rtcp)->app_subtype);
}

/* What it says of itself: an object of what there is. */
static void write_texts(JsonWriter *json, const StreamRtcp *rtcp)
{
    json_string(json, "bye_reason", rtcp_text_find(rtcp->texts, RTCP_TEXT_BYE_REASON));
    json_begin_object(json, "sdes");
    for (unsigned kind = RTCP_TEXT_NAME; kind < RTCP_TEXT_KINDS; kind++) {
        const char *text = rtcp_text_find(rtcp->texts, (RtcpTextKind)kind);
        if (text)
            json_string(json, rtcp_text_name(kind), text);
    }
    json_end_object(json);
}

/* RFC 3611 4.1 to 4.3: what its receiver tells packet by packet. */
static void write_runs(JsonWriter *json, const StreamRtcpExtra *extra)
{
    uint32_t runs[LOSS_RUN_LENGTHS];

    if (extra->loss.blocks == 0) {
        json_null(json, "loss_rle");
    } else {
        json_begin_object(json, "loss_rle");
        json_uint(json, "blocks", extra->loss.blocks);
        json_uint(json, "packets", extra->loss.packets);
        json_uint(json, "lost", extra->loss.lost);
        json_begin_array(json, "loss_runs");
        reported_loss_runs(&extra->loss, runs);
        for (unsigned i = 0; i < LOSS_RUN_LENGTHS; i++)
            json_uint(json, NULL, runs[i]);
        json_end_array(json);
        json_end_object(json);
    }
    json_uint(json, "duplicate_rle_blocks", extra->duplicate_blocks);
    json_uint_if(json, "duplicate_rle_packets", extra->duplicate_blocks,
                 extra->reported_duplicates);
    json_uint(json, "receipt_times_blocks", extra->receipt_blocks);
}

static double unless_unavailable(unsigned value, double unit)
{
    return value == RTCP_XR_UNAVAILABLE ? NAN : value * unit;
}

/* RFC 3611 4.7, as percent, ms and MOS. */
static void write_voip_metrics(JsonWriter *json, const StreamRtcp *rtcp)
{
    const RtcpXrVoipMetrics *m = &stream_rtcp_extra(rtcp)->last_voip;
    double percent = 100.0 / 256;

    if (stream_rtcp_extra(rtcp)->voip_reports == 0) {
        json_null(json, "xr");
        return;
    }
    json_begin_object(json, "xr");
    json_uint(json, "reports", stream_rtcp_extra(rtcp)->voip_reports);
    json_double(json, "loss_percent", m->loss_rate * percent, 2);
    json_double(json, "discard_percent", m->discard_rate * percent, 2);
    json_double(json, "burst_density_percent", m->burst_density * percent, 2);
    json_double(json, "gap_density_percent", m->gap_density * percent, 2);
    json_uint(json, "burst_ms", m->burst_ms);
    json_uint(json, "gap_ms", m->gap_ms);
    json_uint_if(json, "gmin", m->gmin, m->gmin);
    json_uint_if(json, "round_trip_ms", m->round_trip_ms, m->round_trip_ms);
    json_uint_if(json, "end_system_ms", m->end_system_ms, m->end_system_ms);
    json_int_if(json, "signal_dbm0", m->signal_dbm0 != RTCP_XR_UNAVAILABLE, m->signal_dbm0);
    json_int_if(json, "noise_dbm0", m->noise_dbm0 != RTCP_XR_UNAVAILABLE, m->noise_dbm0);
    json_double(json, "rerl_db", unless_unavailable(m->rerl_db, 1), 0);
    json_double(json, "r_factor", unless_unavailable(m->r_factor, 1), 0);
    json_double(json, "external_r_factor", unless_unavailable(m->external_r_factor, 1), 0);
    json_double(json, "mos_lq", unless_unavailable(m->mos_lq_10, 0.1), 1);
    json_double(json, "mos_cq", unless_unavailable(m->mos_cq_10, 0.1), 1);
    json_uint(json, "concealment", m->concealment);
    json_uint(json, "adaptation", m->adaptation);
    json_uint(json, "adjustment_rate", m->adjustment_rate);
    json_uint_if(json, "buffer_nominal_ms", m->buffer_nominal_ms, m->buffer_nominal_ms);
    json_uint_if(json, "buffer_maximum_ms", m->buffer_maximum_ms, m->buffer_maximum_ms);
    json_uint_if(json, "buffer_limit_ms", m->buffer_limit_ms, m->buffer_limit_ms);
    json_end_object(json);
}

/* Whose word some of it is; only where it is somebody's. */
static void write_agents(JsonWriter *json, const StreamRtcpExtra *extra)
{
    if (extra->agent_reports == 0)
        return;
    json_uint(json, "agent_reports", extra->agent_reports);
    json_begin_array(json, "agents");
    for (unsigned i = 0; i < extra->agent_count; i++)
        json_uint(json, NULL, extra->agents[i]);
    json_end_array(json);
}

void write_stream_rtcp(JsonWriter *json, const StreamRtcp *rtcp, uint32_t clock_hz)
{
    if (!stream_rtcp_any(rtcp)) {
        json_null(json, "rtcp");
        return;
    }
    json_begin_object(json, "rtcp");
    json_uint(json, "sender_reports", rtcp->sender_reports);
    json_uint_if(json, "sent_packets", rtcp->sender_reports, rtcp->sent_packets);
    json_uint_if(json, "sent_octets", rtcp->sender_reports, rtcp->sent_octets);
    write_receiver_report(json, rtcp, clock_hz);
    write_loss_place(json, &rtcp->loss);
    write_feedback(json, rtcp);
    write_xr_blocks(json, rtcp);
    write_runs(json, stream_rtcp_extra(rtcp));
    write_statistics(json, rtcp, clock_hz);
    write_voip_metrics(json, rtcp);
    write_app(json, rtcp);
    json_bool(json, "bye", rtcp->bye);
    write_texts(json, rtcp);
    json_string(json, "cname", rtcp->cname[0] ? rtcp->cname : NULL);
    write_agents(json, stream_rtcp_extra(rtcp));
    json_end_object(json);
}

#include "export/far_end.h"
#include "dissect/call/far_end.h"
#include "export/record.h"
#include <math.h>

static bool has_any(const Model *model, const Call *call)
{
    for (unsigned i = 0; i < call_far_end_count(call); i++)
        if (call_far_end(model, call, i))
            return true;
    return false;
}

static double percent_of(uint8_t fraction)
{
    return fraction * 100.0 / 256;
}

static void write_stream(JsonWriter *json, const FarEndStream *stream)
{
    bool sent = stream->sender_reports > 0, received = stream->receiver_reports > 0;
    char ssrc[16];

    g_snprintf(ssrc, sizeof ssrc, "0x%08x", stream->ssrc);
    json_begin_object(json, NULL);
    json_string(json, "ssrc", ssrc);
    json_endpoint(json, "sender", stream->sender);
    json_endpoint(json, "receiver", stream->receiver);
    json_uint_if(json, "clock_hz", stream->clock_hz != 0, stream->clock_hz);
    json_time(json, "first_time", stream->first_ns);
    json_time(json, "last_time", stream->last_ns);
    json_uint(json, "sender_reports", stream->sender_reports);
    json_uint_if(json, "sent_packets", sent, stream->sent_packets);
    json_uint_if(json, "sent_octets", sent, stream->sent_octets);
    json_uint(json, "receiver_reports", stream->receiver_reports);
    json_double(json, "cumulative_lost", received ? (double)stream->last.cumulative_lost : NAN, 0);
    json_double(json, "lost_percent", far_end_lost_percent(stream), 4);
    json_double(json, "fraction_lost_percent",
                received ? percent_of(stream->last.fraction_lost) : NAN, 4);
    json_double(json, "fraction_lost_max_percent",
                received ? percent_of(stream->fraction_lost_max) : NAN, 4);
    json_double(json, "jitter_ms", far_end_jitter_ms(stream, stream->last.jitter_ticks), 6);
    json_double(json, "jitter_max_ms", far_end_jitter_ms(stream, stream->jitter_max_ticks), 6);
    json_double(json, "round_trip_ms", stream->round_trip_ms, 6);
    json_end_object(json);
}

void json_far_end(JsonWriter *json, const Model *model, const Call *call)
{
    if (!has_any(model, call))
        return;
    json_begin_array(json, "far_end");
    for (unsigned i = 0; i < call_far_end_count(call); i++) {
        const FarEndStream *stream = call_far_end(model, call, i);
        if (stream)
            write_stream(json, stream);
    }
    json_end_array(json);
}

static void append_receiver(GString *out, const FarEndStream *stream)
{
    double lost = far_end_lost_percent(stream);
    double jitter_ms = far_end_jitter_ms(stream, stream->last.jitter_ticks);

    g_string_append_printf(out, ", lost %d", stream->last.cumulative_lost);
    if (!isnan(lost))
        g_string_append_printf(out, " (%.2f %%)", lost);
    g_string_append_printf(out, ", at most %.1f %% between reports",
                           percent_of(stream->fraction_lost_max));
    if (!isnan(jitter_ms))
        g_string_append_printf(out, ", jitter %.1f ms (max %.1f)", jitter_ms,
                               far_end_jitter_ms(stream, stream->jitter_max_ticks));
    if (!isnan(stream->round_trip_ms))
        g_string_append_printf(out, ", round trip %.1f ms", stream->round_trip_ms);
}

void far_end_text(GString *out, const Model *model, const Call *call)
{
    char sender[ENDPOINT_TEXT_SIZE], receiver[ENDPOINT_TEXT_SIZE];

    for (unsigned i = 0; i < call_far_end_count(call); i++) {
        const FarEndStream *stream = call_far_end(model, call, i);
        if (!stream)
            continue;
        g_string_append_printf(out, "  Reported, not captured: RTP 0x%08x %s to %s", stream->ssrc,
                               endpoint_format(stream->sender, sender, sizeof sender),
                               endpoint_format(stream->receiver, receiver, sizeof receiver));
        if (stream->sender_reports)
            g_string_append_printf(out, ", sent %u", stream->sent_packets);
        if (stream->receiver_reports)
            append_receiver(out, stream);
        g_string_append_c(out, '\n');
    }
}

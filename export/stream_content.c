/* export/stream_content.c - see stream_content.h */
#include "export/stream_content.h"
#include <math.h>

static void write_event(JsonWriter *json, uint8_t code)
{
    const char *name = telephone_event_name(code);
    char number[16];

    g_snprintf(number, sizeof number, "%u", code);
    json_string(json, "event", name ? name : number);
}

static const char *party_name(const CallDigit *digit)
{
    if (!digit->direction_known)
        return NULL;
    return digit->from_caller ? "caller" : "callee";
}

static void write_stream_digit(JsonWriter *json, const CallDigit *digit)
{
    json_begin_object(json, NULL);
    json_time(json, "time", digit->time_ns);
    write_event(json, digit->code);
    json_double(json, "duration_ms", digit->duration_ms, 3);
    json_int_if(json, "volume_dbm0", digit->has_volume, digit->volume_dbm0);
    json_bool(json, "ended", digit->ended);
    json_uint(json, "packets", digit->packets);
    json_end_object(json);
}

static void write_stream_digits(JsonWriter *json, const Stream *stream)
{
    g_autoptr(GArray) digits = stream_digits(stream);

    json_begin_array(json, "dtmf");
    for (unsigned i = 0; i < digits->len; i++)
        write_stream_digit(json, &g_array_index(digits, CallDigit, i));
    json_end_array(json);
}

static void write_text(JsonWriter *json, const StreamContent *content)
{
    const RealtimeText *text = content ? content->text : NULL;

    if (!text || !text->text) {
        json_null(json, "text");
        return;
    }
    json_begin_object(json, "text");
    json_string(json, "content", text->text->str);
    json_uint(json, "blocks", text->blocks);
    json_uint(json, "lost_blocks", text->lost);
    json_uint(json, "recovered_blocks", text->recovered);
    json_uint(json, "dropped_bytes", text->dropped);
    json_end_object(json);
}

/* What was lost stays lost in all other figures: this says what a receiver could get back. */
static void write_redundancy(JsonWriter *json, const StreamContent *content, uint64_t lost)
{
    const Redundancy *r = content ? content->redundancy : NULL;

    if (!r) {
        json_null(json, "redundancy");
        return;
    }
    uint64_t repaired = r->red_recovered + r->fec_recovered;
    json_begin_object(json, "redundancy");
    json_uint(json, "red_packets", r->red_packets);
    json_uint(json, "red_blocks", r->red_blocks);
    json_uint(json, "red_octets", r->red_octets);
    json_uint(json, "red_recovered", r->red_recovered);
    json_uint(json, "fec_packets", r->fec_packets);
    json_uint(json, "fec_recovered", r->fec_recovered);
    json_uint(json, "malformed", r->malformed);
    json_uint(json, "lost_after_repair", lost > repaired ? lost - repaired : 0);
    json_end_object(json);
}

static void write_levels(JsonWriter *json, const Stream *stream)
{
    const AudioLevels *levels = stream->content ? stream->content->levels : NULL;
    const uint8_t *meaning = payload_map_extensions(stream->payloads);
    AudioLevelReport report = { 0 };

    json_begin_array(json, "header_extensions");
    for (unsigned id = 1; levels && meaning && id < HEADER_EXTENSION_IDS; id++) {
        if (!(levels->seen >> id & 1))
            continue;
        json_begin_object(json, NULL);
        json_uint(json, "id", id);
        json_string(json, "name", header_extension_name(header_extension_kind(meaning[id])));
        json_bool(json, "encrypted", meaning[id] & HEADER_EXTENSION_ENCRYPTED);
        json_end_object(json);
    }
    json_end_array(json);
    if (levels)
        report = audio_levels_report(levels);
    if (report.packets == 0) {
        json_null(json, "audio_level");
        return;
    }
    json_begin_object(json, "audio_level");
    json_uint(json, "packets", report.packets);
    json_double(json, "mean_dbov", report.mean_dbov, 2);
    json_int(json, "max_dbov", report.max_dbov);
    json_double(json, "voice_percent", report.voice_percent, 2);
    json_double(json, "silent_percent", report.silent_percent, 2);
    json_end_object(json);
}

static void write_codec(JsonWriter *json, const char *key, const Stream *stream, uint8_t type)
{
    const PayloadFormat *format = payload_lookup(stream->payloads, type);
    char number[16];

    g_snprintf(number, sizeof number, "PT %u", type);
    json_string(json, key, format && format->encoding ? format->encoding : number);
}

static void write_changes(JsonWriter *json, const Stream *stream)
{
    const StreamChanges *changes = stream->content ? stream->content->changes : NULL;

    json_begin_array(json, "changes");
    for (unsigned i = 0; changes && i < changes->count; i++) {
        const StreamChange *change = &changes->records[i];
        bool codec = change->kind == CHANGE_CODEC;
        json_begin_object(json, NULL);
        json_time(json, "time", change->time_ns);
        json_string(json, "kind", codec ? "codec" : "ptime");
        write_codec(json, "from_codec", stream, change->from_type);
        write_codec(json, "to_codec", stream, change->to_type);
        json_uint_if(json, "from_ptime_ms", !codec, change->from_ms);
        json_uint_if(json, "to_ptime_ms", !codec, change->to_ms);
        json_end_object(json);
    }
    json_end_array(json);
}

static void write_video(JsonWriter *json, const Stream *stream, uint32_t clock_hz)
{
    VideoReport video;

    if (!stream->content || !stream->content->video) {
        json_null(json, "video");
        return;
    }
    video_report(stream->content->video, clock_hz, &video);
    json_begin_object(json, "video");
    json_uint(json, "frames", video.frames);
    json_uint_if(json, "key_frames", video.keys_known, video.key_frames);
    json_uint(json, "damaged_frames", video.damaged_frames);
    json_double(json, "frames_per_s", video.frames_per_s, 3);
    json_uint_if(json, "width", video.width, video.width);
    json_uint_if(json, "height", video.height, video.height);
    json_uint(json, "size_changes", video.size_changes);
    json_uint(json, "freezes", video.freezes);
    json_double(json, "freeze_ms", video.freeze_ms, 3);
    json_double(json, "longest_ms", video.longest_ms, 3);
    json_uint(json, "nack", stream_rtcp_extra(&stream->rtcp)->feedback[FEEDBACK_NACK]);
    json_uint(json, "pli", stream_rtcp_extra(&stream->rtcp)->feedback[FEEDBACK_PLI]);
    json_uint(json, "fir", stream_rtcp_extra(&stream->rtcp)->feedback[FEEDBACK_FIR]);
    json_uint(json, "unread_packets", video.unread_packets);
    json_end_object(json);
}

/* Only of a mixer's stream. */
static void write_contributors(JsonWriter *json, const Stream *stream)
{
    const Contributors *c = stream->content ? stream->content->contributors : NULL;
    char ssrc[16];

    if (!c)
        return;
    json_begin_object(json, "contributing_sources");
    json_uint(json, "packets", c->packets);
    json_uint(json, "most", c->most);
    json_begin_array(json, "ssrcs");
    for (unsigned i = 0; i < c->count; i++) {
        g_snprintf(ssrc, sizeof ssrc, "0x%08x", c->sources[i]);
        json_string(json, NULL, ssrc);
    }
    json_end_array(json);
    json_bool(json, "more", c->more);
    json_end_object(json);
}

void write_stream_content(JsonWriter *json, const Stream *stream, const StreamReport *report)
{
    write_stream_digits(json, stream);
    write_text(json, stream->content);
    write_redundancy(json, stream->content, report->lost);
    write_video(json, stream, report->clock_hz);
    write_levels(json, stream);
    write_changes(json, stream);
    write_contributors(json, stream);
}

void write_call_digits(JsonWriter *json, const Model *model, const Call *call)
{
    g_autoptr(GArray) digits = call_digits(model, call);

    json_begin_array(json, "dtmf");
    for (unsigned i = 0; i < digits->len; i++) {
        const CallDigit *digit = &g_array_index(digits, CallDigit, i);
        json_begin_object(json, NULL);
        json_time(json, "time", digit->time_ns);
        write_event(json, digit->code);
        json_string(json, "origin", digit_origin_name(digit->origin));
        json_string(json, "from", party_name(digit));
        json_double(json, "duration_ms", digit->duration_ms, 3);
        json_uint_if(json, "stream", digit->stream, digit->stream);
        json_uint_if(json, "status", digit->status, digit->status);
        json_end_object(json);
    }
    json_end_array(json);
}

char *digits_text(const GArray *digits)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < digits->len; i++) {
        uint8_t code = g_array_index(digits, CallDigit, i).code;
        const char *name = telephone_event_name(code);
        if (telephone_event_digit(code))
            g_string_append_c(text, telephone_event_digit(code));
        else if (name)
            g_string_append_printf(text, "[%s]", name);
        else
            g_string_append_printf(text, "[%u]", code);
    }
    return g_string_free(text, text->len == 0);
}

char *stream_text(const Stream *stream, unsigned max_bytes)
{
    const RealtimeText *text = stream->content ? stream->content->text : NULL;

    if (!text || !text->text || text->text->len == 0)
        return NULL;
    g_autofree char *valid = g_utf8_make_valid(text->text->str, (gssize)text->text->len);
    size_t len = strlen(valid);
    if (len <= max_bytes)
        return g_steal_pointer(&valid);
    const char *end = g_utf8_find_prev_char(valid, valid + max_bytes + 1);
    return g_strdup_printf("%.*s...", (int)(end ? end - valid : 0), valid);
}

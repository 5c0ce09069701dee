#include "export/stream_security.h"

static const char *origin_name(SrtpKeyOrigin origin)
{
    return origin == SRTP_KEY_FROM_DTLS ? "dtls" : "sdes";
}

static void write_counts(JsonWriter *json, const Stream *stream)
{
    const SrtpCounts none = { .open = 0 };
    const SrtpCounts *counts = stream->srtp ? srtp_context_counts(stream->srtp) : &none;
    StreamReport report;

    stream_report(stream, &report);
    uint64_t checked = counts->open + counts->failed + counts->replayed;
    json_uint(json, "authenticated", counts->open);
    json_uint(json, "authentication_failures", counts->failed);
    json_uint(json, "replayed", counts->replayed);
    json_uint(json, "unchecked", report.packets - MIN(checked, report.packets));
    json_uint(json, "rtcp_authenticated", counts->rtcp_open);
    json_uint(json, "rtcp_authentication_failures", counts->rtcp_failed);
    json_uint(json, "key_changes", counts->key_changes);
}

void write_stream_security(JsonWriter *json, const Stream *stream)
{
    StreamObstacle obstacle = stream_obstacle(stream);
    const SrtpKey *key = stream->srtp ? srtp_context_key(stream->srtp) : NULL;

    json_string(json, "security", stream_security_name(stream->security));
    if (stream->security == STREAM_SECURITY_NONE && !stream->srtp) {
        json_null(json, "srtp");
        return;
    }
    json_begin_object(json, "srtp");
    json_string(json, "suite", key ? key->suite->name : NULL);
    json_string(json, "key_origin", key ? origin_name(key->origin) : NULL);
    json_uint_if(json, "rollovers", key != NULL, key ? srtp_context_roc(stream->srtp) : 0);
    write_counts(json, stream);
    json_string(json, "unreadable", stream_obstacle_name(obstacle));
    json_string(json, "unreadable_because",
                obstacle == OBSTACLE_NONE ? NULL : stream_obstacle_text(obstacle));
    json_end_object(json);
}

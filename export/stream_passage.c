/* export/stream_passage.c - see stream_passage.h */
#include "export/stream_passage.h"
#include <math.h>

static void write_passage(JsonWriter *json, const Passage *passage, const Stream *of)
{
    bool came = passage->later == of->number;

    json_begin_object(json, NULL);
    json_uint(json, "stream", came ? passage->earlier : passage->later);
    json_string(json, "place", came ? "earlier" : "later");
    json_string(json, "kind", passage_kind_name(passage->kind));
    json_bool(json, "numbers_kept", passage->numbers_kept);
    json_bool(json, "payloads_equal", passage->payloads_equal);
    json_uint(json, "matched", passage->matched + passage->evidence);
    json_uint(json, "lost_between", passage_lost(passage));
    json_uint(json, "only_later", passage->appeared);
    json_begin_object(json, "delay_ms");
    json_double(json, "min", passage->delay_min_ms, 3);
    json_double(json, "mean", passage_delay_mean_ms(passage), 3);
    json_double(json, "max", passage->delay_max_ms, 3);
    json_end_object(json);
    json_end_object(json);
}

static void write_transcoding(JsonWriter *json, const Transcoding *transcoding, bool onward)
{
    StreamReport report;

    stream_report(transcoding->other, &report);
    json_begin_object(json, NULL);
    json_uint(json, "stream", transcoding->other->number);
    json_string(json, "place", onward ? "later" : "earlier");
    json_string(json, "codec", report.codec);
    json_string(json, "legs",
                transcoding->relation ? relation_reason_name(transcoding->relation->reason)
                                      : "same-call");
    json_begin_array(json, "reasons");
    for (unsigned i = 0; i < TRANSCODED_REASONS; i++)
        if (transcoding->reasons & 1u << i)
            json_string(json, NULL, transcoded_reason_name(i));
    json_end_array(json);
    json_end_object(json);
}

static void write_transcodings(JsonWriter *json, const Model *model, const Stream *stream)
{
    Transcoding came, went;
    bool has_come = transcoded_find(model, stream, false, &came);
    bool goes_on = transcoded_find(model, stream, true, &went);

    if (!has_come && !goes_on)
        return;
    json_begin_array(json, "transcoded");
    if (has_come)
        write_transcoding(json, &came, false);
    if (goes_on)
        write_transcoding(json, &went, true);
    json_end_array(json);
}

void write_stream_passages(JsonWriter *json, const Model *model, const Stream *stream)
{
    const Passage *to = media_tracker_passage_to(model->media, stream);
    const Passage *from = media_tracker_passages_from(model->media, stream);

    write_transcodings(json, model, stream);
    if (!to && !from)
        return;
    json_begin_array(json, "seen_also");
    if (to)
        write_passage(json, to, stream);
    for (; from; from = from->next_onward)
        write_passage(json, from, stream);
    json_end_array(json);
}

char *passage_text(const Passage *passage, const Stream *of)
{
    bool came = passage->later == of->number;
    double delay_ms = passage_delay_mean_ms(passage);
    bool earlier = came == (delay_ms >= 0);

    return g_strdup_printf(
        "the same stream as #%u, %.1f ms %s, %" G_GUINT64_FORMAT " packets lost between (%s)",
        came ? passage->earlier : passage->later, fabs(delay_ms), earlier ? "earlier" : "later",
        passage_lost(passage), passage_kind_name(passage->kind));
}

char *transcoding_text(const Transcoding *transcoding, bool onward)
{
    GString *text = g_string_new(NULL);
    StreamReport report;

    stream_report(transcoding->other, &report);
    g_string_printf(text, "transcoded %s %s, #%u (", onward ? "to" : "from", report.codec,
                    transcoding->other->number);
    if (transcoding->relation)
        g_string_append_printf(text, "legs of one call: %s",
                               relation_reason_name(transcoding->relation->reason));
    else
        g_string_append(text, "one call");
    for (unsigned i = 0; i < TRANSCODED_REASONS; i++)
        if (transcoding->reasons & 1u << i)
            g_string_append_printf(text, "; %s", transcoded_reason_meaning(i));
    g_string_append_c(text, ')');
    return g_string_free(text, FALSE);
}

/* Takes @text over. */
static void add_line(GString *out, char *text)
{
    g_string_append_printf(out, "%s%s", out->len ? "\n" : "", text);
    g_free(text);
}

static void add_transcoding(GString *out, const Model *model, const Stream *stream, bool onward)
{
    Transcoding transcoding;

    if (transcoded_find(model, stream, onward, &transcoding))
        add_line(out, transcoding_text(&transcoding, onward));
}

char *stream_passages_text(const Model *model, const Stream *stream)
{
    const Passage *to = media_tracker_passage_to(model->media, stream);
    const Passage *from = media_tracker_passages_from(model->media, stream);
    GString *out = g_string_new(NULL);

    add_transcoding(out, model, stream, false);
    if (to)
        add_line(out, passage_text(to, stream));
    for (; from; from = from->next_onward)
        add_line(out, passage_text(from, stream));
    add_transcoding(out, model, stream, true);
    return g_string_free(out, FALSE);
}

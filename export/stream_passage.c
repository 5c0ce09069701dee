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

void write_stream_passages(JsonWriter *json, const Model *model, const Stream *stream)
{
    const Passage *to = media_tracker_passage_to(model->media, stream);
    const Passage *from = media_tracker_passages_from(model->media, stream);

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

static void add_line(GString *out, const Passage *passage, const Stream *of)
{
    g_autofree char *text = passage_text(passage, of);

    g_string_append_printf(out, "%s%s", out->len ? "\n" : "", text);
}

char *stream_passages_text(const Model *model, const Stream *stream)
{
    const Passage *to = media_tracker_passage_to(model->media, stream);
    const Passage *from = media_tracker_passages_from(model->media, stream);
    GString *out = g_string_new(NULL);

    if (to)
        add_line(out, to, stream);
    for (; from; from = from->next_onward)
        add_line(out, from, stream);
    return g_string_free(out, FALSE);
}

/* dissect/call/vq.c - see vq.h, vq_tracker.h */
#include "dissect/call/vq.h"
#include "dissect/call/tracker_private.h"
#include "dissect/call/vq_tracker.h"
#include "dissect/sip/mime.h"
#include <math.h>

void vq_record_free(void *record)
{
    VqRecord *vq = record;

    g_free(vq->body);
    g_free(vq);
}

unsigned call_vq_count(const Call *call)
{
    return call->extras->vq_reports ? call->extras->vq_reports->len : 0;
}

const VqRecord *call_vq_at(const Call *call, unsigned index)
{
    return g_ptr_array_index(call->extras->vq_reports, index);
}

static bool endpoint_of(const VqAddress *address, Endpoint *out)
{
    if (!ip_parse(address->ip, &out->ip) || !(address->port >= 1 && address->port <= UINT16_MAX))
        return false;
    out->port = (uint16_t)address->port;
    return true;
}

typedef struct {
    const VqAddress *sender, *receiver;
    uint32_t call; /* 0: none yet */
} StreamSearch;

static bool is_between(const Stream *stream, const VqAddress *sender, const VqAddress *receiver)
{
    Endpoint from, to;
    bool fits_to = endpoint_of(receiver, &to) && endpoint_equal(stream->key.destination, to);
    bool fits_from = endpoint_of(sender, &from) && endpoint_equal(stream->key.source, from);

    return fits_to || fits_from;
}

static void look_at_stream(Stream *stream, void *context)
{
    StreamSearch *search = context;

    if (stream->call && !search->call && is_between(stream, search->sender, search->receiver))
        search->call = stream->call;
}

static Call *call_by_media(const Model *model, const VqReport *report)
{
    const VqAddress *ends[] = { &report->local_address, &report->remote_address };
    StreamSearch search = { .call = 0 };

    for (unsigned i = 0; i < G_N_ELEMENTS(ends) && !search.call; i++) {
        search.sender = ends[i];
        search.receiver = ends[1 - i];
        if (ends[i]->has_ssrc)
            media_tracker_each_ssrc(model->media, ends[i]->ssrc, look_at_stream, &search);
    }
    return search.call ? model_call(model, search.call) : NULL;
}

static Call *call_of(const Model *model, const VqReport *report)
{
    Slice ids[] = { vq_report_call_id(report), report->call_id };

    for (unsigned i = 0; i < G_N_ELEMENTS(ids); i++) {
        Call *call = ids[i].len ? model_find_call(model, ids[i]) : NULL;
        if (call && call->is_call)
            return call;
    }
    return call_by_media(model, report);
}

static bool is_known(const Call *call, uint64_t content)
{
    for (unsigned i = 0; i < call_vq_count(call); i++)
        if (call_vq_at(call, i)->content == content)
            return true;
    return false;
}

static void keep(const MessageContext *context, Call *call, Slice body)
{
    uint64_t content = hash_bytes(body.data, body.len, 0);

    if (!call->extras->vq_reports)
        call_own_extras(call)->vq_reports = g_ptr_array_new_with_free_func(vq_record_free);
    if (call->extras->vq_reports->len >= VQ_REPORTS_PER_CALL || is_known(call, content))
        return;
    VqRecord *record = g_new0(VqRecord, 1);
    Slice kept = slice_sub(body, 0, VQ_REPORT_BYTES);
    record->time_ns = context->origin->time_ns;
    record->source = context->source;
    record->body = g_memdup2(kept.data, kept.len);
    record->length = kept.len;
    record->content = content;
    g_ptr_array_add(call->extras->vq_reports, record);
    call->generation++;
}

/* "VQ session-end of call 3, MOS-LQ 3.8" */
static void name_report(MessageContext *context, const VqReport *report, const Call *call)
{
    GString *text = tracker_text(context->model);

    g_string_append_printf(text, "VQ %s", vq_report_kind_name(report->kind));
    if (call && call != context->call)
        g_string_append_printf(text, " of call %u", call->number);
    if (!isnan(report->local.mos_lq))
        g_string_append_printf(text, ", MOS-LQ %.1f", report->local.mos_lq);
    context->codecs = intern_string(context->model->strings, slice_of(text->str, text->len));
}

void vq_tracker_follow(MessageContext *context)
{
    const SipMessage *sip = context->sip;
    VqReport report;
    Slice body;

    if (!mime_find(sip->content_type, sip->body, SLICE_LITERAL("application/vq-rtcpxr"), &body) ||
        vq_report_parse(body, &report) != DISSECT_OK)
        return;
    Call *call = call_of(context->model, &report);
    name_report(context, &report, call);
    if (call)
        keep(context, call, body);
}

const Stream *vq_stream(const Model *model, const Call *call, const VqReport *report, bool local)
{
    const VqAddress *receiver = local ? &report->local_address : &report->remote_address;
    const VqAddress *sender = local ? &report->remote_address : &report->local_address;
    const Stream *by_ssrc = NULL;
    Endpoint to;
    bool addressed = endpoint_of(receiver, &to);

    for (unsigned i = 0; call->streams && i < call->streams->len; i++) {
        const Stream *stream = model_stream(model, g_array_index(call->streams, uint32_t, i));
        if (!stream)
            continue;
        bool ssrc = sender->has_ssrc && stream->key.ssrc == sender->ssrc;
        bool here = addressed && endpoint_equal(stream->key.destination, to);
        if (here && (ssrc || !sender->has_ssrc))
            return stream;
        if (ssrc && !addressed)
            by_ssrc = stream;
    }
    return by_ssrc;
}

/* dissect/call/digits.c - see digits.h, digit_tracker.h */
#include "dissect/call/digits.h"
#include "dissect/call/dialog.h"
#include "dissect/call/digit_tracker.h"
#include "dissect/call/tracker_private.h"
#include "dissect/sip/info_digits.h"
#include <math.h>

#define DIGITS_PER_CALL_MAX 512
#define DEFAULT_CLOCK_HZ    8000.0
#define UNAUTHORIZED        401
#define PROXY_UNAUTHORIZED  407

const char *digit_origin_name(DigitOrigin origin)
{
    return origin == DIGIT_INFO ? "info" : "rfc4733";
}

static Party party_of(const MessageContext *context)
{
    return context->dialog == DIALOG_NONE ? PARTY_CALLER : dialog_sender(context);
}

/* A proxy's copy, or the same request once more. */
static bool is_known(const GArray *digits, uint32_t cseq, Party from)
{
    for (unsigned i = 0; i < digits->len; i++) {
        const InfoDigit *digit = &g_array_index(digits, InfoDigit, i);
        if (digit->cseq == cseq && digit->from == from)
            return true;
    }
    return false;
}

/* "DTMF 5" beside the request, in ladders. */
static void name_digits(MessageContext *context, const InfoDigits *parsed)
{
    GString *text = tracker_text(context->model);

    g_string_append(text, "DTMF ");
    for (unsigned i = 0; i < parsed->count; i++)
        g_string_append(text, telephone_event_name(parsed->codes[i]));
    context->codecs = intern_string(context->model->strings, slice_of(text->str, text->len));
}

static void take_request(MessageContext *context)
{
    const SipMessage *sip = context->sip;
    Call *call = context->call;
    Party from = party_of(context);
    InfoDigits parsed;

    if (info_digits_parse(sip->content_type, sip->body, &parsed) != DISSECT_OK)
        return;
    name_digits(context, &parsed);
    if (!call->extras->info_digits)
        call_own_extras(call)->info_digits = g_array_new(FALSE, FALSE, sizeof(InfoDigit));
    if (is_known(call->extras->info_digits, sip->cseq, from))
        return;
    for (unsigned i = 0; i < parsed.count && call->extras->info_digits->len < DIGITS_PER_CALL_MAX;
         i++) {
        InfoDigit digit = {
            .time_ns = context->origin->time_ns,
            .duration_ms = parsed.duration_ms,
            .cseq = sip->cseq,
            .code = parsed.codes[i],
            .from = (uint8_t)from,
        };
        g_array_append_val(call->extras->info_digits, digit);
    }
}

/* A request that has to come again with credentials was not what pressed the key. */
static void take_response(const MessageContext *context)
{
    GArray *digits = context->call->extras->info_digits;
    uint16_t status = context->sip->status;
    Party from = party_of(context);

    if (!digits || status < 200)
        return;
    for (unsigned i = digits->len; i > 0; i--) {
        InfoDigit *digit = &g_array_index(digits, InfoDigit, i - 1);
        if (digit->cseq != context->sip->cseq || digit->from != from)
            continue;
        if (status == UNAUTHORIZED || status == PROXY_UNAUTHORIZED)
            g_array_remove_index(digits, i - 1);
        else
            digit->status = status;
    }
}

void digit_tracker_follow(MessageContext *context)
{
    if (context->sip->is_request)
        take_request(context);
    else
        take_response(context);
}

static double clock_of(const Stream *stream, uint8_t payload_type)
{
    const PayloadFormat *format = payload_lookup(stream->payloads, payload_type);
    return format && format->clock_hz ? format->clock_hz : DEFAULT_CLOCK_HZ;
}

static bool is_event_type(const Stream *stream, uint8_t payload_type)
{
    const PayloadFormat *format = payload_lookup(stream->payloads, payload_type);
    return !format || format->kind == PAYLOAD_EVENT;
}

static void append_events(const Stream *stream, GArray *out)
{
    const TelephoneEventLog *log = stream->content ? stream->content->events : NULL;

    for (unsigned i = 0; log && i < log->count; i++) {
        const TelephoneEventRecord *record = &log->records[i];
        if (!is_event_type(stream, record->payload_type))
            continue;
        CallDigit digit = {
            .time_ns = record->time_ns,
            .duration_ms = record->duration_ticks * 1000.0 / clock_of(stream, record->payload_type),
            .volume_dbm0 = -record->volume,
            .has_volume = true,
            .ended = record->ended,
            .code = record->code,
            .from_caller = stream->from_caller,
            .direction_known = stream->call != 0,
            .origin = DIGIT_RTP,
            .stream = stream->number,
            .packets = record->packets,
        };
        g_array_append_val(out, digit);
    }
}

GArray *stream_digits(const Stream *stream)
{
    GArray *digits = g_array_new(FALSE, FALSE, sizeof(CallDigit));
    append_events(stream, digits);
    return digits;
}

static gint by_time(gconstpointer left, gconstpointer right)
{
    const CallDigit *a = left, *b = right;
    return (a->time_ns > b->time_ns) - (a->time_ns < b->time_ns);
}

GArray *call_digits(const Model *model, const Call *call)
{
    GArray *digits = g_array_new(FALSE, FALSE, sizeof(CallDigit));

    for (unsigned i = 0; call->extras->info_digits && i < call->extras->info_digits->len; i++) {
        const InfoDigit *info = &g_array_index(call->extras->info_digits, InfoDigit, i);
        CallDigit digit = {
            .time_ns = info->time_ns,
            .duration_ms = info->duration_ms < 0 ? (double)NAN : info->duration_ms,
            .ended = true,
            .code = info->code,
            .from_caller = info->from == PARTY_CALLER,
            .direction_known = true,
            .origin = DIGIT_INFO,
            .status = info->status,
        };
        g_array_append_val(digits, digit);
    }
    for (unsigned i = 0; call->streams && i < call->streams->len; i++) {
        const Stream *stream = model_stream(model, g_array_index(call->streams, uint32_t, i));
        if (stream)
            append_events(stream, digits);
    }
    g_array_sort(digits, by_time);
    return digits;
}

#include "dissect/call/transfer.h"
#include "dissect/call/correlator.h"
#include "dissect/call/dialog.h"
#include "dissect/call/referral.h"
#include "dissect/call/same_user.h"
#include "dissect/sip/contact.h"
#include "dissect/sip/mime.h"
#include "dissect/sip/values.h"

#define REFERRAL_NS  (60 * NS_PER_S) /* from the REFER or 3xx to the INVITE */
#define CONTACTS_MAX 8
#define NOTE_MAX     64

const char *transfer_result_name(TransferResult result)
{
    static const char *const names[TRANSFER_RESULTS] = { "asked", "accepted", "refused",
                                                         "succeeded", "failed" };
    return result < TRANSFER_RESULTS ? names[result] : "unknown";
}

TransferResult transfer_result(const CallTransfer *transfer)
{
    if (transfer->status >= 300)
        return TRANSFER_FAILED;
    if (transfer->status >= 200)
        return TRANSFER_SUCCEEDED;
    if (transfer->refer_status >= 300)
        return TRANSFER_REFUSED;
    return transfer->refer_status || transfer->status ? TRANSFER_ACCEPTED : TRANSFER_ASKED;
}

unsigned call_transfer_count(const Call *call)
{
    return call->extras->transfers ? call->extras->transfers->len : 0;
}

static CallTransfer *transfer_at(const Call *call, unsigned index)
{
    return &g_array_index(call->extras->transfers, CallTransfer, index);
}

const CallTransfer *call_transfer(const Call *call, unsigned index)
{
    return transfer_at(call, index);
}

static void clear_transfer(gpointer transfer)
{
    g_free(((CallTransfer *)transfer)->target);
}

void transfers_clear(Call *call)
{
    if (call->extras->transfers)
        g_array_free(g_steal_pointer(&call_own_extras(call)->transfers), TRUE);
}

static Slice text_of(const char *text)
{
    return slice_from_string(text ? text : "");
}

static SipUri uri_of(const char *text)
{
    SipUri uri = { 0 };

    sip_uri_parse(text_of(text), &uri);
    return uri;
}

/* By what a target is found again: the end of its user, else its host. */
static Slice target_sign(const SipUri *uri, char digits[SAME_USER_DIGITS])
{
    Slice tail = same_user_tail(uri->user, digits);

    return tail.len ? tail : uri->host;
}

static bool same_target(const SipUri *a, const SipUri *b)
{
    if (a->user.len == 0 && b->user.len == 0)
        return slice_equal_nocase(a->host, b->host);
    return same_user(a->user, b->user);
}

/* ------------------------------------------------ REFER and its answer */

static CallTransfer *find_transfer(const MessageContext *context)
{
    for (unsigned i = call_transfer_count(context->call); i-- > 0;) {
        CallTransfer *t = transfer_at(context->call, i);
        if (t->cseq == context->sip->cseq && t->from_key == context->from_key)
            return t;
    }
    return NULL;
}

/* The call named by a Replaces or Join value, "call-id;to-tag=...;from-tag=..." (RFC 3891). */
static Call *call_named(const Model *model, Slice value)
{
    return model_find_call(model, slice_trim(slice_sub(value, 0, slice_find(value, ';'))));
}

/* The Replaces among the headers of a URI, "Replaces=call%40host%3Bto-tag%3D1"; NULL: none. Caller
 * frees. */
static char *replaces_of(Slice headers)
{
    while (headers.len) {
        Slice value = slice_split(&headers, '&');
        Slice name = slice_split(&value, '=');
        if (slice_equal_nocase(name, SLICE_LITERAL("Replaces")))
            return sip_unescape(value);
    }
    return NULL;
}

static CallTransfer *add_transfer(const MessageContext *context, const SipUri *target)
{
    Call *call = context->call;
    Slice whole = target->whole;

    if (call_transfer_count(call) >= TRANSFERS_MAX)
        return NULL;
    if (!call->extras->transfers) {
        call_own_extras(call)->transfers = g_array_new(FALSE, FALSE, sizeof(CallTransfer));
        g_array_set_clear_func(call->extras->transfers, clear_transfer);
    }
    if (target->headers.len)
        whole = slice_sub(whole, 0, whole.len - target->headers.len - 1);
    CallTransfer transfer = {
        .time_ns = context->origin->time_ns,
        .result_ns = TIME_UNKNOWN,
        .frame = context->origin->frame,
        .cseq = context->sip->cseq,
        .from_key = context->from_key,
        .by = dialog_sender(context),
        .target = slice_dup(whole),
    };
    g_array_append_val(call->extras->transfers, transfer);
    return transfer_at(call, call->extras->transfers->len - 1);
}

static void take_replaced(const MessageContext *context, CallTransfer *transfer, Slice headers)
{
    g_autofree char *replaces = replaces_of(headers);

    transfer->attended = replaces != NULL;
    Call *replaced = replaces ? call_named(context->model, slice_from_string(replaces)) : NULL;
    if (!replaced)
        return;
    transfer->replaced = replaced->number;
    calls_relate(context->call, context->origin->frame, replaced, 0, RELATION_TRANSFER,
                 slice_from_string("Refer-To with Replaces"));
}

/* Each hop's receiver may be the one that calls, and whoever calls may be another host that names
 * who referred it. */
static void leave_signs(const MessageContext *context, const SipUri *target)
{
    char digits[SAME_USER_DIGITS];
    Slice sign = target_sign(target, digits);
    IpAddress to = context_destination(context);

    correlator_leave(context, SIGN_TARGET, sign_key(SIGN_TARGET, sign, &to));
    correlator_leave(context, SIGN_REFERRED, sign_key(SIGN_REFERRED, sign, NULL));
}

static void note_refer(MessageContext *context, const SipUri *target, bool attended)
{
    Slice who = target->user.len ? target->user : target->host;
    g_autofree char *note = g_strdup_printf("to %.*s (%s)", (int)MIN(who.len, NOTE_MAX), who.data,
                                            attended ? "attended" : "blind");
    context->note = intern_string(context->model->strings, slice_from_string(note));
}

static void follow_refer(MessageContext *context)
{
    SipNameAddr target = { 0 };
    CallTransfer *transfer = find_transfer(context);

    sip_name_addr_parse(sip_header_value(context->sip, SIP_HEADER_REFER_TO), &target);
    if (target.uri.whole.len == 0)
        return;
    if (!transfer) {
        transfer = add_transfer(context, &target.uri);
        if (!transfer)
            return;
        take_replaced(context, transfer, target.uri.headers);
    }
    note_refer(context, &target.uri, transfer->attended);
    leave_signs(context, &target.uri);
}

static void follow_answer(const MessageContext *context)
{
    CallTransfer *transfer = find_transfer(context);
    unsigned status = context->sip->status;

    if (!transfer || status < 200)
        return;
    bool challenged = status == 401 || status == 407; /* it comes again with a new CSeq */
    transfer->refer_status = (uint16_t)status;
    if (status >= 300 && !challenged)
        transfer->result_ns = context->origin->time_ns;
}

/* ------------------------------------------------ NOTIFY */

/* Event: refer;id=CSEQ (RFC 3515 section 2.4.6); without an id it is about the only one, or the
 * newest. */
static CallTransfer *transfer_of_notify(const MessageContext *context)
{
    unsigned count = call_transfer_count(context->call);
    Slice parameters, id;
    uint64_t cseq;
    Slice package = sip_value_token(sip_header_value(context->sip, SIP_HEADER_EVENT), &parameters);

    if (count == 0 || !slice_equal_nocase(package, SLICE_LITERAL("refer")))
        return NULL;
    if (sip_parameter(parameters, SLICE_LITERAL("id"), &id) && slice_to_uint(id, UINT32_MAX, &cseq))
        for (unsigned i = count; i-- > 0;)
            if (transfer_at(context->call, i)->cseq == cseq)
                return transfer_at(context->call, i);
    return transfer_at(context->call, count - 1);
}

/* "SIP/2.0 200 OK" of a message/sipfrag body (RFC 3420); 0: no status line. @line is without the
 * protocol. */
static unsigned sipfrag_status(const SipMessage *sip, Slice *line)
{
    Slice body, protocol = SLICE_LITERAL("SIP/2.0 ");
    uint64_t status;

    if (!mime_find(sip->content_type, sip->body, SLICE_LITERAL("message/sipfrag"), &body) ||
        !slice_starts_with_nocase(body, protocol))
        return 0;
    *line = slice_trim(slice_sub(slice_from(body, protocol.len), 0, NOTE_MAX));
    *line = slice_trim(slice_sub(*line, 0, MIN(slice_find(*line, '\r'), slice_find(*line, '\n'))));
    if (!slice_to_uint(slice_sub(*line, 0, slice_find(*line, ' ')), 699, &status))
        return 0;
    return status >= 100 ? (unsigned)status : 0;
}

static void follow_notify(MessageContext *context)
{
    CallTransfer *transfer = transfer_of_notify(context);
    Slice line;
    unsigned status = transfer ? sipfrag_status(context->sip, &line) : 0;

    if (!status)
        return;
    if (transfer->status < 200) {
        transfer->status = (uint16_t)status;
        if (status >= 200)
            transfer->result_ns = context->origin->time_ns;
    }
    g_autofree char *note = g_strdup_printf("(sipfrag %.*s)", (int)line.len, line.data);
    context->note = intern_string(context->model->strings, slice_from_string(note));
}

void referral_follow(MessageContext *context)
{
    if (context->sip->method == SIP_NOTIFY)
        follow_notify(context);
    else if (context->sip->is_request)
        follow_refer(context);
    else
        follow_answer(context);
}

/* ------------------------------------------------ the INVITE that was asked for */

void referral_follow_redirect(const MessageContext *context)
{
    IpAddress to = context_destination(context);
    SipContactIterator at = { 0 };
    SipNameAddr contact;
    char digits[SAME_USER_DIGITS];
    unsigned count = 0;
    bool star;

    while (count++ < CONTACTS_MAX && sip_contact_next(context->sip, &at, &contact, &star))
        if (!star)
            correlator_leave(context, SIGN_REDIRECT,
                             sign_key(SIGN_REDIRECT, target_sign(&contact.uri, digits), &to));
}

static void follow_named(const MessageContext *context, SipHeaderId header, RelationReason reason)
{
    Slice value = sip_header_value(context->sip, header);
    Call *other = value.len ? call_named(context->model, value) : NULL;

    if (!other || other == context->call)
        return;
    g_autofree char *evidence =
        g_strdup_printf("%s: %.*s", sip_header_name(header), (int)value.len, value.data);
    calls_relate(context->call, context->origin->frame, other, 0, reason,
                 slice_from_string(evidence));
}

/* The newest call with that sign, not long ago. */
static Call *call_with_sign(const MessageContext *context, SignKind kind, Slice text,
                            const IpAddress *address, uint32_t *frame)
{
    const SignTable *table = correlator_signs(context->model, kind);
    const Sign *sign = table ? sign_table_find(table, sign_key(kind, text, address)) : NULL;

    if (!sign || context->origin->time_ns - sign->time_ns > REFERRAL_NS)
        return NULL;
    *frame = sign->frame;
    Call *call = model_call(context->model, sign->call);
    return call == context->call ? NULL : call;
}

static bool take_transfer(const MessageContext *context, Call *other, const SipUri *uri,
                          uint32_t frame)
{
    for (unsigned i = call_transfer_count(other); i-- > 0;) {
        CallTransfer *t = transfer_at(other, i);
        SipUri target = uri_of(t->target);
        if (t->call || !same_target(&target, uri))
            continue;
        t->call = context->call->number;
        g_autofree char *evidence = g_strdup_printf("REFER to %s", t->target);
        calls_relate(context->call, context->origin->frame, other, frame, RELATION_TRANSFER,
                     slice_from_string(evidence));
        other->generation++;
        return true;
    }
    return false;
}

static bool was_anybody_referred(const Model *model)
{
    return correlator_signs(model, SIGN_TARGET) || correlator_signs(model, SIGN_REDIRECT);
}

static bool follow_referral(const MessageContext *context, const SipUri *uri)
{
    char digits[SAME_USER_DIGITS];
    Slice sign = target_sign(uri, digits);
    IpAddress from = context_source(context);
    uint32_t frame;
    Call *other = call_with_sign(context, SIGN_TARGET, sign, &from, &frame);

    if (other && take_transfer(context, other, uri, frame))
        return true;
    if (context->sip->first[SIP_HEADER_REFERRED_BY]) {
        other = call_with_sign(context, SIGN_REFERRED, sign, NULL, &frame);
        if (other && take_transfer(context, other, uri, frame))
            return true;
    }
    other = call_with_sign(context, SIGN_REDIRECT, sign, &from, &frame);
    if (other)
        calls_relate(context->call, context->origin->frame, other, frame, RELATION_REDIRECT,
                     uri->whole);
    return other != NULL;
}

void referral_follow_target(const MessageContext *context)
{
    if (was_anybody_referred(context->model)) {
        SipUri uri = { 0 };
        sip_uri_parse(context->sip->request_uri, &uri);
        if (!follow_referral(context, &uri))
            follow_referral(context, &context->sip->to.uri);
    }
    follow_named(context, SIP_HEADER_REPLACES, RELATION_REPLACES);
    follow_named(context, SIP_HEADER_JOIN, RELATION_JOIN);
}

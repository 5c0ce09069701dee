#include "dissect/call/correlation.h"
#include "dissect/call/correlator.h"
#include "dissect/call/endpoint_watch.h"
#include "dissect/call/referral.h"
#include "dissect/call/same_user.h"
#include "dissect/sip/header.h"
#include "dissect/sip/values.h"

#define HOP_NS     (2 * NS_PER_S)
#define MEDIA_NS   (32 * NS_PER_S)
#define CANDIDATES 16 /* calls of one key that are compared */
#define UUID_CHARS 32 /* RFC 7989 section 5 */

void correlator_new(Model *model)
{
    model->correlator = g_new0(Correlator, 1);
    sign_table_init(&model->correlator->passing);
    sign_table_init(&model->correlator->lasting);
    correlation_configure(model, &(CorrelationOptions){ 0 });
}

static void forget_headers(Correlator *correlator)
{
    while (correlator->header_count > 0)
        g_free(correlator->headers[--correlator->header_count].name);
    correlator->any_known = false;
}

void correlator_free(Model *model)
{
    sign_table_clear(&model->correlator->passing);
    sign_table_clear(&model->correlator->lasting);
    forget_headers(model->correlator);
    g_clear_pointer(&model->correlator, g_free);
}

static void add_header(Correlator *correlator, const char *name)
{
    SipHeaderId id = sip_header_id(slice_from_string(name));

    correlator->headers[correlator->header_count++] = (CorrelationHeader){ g_strdup(name), id };
    correlator->any_known |= id != SIP_HEADER_UNKNOWN;
}

void correlation_configure(Model *model, const CorrelationOptions *options)
{
    Correlator *correlator = model->correlator;
    g_auto(GStrv) names =
        g_strsplit(options->headers ? options->headers : CORRELATION_HEADERS, ",", -1);

    forget_headers(correlator);
    for (unsigned i = 0; names[i] && correlator->header_count < CORRELATION_HEADERS_MAX; i++)
        if (*g_strstrip(names[i]))
            add_header(correlator, names[i]);
    correlator->off = options->off;
}

uint64_t sign_key(SignKind kind, Slice text, const IpAddress *address)
{
    uint64_t seed = hash_seed() ^ ((uint64_t)kind + 1);

    if (address)
        seed = hash_bytes(address, sizeof *address, seed);
    return hash_bytes(text.data, text.len, seed);
}

static uint64_t media_key(const Endpoint *media)
{
    return sign_key(SIGN_MEDIA, slice_of(&media->port, sizeof media->port), &media->ip);
}

static bool begins_call(const SipMessage *sip)
{
    return sip->is_request && sip->method == SIP_INVITE && sip->to_tag.len == 0;
}

IpAddress context_source(const MessageContext *context)
{
    return context->origin->source.ip;
}

IpAddress context_destination(const MessageContext *context)
{
    return context->origin->destination.ip;
}

static SignTable *table_of(Correlator *correlator, SignKind kind)
{
    bool passes = kind == SIGN_HOP || kind == SIGN_MEDIA;

    return passes ? &correlator->passing : &correlator->lasting;
}

const SignTable *correlator_signs(const Model *model, SignKind kind)
{
    Correlator *correlator = model->correlator;

    return correlator->left[kind] ? table_of(correlator, kind) : NULL;
}

void correlator_leave(const MessageContext *context, SignKind kind, uint64_t key)
{
    Correlator *correlator = context->model->correlator;

    correlator->left[kind] = true;
    sign_table_add(table_of(correlator, kind), &(Sign){
                                                   .key = key,
                                                   .time_ns = context->origin->time_ns,
                                                   .source = context_source(context),
                                                   .call = context->call->number,
                                                   .frame = context->origin->frame,
                                               });
}

Call *correlator_find(const MessageContext *context, SignKind kind, uint64_t key,
                      const Sign **found)
{
    const SignTable *table = correlator_signs(context->model, kind);
    const Sign *sign = table ? sign_table_find(table, key) : NULL;

    while (sign && sign->call == context->call->number)
        sign = sign_table_older(table, sign);
    *found = sign;
    return sign ? model_call(context->model, sign->call) : NULL;
}

static void relate(const MessageContext *context, Call *other, uint32_t other_frame,
                   RelationReason reason, Slice evidence)
{
    if (calls_relate(context->call, context->origin->frame, other, other_frame, reason, evidence))
        endpoint_follow_join(context->model, other, context->call);
}

/* Both carry the same value: related, and it is left for the next one. */
static bool follow_shared(const MessageContext *context, SignKind kind, Slice text,
                          RelationReason reason, Slice evidence)
{
    uint64_t key = sign_key(kind, text, NULL);
    const Sign *sign;
    Call *other = correlator_find(context, kind, key, &sign);

    if (other)
        relate(context, other, sign->frame, reason, evidence);
    correlator_leave(context, kind, key);
    return other != NULL;
}

static bool is_uuid(Slice text)
{
    bool null = true;

    for (size_t i = 0; i < text.len; i++) {
        if (!g_ascii_isxdigit(text.data[i]))
            return false;
        null &= text.data[i] == '0';
    }
    return text.len == UUID_CHARS && !null;
}

static bool follow_uuid(const MessageContext *context, Slice uuid, Slice evidence)
{
    return is_uuid(uuid) &&
           follow_shared(context, SIGN_SESSION, uuid, RELATION_SESSION_ID, evidence);
}

/* The UUIDs of both ends go through every middlebox as they are: that of whoever sends, and as
 * "remote" that of the other, who is told by a response at first. The null UUID is nobody's (RFC
 * 7989 sections 5 and 6). */
static bool follow_session_id(const MessageContext *context)
{
    Slice value = sip_header_value(context->sip, SIP_HEADER_SESSION_ID), parameters, remote;

    if (value.len == 0)
        return false;
    bool found = follow_uuid(context, sip_value_token(value, &parameters), value);
    if (sip_parameter(parameters, SLICE_LITERAL("remote"), &remote))
        found |= follow_uuid(context, remote, value);
    return found;
}

static bool follow_charging(const MessageContext *context)
{
    Slice value = sip_header_value(context->sip, SIP_HEADER_P_CHARGING_VECTOR);
    Slice icid;

    return value.len && sip_parameter(value, SLICE_LITERAL("icid-value"), &icid) && icid.len &&
           follow_shared(context, SIGN_CHARGING, icid, RELATION_CHARGING, value);
}

/* Most messages have no header without an id, among which names would be compared. */
static const SipHeader *find_header(const SipMessage *sip, const CorrelationHeader *wanted)
{
    if (wanted->id != SIP_HEADER_UNKNOWN || sip->first[SIP_HEADER_UNKNOWN] == 0)
        return sip_header(sip, wanted->id);
    return sip_header_named(sip, slice_from_string(wanted->name));
}

static bool follow_header(const MessageContext *context, const CorrelationHeader *wanted)
{
    const SipHeader *header = find_header(context->sip, wanted);

    if (!header || header->value.len == 0)
        return false;
    g_autofree char *evidence =
        g_strdup_printf("%s: %.*s", wanted->name, (int)header->value.len, header->value.data);
    Slice text = slice_from_string(evidence);
    Call *other = model_find_call(context->model, header->value);
    if (other && other != context->call)
        relate(context, other, other->message_count ? other->messages[0].frame : 0, RELATION_HEADER,
               text);
    return follow_shared(context, SIGN_HEADER, header->value, RELATION_HEADER, text) || other;
}

/* The leg that names this Call-ID may have been seen before it. */
static bool follow_namer(const MessageContext *context)
{
    Slice call_id = context->sip->call_id;
    const Sign *sign;

    if (!correlator_signs(context->model, SIGN_HEADER))
        return false;
    Call *named_by =
        correlator_find(context, SIGN_HEADER, sign_key(SIGN_HEADER, call_id, NULL), &sign);
    if (named_by)
        relate(context, named_by, sign->frame, RELATION_HEADER, call_id);
    return named_by;
}

static bool follow_headers(const MessageContext *context)
{
    const Correlator *correlator = context->model->correlator;
    bool found = follow_namer(context);

    if (!correlator->any_known && context->sip->first[SIP_HEADER_UNKNOWN] == 0)
        return found;
    for (unsigned i = 0; i < correlator->header_count; i++)
        found |= follow_header(context, &correlator->headers[i]);
    return found;
}

/* ------------------------------------------------ caller, callee, and the host between */

static Slice user_of(const char *uri)
{
    SipUri parsed = { 0 };

    if (uri)
        sip_uri_parse(slice_from_string(uri), &parsed);
    return parsed.user;
}

static Slice text_of(const char *text)
{
    return text ? slice_from_string(text) : slice_from_string("");
}

/* Numbers are told by their end: a middlebox adds prefixes and takes them away. */
static bool same_parties(const Call *a, const Call *b)
{
    Slice from_a = text_of(a->from.user), from_b = text_of(b->from.user);
    Slice to_a[] = { text_of(a->to.user), user_of(a->request_uri) };
    Slice to_b[] = { text_of(b->to.user), user_of(b->request_uri) };
    Slice anonymous = SLICE_LITERAL("anonymous");

    if (!same_user(from_a, from_b) && !slice_equal_nocase(from_b, anonymous))
        return false;
    for (unsigned i = 0; i < G_N_ELEMENTS(to_a); i++)
        for (unsigned k = 0; k < G_N_ELEMENTS(to_b); k++)
            if (same_user(to_a[i], to_b[k]))
                return true;
    return false;
}

static bool has_leg_behind(const Call *call)
{
    for (unsigned i = 0; i < call_relation_count(call); i++)
        if (call_relation(call, i)->reason == RELATION_HOP)
            return true;
    return false;
}

/* How well @other fits: some middleboxes keep the From tag, and a call that was already sent on is
 * less likely than one that was not. */
static unsigned hop_score(const MessageContext *context, const Call *other)
{
    bool same_tag = other->dialog_count && context->from_key &&
                    other->dialogs[0].caller_key == context->from_key;

    return 1u + (same_tag ? 2u : 0u) + (has_leg_behind(other) ? 0u : 1u);
}

/* Of several calls that fit equally well none is taken. */
static void look_for_hop(const MessageContext *context, uint64_t key)
{
    const SignTable *table = correlator_signs(context->model, SIGN_HOP);
    const Sign *sign = table ? sign_table_find(table, key) : NULL;
    const Sign *best = NULL;
    unsigned best_score = 0, tried = 0;
    bool tie = false;

    for (; sign && tried < CANDIDATES; sign = sign_table_older(table, sign), tried++) {
        int64_t since_ns = context->origin->time_ns - sign->time_ns;
        const Call *other = model_call(context->model, sign->call);
        if (since_ns > HOP_NS)
            break;
        if (since_ns < 0 || !other || other == context->call || !same_parties(other, context->call))
            continue;
        unsigned score = hop_score(context, other);
        if (score > best_score) {
            best = sign;
            best_score = score;
            tie = false;
        } else if (score == best_score) {
            tie = true;
        }
    }
    if (!best || tie)
        return;
    Call *other = model_call(context->model, best->call);
    g_autofree char *evidence = g_strdup_printf(
        "%s to %s, %.1f ms later", context->call->from.user ? context->call->from.user : "?",
        context->call->to.user ? context->call->to.user : "?",
        (double)(context->origin->time_ns - best->time_ns) / (double)NS_PER_MS);
    relate(context, other, best->frame, RELATION_HOP, slice_from_string(evidence));
}

/* The user whom the call's first INVITE asked for: mostly him whom To names. */
static Slice asked_user(const MessageContext *context)
{
    const char *uri = context->call->request_uri;
    const SipUri *to = &context->sip->to.uri;

    return slice_equal(slice_from_string(uri), to->whole) ? to->user : user_of(uri);
}

/* A middlebox that got an INVITE sends one of its own a moment later. */
static void follow_hop(const MessageContext *context, bool first, bool joined)
{
    IpAddress from = context_source(context), to = context_destination(context);
    Slice users[] = { context->sip->to.uri.user, asked_user(context) };
    unsigned count = slice_equal(users[0], users[1]) ? 1 : 2;

    for (unsigned i = 0; i < count; i++) {
        char digits[SAME_USER_DIGITS];
        Slice tail = same_user_tail(users[i], digits);
        if (tail.len == 0)
            continue;
        if (first && !joined && !ip_equal(from, to))
            look_for_hop(context, sign_key(SIGN_HOP, tail, &from));
        correlator_leave(context, SIGN_HOP, sign_key(SIGN_HOP, tail, &to));
    }
}

/* Of the signs of follow_hop() and follow_media() those that nearly every INVITE has. */
void correlator_expect(const Model *model, const SipMessage *sip, const MessageOrigin *origin,
                       ExpectedSigns *out)
{
    char digits[SAME_USER_DIGITS];
    Endpoint media;

    out->count = 0;
    if (!begins_call(sip) || model->correlator->off)
        return;
    Slice tail = same_user_tail(sip->to.uri.user, digits);
    if (tail.len) {
        out->keys[out->count++] = sign_key(SIGN_HOP, tail, &origin->source.ip);
        out->keys[out->count++] = sign_key(SIGN_HOP, tail, &origin->destination.ip);
    }
    if (sip->sdp && sip->sdp->media_count && sdp_media_rtp_endpoint(&sip->sdp->media[0], &media))
        out->keys[out->count++] = media_key(&media);
    for (unsigned i = 0; i < out->count; i++)
        sign_table_fetch_bucket(&model->correlator->passing, out->keys[i]);
}

void correlator_fetch(const Model *model, const ExpectedSigns *expected)
{
    for (unsigned i = 0; i < expected->count; i++)
        sign_table_fetch(&model->correlator->passing, expected->keys[i]);
}

static bool offered_media(const MessageContext *context, Endpoint *out)
{
    const Call *call = context->call;

    if (context->dialog == DIALOG_NONE)
        return false;
    const SessionSide *side = &call->dialogs[context->dialog].sides[PARTY_CALLER];
    if (side->line_count == 0)
        return false;
    *out = side->lines[0].rtp;
    return out->port && !ip_is_unspecified(out->ip) && !ip_is_loopback(out->ip);
}

/* The SDP of a middlebox that leaves the media alone goes on as it came. The phone itself offers
 * its address again when it tries again, but another host does not. */
static void follow_media(const MessageContext *context, bool first, bool joined)
{
    const Sign *sign;
    Endpoint media;

    if (!offered_media(context, &media))
        return;
    uint64_t key = media_key(&media);
    Call *other = first && !joined ? correlator_find(context, SIGN_MEDIA, key, &sign) : NULL;
    if (other && !ip_equal(sign->source, context_source(context)) &&
        context->origin->time_ns - sign->time_ns <= MEDIA_NS) {
        char text[ENDPOINT_TEXT_SIZE];
        relate(context, other, sign->frame, RELATION_MEDIA,
               slice_from_string(endpoint_format(media, text, sizeof text)));
    }
    correlator_leave(context, SIGN_MEDIA, key);
}

static void follow_invite(const MessageContext *context)
{
    bool first = context->call->message_count == 0;
    bool joined = false;

    if (first)
        referral_follow_target(context);
    if (context->model->correlator->off)
        return;
    joined |= follow_session_id(context);
    joined |= follow_headers(context);
    joined |= follow_charging(context);
    joined |= call_relation_count(context->call) > 0;
    follow_hop(context, first, joined);
    joined |= call_relation_count(context->call) > 0;
    follow_media(context, first, joined);
}

static void follow_response(const MessageContext *context)
{
    const SipMessage *sip = context->sip;

    if (sip->status / 100 == 3)
        referral_follow_redirect(context);
    else if (sip->first[SIP_HEADER_SESSION_ID] && sip->status < 300 &&
             !context->model->correlator->off)
        follow_session_id(context);
}

void correlator_follow(MessageContext *context)
{
    const SipMessage *sip = context->sip;

    if (begins_call(sip))
        follow_invite(context);
    else if (!sip->is_request && sip->method == SIP_INVITE)
        follow_response(context);
    else if (sip->method == SIP_REFER || (sip->is_request && sip->method == SIP_NOTIFY))
        referral_follow(context);
}

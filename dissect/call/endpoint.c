#include "dissect/call/endpoint.h"
#include "dissect/call/endpoint_watch.h"
#include "dissect/call/security.h"
#include "dissect/call/transaction.h"

#define BRIDGE_NS    (2 * NS_PER_S)
#define RELAY_SEARCH 32u /* first messages of a call */

struct EndpointWatch {
    GPtrArray *facts; /* EndpointFacts* by endpoint id; NULL: none yet */
};

static void free_facts(gpointer data)
{
    EndpointFacts *facts = data;

    if (facts)
        g_free(facts->received);
    g_aligned_free(facts);
}

EndpointWatch *endpoint_watch_new(void)
{
    EndpointWatch *watch = g_new0(EndpointWatch, 1);

    watch->facts = g_ptr_array_new_with_free_func(free_facts);
    return watch;
}

void endpoint_watch_free(EndpointWatch *watch)
{
    g_ptr_array_free(watch->facts, TRUE);
    g_free(watch);
}

const EndpointFacts *endpoint_facts(const Model *model, uint32_t id)
{
    const GPtrArray *facts = model->endpoint_watch->facts;
    return id < facts->len ? g_ptr_array_index(facts, id) : NULL;
}

void endpoint_fetch_slot(const Model *model, uint32_t id)
{
    const GPtrArray *facts = model->endpoint_watch->facts;

    if (id < facts->len)
        cache_fetch(&facts->pdata[id], 1);
}

void endpoint_fetch(const Model *model, uint32_t id)
{
    const EndpointFacts *facts = endpoint_facts(model, id);

    if (facts)
        cache_fetch(facts, sizeof *facts);
}

static EndpointFacts *facts_of(Model *model, uint32_t id)
{
    GPtrArray *facts = model->endpoint_watch->facts;

    if (id >= ENDPOINTS_KNOWN_MAX)
        return NULL;
    if (id >= facts->len)
        g_ptr_array_set_size(facts, (gint)id + 1);
    if (!facts->pdata[id])
        facts->pdata[id] = g_aligned_alloc0(1, sizeof(EndpointFacts), CACHE_LINE);
    return facts->pdata[id];
}

static EndpointFacts *facts_for(const MessageContext *context, uint32_t id)
{
    return facts_of(context->model, id);
}

/* ------------------------------------------------------------------------------- the roles */
static bool is_proxy(const EndpointFacts *facts)
{
    return facts->relayed > 0;
}

static bool is_registrar(const EndpointFacts *facts)
{
    return facts->registers_accepted > facts->registers_relayed;
}

/* A phone that forwards its calls answers with 3xx as well. */
static bool is_redirect_server(const EndpointFacts *facts)
{
    return facts->redirects > 0 && facts->registers == 0 && facts->from.calls == 0 &&
           facts->to.answered == 0;
}

static bool is_b2bua(const EndpointFacts *facts)
{
    return facts->bridged > 0 || (facts->joined > 0 && facts->relayed == 0);
}

static bool is_gateway(const EndpointFacts *facts)
{
    return facts->isup > 0 && facts->relayed == 0 && !is_b2bua(facts);
}

/* Who begins or answers requests and does nothing else for others. */
static bool is_user_agent(const EndpointFacts *facts)
{
    bool serves = is_proxy(facts) || is_registrar(facts) || is_redirect_server(facts) ||
                  is_b2bua(facts) || is_gateway(facts);
    return !serves && (facts->requests > 0 || facts->answers > 0);
}

static void say_user_agent(const Model *model, const EndpointFacts *facts, GString *out)
{
    (void)model;
    g_string_append_printf(out,
                           "%" G_GUINT64_FORMAT " requests begun, %" G_GUINT64_FORMAT " answered",
                           facts->requests, facts->answers);
}

static void say_proxy(const Model *model, const EndpointFacts *facts, GString *out)
{
    (void)model;
    g_string_append_printf(
        out, "%" G_GUINT64_FORMAT " requests sent on, %" G_GUINT64_FORMAT " with Record-Route",
        facts->relayed, facts->record_routed);
}

static void say_registrar(const Model *model, const EndpointFacts *facts, GString *out)
{
    (void)model;
    g_string_append_printf(out, "%" G_GUINT64_FORMAT " REGISTER accepted",
                           facts->registers_accepted);
}

static void say_redirects(const Model *model, const EndpointFacts *facts, GString *out)
{
    (void)model;
    g_string_append_printf(out, "%" G_GUINT64_FORMAT " INVITE answered with 3xx", facts->redirects);
}

static void say_b2bua(const Model *model, const EndpointFacts *facts, GString *out)
{
    char arm[ENDPOINT_TEXT_SIZE];

    if (facts->bridged)
        g_string_append_printf(out, "%" G_GUINT64_FORMAT " INVITE sent on with another Call-ID",
                               facts->bridged);
    if (facts->joined)
        g_string_append_printf(
            out, "%s%u legs joined to those of %s", facts->bridged ? ", " : "", facts->joined,
            endpoint_format(model_endpoint(model, facts->other_arm), arm, sizeof arm));
}

static void say_gateway(const Model *model, const EndpointFacts *facts, GString *out)
{
    (void)model;
    g_string_append_printf(out, "%" G_GUINT64_FORMAT " messages with ISUP", facts->isup);
}

static bool is_media_relay(const MediaHost *host)
{
    return host->relayed > 0 || host->turn > 0;
}

static void say_media_relay(const MediaHost *host, GString *out)
{
    if (host->relayed)
        g_string_append_printf(out, "%u streams relayed", host->relayed);
    if (host->turn)
        g_string_append_printf(out, "%sserves TURN", host->relayed ? ", " : "");
}

typedef struct {
    const char *name;
    bool (*holds)(const EndpointFacts *facts); /* NULL: security.h knows, or the next one */
    void (*say)(const Model *model, const EndpointFacts *facts, GString *out);
    bool (*holds_of_host)(const MediaHost *host); /* of the whole address, whatever its ports */
    void (*say_of_host)(const MediaHost *host, GString *out);
} RoleRow;

static const RoleRow roles[ENDPOINT_ROLES] = {
    [ROLE_USER_AGENT] = { .name = "user-agent", .holds = is_user_agent, .say = say_user_agent },
    [ROLE_PROXY] = { .name = "proxy", .holds = is_proxy, .say = say_proxy },
    [ROLE_REGISTRAR] = { .name = "registrar", .holds = is_registrar, .say = say_registrar },
    [ROLE_REDIRECT_SERVER] = { .name = "redirect-server",
                               .holds = is_redirect_server,
                               .say = say_redirects },
    [ROLE_B2BUA] = { .name = "b2bua", .holds = is_b2bua, .say = say_b2bua },
    [ROLE_GATEWAY] = { .name = "gateway", .holds = is_gateway, .say = say_gateway },
    [ROLE_MEDIA_RELAY] = { .name = "media-relay",
                           .holds_of_host = is_media_relay,
                           .say_of_host = say_media_relay },
    [ROLE_SCANNER] = { .name = "scanner" },
};

const char *endpoint_role_name(EndpointRole role)
{
    return roles[role].name;
}

/* The first attack its address is known for; SECURITY_RULES: none. */
static SecurityRule attack_of(const Model *model, uint32_t id)
{
    const SecuritySource *source = security_source_of(model, model_endpoint(model, id).ip);
    unsigned rule = 0;

    while (rule < SECURITY_RULES &&
           !(source && security_rule_is_attack(rule) && security_finding(source, rule)))
        rule++;
    return rule;
}

/* An attacker from behind the same address as a server is not told from it. */
static bool is_attacker(const Model *model, uint32_t id, const EndpointFacts *facts)
{
    return facts->requests > 0 && !is_proxy(facts) && !is_registrar(facts) &&
           attack_of(model, id) != SECURITY_RULES;
}

const MediaHost *endpoint_host(const Model *model, uint32_t id)
{
    return media_tracker_host(model->media, model_endpoint(model, id).ip);
}

bool endpoint_has_role(const Model *model, uint32_t id, EndpointRole role)
{
    const EndpointFacts *facts = endpoint_facts(model, id);

    if (roles[role].holds_of_host) {
        const MediaHost *host = endpoint_host(model, id);
        return host && roles[role].holds_of_host(host);
    }
    if (!facts)
        return false;
    if (!roles[role].holds)
        return is_attacker(model, id, facts);
    return roles[role].holds(facts) && !(role == ROLE_USER_AGENT && is_attacker(model, id, facts));
}

void endpoint_role_evidence(const Model *model, uint32_t id, EndpointRole role, GString *out)
{
    const EndpointFacts *facts = endpoint_facts(model, id);
    const MediaHost *host = endpoint_host(model, id);

    if (roles[role].say_of_host && host)
        roles[role].say_of_host(host, out);
    if (!facts || roles[role].say_of_host)
        return;
    if (roles[role].say)
        roles[role].say(model, facts, out);
    else
        g_string_append(out, security_rule_name(attack_of(model, id)));
}

/* --------------------------------------------------------------------------- what is noted */
static void keep(const MessageContext *context, const char **kept, Slice text)
{
    if (text.len && !(*kept && slice_equal(slice_from_string(*kept), text)))
        *kept = intern_string(context->model->strings, text);
}

static void follow_sender(const MessageContext *context, EndpointFacts *facts)
{
    const SipMessage *sip = context->sip;
    bool own = sip->via_count == 1 || !sip->is_request; /* a proxy passes the headers of others */

    facts->transports |= (uint8_t)(1u << context->origin->transport);
    if (sip->is_request && own)
        keep(context, &facts->agent, sip_header_value(sip, SIP_HEADER_USER_AGENT));
    if (own && context->codecs)
        facts->codecs = context->codecs;
    if (!sip->sdp && slice_starts_with_nocase(sip->content_type, SLICE_LITERAL("application/isup")))
        facts->isup++;
}

static BridgedInvite bridge_of(const MessageContext *context)
{
    const SipMessage *sip = context->sip;

    return (BridgedInvite){ .time_ns = context->origin->time_ns,
                            .call_id = (uint32_t)sip->keys.call_id,
                            .from_user = (uint32_t)slice_hash(sip->from.uri.user),
                            .to_user = (uint32_t)slice_hash(sip->to.uri.user) };
}

static bool is_bridge_of(const BridgedInvite *out, const BridgedInvite *in)
{
    int64_t since_ns = out->time_ns - in->time_ns;

    return in->time_ns && since_ns >= 0 && since_ns < BRIDGE_NS && in->call_id != out->call_id &&
           (in->to_user == out->to_user || in->from_user == out->from_user);
}

/* Most endpoints are phones and get few; a ring is for those that get many. */
static void remember_invite(EndpointFacts *facts, const BridgedInvite *invite)
{
    if (facts->next_received == facts->received_count && facts->received_count < BRIDGE_MEMORY) {
        facts->received_count = facts->received_count ? BRIDGE_MEMORY : 1;
        facts->received = g_renew(BridgedInvite, facts->received, facts->received_count);
        memset(facts->received + facts->next_received, 0,
               (facts->received_count - facts->next_received) * sizeof *facts->received);
    }
    facts->received[facts->next_received++ % BRIDGE_MEMORY] = *invite;
}

static void follow_invite(const MessageContext *context, EndpointFacts *sender)
{
    EndpointFacts *receiver = facts_for(context, context->destination);
    BridgedInvite invite = bridge_of(context);

    sender->from.calls++;
    for (unsigned i = 0; i < sender->received_count; i++) {
        if (is_bridge_of(&invite, &sender->received[i])) {
            sender->bridged++;
            break;
        }
    }
    if (receiver) {
        receiver->to.calls++;
        remember_invite(receiver, &invite);
    }
}

static void follow_request(const MessageContext *context)
{
    const SipMessage *sip = context->sip;
    EndpointFacts *sender = facts_for(context, context->source);

    if (!sender)
        return;
    follow_sender(context, sender);
    if (sip->via_count > 1) {
        sender->relayed++;
        sender->record_routed += sip->first[SIP_HEADER_RECORD_ROUTE] != 0;
        sender->registers_relayed += sip->method == SIP_REGISTER;
    } else {
        sender->requests++;
        sender->registers += sip->method == SIP_REGISTER;
    }
    if (sip->method == SIP_INVITE && sip->to_tag.len == 0)
        follow_invite(context, sender);
}

static bool is_delivered(const Call *call, unsigned status)
{
    bool rang = call->ring_ns != TIME_UNKNOWN;

    return status < 300 || status == 480 || status == 486 || status == 600 || status == 603 ||
           (rang && (status == 408 || status == 487));
}

static void count_call(EndpointCalls *calls, const Call *call, unsigned status)
{
    if (status == 401 || status == 407) {
        calls->calls -= calls->calls > 0;
        return;
    }
    calls->answered += status < 300;
    calls->delivered += is_delivered(call, status);
}

/* Did @id send the INVITE on? Then its answer is that of another. */
static bool sent_on(const Call *call, uint32_t id)
{
    unsigned count = MIN(call->message_count, RELAY_SEARCH);

    for (unsigned i = 0; i < count; i++) {
        const CallMessage *message = &call->messages[i];
        if (message->method == SIP_INVITE && message->status == 0 && message->source == id)
            return true;
    }
    return false;
}

static void follow_invite_answer(const MessageContext *context, EndpointFacts *responder)
{
    const Call *call = context->call;
    unsigned status = context->sip->status;
    EndpointFacts *asker = facts_for(context, context->destination);
    const Transaction *asked = context->transaction;

    if (!asked || asked->in_dialog || context->another_final)
        return;
    responder->redirects += status / 100 == 3 && !sent_on(call, context->source);
    count_call(&responder->to, call, status);
    if (!asker)
        return;
    count_call(&asker->from, call, status);
    int64_t delay_ns = call_post_dial_delay(call);
    if (status != 401 && status != 407 && delay_ns != TIME_UNKNOWN) {
        asker->pdd_sum_ns += delay_ns;
        asker->pdd_count++;
    }
}

static void follow_answer(const MessageContext *context)
{
    const SipMessage *sip = context->sip;
    EndpointFacts *responder = facts_for(context, context->source);
    const Transaction *asked = context->transaction;

    if (!responder)
        return;
    follow_sender(context, responder);
    responder->answers++;
    if (sip->method == SIP_REGISTER && sip->status < 300)
        responder->registers_accepted++;
    if (responder->relayed == 0) {
        Slice server = sip_header_value(sip, SIP_HEADER_SERVER);
        keep(context, &responder->agent,
             server.len ? server : sip_header_value(sip, SIP_HEADER_USER_AGENT));
    }
    if (sip->method == SIP_OPTIONS && sip->status < 300 && asked)
        keep(context, &responder->allow, sip_header_value(sip, SIP_HEADER_ALLOW));
    if (sip->method == SIP_INVITE)
        follow_invite_answer(context, responder);
}

void endpoint_follow(MessageContext *context)
{
    if (context->sip->is_request)
        follow_request(context);
    else
        follow_answer(context);
}

/* Where the INVITE of the call went in the end, as far as it was seen. */
static uint32_t last_hop(const Call *call)
{
    unsigned count = MIN(call->message_count, RELAY_SEARCH);
    uint32_t id = call->destination;

    for (unsigned i = 0; i < count; i++) {
        const CallMessage *message = &call->messages[i];
        if (message->method == SIP_INVITE && message->status == 0 && message->source == id)
            id = message->destination;
    }
    return id;
}

static void note_arm(Model *model, uint32_t id, uint32_t other)
{
    EndpointFacts *facts = facts_of(model, id);

    if (!facts)
        return;
    facts->joined++;
    facts->other_arm = other;
}

void endpoint_follow_join(Model *model, const Call *a, const Call *b)
{
    const Call *first = a->invite_ns <= b->invite_ns ? a : b, *second = first == a ? b : a;
    uint32_t in = last_hop(first), out = second->source;
    bool while_asked = first->answer_ns == TIME_UNKNOWN || first->answer_ns > second->invite_ns;

    if (first->invite_ns == TIME_UNKNOWN || !while_asked || second->origin_vias != 1 ||
        ip_equal(model_endpoint(model, in).ip, model_endpoint(model, out).ip) ||
        ip_equal(model_endpoint(model, first->source).ip, model_endpoint(model, out).ip))
        return;
    note_arm(model, in, out);
    note_arm(model, out, in);
}

void endpoint_follow_relay(Model *model, const MediaHost *host)
{
    if (host->relayed + host->turn > 1)
        return; /* it was looked for before */
    for (unsigned i = 0; i < model->endpoints->len; i++)
        if (ip_equal(model_endpoint(model, i).ip, host->ip))
            return;
    model_endpoint_id(model, (Endpoint){ host->ip, 0 });
}

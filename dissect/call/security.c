#include "dissect/call/security.h"
#include "dissect/call/dialog.h"
#include "dissect/call/security_watch.h"
#include "dissect/call/transaction.h"
#include "dissect/sip/digest.h"

#define MINUTE_NS        (60 * NS_PER_S)
#define HOSTS_SUSPICIOUS 10u
#define USERS_SUSPICIOUS 10u
#define NUMBERS_FRAUD    5u
#define REJECTED_ATTACK  5u   /* a phone with a wrong password waits between its attempts */
#define FLOOD_PER_SECOND 100u /* of which next to nothing succeeds */
#define SPOOF_SEARCH     64u  /* messages back in the call */

struct SecurityWatch {
    GArray *sources;     /* SecuritySource */
    SlotIndex by_ip;     /* index + 1 */
    GArray *of_endpoint; /* uint32_t by endpoint id: index + 1; 0: not looked up yet */
    GHashTable *agents;  /* interned User-Agent -> is it a scanner's? */
    uint64_t uncounted;
};

/* ------------------------------------------------------------------------------- the rules */
static bool always(const SecuritySource *source)
{
    (void)source;
    return true;
}

/* Whoever serves others, or gets what it asks for, asks many for a reason. */
static bool in_vain(const SecuritySource *source)
{
    return source->served == 0 && source->successes * 10 <= source->requests;
}

static bool is_sweep(const SecuritySource *source)
{
    return in_vain(source) && source->suspicion->hosts.count >= HOSTS_SUSPICIOUS;
}

static bool is_enumeration(const SecuritySource *source)
{
    return in_vain(source) && source->suspicion->users.count >= USERS_SUSPICIOUS;
}

static bool is_brute_force(const SecuritySource *source)
{
    return source->rejected_peak >= REJECTED_ATTACK;
}

static bool is_flood(const SecuritySource *source)
{
    return in_vain(source) && source->request_peak >= FLOOD_PER_SECOND;
}

static bool is_fraud(const SecuritySource *source)
{
    return source->served == 0 && source->invite_successes * 10 <= source->invites &&
           source->suspicion->numbers.count >= NUMBERS_FRAUD;
}

typedef struct {
    const char *name, *meaning;
    bool attack;
    bool (*holds)(const SecuritySource *source); /* of one with evidence */
} RuleRow;

static const RuleRow rules[SECURITY_RULES] = {
    [SECURITY_SCANNER_AGENT] = { "scanner-agent", "a User-Agent that only scanners have", true,
                                 always },
    [SECURITY_HOST_SWEEP] = { "host-sweep", "many addresses were asked, next to none agreed", true,
                              is_sweep },
    [SECURITY_ENUMERATION] = { "enumeration", "many users were asked for and refused", true,
                               is_enumeration },
    [SECURITY_BRUTE_FORCE] = { "brute-force", "many wrong passwords within a minute", true,
                               is_brute_force },
    [SECURITY_PASSWORD_FOUND] = { "password-found", "a password was right after many wrong ones",
                                  true, is_brute_force },
    [SECURITY_FLOOD] = { "flood", "a hundred requests and more in a second, next to none agreed to",
                         true, is_flood },
    [SECURITY_SPOOFED_REQUEST] = { "spoofed-request",
                                   "in a dialog, from an address that had no part in it", true,
                                   always },
    [SECURITY_TOLL_FRAUD] = { "toll-fraud", "many international numbers tried in vain", true,
                              is_fraud },
    [SECURITY_PLAIN_SDES] = { "plain-sdes", "keys of SRTP sent where everybody can read them",
                              false, always },
    [SECURITY_WEAK_DIGEST] = { "weak-digest", "passwords asked for by MD5 or in clear", false,
                               always },
};

const char *security_rule_name(SecurityRule rule)
{
    return rules[rule].name;
}

const char *security_rule_meaning(SecurityRule rule)
{
    return rules[rule].meaning;
}

bool security_rule_is_attack(SecurityRule rule)
{
    return rules[rule].attack;
}

const SecurityEvidence *security_finding(const SecuritySource *source, SecurityRule rule)
{
    if (!source->suspicion || source->suspicion->evidence[rule].count == 0)
        return NULL;
    return rules[rule].holds(source) ? &source->suspicion->evidence[rule] : NULL;
}

/* ------------------------------------------------------------------------------- the table */
static void source_clear(gpointer data)
{
    g_free(((SecuritySource *)data)->suspicion);
}

SecurityWatch *security_watch_new(void)
{
    SecurityWatch *watch = g_new0(SecurityWatch, 1);

    watch->sources = g_array_new(FALSE, FALSE, sizeof(SecuritySource));
    g_array_set_clear_func(watch->sources, source_clear);
    slot_index_init(&watch->by_ip);
    watch->of_endpoint = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    watch->agents = g_hash_table_new(NULL, NULL);
    return watch;
}

void security_watch_free(SecurityWatch *watch)
{
    g_array_free(watch->sources, TRUE);
    slot_index_clear(&watch->by_ip);
    g_array_free(watch->of_endpoint, TRUE);
    g_hash_table_destroy(watch->agents);
    g_free(watch);
}

unsigned security_source_count(const Model *model)
{
    return model->security->sources->len;
}

const SecuritySource *security_source_at(const Model *model, unsigned index)
{
    return &g_array_index(model->security->sources, SecuritySource, index);
}

static uint32_t tag_of(IpAddress ip)
{
    return (uint32_t)endpoint_hash((Endpoint){ ip, 0 });
}

/* Index + 1; 0: there is none. */
static uint32_t find_source(const SecurityWatch *watch, IpAddress ip)
{
    uint32_t tag = tag_of(ip), position = slot_index_start(&watch->by_ip, tag);
    uint32_t number;

    for (; (number = slot_index_probe(&watch->by_ip, tag, &position)); position++)
        if (ip_equal(g_array_index(watch->sources, SecuritySource, number - 1).ip, ip))
            break;
    return number;
}

const SecuritySource *security_source_of(const Model *model, IpAddress ip)
{
    uint32_t number = find_source(model->security, ip);
    return number ? security_source_at(model, number - 1) : NULL;
}

uint64_t security_uncounted(const Model *model)
{
    return model->security->uncounted;
}

static uint32_t number_of(SecurityWatch *watch, IpAddress ip)
{
    uint32_t number = find_source(watch, ip);

    if (number == 0 && watch->sources->len < SECURITY_SOURCES_MAX) {
        SecuritySource fresh = { .ip = ip, .minute_ns = TIME_UNKNOWN, .second_ns = TIME_UNKNOWN };
        g_array_append_val(watch->sources, fresh);
        number = watch->sources->len;
        slot_index_insert(&watch->by_ip, tag_of(ip), number);
    }
    return number;
}

static SecuritySource *source_for(const MessageContext *context, uint32_t endpoint)
{
    SecurityWatch *watch = context->model->security;

    if (endpoint >= watch->of_endpoint->len)
        g_array_set_size(watch->of_endpoint, endpoint + 1);
    uint32_t *number = &g_array_index(watch->of_endpoint, uint32_t, endpoint);
    if (*number == 0)
        *number = number_of(watch, model_endpoint(context->model, endpoint).ip);
    if (*number == 0) {
        watch->uncounted++;
        return NULL;
    }
    return &g_array_index(watch->sources, SecuritySource, *number - 1);
}

static Suspicion *suspect(SecuritySource *source)
{
    if (!source->suspicion)
        source->suspicion = g_new0(Suspicion, 1);
    return source->suspicion;
}

static void note(const MessageContext *context, SecuritySource *source, SecurityRule rule)
{
    SecurityEvidence *evidence = &suspect(source)->evidence[rule];

    if (evidence->count++ == 0) {
        evidence->first_ns = context->origin->time_ns;
        evidence->first_frame = context->origin->frame;
    }
    evidence->last_ns = context->origin->time_ns;
    evidence->last_frame = context->origin->frame;
}

/* True when it is a new one. */
static bool distinct_add(DistinctSet *set, uint64_t hash)
{
    for (unsigned i = 0; i < set->count; i++)
        if (set->hashes[i] == (uint32_t)hash)
            return false;
    if (set->count == DISTINCT_MAX)
        return false;
    set->hashes[set->count++] = (uint32_t)hash;
    return true;
}

/* --------------------------------------------------------------------------- what is noted */
static bool is_scanner(Slice agent)
{
    static const char *const names[] = { "friendly-scanner", "sipvicious", "sipcli",
                                         "pplsip",           "sundayddr",  "VaxSIPUserAgent",
                                         "VaxIPUserAgent",   "sip-scan",   "sipscan",
                                         "siparmyknife",     "SIVuS",      "iWar" };

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        if (slice_starts_with_nocase(agent, slice_from_string(names[i])) ||
            slice_search(agent, slice_from_string(names[i])) < agent.len)
            return true;
    return false;
}

static bool is_scanner_agent(SecurityWatch *watch, const char *agent)
{
    gpointer known;

    if (!g_hash_table_lookup_extended(watch->agents, agent, NULL, &known)) {
        known = GINT_TO_POINTER(is_scanner(slice_from_string(agent)));
        g_hash_table_insert(watch->agents, (gpointer)agent, known);
    }
    return known != NULL;
}

static void follow_agent(const MessageContext *context, SecuritySource *source)
{
    Slice agent = sip_header_value(context->sip, SIP_HEADER_USER_AGENT);

    if (agent.len == 0)
        return;
    if (!source->user_agent || !slice_equal(slice_from_string(source->user_agent), agent)) {
        source->user_agent = intern_string(context->model->strings, agent);
        source->scanner_agent = is_scanner_agent(context->model->security, source->user_agent);
    }
    if (source->scanner_agent)
        note(context, source, SECURITY_SCANNER_AGENT);
}

static void follow_rate(const MessageContext *context, SecuritySource *source)
{
    int64_t now_ns = context->origin->time_ns;

    if (source->second_ns == TIME_UNKNOWN || now_ns - source->second_ns >= NS_PER_S) {
        source->second_ns = now_ns;
        source->second_requests = 0;
    }
    source->second_requests++;
    source->request_peak = MAX(source->request_peak, source->second_requests);
    if (source->second_requests >= FLOOD_PER_SECOND)
        note(context, source, SECURITY_FLOOD);
}

static void follow_host(const MessageContext *context, SecuritySource *source)
{
    Endpoint host = { context->origin->destination.ip, 0 };

    if (ip_equal(host.ip, source->last_host))
        return;
    source->last_host = host.ip;
    if (source->requests > 1 || source->suspicion) /* most have but one server */
        suspect(source);
    if (source->suspicion && distinct_add(&source->suspicion->hosts, endpoint_hash(host)))
        note(context, source, SECURITY_HOST_SWEEP);
}

static bool has_credentials(const SipMessage *sip)
{
    return sip->first[SIP_HEADER_AUTHORIZATION] || sip->first[SIP_HEADER_PROXY_AUTHORIZATION];
}

static void follow_beginning(const MessageContext *context)
{
    const SipMessage *sip = context->sip;
    SecuritySource *source = source_for(context, context->source);

    if (!source)
        return;
    source->requests++;
    source->invites += sip->method == SIP_INVITE;
    follow_agent(context, source);
    follow_rate(context, source);
    follow_host(context, source);
    if (sip->method == SIP_REGISTER && has_credentials(sip)) {
        source->tried_call = context->call->number;
        source->tried_cseq = sip->cseq;
    }
}

static bool took_part(const MessageContext *context)
{
    const Call *call = context->call;
    IpAddress ip = context->origin->source.ip;
    unsigned from = call->message_count > SPOOF_SEARCH ? call->message_count - SPOOF_SEARCH : 0;

    for (unsigned i = from; i < call->message_count; i++)
        if (ip_equal(model_endpoint(context->model, call->messages[i].source).ip, ip) ||
            ip_equal(model_endpoint(context->model, call->messages[i].destination).ip, ip))
            return true;
    const SessionSide *side = &call->dialogs[context->dialog].sides[PARTY_CALLER];
    for (unsigned i = 0; i < side->line_count; i++)
        if (ip_equal(side->lines[i].rtp.ip, ip))
            return true;
    return false;
}

/* Only of the caller is the own address known for sure: its INVITE came with its Via alone. The
 * callee may be behind proxies that do not stay in the dialog. */
static void follow_in_dialog(const MessageContext *context)
{
    const Call *call = context->call;

    if (context->sip->via_count != 1 || context->dialog == DIALOG_NONE || call->began_inside ||
        call->origin_vias != 1 || call->method != SIP_INVITE ||
        call->message_count > SPOOF_SEARCH || dialog_sender(context) != PARTY_CALLER)
        return;
    if (took_part(context))
        return;
    SecuritySource *source = source_for(context, context->source);
    if (source)
        note(context, source, SECURITY_SPOOFED_REQUEST);
}

static void follow_keys(const MessageContext *context)
{
    SipTransport transport = context->origin->transport;

    if (!context->codecs || context->dialog == DIALOG_NONE ||
        (transport != SIP_OVER_UDP && transport != SIP_OVER_TCP && transport != SIP_OVER_WS))
        return;
    Party sender = dialog_sender(context);
    if (!context->sip->is_request)
        sender = sender == PARTY_CALLER ? PARTY_CALLEE : PARTY_CALLER;
    const SessionSide *side = &context->call->dialogs[context->dialog].sides[sender];
    for (unsigned i = 0; i < side->line_count; i++) {
        SecuritySource *source;
        if (side->lines[i].security != STREAM_SECURITY_SDES ||
            !(source = source_for(context, context->source)))
            continue;
        note(context, source, SECURITY_PLAIN_SDES);
        return;
    }
}

/* An international number, maybe behind a digit for the outside line. */
static bool is_international(const char *user)
{
    if (!user)
        return false;
    if (user[0] == '+')
        return g_ascii_isdigit(user[1]);
    if (user[0] == '9' && user[1] == '0')
        user++;
    return strlen(user) >= 10 && (g_str_has_prefix(user, "00") || g_str_has_prefix(user, "011"));
}

static void note_refusal(const MessageContext *context, SecuritySource *source)
{
    const Call *call = context->call;
    const char *user = call->to.user;

    if (!user)
        return;
    uint64_t hash = slice_hash(slice_from_string(user));
    if (distinct_add(&suspect(source)->users, hash))
        note(context, source, SECURITY_ENUMERATION);
    if (context->sip->method == SIP_INVITE && is_international(user) &&
        distinct_add(&source->suspicion->numbers, hash))
        note(context, source, SECURITY_TOLL_FRAUD);
}

static bool is_stale(const SipMessage *sip)
{
    SipDigest digest;

    sip_digest_parse(sip_header_value(sip, SIP_HEADER_WWW_AUTHENTICATE), &digest);
    return digest.is_stale;
}

/* Credentials were refused. */
static void note_rejection(const MessageContext *context, SecuritySource *source)
{
    int64_t now_ns = context->origin->time_ns;

    if (is_stale(context->sip))
        return;
    if (source->minute_ns == TIME_UNKNOWN || now_ns - source->minute_ns >= MINUTE_NS) {
        source->minute_ns = now_ns;
        source->minute_rejected = 0;
    }
    source->minute_rejected++;
    source->rejected_peak = MAX(source->rejected_peak, source->minute_rejected);
    note(context, source, SECURITY_BRUTE_FORCE);
}

static void follow_registration(const MessageContext *context, SecuritySource *source)
{
    unsigned status = context->sip->status;

    if (source->tried_call != context->call->number || source->tried_cseq != context->sip->cseq)
        return;
    if (status == 401 || status == 403 || status == 407) {
        note_rejection(context, source);
    } else if (status < 300 && source->minute_rejected >= REJECTED_ATTACK &&
               context->origin->time_ns - source->minute_ns < MINUTE_NS) {
        note(context, source, SECURITY_PASSWORD_FOUND);
    }
}

static void follow_challenge(const MessageContext *context)
{
    const SipMessage *sip = context->sip;
    SipHeaderId id =
        sip->status == 401 ? SIP_HEADER_WWW_AUTHENTICATE : SIP_HEADER_PROXY_AUTHENTICATE;
    SecuritySource *source = source_for(context, context->source);

    if (!source)
        return;
    for (const SipHeader *at = sip_header(sip, id); at; at = sip_header_next(sip, at)) {
        SipDigest digest;
        sip_digest_parse(at->value, &digest);
        bool weak = slice_equal_nocase(digest.scheme, SLICE_LITERAL("Basic")) ||
                    digest.algorithm.len == 0 ||
                    slice_starts_with_nocase(digest.algorithm, SLICE_LITERAL("MD5"));
        if (!weak)
            return; /* a client takes the best it knows (RFC 8760 section 2.4) */
    }
    if (sip_header(sip, id))
        note(context, source, SECURITY_WEAK_DIGEST);
}

static void follow_answer(const MessageContext *context)
{
    const SipMessage *sip = context->sip;
    const Transaction *asked = context->transaction;

    if (sip->status == 401 || sip->status == 407)
        follow_challenge(context);
    if (!asked || asked->in_dialog || asked->vias != 1)
        return;
    SecuritySource *source = source_for(context, context->destination);
    if (source && sip->status < 300) {
        source->successes++;
        source->invite_successes += sip->method == SIP_INVITE;
    } else if (source && sip->status >= 400) {
        note_refusal(context, source);
    }
    if (source && sip->method == SIP_REGISTER)
        follow_registration(context, source);
    if (sip->status < 300 && sip->method != SIP_OPTIONS) {
        SecuritySource *server = source_for(context, context->source);
        if (server)
            server->served++;
    }
}

static bool is_watched(SipMethod method)
{
    return method == SIP_INVITE || method == SIP_REGISTER || method == SIP_OPTIONS;
}

void security_follow(const MessageContext *context)
{
    const SipMessage *sip = context->sip;
    bool watched = is_watched(sip->method);

    if (sip->is_request && sip->to_tag.len == 0 && watched) {
        if (sip->via_count == 1)
            follow_beginning(context);
    } else if (sip->is_request && (sip->method == SIP_BYE || sip->method == SIP_INVITE)) {
        follow_in_dialog(context);
    } else if (!sip->is_request && sip->status >= 200 && watched) {
        follow_answer(context);
    }
    if (sip->method == SIP_INVITE)
        follow_keys(context);
}

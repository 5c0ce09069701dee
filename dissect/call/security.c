#include "dissect/call/security.h"
#include "dissect/base/cache.h"
#include "dissect/call/dialog.h"
#include "dissect/call/security_private.h"
#include "dissect/call/security_watch.h"
#include "dissect/call/tracker_private.h"
#include "dissect/call/transaction.h"

#define HOSTS_SUSPICIOUS 10u
#define USERS_SUSPICIOUS 10u
#define FLOOD_PER_SECOND 100u            /* of which next to nothing succeeds */
#define BURST_ANSWERS_NS (10 * NS_PER_S) /* after which it has rung, or will not */

/* ------------------------------------------------------------------------------- the rules */
static bool always(const SecuritySource *source)
{
    (void)source;
    return true;
}

/* Whoever serves others, or gets what it asks for, asks many for a reason. */
static bool in_vain(const SecuritySource *source)
{
    return source->served == 0 && source->agreed * 10 <= source->requests - source->credentials;
}

/* A load balancer asks its own hosts again and again whether they live, whatever they answer. */
static bool is_pinging(const SecuritySource *source)
{
    const Suspicion *suspicion = source->suspicion;

    return source->revisits >= 2 * (uint64_t)suspicion->hosts.count &&
           suspicion->users.count < USERS_SUSPICIOUS;
}

static bool is_sweep(const SecuritySource *source)
{
    return in_vain(source) && source->suspicion->hosts.count >= HOSTS_SUSPICIOUS &&
           !is_pinging(source);
}

static bool is_enumeration(const SecuritySource *source)
{
    return in_vain(source) && source->suspicion->users.count >= USERS_SUSPICIOUS;
}

/* Many phones behind one address are wrong once each, and most of them are right then. */
static bool is_brute_force(const SecuritySource *source)
{
    return source->user_rejected_peak >= REJECTED_ATTACK ||
           (in_vain(source) && source->rejected_peak >= REJECTED_ATTACK);
}

/* Phones that all come back at once answer the challenges they get. */
static bool are_clients(const SecuritySource *source)
{
    return MIN(source->credentials, source->challenged) * 2 >= source->requests;
}

static bool is_burst(const SecuritySource *source)
{
    return source->burst_ns != TIME_UNKNOWN && source->burst_agreed * 10 <= source->burst_others;
}

/* Of a burst it is known what came of it; else all that was ever asked has to tell. */
static bool is_flood(const SecuritySource *source)
{
    if (source->burst_ns != TIME_UNKNOWN)
        return is_burst(source);
    return in_vain(source) && source->request_peak >= FLOOD_PER_SECOND && !are_clients(source);
}

static bool is_fraud(const SecuritySource *source)
{
    return source->hunted ||
           (security_calls_in_vain(source) && source->suspicion->numbers.count >= NUMBERS_FRAUD);
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
    [SECURITY_TOLL_FRAUD] = { "toll-fraud", "many international or premium numbers tried in vain",
                              true, is_fraud },
    [SECURITY_FRAUD_CALL] = { "fraud-call", "such a number answered after many tried in vain", true,
                              always },
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
SecurityWatch *security_watch_new(void)
{
    SecurityWatch *watch = g_new0(SecurityWatch, 1);

    pool_init(&watch->sources, sizeof(SecuritySource));
    slot_index_init(&watch->by_ip);
    watch->of_endpoint = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    watch->agents = g_hash_table_new(NULL, NULL);
    watch->strangers = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    return watch;
}

static SecuritySource *source_at(const SecurityWatch *watch, uint32_t number)
{
    return pool_at(&watch->sources, number);
}

void security_watch_free(SecurityWatch *watch)
{
    for (uint32_t number = 1; number <= watch->sources.used; number++)
        g_free(source_at(watch, number)->suspicion);
    pool_clear(&watch->sources);
    slot_index_clear(&watch->by_ip);
    g_array_free(watch->of_endpoint, TRUE);
    g_hash_table_destroy(watch->agents);
    g_hash_table_destroy(watch->strangers);
    g_free(watch);
}

unsigned security_source_count(const Model *model)
{
    return model->security->sources.used;
}

const SecuritySource *security_source_at(const Model *model, unsigned index)
{
    return source_at(model->security, index + 1);
}

static uint32_t tag_of(IpAddress ip)
{
    return (uint32_t)endpoint_hash((Endpoint){ ip, 0 });
}

/* Its number; 0: there is none. */
static uint32_t find_source(const SecurityWatch *watch, IpAddress ip)
{
    uint32_t tag = tag_of(ip), position = slot_index_start(&watch->by_ip, tag);
    uint32_t number;

    for (; (number = slot_index_probe(&watch->by_ip, tag, &position)); position++)
        if (ip_equal(source_at(watch, number)->ip, ip))
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

    if (number == 0 && watch->sources.used < SECURITY_SOURCES_MAX) {
        number = pool_take(&watch->sources);
        *source_at(watch, number) = (SecuritySource){
            .ip = ip,
            .minute_ns = TIME_UNKNOWN,
            .second_ns = TIME_UNKNOWN,
            .number_ns = TIME_UNKNOWN,
            .burst_ns = TIME_UNKNOWN,
        };
        slot_index_insert(&watch->by_ip, tag_of(ip), number);
    }
    return number;
}

SecuritySource *security_source_for(const MessageContext *context, uint32_t endpoint)
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
    return source_at(watch, *number);
}

void security_fetch_slot(const Model *model, uint32_t endpoint)
{
    const GArray *numbers = model->security->of_endpoint;

    if (endpoint < numbers->len)
        cache_fetch(&g_array_index(numbers, uint32_t, endpoint), 1);
}

void security_fetch(const Model *model, uint32_t endpoint)
{
    const SecurityWatch *watch = model->security;
    uint32_t number = endpoint < watch->of_endpoint->len
                          ? g_array_index(watch->of_endpoint, uint32_t, endpoint)
                          : 0;

    if (number)
        cache_fetch(source_at(watch, number), sizeof(SecuritySource));
}

Suspicion *security_suspect(SecuritySource *source)
{
    if (!source->suspicion)
        source->suspicion = g_new0(Suspicion, 1);
    return source->suspicion;
}

void security_note_packet(SecuritySource *source, SecurityRule rule, int64_t time_ns,
                          uint32_t frame)
{
    SecurityEvidence *evidence = &security_suspect(source)->evidence[rule];

    if (evidence->count++ == 0) {
        evidence->first_ns = time_ns;
        evidence->first_frame = frame;
    }
    evidence->last_ns = time_ns;
    evidence->last_frame = frame;
}

void security_note(const MessageContext *context, SecuritySource *source, SecurityRule rule)
{
    security_note_packet(source, rule, context->origin->time_ns, context->origin->frame);
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

    if (agent == watch->last_agent)
        return watch->last_is_scanner;
    if (!g_hash_table_lookup_extended(watch->agents, agent, NULL, &known)) {
        known = GINT_TO_POINTER(is_scanner(slice_from_string(agent)));
        g_hash_table_insert(watch->agents, (gpointer)agent, known);
    }
    watch->last_agent = agent;
    watch->last_is_scanner = known != NULL;
    return watch->last_is_scanner;
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
        security_note(context, source, SECURITY_SCANNER_AGENT);
}

/* A second that has more requests than all the time before; registrations of many phones come at
 * once after a power cut. */
static void follow_burst(SecuritySource *source)
{
    bool waits = source->burst_ns != TIME_UNKNOWN && source->second_ns != source->burst_ns &&
                 (is_burst(source) || source->second_ns - source->burst_ns < BURST_ANSWERS_NS);

    if (waits || source->second_others < FLOOD_PER_SECOND ||
        source->requests >= 2 * (uint64_t)source->second_requests)
        return;
    if (source->burst_ns != source->second_ns)
        source->burst_agreed = 0;
    source->burst_ns = source->second_ns;
    source->burst_others = source->second_others;
}

static void follow_rate(const MessageContext *context, SecuritySource *source)
{
    int64_t now_ns = context->origin->time_ns;

    if (source->second_ns == TIME_UNKNOWN || now_ns - source->second_ns >= NS_PER_S) {
        source->second_ns = now_ns;
        source->second_requests = source->second_others = 0;
    }
    source->second_requests++;
    source->second_others += context->sip->method != SIP_REGISTER;
    source->request_peak = MAX(source->request_peak, source->second_requests);
    if (source->second_requests >= FLOOD_PER_SECOND) {
        security_note(context, source, SECURITY_FLOOD);
        follow_burst(source);
    }
}

static void follow_host(const MessageContext *context, SecuritySource *source)
{
    Endpoint host = { context->origin->destination.ip, 0 };
    uint64_t hash;

    if (ip_equal(host.ip, source->last_host))
        return;
    source->last_host = host.ip;
    if (source->requests <= 1 && !source->suspicion)
        return; /* most have but one server */
    hash = endpoint_hash(host);
    if (distinct_add(&security_suspect(source)->hosts, hash))
        security_note(context, source, SECURITY_HOST_SWEEP);
    else
        source->revisits +=
            context->sip->method == SIP_OPTIONS && distinct_has(&source->suspicion->hosts, hash);
}

static void follow_beginning(const MessageContext *context)
{
    const SipMessage *sip = context->sip;
    SecuritySource *source = security_source_for(context, context->source);

    if (!source)
        return;
    source->requests++;
    source->invites += sip->method == SIP_INVITE;
    follow_agent(context, source);
    follow_rate(context, source);
    follow_host(context, source);
    if (context->transaction->with_credentials)
        security_follow_credentials(context, source);
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
            !(source = security_source_for(context, context->source)))
            continue;
        security_note(context, source, SECURITY_PLAIN_SDES);
        return;
    }
}

static void follow_challenge(const MessageContext *context)
{
    const SipMessage *sip = context->sip;
    SipHeaderId id =
        sip->status == 401 ? SIP_HEADER_WWW_AUTHENTICATE : SIP_HEADER_PROXY_AUTHENTICATE;
    SecuritySource *source = security_source_for(context, context->source);

    if (!source)
        return;
    for (const SipHeader *at = sip_header(sip, id); at; at = sip_header_next(sip, at)) {
        const SipDigest *digest = tracker_digest(context->model, at->value);
        bool weak = slice_equal_nocase(digest->scheme, SLICE_LITERAL("Basic")) ||
                    digest->algorithm.len == 0 ||
                    slice_starts_with_nocase(digest->algorithm, SLICE_LITERAL("MD5"));
        if (!weak)
            return; /* a client takes the best it knows (RFC 8760 section 2.4) */
    }
    if (sip_header(sip, id))
        security_note(context, source, SECURITY_WEAK_DIGEST);
}

typedef enum { ANSWER_AGREED, ANSWER_REFUSED, ANSWER_NEITHER } Answer;

/* Whether the one who was asked for is there. A server in trouble does not say. */
static Answer meaning_of(unsigned status)
{
    if (status < 400 || status == 408 || status == 480 || status == 486 || status == 487 ||
        status == 600 || status == 603)
        return ANSWER_AGREED;
    return status < 500 || status == 604 ? ANSWER_REFUSED : ANSWER_NEITHER;
}

static void note_agreed(const MessageContext *context, SecuritySource *source)
{
    const SipMessage *sip = context->sip;

    source->agreed++;
    source->invites_agreed += sip->method == SIP_INVITE;
    if (sip->status >= 300)
        return;
    source->successes++;
    if (sip->method == SIP_INVITE && source->hunted &&
        security_is_fraud_number(source, context->call->to.user))
        security_note(context, source, SECURITY_FRAUD_CALL);
}

static void follow_asker(const MessageContext *context, SecuritySource *source)
{
    Answer answer = meaning_of(context->sip->status);

    if (answer == ANSWER_AGREED)
        note_agreed(context, source);
    else if (answer == ANSWER_REFUSED)
        security_note_refusal(context, source);
    source->challenged += security_is_challenge(context);
    if (context->transaction->with_credentials)
        security_follow_password(context, source);
}

static void note_burst_answer(const MessageContext *context, SecuritySource *source)
{
    source->burst_agreed += source->burst_ns != TIME_UNKNOWN &&
                            context->origin->time_ns - source->burst_ns < BURST_ANSWERS_NS &&
                            meaning_of(context->sip->status) == ANSWER_AGREED;
}

static void follow_answer(const MessageContext *context)
{
    const SipMessage *sip = context->sip;
    const Transaction *asked = context->transaction;
    bool final = sip->status >= 200;

    if (sip->status == 401 || sip->status == 407)
        follow_challenge(context);
    if (!asked || asked->in_dialog || asked->vias != 1)
        return;
    SecuritySource *source = security_source_for(context, context->destination);
    if (source)
        note_burst_answer(context, source);
    if (source && final)
        follow_asker(context, source);
    if (final && sip->status < 300 && sip->method != SIP_OPTIONS) {
        SecuritySource *server = security_source_for(context, context->source);
        if (server)
            server->served++;
    }
}

void security_follow(MessageContext *context)
{
    const SipMessage *sip = context->sip;

    if (sip->is_request && sip->to_tag.len == 0 && sip->via_count == 1)
        follow_beginning(context);
    else if (!sip->is_request && sip->status > 100)
        follow_answer(context);
    if (sip->method == SIP_INVITE)
        follow_keys(context);
}

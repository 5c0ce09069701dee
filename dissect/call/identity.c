#include "dissect/call/identity.h"
#include "dissect/call/identity_tracker.h"
#include "dissect/sip/q850.h"

static const SipHeaderId looked_for[] = {
    SIP_HEADER_P_ASSERTED_IDENTITY,
    SIP_HEADER_P_PREFERRED_IDENTITY,
    SIP_HEADER_REMOTE_PARTY_ID,
    SIP_HEADER_PRIVACY,
    SIP_HEADER_DIVERSION,
    SIP_HEADER_HISTORY_INFO,
    SIP_HEADER_IDENTITY,
};

static bool has_any(const SipMessage *sip)
{
    for (size_t i = 0; i < G_N_ELEMENTS(looked_for); i++) {
        if (sip->first[looked_for[i]])
            return true;
    }
    return false;
}

typedef void (*TakeElement)(void *context, const SipNameAddr *element);

static void each_element(const SipMessage *sip, SipHeaderId id, TakeElement take, void *context)
{
    unsigned count = 0;
    Slice element;
    SipNameAddr address;

    for (const SipHeader *h = sip_header(sip, id); h; h = sip_header_next(sip, h)) {
        for (Slice list = h->value; sip_list_next(&list, &element);) {
            if (count++ >= IDENTITY_LIST_MAX)
                return;
            if (sip_name_addr_parse(element, &address) == DISSECT_OK)
                take(context, &address);
        }
    }
}

static void take_uri(void *context, const SipNameAddr *element)
{
    g_ptr_array_add(context, slice_dup(element->uri.whole));
}

static char **uris_of(const SipMessage *sip, SipHeaderId id)
{
    GPtrArray *uris = g_ptr_array_new();

    each_element(sip, id, take_uri, uris);
    g_ptr_array_add(uris, NULL);
    return (char **)g_ptr_array_free(uris, FALSE);
}

static char *parameter_of(Slice parameters, const char *name)
{
    Slice value;
    return sip_parameter(parameters, slice_from_string(name), &value) ? slice_dup(value) : NULL;
}

static void take_diversion(void *context, const SipNameAddr *element)
{
    IdentityHop hop = { .uri = slice_dup(element->uri.whole),
                        .reason = parameter_of(element->parameters, "reason") };
    g_array_append_val((GArray *)context, hop);
}

/* "Reason=SIP%3Bcause%3D486" among the headers of a URI; 0: there is none. */
static int reason_in_uri(Slice headers)
{
    while (headers.len) {
        Slice value = slice_split(&headers, '&');
        Slice name = slice_split(&value, '=');
        if (!slice_equal_nocase(name, SLICE_LITERAL("Reason")))
            continue;
        g_autofree char *text = sip_unescape(value);
        CallReason *reason = call_reason_parse(slice_from_string(text));
        bool sip = reason && reason->cause > 0 && g_ascii_strcasecmp(reason->protocol, "SIP") == 0;
        int cause = sip ? reason->cause : 0;
        call_reason_free(reason);
        if (cause)
            return cause;
    }
    return 0;
}

static void take_history(void *context, const SipNameAddr *element)
{
    static const char *const mappings[] = { "rc", "mp", "np" };
    IdentityHop hop = { .uri = slice_dup(element->uri.whole),
                        .reason = parameter_of(element->uri.parameters, "cause"),
                        .index = parameter_of(element->parameters, "index"),
                        .ended_with = reason_in_uri(element->uri.headers) };

    for (size_t i = 0; i < G_N_ELEMENTS(mappings) && !hop.mapping; i++) {
        hop.mapped_from = parameter_of(element->parameters, mappings[i]);
        if (hop.mapped_from)
            hop.mapping = g_strdup(mappings[i]);
    }
    g_array_append_val((GArray *)context, hop);
}

static void clear_hop(gpointer hop)
{
    IdentityHop *h = hop;
    g_free(h->uri);
    g_free(h->reason);
    g_free(h->index);
    g_free(h->mapping);
    g_free(h->mapped_from);
}

static void clear_passport(gpointer passport)
{
    passport_clear(passport);
}

static GArray *hops_of(const SipMessage *sip, SipHeaderId id, TakeElement take)
{
    GArray *hops = g_array_new(FALSE, FALSE, sizeof(IdentityHop));

    g_array_set_clear_func(hops, clear_hop);
    each_element(sip, id, take, hops);
    return hops;
}

static GArray *passports_of(const SipMessage *sip)
{
    GArray *passports = g_array_new(FALSE, FALSE, sizeof(Passport));
    const SipHeader *h = sip_header(sip, SIP_HEADER_IDENTITY);

    g_array_set_clear_func(passports, clear_passport);
    for (; h && passports->len < IDENTITY_LIST_MAX; h = sip_header_next(sip, h)) {
        Passport passport;
        passport_parse(h->value, &passport);
        g_array_append_val(passports, passport);
    }
    return passports;
}

GArray *identity_history(const SipMessage *sip)
{
    return hops_of(sip, SIP_HEADER_HISTORY_INFO, take_history);
}

static CallIdentity *identity_new(const SipMessage *sip, int64_t time_ns)
{
    CallIdentity *identity = g_new(CallIdentity, 1);
    Slice privacy = sip_header_value(sip, SIP_HEADER_PRIVACY);

    *identity = (CallIdentity){
        .time_ns = time_ns,
        .asserted = uris_of(sip, SIP_HEADER_P_ASSERTED_IDENTITY),
        .preferred = uris_of(sip, SIP_HEADER_P_PREFERRED_IDENTITY),
        .remote_parties = uris_of(sip, SIP_HEADER_REMOTE_PARTY_ID),
        .privacy = privacy.len ? slice_dup(privacy) : NULL,
        .diversions = hops_of(sip, SIP_HEADER_DIVERSION, take_diversion),
        .history = identity_history(sip),
        .passports = passports_of(sip),
    };
    return identity;
}

CallReason *call_reason_parse(Slice value)
{
    Slice element, parameters;
    uint64_t cause;

    if (!sip_list_next(&value, &element))
        return NULL;
    parameters = element;
    Slice protocol = slice_trim(slice_split(&parameters, ';'));
    CallReason *reason = g_new(CallReason, 1);
    Slice number = SLICE_EMPTY;
    sip_parameter(parameters, SLICE_LITERAL("cause"), &number);
    *reason = (CallReason){
        .protocol = slice_dup(protocol),
        .cause = slice_to_uint(number, 999, &cause) ? (int)cause : -1,
        .text = parameter_of(parameters, "text"),
    };
    return reason;
}

static bool may_tell_why(const SipMessage *sip)
{
    return sip->is_request ? sip->method == SIP_BYE || sip->method == SIP_CANCEL
                           : sip->method == SIP_INVITE && sip->status >= 300;
}

void identity_follow(MessageContext *context)
{
    const SipMessage *sip = context->sip;
    Call *call = context->call;
    bool invite = sip->is_request && sip->method == SIP_INVITE && sip->to_tag.len == 0;

    if (invite && !call->identity && has_any(sip))
        call->identity = identity_new(sip, context->origin->time_ns);
    if (sip->first[SIP_HEADER_REASON] && !call->reason && may_tell_why(sip))
        call->reason = call_reason_parse(sip_header_value(sip, SIP_HEADER_REASON));
}

void identity_free(CallIdentity *identity)
{
    if (!identity)
        return;
    g_strfreev(identity->asserted);
    g_strfreev(identity->preferred);
    g_strfreev(identity->remote_parties);
    g_free(identity->privacy);
    g_array_free(identity->diversions, TRUE);
    g_array_free(identity->history, TRUE);
    g_array_free(identity->passports, TRUE);
    g_free(identity);
}

void call_reason_free(CallReason *reason)
{
    if (!reason)
        return;
    g_free(reason->protocol);
    g_free(reason->text);
    g_free(reason);
}

const char *call_reason_meaning(const CallReason *reason)
{
    if (reason->cause < 0)
        return NULL;
    if (g_ascii_strcasecmp(reason->protocol, "Q.850") == 0)
        return q850_cause_name((unsigned)reason->cause);
    if (g_ascii_strcasecmp(reason->protocol, "SIP") == 0)
        return sip_status_phrase((unsigned)reason->cause);
    return NULL;
}

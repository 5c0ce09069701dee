#include "dissect/call/registrar.h"
#include "dissect/call/transaction.h"
#include "dissect/sip/contact.h"

#define CONTACTS_MAX 32

typedef struct RegistrationTable {
    GHashTable *by_aor; /* address of record -> first Registration; key borrowed from it */
} RegistrationTable;

const char *registration_state_name(RegistrationState state)
{
    static const char *const names[REGISTRATION_STATES] = { "pending", "challenged", "active",
                                                            "expired", "removed",    "failed" };
    return state < REGISTRATION_STATES ? names[state] : "unknown";
}

int64_t registration_expiry(const Registration *registration)
{
    if (registration->state != REGISTRATION_ACTIVE || registration->expires_s < 0 ||
        registration->bound_ns == TIME_UNKNOWN)
        return TIME_UNKNOWN;
    return registration->bound_ns + registration->expires_s * NS_PER_S;
}

int64_t registration_left_s(const Registration *registration, int64_t clock_ns)
{
    int64_t expiry = registration_expiry(registration);

    if (expiry == TIME_UNKNOWN)
        return -1;
    return MAX(expiry - clock_ns, 0) / NS_PER_S;
}

RegistrationState registration_state(const Registration *registration, int64_t clock_ns)
{
    int64_t expiry = registration_expiry(registration);

    return expiry != TIME_UNKNOWN && clock_ns > expiry ? REGISTRATION_EXPIRED : registration->state;
}

void registration_free(Registration *registration)
{
    g_free(registration->aor);
    g_free(registration->contact);
    g_free(registration->user_agent);
    g_free(registration->path);
    g_free(registration);
}

static guint hash_text(gconstpointer text)
{
    return (guint)slice_hash(slice_from_string(text));
}

void registrar_new(Model *model)
{
    model->registrar = g_new0(RegistrationTable, 1);
    model->registrar->by_aor = g_hash_table_new(hash_text, g_str_equal);
}

void registrar_free(Model *model)
{
    g_hash_table_destroy(model->registrar->by_aor);
    g_clear_pointer(&model->registrar, g_free);
}

void registrar_forget_call(Model *model, uint32_t call)
{
    for (guint i = 0; i < model->registrations->len; i++) {
        Registration *r = g_ptr_array_index(model->registrations, i);
        if (r->call == call)
            r->call = 0;
    }
}

/* The address of record is the To URI without its parameters (section 10.3, step 5). */
static char *aor_of(const SipMessage *sip)
{
    const SipUri *uri = &sip->to.uri;
    bool secure = uri->scheme == SIP_SCHEME_SIPS;
    Slice scheme = secure ? SLICE_LITERAL("sips:") : SLICE_LITERAL("sip:");
    Slice at = uri->user.len ? SLICE_LITERAL("@") : SLICE_EMPTY;
    const Slice parts[] = { scheme, uri->user, at, uri->host };

    if (uri->host.len == 0)
        return slice_dup(uri->whole);
    return slice_join(parts, G_N_ELEMENTS(parts));
}

static Registration *find(const Model *model, const char *aor, Slice contact)
{
    Registration *r = g_hash_table_lookup(model->registrar->by_aor, aor);

    for (; r; r = r->next)
        if (slice_equal(slice_from_string(r->contact), contact))
            return r;
    return NULL;
}

static Registration *add(const MessageContext *context, const char *aor, Slice contact)
{
    Model *model = context->model;

    if (model->registrations->len >= model->limits.registrations)
        return NULL;
    Registration *r = g_new0(Registration, 1);
    r->aor = g_strdup(aor);
    r->contact = slice_dup(contact);
    r->first_ns = r->last_ns = context->origin->time_ns;
    r->bound_ns = r->delay_ns = r->refresh_ns = TIME_UNKNOWN;
    r->expires_s = r->asked_s = -1;
    Registration *first = g_hash_table_lookup(model->registrar->by_aor, aor);
    if (first) { /* behind the first, which owns the key */
        r->next = first->next;
        first->next = r;
    } else {
        g_hash_table_insert(model->registrar->by_aor, r->aor, r);
    }
    g_ptr_array_add(model->registrations, r);
    return r;
}

static Registration *find_or_add(const MessageContext *context, const char *aor, Slice contact)
{
    Registration *r = find(context->model, aor, contact);

    return r ? r : add(context, aor, contact);
}

static void keep_text(char **kept, Slice text)
{
    if (text.len == 0 || (*kept && slice_equal(slice_from_string(*kept), text)))
        return;
    g_free(*kept);
    *kept = slice_dup(text);
}

static RegistrationNat nat_of(const MessageContext *context, const SipUri *contact)
{
    IpAddress named;

    if (context->sip->via_count != 1 || !ip_parse(contact->host, &named))
        return NAT_UNKNOWN;
    return ip_equal(named, context->origin->source.ip) ? NAT_NONE : NAT_BETWEEN;
}

static void note_received(const MessageContext *context, Registration *r)
{
    const SipVia *via = &context->sip->via;
    IpAddress ip;

    if (context->sip->via_count == 1 && ip_parse(via->received, &ip))
        r->received = (Endpoint){ ip, via->rport };
}

static Registration *note_request(const MessageContext *context, const char *aor, Slice contact,
                                  int64_t asked_s)
{
    const SipMessage *sip = context->sip;
    Registration *r = find_or_add(context, aor, contact);

    if (!r)
        return NULL;
    r->call = context->call->number;
    r->source = context->source;
    r->registrar = context->destination;
    r->last_ns = context->origin->time_ns;
    r->cseq = sip->cseq;
    r->asked_s = asked_s;
    r->requests++;
    if (r->state != REGISTRATION_ACTIVE)
        r->state = REGISTRATION_PENDING;
    keep_text(&r->user_agent, sip_header_value(sip, SIP_HEADER_USER_AGENT));
    keep_text(&r->path, sip_header_value(sip, SIP_HEADER_PATH));
    return r;
}

static void follow_request(const MessageContext *context, const char *aor)
{
    SipContactIterator at = { 0 };
    SipNameAddr contact;
    bool star;
    unsigned count = 0;

    while (count < CONTACTS_MAX && sip_contact_next(context->sip, &at, &contact, &star)) {
        count++;
        if (!star) {
            Registration *r = note_request(context, aor, contact.uri.whole,
                                           sip_contact_expires(context->sip, &contact));
            if (r)
                r->nat = nat_of(context, &contact.uri);
            continue;
        }
        for (Registration *r = g_hash_table_lookup(context->model->registrar->by_aor, aor); r;
             r = r->next)
            note_request(context, aor, slice_from_string(r->contact), 0);
    }
    if (count == 0)
        note_request(context, aor, SLICE_EMPTY, -1);
}

/* What the 2xx grants @contact: its own expires, else the header's, else what was asked. */
static int64_t granted(const SipMessage *sip, const Registration *registration)
{
    SipContactIterator at = { 0 };
    SipNameAddr contact;
    bool star, listed = false;
    unsigned count = 0;

    while (count++ < CONTACTS_MAX && sip_contact_next(sip, &at, &contact, &star)) {
        listed = true;
        if (!star && slice_equal(contact.uri.whole, slice_from_string(registration->contact))) {
            int64_t expires = sip_contact_expires(sip, &contact);
            return expires >= 0 ? expires : registration->asked_s;
        }
    }
    if (registration->asked_s == 0)
        return 0;
    int64_t expires = listed ? -1 : sip_contact_expires(sip, NULL);
    return expires >= 0 ? expires : registration->asked_s;
}

static void succeed(const MessageContext *context, Registration *r)
{
    int64_t expires = granted(context->sip, r);

    r->successes++;
    r->delay_ns = context->transaction
                      ? time_between(context->transaction->first_ns, context->origin->time_ns)
                      : TIME_UNKNOWN;
    if (r->contact[0] == '\0') { /* a query binds nothing */
        r->state = REGISTRATION_REMOVED;
        return;
    }
    if (r->state == REGISTRATION_ACTIVE)
        r->refresh_ns = time_between(r->bound_ns, context->origin->time_ns);
    r->state = expires == 0 ? REGISTRATION_REMOVED : REGISTRATION_ACTIVE;
    r->expires_s = expires;
    r->bound_ns = context->origin->time_ns;
}

/* Bindings of other devices, which the registrar lists in its 2xx (section 10.3, step 8). */
static void learn_others(const MessageContext *context, const char *aor)
{
    SipContactIterator at = { 0 };
    SipNameAddr contact;
    bool star;
    unsigned count = 0;

    while (count++ < CONTACTS_MAX && sip_contact_next(context->sip, &at, &contact, &star)) {
        if (star || find(context->model, aor, contact.uri.whole))
            continue;
        Registration *r = add(context, aor, contact.uri.whole);
        if (!r)
            return;
        r->state = REGISTRATION_ACTIVE;
        r->call = context->call->number;
        r->source = context->destination;
        r->registrar = context->source;
        r->expires_s = sip_contact_expires(context->sip, &contact);
        r->bound_ns = context->origin->time_ns;
        r->last_status = context->sip->status;
    }
}

static void take_answer(const MessageContext *context, Registration *r)
{
    unsigned status = context->sip->status;

    r->last_status = (uint16_t)status;
    note_received(context, r);
    if (status < 300) {
        keep_text(&r->path, sip_header_value(context->sip, SIP_HEADER_PATH));
        succeed(context, r);
    } else if (status == 401 || status == 407) {
        r->challenges++;
        if (r->state == REGISTRATION_PENDING)
            r->state = REGISTRATION_CHALLENGED;
    } else {
        r->failures++;
        r->state = REGISTRATION_FAILED;
    }
}

/* The request was not captured: what was asked for is not known, but that it was answered is. */
static void take_lone_answer(const MessageContext *context, const char *aor)
{
    Registration *r = find_or_add(context, aor, SLICE_EMPTY);

    if (!r)
        return;
    r->call = context->call->number;
    r->source = context->destination;
    r->registrar = context->source;
    r->cseq = context->sip->cseq;
    r->last_ns = context->origin->time_ns;
    take_answer(context, r);
}

static void follow_response(const MessageContext *context, const char *aor)
{
    bool asked = false;

    for (Registration *r = g_hash_table_lookup(context->model->registrar->by_aor, aor); r;
         r = r->next) {
        if (r->call != context->call->number || r->cseq != context->sip->cseq)
            continue;
        take_answer(context, r);
        asked = true;
    }
    bool lists_contacts = context->sip->first[SIP_HEADER_CONTACT] != 0;
    if (context->sip->status < 300)
        learn_others(context, aor);
    if (!asked && (context->sip->status >= 300 || !lists_contacts))
        take_lone_answer(context, aor);
}

void registrar_follow(MessageContext *context)
{
    const SipMessage *sip = context->sip;

    if (!context->at_origin)
        return;
    g_autofree char *aor = aor_of(sip);
    if (sip->is_request)
        follow_request(context, aor);
    else
        follow_response(context, aor);
}

#include "dissect/call/redirection.h"
#include "dissect/call/relation.h"
#include "dissect/call/structure_tracker.h"
#include "dissect/sip/contact.h"

unsigned call_redirect_count(const Call *call)
{
    return call_structure_count(call, redirects);
}

static CallRedirect *redirect_at(const Call *call, unsigned index)
{
    return &g_array_index(call->structure->redirects, CallRedirect, index);
}

const CallRedirect *call_redirect(const Call *call, unsigned index)
{
    return redirect_at(call, index);
}

/* Of section 19.1.4 what matters for a target: user, host and port. */
static bool same_target(Slice a, Slice b)
{
    SipUri one = { 0 }, other = { 0 };

    sip_uri_parse(a, &one);
    sip_uri_parse(b, &other);
    return slice_equal(one.user, other.user) && slice_equal_nocase(one.host, other.host) &&
           one.port == other.port;
}

static bool is_target(const char *uri, Slice target)
{
    return uri && same_target(slice_from_string(uri), target);
}

/* Was @uri the target of an INVITE of this call? */
static bool was_tried(const Call *call, Slice uri)
{
    if (is_target(call->request_uri, uri))
        return true;
    for (unsigned i = 0; i < call_redirect_count(call); i++) {
        const CallRedirect *r = call_redirect(call, i);
        for (unsigned k = 0; k < r->contact_count; k++)
            if (r->contacts[k].tried_ns != TIME_UNKNOWN && is_target(r->contacts[k].uri, uri))
                return true;
    }
    return false;
}

/* "0.7" in thousandths; -1 when it is none. */
static int16_t q_of(const SipNameAddr *contact)
{
    Slice value, whole;
    uint64_t units, rest = 0;

    if (!sip_parameter(contact->parameters, SLICE_LITERAL("q"), &value))
        return -1;
    whole = slice_split(&value, '.');
    if (!slice_to_uint(whole, 1, &units) || value.len > 3 ||
        (value.len && !slice_to_uint(value, 999, &rest)))
        return -1;
    for (size_t digits = value.len; digits && digits < 3; digits++)
        rest *= 10;
    return (int16_t)MIN(units * 1000 + rest, 1000);
}

static int weight_of(const RedirectContact *contact)
{
    return contact->q < 0 ? REDIRECT_Q_DEFAULT : contact->q;
}

/* Those of one q keep their order. */
static void insert_contact(CallRedirect *redirect, const RedirectContact *contact)
{
    unsigned at = redirect->contact_count++;

    for (; at > 0 && weight_of(&redirect->contacts[at - 1]) < weight_of(contact); at--)
        redirect->contacts[at] = redirect->contacts[at - 1];
    redirect->contacts[at] = *contact;
}

static void take_contacts(const MessageContext *context, CallRedirect *redirect)
{
    SipContactIterator at = { 0 };
    SipNameAddr contact;
    bool star;

    while (redirect->contact_count < REDIRECT_CONTACTS_MAX &&
           sip_contact_next(context->sip, &at, &contact, &star)) {
        if (star)
            continue;
        insert_contact(redirect, &(RedirectContact){
                                     .uri = slice_dup(contact.uri.whole),
                                     .q = q_of(&contact),
                                     .loop = was_tried(context->call, contact.uri.whole),
                                     .tried_ns = TIME_UNKNOWN,
                                 });
    }
}

/* The same response comes again at every hop on its way back. */
static bool is_known(const MessageContext *context)
{
    for (unsigned i = 0; i < call_redirect_count(context->call); i++) {
        const CallRedirect *r = call_redirect(context->call, i);
        if (r->cseq == context->sip->cseq && r->to_key == context->to_key)
            return true;
    }
    return false;
}

void redirection_follow_response(const MessageContext *context)
{
    CallRedirect redirect = {
        .time_ns = context->origin->time_ns,
        .frame = context->origin->frame,
        .by = context->source,
        .cseq = context->sip->cseq,
        .to_key = context->to_key,
        .status = context->sip->status,
    };

    if (call_redirect_count(context->call) >= REDIRECTS_MAX || is_known(context))
        return;
    take_contacts(context, &redirect);
    structure_append(&structure_of(context->call)->redirects, &redirect, sizeof redirect,
                     REDIRECTS_MAX);
}

/* An INVITE outside a dialog: is it to a contact that was named? The newest that named it counts.
 */
void redirection_follow_invite(const MessageContext *context)
{
    const Call *call = context->call;

    for (unsigned i = call_redirect_count(call); i-- > 0;) {
        CallRedirect *r = redirect_at(call, i);
        for (unsigned k = 0; k < r->contact_count; k++) {
            RedirectContact *c = &r->contacts[k];
            if (!is_target(c->uri, context->sip->request_uri))
                continue;
            if (c->tried_ns == TIME_UNKNOWN) {
                c->tried_ns = context->origin->time_ns;
                c->frame = context->origin->frame;
                c->tried_by_proxy = !context->at_origin;
            }
            return;
        }
    }
}

uint32_t redirect_contact_call(const Call *call, const RedirectContact *contact)
{
    for (unsigned i = 0; i < call_relation_count(call); i++) {
        const CallRelation *r = call_relation(call, i);
        if (r->reason == RELATION_REDIRECT &&
            is_target(r->evidence, slice_from_string(contact->uri)))
            return r->call;
    }
    return 0;
}

void redirection_clear(CallStructure *structure)
{
    for (unsigned i = 0; structure->redirects && i < structure->redirects->len; i++) {
        CallRedirect *r = &g_array_index(structure->redirects, CallRedirect, i);
        for (unsigned k = 0; k < r->contact_count; k++)
            g_free(r->contacts[k].uri);
    }
    g_clear_pointer(&structure->redirects, g_array_unref);
}

#include "dissect/call/subscriber.h"
#include "dissect/sip/contact.h"
#include "dissect/sip/values.h"

const char *subscription_state_name(SubscriptionState state)
{
    static const char *const names[SUBSCRIPTION_STATES] = { "pending", "active", "terminated",
                                                            "failed", "expired" };
    return state < SUBSCRIPTION_STATES ? names[state] : "unknown";
}

SubscriptionState subscription_state(const Subscription *subscription, int64_t clock_ns)
{
    bool open =
        subscription->state == SUBSCRIPTION_ACTIVE || subscription->state == SUBSCRIPTION_PENDING;

    if (open && subscription->expires_s >= 0 &&
        clock_ns > subscription->last_ns + subscription->expires_s * NS_PER_S)
        return SUBSCRIPTION_EXPIRED;
    return subscription->state;
}

void subscription_free(Subscription *subscription)
{
    g_free(subscription->event);
    g_free(subscription->subscriber);
    g_free(subscription->resource);
    g_free(subscription->reason);
    g_free(subscription->content_type);
    g_free(subscription);
}

/* Event package with its id: "presence", "refer;id=93809823" (RFC 6665 section 8.2.1). */
static char *event_of(const SipMessage *sip)
{
    Slice value = sip_header_value(sip, SIP_HEADER_EVENT);
    Slice parameters, id;
    Slice package = sip_value_token(value, &parameters);

    if (sip_parameter(parameters, SLICE_LITERAL("id"), &id) && id.len)
        return g_strdup_printf("%.*s;id=%.*s", (int)package.len, package.data, (int)id.len,
                               id.data);
    return slice_dup(package);
}

/* Newest first: a Call-ID has few of them. */
static Subscription *find(const Model *model, uint32_t call, const char *event)
{
    guint tried = 0;

    for (guint i = model->subscriptions->len; i > 0 && tried < 4096; i--, tried++) {
        Subscription *s = g_ptr_array_index(model->subscriptions, i - 1);
        if (s->call == call && (!event || strcmp(s->event, event) == 0))
            return s;
    }
    return NULL;
}

static Subscription *add(const MessageContext *context, char *event)
{
    const SipMessage *sip = context->sip;
    bool notify = sip->method == SIP_NOTIFY;

    if (context->model->subscriptions->len >= context->model->limits.registrations) {
        g_free(event);
        return NULL;
    }
    Subscription *s = g_new0(Subscription, 1);
    s->event = event;
    s->subscriber = slice_dup(notify ? sip->to.uri.whole : sip->from.uri.whole);
    s->resource = slice_dup(notify ? sip->from.uri.whole : sip->to.uri.whole);
    s->publication = sip->method == SIP_PUBLISH;
    s->call = context->call->number;
    s->source = notify ? context->destination : context->source;
    s->destination = notify ? context->source : context->destination;
    s->first_ns = context->origin->time_ns;
    s->expires_s = -1;
    g_ptr_array_add(context->model->subscriptions, s);
    return s;
}

static void take_expires(Subscription *s, const SipMessage *sip)
{
    uint64_t expires;

    if (sip_header_uint(sip, SIP_HEADER_EXPIRES, UINT32_MAX, &expires))
        s->expires_s = (int64_t)expires;
}

static void follow_notify(Subscription *s, const SipMessage *sip)
{
    Slice parameters, value;
    Slice state =
        sip_value_token(sip_header_value(sip, SIP_HEADER_SUBSCRIPTION_STATE), &parameters);
    uint64_t seconds;

    s->notifications++;
    if (slice_equal_nocase(state, SLICE_LITERAL("active")))
        s->state = SUBSCRIPTION_ACTIVE;
    else if (slice_equal_nocase(state, SLICE_LITERAL("pending")))
        s->state = SUBSCRIPTION_PENDING;
    else if (slice_equal_nocase(state, SLICE_LITERAL("terminated")))
        s->state = SUBSCRIPTION_TERMINATED;
    if (sip_parameter(parameters, SLICE_LITERAL("expires"), &value) &&
        slice_to_uint(value, UINT32_MAX, &seconds))
        s->expires_s = (int64_t)seconds;
    if (sip_parameter(parameters, SLICE_LITERAL("reason"), &value)) {
        g_free(s->reason);
        s->reason = slice_dup(value);
    }
    if (sip->body.len) {
        g_free(s->content_type);
        s->content_type = slice_dup(sip->content_type);
    }
}

static void follow_response(const MessageContext *context)
{
    const SipMessage *sip = context->sip;
    Subscription *s = find(context->model, context->call->number, NULL);

    if (!s || sip->method == SIP_NOTIFY || sip->status < 200)
        return;
    s->last_status = sip->status;
    if (sip->status < 300) {
        take_expires(s, sip);
        if (s->expires_s == 0)
            s->state = SUBSCRIPTION_TERMINATED;
        else if (s->state == SUBSCRIPTION_PENDING || s->state == SUBSCRIPTION_FAILED)
            s->state = SUBSCRIPTION_ACTIVE;
    } else if (sip->status != 401 && sip->status != 407 && s->state != SUBSCRIPTION_ACTIVE) {
        s->state = SUBSCRIPTION_FAILED;
    }
}

void subscriber_follow(MessageContext *context)
{
    const SipMessage *sip = context->sip;

    if (!context->at_origin)
        return;
    if (!sip->is_request) {
        follow_response(context);
        return;
    }
    char *event = event_of(sip);
    Subscription *s = find(context->model, context->call->number, event);
    if (s)
        g_free(event);
    else
        s = add(context, event);
    if (!s)
        return;
    s->last_ns = context->origin->time_ns;
    if (sip->method == SIP_NOTIFY)
        follow_notify(s, sip);
    else
        take_expires(s, sip);
}

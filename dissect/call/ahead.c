#include "dissect/call/ahead.h"
#include "dissect/base/cache.h"
#include "dissect/call/correlator.h"
#include "dissect/call/endpoint_watch.h"
#include "dissect/call/media_match.h"
#include "dissect/call/security_watch.h"
#include "dissect/call/tracker_private.h"
#include "dissect/call/transaction.h"

#define MESSAGES_LOOKED_AT 3u  /* for what answers, or was answered */
#define LEG_FETCHED        64u /* bytes: with most Call-IDs */

typedef struct {
    uint32_t expected; /* the number of the call it will probably be of; 0: none */
    const Call *call;  /* that one */
    ExpectedSigns signs;
    bool tells_of_endpoints; /* it is of those that endpoint.h and security.h follow */
} Ahead;

/* @entry: as in a MessageOrigin. */
static void fetch_endpoint(const Model *model, uint32_t entry, const Ahead *ahead)
{
    if (!entry)
        return;
    cache_fetch_unaligned(&g_array_index(model->endpoints, EndpointEntry, entry - 1),
                          sizeof(EndpointEntry));
    if (!ahead->tells_of_endpoints)
        return;
    endpoint_fetch_slot(model, entry - 1);
    security_fetch_slot(model, entry - 1);
}

static void fetch_keys(const Model *model, const TrackedMessage *message, Ahead *ahead)
{
    model_fetch_leg(model, (uint32_t)message->sip->keys.call_id);
    ahead->tells_of_endpoints = METHODS_ASKED >> message->sip->method & 1;
    fetch_endpoint(model, message->origin.source_entry, ahead);
    fetch_endpoint(model, message->origin.destination_entry, ahead);
    if (message->sip->sdp)
        media_match_fetch_announced(model, message->sip->sdp);
    correlator_expect(model, message->sip, &message->origin, &ahead->signs);
}

static void fetch_number(const Model *model, const TrackedMessage *message, Ahead *ahead)
{
    ahead->expected = model_expect_call(model, (uint32_t)message->sip->keys.call_id);
    model_fetch_number(model, ahead->expected);
    correlator_fetch(model, &ahead->signs);
}

static void fetch_call(const Model *model, Ahead *ahead)
{
    ahead->call = model_call(model, ahead->expected);
    if (ahead->call)
        call_fetch(ahead->call);
}

static void fetch_what_it_holds(const Call *call)
{
    unsigned back = MIN(call->message_count, MESSAGES_LOOKED_AT);

    cache_fetch_unaligned(call->legs, LEG_FETCHED);
    cache_fetch(call->transactions, call->transaction_count * sizeof *call->transactions);
    if (call->dialog_count)
        cache_fetch_unaligned(call->dialogs, MIN(call->dialog_count, 2) * sizeof *call->dialogs);
    if (call->messages) {
        const CallMessage *first = &call->messages[call->message_count - back];
        cache_fetch(call->messages, 1);
        cache_fetch(first, (back + 1) * sizeof *first);
    }
    media_match_fetch(call);
}

static void fetch_facts(const Model *model, uint32_t entry)
{
    if (!entry)
        return;
    endpoint_fetch(model, entry - 1);
    security_fetch(model, entry - 1);
}

static void fetch_rest(const Model *model, const MessageOrigin *origin, const Ahead *ahead)
{
    if (ahead->call)
        fetch_what_it_holds(ahead->call);
    if (!ahead->tells_of_endpoints)
        return;
    fetch_facts(model, origin->source_entry);
    fetch_facts(model, origin->destination_entry);
}

void ahead_fetch(const Model *model, const TrackedMessage *messages, unsigned count,
                 uint32_t *ret_expected, const Call *const *ended, unsigned ended_count)
{
    Ahead ahead[TRACKER_BATCH];

    for (unsigned i = 0; i < ended_count; i++)
        call_fetch(ended[i]);
    for (unsigned i = 0; i < count; i++)
        fetch_keys(model, &messages[i], &ahead[i]);
    for (unsigned i = 0; i < ended_count; i++)
        media_match_fetch(ended[i]);
    for (unsigned i = 0; i < count; i++)
        fetch_number(model, &messages[i], &ahead[i]);
    for (unsigned i = 0; i < ended_count; i++)
        media_match_fetch_slots(model, ended[i]);
    for (unsigned i = 0; i < count; i++)
        fetch_call(model, &ahead[i]);
    for (unsigned i = 0; i < count; i++)
        fetch_rest(model, &messages[i].origin, &ahead[i]);
    for (unsigned i = 0; i < count; i++)
        ret_expected[i] = ahead[i].expected;
}

#include "dissect/call/fax_match.h"

#define FAXES_PER_CALL_MAX   64u
#define TARGETS_PER_CALL_MAX 64u
#define CANDIDATES_MAX       64u /* calls that announce one address, newest first */
#define WAITING_MAX          64u /* newest sessions of no call that are looked at */

/* An address a party of a call announced for T.38. */
typedef struct FaxTarget {
    Endpoint endpoint;
    Call *call;
    struct FaxTarget *older, *newer; /* same endpoint */
    struct FaxTarget *of_call;       /* same call */
    uint8_t party;
    bool version_0; /* T38FaxVersion: 0 when it is not given */
} FaxTarget;

typedef struct FaxMatcher {
    GHashTable *targets; /* Endpoint* -> FaxTarget, newest: the key is its own endpoint */
    FlowTable *flows;    /* borrowed */
} FaxMatcher;

static FaxTarget *targets_at(const Model *model, Endpoint endpoint)
{
    return g_hash_table_lookup(model->fax_matcher->targets, &endpoint);
}

bool fax_match_is_announced(const Model *model, FlowKey key)
{
    return targets_at(model, key.destination) || targets_at(model, key.source);
}

/* The newest call of the endpoint that is not over, else the newest. */
static const FaxTarget *target_of(const Model *model, Endpoint endpoint)
{
    const FaxTarget *newest = targets_at(model, endpoint);
    unsigned count = 0;

    for (const FaxTarget *t = newest; t && count < CANDIDATES_MAX; t = t->older, count++)
        if (!call_state_is_final(call_state(t->call, model->clock_ns, false)))
            return t;
    return newest;
}

/* The answer's version holds for both, and is never above the offer's: the lowest one. */
static bool has_version_0(const Call *call)
{
    for (const FaxTarget *t = call->extras->fax_targets; t; t = t->of_call)
        if (t->version_0)
            return true;
    return false;
}

static void announced(FlowKey key, FaxAnnounced *out, void *context)
{
    const Model *model = context;
    const FaxTarget *to = target_of(model, key.destination);
    const FaxTarget *target = to ? to : target_of(model, key.source);

    if (!target)
        return;
    bool by_caller = target->party == PARTY_CALLER;
    *out = (FaxAnnounced){
        .call = target->call->number,
        .from_caller = to ? !by_caller : by_caller,
        .syntax = has_version_0(target->call) ? IFP_1998 : IFP_2002,
    };
}

static void join(Call *call, FaxSession *session)
{
    session->call = call->number;
    if (!call->extras->faxes)
        call_own_extras(call)->faxes = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), 1);
    if (call->extras->faxes->len < FAXES_PER_CALL_MAX)
        g_array_append_val(call->extras->faxes, session->number);
    call->generation++;
}

static void session_found(FaxSession *session, void *context)
{
    Call *call = session->call ? model_call(context, session->call) : NULL;

    if (call)
        join(call, session);
}

void fax_match_new(Model *model)
{
    const FaxEvents events = { announced, session_found, model };

    model->fax_matcher = g_new0(FaxMatcher, 1);
    model->fax_matcher->targets = g_hash_table_new(endpoint_ptr_hash, endpoint_ptr_equal);
    model->faxes = fax_tracker_new(&events);
}

void fax_match_free(Model *model)
{
    fax_tracker_free(g_steal_pointer(&model->faxes));
    g_hash_table_destroy(model->fax_matcher->targets);
    g_clear_pointer(&model->fax_matcher, g_free);
}

void fax_match_set_flows(Model *model, FlowTable *flows)
{
    model->fax_matcher->flows = flows;
}

bool fax_match_adopt(Model *model, Call *call, FaxSession *session)
{
    if (!fax_tracker_adopt(model->faxes, session))
        return false;
    join(call, session);
    return true;
}

/* --- announcements --- */

/* A session of an earlier call on the same port ends here. */
static void announce_flow(Flow *flow, void *context)
{
    const MessageContext *message = context;

    flow->announced = flow->t38 = true;
    if (flow->kind == FLOW_OTHER) {
        flow->kind = FLOW_NEW;
        flow->probes = 0;
    }
    if (flow->fax && flow->fax->session->call && flow->fax->session->call != message->call->number)
        fax_tracker_flow_gone(message->model->faxes, flow);
}

/* Its first packets may come before the SDP that announces them. */
static void join_waiting(Model *model, const FaxTarget *target)
{
    uint32_t last = fax_tracker_last(model->faxes);

    for (uint32_t i = last; i > 0 && last - i < WAITING_MAX; i--) {
        FaxSession *session = fax_tracker_session(model->faxes, i);
        for (unsigned side = 0; session && !session->call && side < FAX_SIDES; side++) {
            if (!endpoint_equal(session->targets[side], target->endpoint))
                continue;
            session->from_caller[side] = target->party == PARTY_CALLEE;
            session->from_caller[!side] = target->party == PARTY_CALLER;
            join(target->call, session);
        }
    }
}

static bool already_claimed(const FaxTarget *wanted)
{
    unsigned of_call = 0;

    for (const FaxTarget *t = wanted->call->extras->fax_targets; t; t = t->of_call, of_call++)
        if (t->party == wanted->party && endpoint_equal(t->endpoint, wanted->endpoint))
            return true;
    return of_call >= TARGETS_PER_CALL_MAX;
}

static void claim(const MessageContext *context, const FaxTarget *wanted)
{
    FaxMatcher *matcher = context->model->fax_matcher;

    if (already_claimed(wanted))
        return;
    FaxTarget *target = g_slice_dup(FaxTarget, wanted);
    target->older = targets_at(context->model, wanted->endpoint);
    if (target->older)
        target->older->newer = target;
    g_hash_table_replace(matcher->targets, &target->endpoint, target);
    target->of_call = context->call->extras->fax_targets;
    call_own_extras(context->call)->fax_targets = target;
    if (matcher->flows)
        flow_table_each_to(matcher->flows, target->endpoint, announce_flow, (void *)context);
    join_waiting(context->model, target);
}

static bool is_t38(const SdpMedia *media)
{
    return slice_equal_nocase(media->media, SLICE_LITERAL("image")) &&
           slice_equal_nocase(media->protocol, SLICE_LITERAL("udptl"));
}

void fax_match_announce(const MessageContext *context, const Sdp *sdp, Party party)
{
    for (unsigned i = 0; i < sdp->media_count; i++) {
        const SdpMedia *media = &sdp->media[i];
        if (!is_t38(media))
            continue;
        FaxTarget wanted = { .call = context->call,
                             .party = (uint8_t)party,
                             .version_0 = media->t38_version == 0 };
        if (sdp_media_rtp_endpoint(media, &wanted.endpoint) && wanted.endpoint.port)
            claim(context, &wanted);
    }
}

static void forget_target(FaxMatcher *matcher, FaxTarget *target)
{
    if (target->older)
        target->older->newer = target->newer;
    if (target->newer)
        target->newer->older = target->older;
    else if (target->older)
        g_hash_table_replace(matcher->targets, &target->older->endpoint, target->older);
    else
        g_hash_table_remove(matcher->targets, &target->endpoint);
    g_slice_free(FaxTarget, target);
}

void fax_match_release(Model *model, Call *call)
{
    while (call->extras->fax_targets) {
        FaxTarget *target = call->extras->fax_targets;
        call_own_extras(call)->fax_targets = target->of_call;
        forget_target(model->fax_matcher, target);
    }
}

void fax_match_drop(Model *model, const Call *call)
{
    for (unsigned i = 0; call->extras->faxes && i < call->extras->faxes->len; i++)
        fax_tracker_drop(model->faxes, g_array_index(call->extras->faxes, uint32_t, i));
}

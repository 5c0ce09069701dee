#include "dissect/call/forwarding.h"
#include "dissect/call/identity_tracker.h"
#include "dissect/call/structure_tracker.h"
#include "dissect/sip/uri.h"

/* RFC 4458 section 4 and RFC 7544 section 8, as reasons of RFC 5806 section 4. */
static const struct {
    int cause;
    const char *reason;
} reasons_of_causes[] = {
    { 302, "unconditional" }, { 380, "number-translation" }, { 404, "unknown" },
    { 408, "no-answer" },     { 480, "deflection" },         { 486, "user-busy" },
    { 487, "deflection" },    { 503, "unavailable" },        { 600, "user-busy" },
};

static const char *reason_of_cause(int cause)
{
    for (size_t i = 0; i < G_N_ELEMENTS(reasons_of_causes); i++)
        if (reasons_of_causes[i].cause == cause)
            return reasons_of_causes[i].reason;
    return NULL;
}

static const IdentityHop *hop_at(const GArray *hops, unsigned index)
{
    return &g_array_index(hops, IdentityHop, index);
}

/* The newest is first: each names who forwarded; where to is who forwarded next, and in the end the
 * target of the INVITE. */
static void add_diversions(const Call *call, GArray *steps)
{
    const GArray *hops = call->identity->diversions;

    for (unsigned i = hops->len; i-- > 0;) {
        const IdentityHop *hop = hop_at(hops, i);
        ForwardingStep step = {
            .from = hop->uri,
            .to = i > 0 ? hop_at(hops, i - 1)->uri : call->request_uri,
            .reason = hop->reason,
        };
        g_array_append_val(steps, step);
    }
}

/* Of index "1.2.1" that is "1.2" (RFC 7044 section 10.3), unless rc or mp name another. */
static const IdentityHop *origin_of(const GArray *history, unsigned at)
{
    const IdentityHop *hop = hop_at(history, at);
    const char *dot = hop->index ? strrchr(hop->index, '.') : NULL;
    Slice parent = hop->mapped_from ? slice_from_string(hop->mapped_from)
                   : dot            ? slice_of(hop->index, (size_t)(dot - hop->index))
                                    : SLICE_EMPTY;

    for (unsigned i = 0; parent.len && i < at; i++) {
        const char *index = hop_at(history, i)->index;
        if (index && slice_equal(slice_from_string(index), parent))
            return hop_at(history, i);
    }
    return NULL;
}

/* The cause stands in the new target (RFC 4458), or in the Reason of the old one, where the target
 * is another user's (mp). */
static int cause_of(const IdentityHop *from, const IdentityHop *to)
{
    if (to->reason)
        return atoi(to->reason);
    return to->mapping && strcmp(to->mapping, "mp") == 0 ? from->ended_with : 0;
}

static void add_history(const GArray *history, GArray *steps)
{
    for (unsigned i = 1; i < history->len; i++) {
        const IdentityHop *to = hop_at(history, i), *from = origin_of(history, i);
        bool mapped = to->mapping && strcmp(to->mapping, "mp") == 0;
        if (!from || (!to->reason && !mapped))
            continue;
        int cause = cause_of(from, to);
        ForwardingStep step = {
            .from = from->uri,
            .to = to->uri,
            .reason = reason_of_cause(cause),
            .index = to->index,
            .cause = cause,
            .history = true,
        };
        g_array_append_val(steps, step);
    }
}

/* What a response tells is what the INVITE told, and more. */
static const GArray *history_of(const Call *call)
{
    if (call->structure && call->structure->history)
        return call->structure->history;
    return call->identity ? call->identity->history : NULL;
}

/* RFC 7044 section 5: 1xx, 2xx and 3xx to 6xx bring the caller what happened to its request. */
void forwarding_follow_response(const MessageContext *context)
{
    CallStructure *structure = structure_of(context->call);
    GArray *history = identity_history(context->sip);

    if (structure->history && structure->history->len >= history->len) {
        g_array_unref(history);
        return;
    }
    g_clear_pointer(&structure->history, g_array_unref);
    structure->history = history;
}

GArray *call_forwarding(const Call *call)
{
    GArray *history = g_array_new(FALSE, FALSE, sizeof(ForwardingStep));
    GArray *diversions = g_array_new(FALSE, FALSE, sizeof(ForwardingStep));

    if (call->identity)
        add_diversions(call, diversions);
    const GArray *told = history_of(call);
    if (told)
        add_history(told, history);
    bool diverted = diversions->len > history->len;
    g_array_unref(diverted ? history : diversions);
    return diverted ? diversions : history;
}

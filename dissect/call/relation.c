#include "dissect/call/relation.h"

#define EVIDENCE_MAX 200 /* bytes of it that are kept */

const char *relation_reason_name(RelationReason reason)
{
    static const char *const names[RELATION_REASONS] = {
        [RELATION_SESSION_ID] = "session-id", [RELATION_HEADER] = "header",
        [RELATION_CHARGING] = "icid",         [RELATION_HOP] = "hop",
        [RELATION_MEDIA] = "media",           [RELATION_TRANSFER] = "transfer",
        [RELATION_REPLACES] = "replaces",     [RELATION_JOIN] = "join",
        [RELATION_REDIRECT] = "redirect",     [RELATION_CONFERENCE] = "conference",
        [RELATION_RELAY] = "relayed-media",
    };
    return reason < RELATION_REASONS ? names[reason] : "unknown";
}

unsigned call_relation_count(const Call *call)
{
    return call->related ? call->related->len : 0;
}

const CallRelation *call_relation(const Call *call, unsigned index)
{
    return &g_array_index(call->related, CallRelation, index);
}

bool calls_are_related(const Call *a, const Call *b)
{
    for (unsigned i = 0; i < call_relation_count(a); i++)
        if (call_relation(a, i)->call == b->number)
            return true;
    return false;
}

static void clear_relation(gpointer relation)
{
    g_free(((CallRelation *)relation)->evidence);
}

static void add(Call *call, CallRelation relation, Slice evidence)
{
    if (!call->related) {
        call->related = g_array_new(FALSE, FALSE, sizeof relation);
        g_array_set_clear_func(call->related, clear_relation);
    }
    relation.evidence = slice_dup(slice_sub(evidence, 0, MIN(evidence.len, EVIDENCE_MAX)));
    g_array_append_val(call->related, relation);
    call->generation++;
}

bool calls_relate(Call *a, uint32_t frame_a, Call *b, uint32_t frame_b, RelationReason reason,
                  Slice evidence)
{
    if (a == b || calls_are_related(a, b) || call_relation_count(a) >= RELATIONS_MAX ||
        call_relation_count(b) >= RELATIONS_MAX)
        return false;
    add(a, (CallRelation){ b->number, frame_a, frame_b, reason, NULL }, evidence);
    add(b, (CallRelation){ a->number, frame_b, frame_a, reason, NULL }, evidence);
    return true;
}

void relations_clear(Call *call)
{
    if (call->related)
        g_array_free(g_steal_pointer(&call->related), TRUE);
}

static bool has(const GArray *numbers, guint from, uint32_t number)
{
    for (guint i = from; i < numbers->len; i++)
        if (g_array_index(numbers, uint32_t, i) == number)
            return true;
    return false;
}

void call_story(const Model *model, uint32_t number, GArray *numbers)
{
    guint first = numbers->len;

    g_array_append_val(numbers, number);
    for (guint i = first; i < numbers->len; i++) {
        const Call *call = model_call(model, g_array_index(numbers, uint32_t, i));
        for (unsigned k = 0; call && k < call_relation_count(call); k++) {
            uint32_t other = call_relation(call, k)->call;
            if (numbers->len - first >= STORY_MAX)
                return;
            if (model_call(model, other) && !has(numbers, first, other))
                g_array_append_val(numbers, other);
        }
    }
}

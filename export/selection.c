#include "export/selection.h"

#define CALLS_AHEAD 8u /* asked for from memory before they are looked at */

bool selects_record(const ReportContext *context, const Call *call)
{
    return call && (!context->filter || filter_matches(context->filter, context->model, call));
}

static void fetch_ahead(const GPtrArray *calls, unsigned position)
{
    if (position < calls->len && g_ptr_array_index(calls, position))
        call_fetch(g_ptr_array_index(calls, position));
}

const Call *next_selected_call(const ReportContext *context, unsigned *position)
{
    const GPtrArray *calls = context->model->calls;

    while (*position < calls->len) {
        fetch_ahead(calls, *position + CALLS_AHEAD);
        const Call *call = g_ptr_array_index(calls, (*position)++);
        if (call && call->is_call && selects_record(context, call))
            return call;
    }
    return NULL;
}

bool selects_number(const ReportContext *context, uint32_t number)
{
    return !context->filter || selects_record(context, model_call(context->model, number));
}

const char *call_leg_id(const Call *call, unsigned number)
{
    for (const Leg *leg = call->legs; leg; leg = leg->next) {
        if (leg->number == number)
            return leg->call_id;
    }
    return call->legs->call_id;
}

#include "export/sound_events.h"
#include "dissect/call/digits.h"
#include "dissect/media/telephone_event.h"

#define NS_PER_MS_F 1e6

GArray *sound_events_new(const Model *model, const Call *call, int64_t origin_ns)
{
    GArray *events = g_array_new(FALSE, FALSE, sizeof(SoundEvent));
    g_autoptr(GArray) digits = call ? call_digits(model, call) : NULL;

    for (unsigned i = 0; digits && i < digits->len; i++) {
        const CallDigit *digit = &g_array_index(digits, CallDigit, i);
        const char *name = telephone_event_name(digit->code);
        SoundEvent event = {
            .origin = digit_origin_name(digit->origin),
            .from_caller = digit->from_caller,
            .stream = digit->stream,
            .at_ms = (double)time_between(origin_ns, digit->time_ns) / NS_PER_MS_F,
            .duration_ms = digit->duration_ms,
        };
        if (name)
            g_strlcpy(event.name, name, sizeof event.name);
        else
            g_snprintf(event.name, sizeof event.name, "%u", digit->code);
        g_array_append_val(events, event);
    }
    return events;
}

void sound_events_add_tones(GArray *events, const GArray *digits, uint32_t stream, bool from_caller)
{
    for (unsigned i = 0; digits && i < digits->len; i++) {
        const SoundDigit *digit = &g_array_index(digits, SoundDigit, i);
        SoundEvent event = {
            .name = { digit->digit },
            .origin = "inband",
            .from_caller = from_caller,
            .stream = stream,
            .at_ms = digit->from_ms,
            .duration_ms = digit->duration_ms,
        };
        g_array_append_val(events, event);
    }
}

static gint by_time(gconstpointer a, gconstpointer b)
{
    const SoundEvent *first = a, *second = b;
    return (first->at_ms > second->at_ms) - (first->at_ms < second->at_ms);
}

void sound_events_sort(GArray *events)
{
    g_array_sort(events, by_time);
}

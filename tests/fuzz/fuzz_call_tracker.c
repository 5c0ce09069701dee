/* SIP messages, separated by NUL bytes, into the call layer; the clock jumps by what the first byte
 * of each says. */
#include "dissect/call/fork.h"
#include "dissect/call/forwarding.h"
#include "dissect/call/hold.h"
#include "dissect/call/session_timer.h"
#include "dissect/call/tracker.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at(const Call *call, int64_t clock_ns)
{
    GArray *steps = call_forwarding(call);

    if (steps)
        g_array_unref(steps);
    call_state(call, clock_ns, true);
    call_fork_kind(call);
    call_hold_time(call, clock_ns);
    if (call_session_timer(call))
        session_timer_state(call, clock_ns);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static SipMessage message;
    ModelLimits limits = { .calls = 8, .messages_per_call = 16, .registrations = 8 };
    Model *model = model_new(&limits);
    Slice rest = slice_of(data, size);
    int64_t now = NS_PER_S;

    while (rest.len > 0) {
        Slice part = slice_split(&rest, '\0');
        if (part.len == 0)
            continue;
        now += (int64_t)part.data[0] * 100 * NS_PER_MS;
        Endpoint ends[2] = { { ip_from_v4(0x0a000001u + (part.data[0] & 1)), 5060 },
                             { ip_from_v4(0x0a000002u - (part.data[0] & 1)), 5060 } };
        MessageOrigin origin = { .time_ns = now, .source = ends[0], .destination = ends[1] };
        DissectStatus status = sip_parse(slice_from(part, 1), &message);
        if (status != DISSECT_OK && status != DISSECT_TRUNCATED)
            continue;
        model->clock_ns = now;
        call_tracker_message(model, &message, &origin);
    }
    for (uint32_t n = 1; n <= model_last_call(model); n++)
        if (model_call(model, n))
            look_at(model_call(model, n), now);
    model_free(model);
    return 0;
}

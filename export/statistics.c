#include "export/statistics.h"
#include "export/selection.h"
#include <math.h>
#include <stdlib.h>

#define TIMER_B_NS (32 * NS_PER_S) /* RFC 3261 section 17.1.1.2: the request is given up */

/* What is summed up while going through the calls. */
typedef struct {
    uint64_t effective;   /* SEER: 200, 480, 486, 600, 603 */
    uint64_t ineffective; /* ISA: 408, 500, 503, 504, or no answer at all */
    uint64_t completed;   /* SCR */
    uint64_t delivered;   /* NER: the network did its part */
    GArray *srd, *srd_failed, *sdd, *sdt, *rrd, *setup, *ring; /* int64_t ns */
} Sums;

static double percent(uint64_t part, uint64_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : NAN;
}

static void add_sample(GArray *samples, int64_t ns)
{
    if (ns != TIME_UNKNOWN && ns >= 0)
        g_array_append_val(samples, ns);
}

/* What may be above @low with all other bits of it the same is divided in so many parts at once. */
#define PART_BITS 11u

/* Moves those that are less than 1 << @bits above @low to the front; returns how many they are. */
static unsigned gather(int64_t *values, unsigned count, int64_t low, unsigned bits)
{
    unsigned found = 0;

    for (unsigned i = 0; i < count; i++) {
        int64_t value = values[i];
        if (value < low || (uint64_t)(value - low) >> bits)
            continue;
        values[i] = values[found];
        values[found++] = value;
    }
    return found;
}

/* The @rank-th smallest of @samples, from 1, of which @min is the smallest: found by counting, from
 * the top bits down, which takes as long whatever they are. Changes their order. */
static int64_t value_at(GArray *samples, unsigned rank, int64_t min, int64_t max)
{
    int64_t *values = &g_array_index(samples, int64_t, 0);
    unsigned bits = g_bit_storage((gulong)(max - min)), count = samples->len;
    int64_t low = min;

    while (bits > 0) {
        unsigned part = MIN(bits, PART_BITS), at = 0;
        unsigned counts[1u << PART_BITS] = { 0 };
        bits -= part;
        for (unsigned i = 0; i < count; i++)
            counts[(uint64_t)(values[i] - low) >> bits]++;
        while (rank > counts[at])
            rank -= counts[at++];
        low += (int64_t)((uint64_t)at << bits);
        count = gather(values, count, low, bits);
    }
    return low;
}

/* Nearest rank. */
static double quantile_ms(GArray *samples, double quantile, int64_t min, int64_t max)
{
    unsigned rank = (unsigned)ceil(quantile * samples->len);

    return (double)value_at(samples, MAX(rank, 1u), min, max) / (double)NS_PER_MS;
}

/* Takes @samples. */
static Distribution distribution_of(GArray *samples)
{
    Distribution d = { .count = samples->len,
                       .min_ms = NAN,
                       .mean_ms = NAN,
                       .median_ms = NAN,
                       .p95_ms = NAN,
                       .max_ms = NAN };
    int64_t min = INT64_MAX, max = INT64_MIN;
    __extension__ __int128 sum = 0; /* exact: the order of the calls does not tell in the mean */

    for (unsigned i = 0; i < samples->len; i++) {
        int64_t ns = g_array_index(samples, int64_t, i);
        min = MIN(min, ns);
        max = MAX(max, ns);
        sum += ns;
    }
    if (samples->len) {
        d.min_ms = (double)min / (double)NS_PER_MS;
        d.mean_ms = (double)sum / samples->len / (double)NS_PER_MS;
        d.median_ms = quantile_ms(samples, 0.5, min, max);
        d.p95_ms = quantile_ms(samples, 0.95, min, max);
        d.max_ms = (double)max / (double)NS_PER_MS;
    }
    g_array_unref(samples);
    return d;
}

static bool is_answered(const Call *call)
{
    return call->answer_ns != TIME_UNKNOWN;
}

static bool is_effective(unsigned status)
{
    return status == 480 || status == 486 || status == 600 || status == 603;
}

static bool is_ineffective(unsigned status, CallState state)
{
    return status == 408 || status == 500 || status == 503 || status == 504 ||
           (status == 0 && state == CALL_TIMED_OUT);
}

/* ITU-T E.425: answered, busy, not answered though it rang, refused by the user. */
static bool is_delivered(const Call *call)
{
    unsigned status = call->final_status;
    bool rang = call->ring_ns != TIME_UNKNOWN;

    return is_answered(call) || is_effective(status) || (rang && (status == 408 || status == 487));
}

static bool is_failure(unsigned status)
{
    return status >= 400 && status != 401 && status != 402 && status != 407;
}

static void add_failure(Sums *sums, const Call *call, CallState state)
{
    if (is_failure(call->final_status))
        add_sample(sums->srd_failed, time_between(call->invite_ns, call->end_ns));
    else if (call->final_status == 0 && state == CALL_TIMED_OUT)
        add_sample(sums->srd_failed, TIMER_B_NS);
}

static void add_attempt(CallStatistics *out, Sums *sums, const Call *call, CallState state)
{
    bool answered = is_answered(call);

    out->attempts++;
    out->answered += answered;
    out->redirected += !answered && call->final_status / 100 == 3;
    sums->effective += answered || is_effective(call->final_status);
    sums->ineffective += !answered && is_ineffective(call->final_status, state);
    sums->completed += answered && state == CALL_COMPLETED;
    sums->delivered += is_delivered(call);
    add_sample(sums->srd, call_post_dial_delay(call));
    add_sample(sums->setup, call_setup_time(call));
    add_sample(sums->ring, call_ring_time(call));
    if (!answered)
        add_failure(sums, call, state);
}

static void add_end(Sums *sums, const Call *call, CallState state)
{
    add_sample(sums->sdt, call_talk_time(call));
    if (state == CALL_COMPLETED)
        add_sample(sums->sdd, time_between(call->bye_ns, call->end_ns));
}

static void add_calls(const ReportContext *context, CallStatistics *out, Sums *sums)
{
    const Model *model = context->model;
    const Call *call;
    unsigned position = 0;

    while ((call = next_selected_call(context, &position))) {
        CallState state = call_state(call, model->clock_ns, model->ended);
        out->calls++;
        out->states[state]++;
        if (call->method == SIP_INVITE && !call->began_inside)
            add_attempt(out, sums, call, state);
        add_end(sums, call, state);
    }
}

static void add_registrations(const ReportContext *context, CallStatistics *out, Sums *sums)
{
    const GPtrArray *entries = context->model->registrations;
    uint64_t requests = 0, failures = 0;

    for (unsigned i = 0; i < entries->len; i++) {
        const Registration *entry = g_ptr_array_index(entries, i);
        if (!selects_number(context, entry->call))
            continue;
        requests += entry->requests;
        failures += entry->failures;
        add_sample(sums->rrd, entry->delay_ns);
    }
    out->ira = percent(failures, requests);
}

/* With room for one of each call: what would have to grow is moved again and again. */
static GArray *new_samples(const Model *model)
{
    return g_array_sized_new(FALSE, FALSE, sizeof(int64_t), model->calls->len);
}

void statistics_collect(const ReportContext *context, CallStatistics *out)
{
    const Model *model = context->model;
    Sums sums = { .srd = new_samples(model),
                  .srd_failed = new_samples(model),
                  .sdd = new_samples(model),
                  .sdt = new_samples(model),
                  .rrd = new_samples(model),
                  .setup = new_samples(model),
                  .ring = new_samples(model) };

    *out = (CallStatistics){ 0 };
    add_calls(context, out, &sums);
    add_registrations(context, out, &sums);
    out->ser = percent(out->answered, out->attempts - out->redirected);
    out->seer = percent(sums.effective, out->attempts - out->redirected);
    out->isa = percent(sums.ineffective, out->attempts);
    out->scr = percent(sums.completed, out->attempts);
    out->asr = percent(out->answered, out->attempts);
    out->ner = percent(sums.delivered, out->attempts);
    out->srd = distribution_of(sums.srd);
    out->srd_failed = distribution_of(sums.srd_failed);
    out->sdd = distribution_of(sums.sdd);
    out->sdt = distribution_of(sums.sdt);
    out->rrd = distribution_of(sums.rrd);
    out->setup = distribution_of(sums.setup);
    out->ring = distribution_of(sums.ring);
    out->acd_s = out->sdt.mean_ms / 1000;
}

static void count_all(const SipCounters *counters, MessageCounts *out)
{
    memcpy(out->requests, counters->requests, sizeof out->requests);
    memcpy(out->responses, counters->responses, sizeof out->responses);
    for (unsigned i = 0; i < SIP_METHODS; i++)
        out->requests_retransmitted += counters->requests_retransmitted[i];
    out->responses_retransmitted = counters->responses_retransmitted;
}

static void count_message(const CallMessage *message, MessageCounts *out)
{
    bool retransmission = message->flags & MESSAGE_RETRANSMISSION;

    if (message->status == 0) {
        out->requests[message->method < SIP_METHODS ? message->method : SIP_OTHER]++;
        out->requests_retransmitted += retransmission;
    } else {
        out->responses[message->status < G_N_ELEMENTS(out->responses) ? message->status : 0]++;
        out->responses_retransmitted += retransmission;
    }
}

void statistics_count_messages(const ReportContext *context, MessageCounts *out)
{
    const GPtrArray *calls = context->model->calls;

    *out = (MessageCounts){ 0 };
    if (!context->filter) {
        count_all(&context->model->sip, out);
        return;
    }
    for (unsigned i = 0; i < calls->len; i++) {
        const Call *call = g_ptr_array_index(calls, i);
        if (!selects_record(context, call))
            continue;
        for (unsigned j = 0; j < call->message_count; j++)
            count_message(&call->messages[j], out);
    }
}

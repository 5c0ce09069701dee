/* dissect/media/probe.c - see probe.h */
#include "dissect/media/probe.h"

#define PROBES_MAX   2048
#define STEP_MAX     100 /* forward, between packets of a stream that begins */
#define MISORDER_MAX 16
#define TS_STEP_MAX  (30 * 90000) /* 30 s of the fastest usual clock */

void probe_table_init(ProbeTable *table)
{
    *table = (ProbeTable){ .strays = 0 };
    g_queue_init(&table->queue);
}

static void free_probe(ProbeTable *table, MediaProbe *probe)
{
    for (int i = 0; i < PROBE_SSRCS; i++)
        table->strays += probe->candidates[i].held;
    g_queue_unlink(&table->queue, &probe->link);
    probe->flow->probe = NULL;
    g_free(probe);
}

void probe_table_clear(ProbeTable *table)
{
    while (table->queue.head)
        free_probe(table, table->queue.head->data);
}

void probe_drop(ProbeTable *table, Flow *flow)
{
    if (flow->probe)
        free_probe(table, flow->probe);
}

static MediaProbe *probe_of(ProbeTable *table, Flow *flow)
{
    if (flow->probe)
        return flow->probe;
    if (table->queue.length >= PROBES_MAX)
        free_probe(table, table->queue.head->data);
    MediaProbe *probe = g_new0(MediaProbe, 1);
    probe->flow = flow;
    probe->link.data = probe;
    g_queue_push_tail_link(&table->queue, &probe->link);
    flow->probe = probe;
    return probe;
}

/* That of the SSRC, else a free one, else the one with less. */
static ProbeCandidate *candidate_for(ProbeTable *table, MediaProbe *probe, uint32_t ssrc)
{
    ProbeCandidate *least = &probe->candidates[0];

    for (int i = 0; i < PROBE_SSRCS; i++) {
        ProbeCandidate *candidate = &probe->candidates[i];
        if (candidate->held > 0 && candidate->ssrc == ssrc)
            return candidate;
        if (candidate->held < least->held)
            least = candidate;
    }
    table->strays += least->held;
    *least = (ProbeCandidate){ .ssrc = ssrc };
    return least;
}

typedef enum { AGREES, COPY, DISAGREES } Agreement;

static bool holds(const ProbeCandidate *candidate, uint16_t seq)
{
    for (unsigned i = 0; i < candidate->held; i++)
        if (candidate->packets[i].seq == seq)
            return true;
    return false;
}

static Agreement compare(const ProbeCandidate *candidate, const RtpPacket *rtp)
{
    int16_t seq_step = (int16_t)(uint16_t)(rtp->seq - candidate->newest_seq);
    int32_t ts_step = (int32_t)(rtp->ts_ticks - candidate->newest_ts_ticks);

    if (ABS((int64_t)ts_step) > TS_STEP_MAX || seq_step < -MISORDER_MAX || seq_step > STEP_MAX)
        return DISAGREES;
    return holds(candidate, rtp->seq) ? COPY : AGREES;
}

ProbeCandidate *probe_add(ProbeTable *table, Flow *flow, const RtpPacket *rtp,
                          const StreamArrival *arrival, unsigned needed)
{
    ProbeCandidate *candidate = candidate_for(table, probe_of(table, flow), rtp->ssrc);
    Agreement agreement = candidate->held > 0 ? compare(candidate, rtp) : AGREES;
    bool newest = candidate->held == 0 || (int16_t)(uint16_t)(rtp->seq - candidate->newest_seq) > 0;

    if (agreement == DISAGREES || candidate->held == PROBE_PACKETS) {
        table->strays += candidate->held;
        *candidate = (ProbeCandidate){ .ssrc = rtp->ssrc };
        agreement = AGREES;
        newest = true;
    }
    candidate->packets[candidate->held++] = held_packet_of(rtp, arrival);
    if (agreement == AGREES)
        candidate->agreed++;
    if (newest) {
        candidate->newest_seq = rtp->seq;
        candidate->newest_ts_ticks = rtp->ts_ticks;
    }
    return candidate->agreed >= needed ? candidate : NULL;
}

void probe_hold(ProbeTable *table, Flow *flow, const RtpPacket *rtp, const StreamArrival *arrival)
{
    for (int i = 0; flow->probe && i < PROBE_SSRCS; i++) {
        ProbeCandidate *candidate = &flow->probe->candidates[i];
        if (candidate->held == 0 || candidate->ssrc != rtp->ssrc)
            continue;
        if (candidate->held < PROBE_PACKETS && compare(candidate, rtp) != DISAGREES)
            candidate->packets[candidate->held++] = held_packet_of(rtp, arrival);
        else
            table->strays++;
        return;
    }
}

bool probe_expects(const Flow *flow, const RtpPacket *rtp)
{
    for (int i = 0; flow->probe && i < PROBE_SSRCS; i++) {
        const ProbeCandidate *candidate = &flow->probe->candidates[i];
        if (candidate->held > 0 && candidate->ssrc == rtp->ssrc)
            return compare(candidate, rtp) != DISAGREES;
    }
    return true;
}

void probe_settle(ProbeTable *table, Flow *flow, ProbeCandidate *candidate)
{
    candidate->held = 0;
    for (int i = 0; i < PROBE_SSRCS; i++)
        if (flow->probe->candidates[i].held > 0)
            return;
    free_probe(table, flow->probe);
}

#include "dissect/media/fax/udptl_receiver.h"

#define RING       32u /* packets kept: those that wait and those parities may need */
#define WAIT       16  /* packets that may wait behind a gap */
#define WAIT_NS    NS_PER_S
#define FAR        1000 /* sequence numbers: beyond it begins another stream */
#define IFP_MAX    4096u
#define PARITY_MAX 8u /* parities kept of a packet */

typedef struct {
    int64_t seq; /* extended; -1: free */
    int64_t time_ns;
    bool known, repaired;
    uint8_t *bytes; /* owned; NULL when not known */
    size_t length;
    uint8_t span, parity_count;
    Slice *parities; /* owned, and each of them; NULL without any */
} Slot;

struct UdptlReceiver {
    UdptlSink *sink;
    void *context;
    UdptlCounts counts;
    bool started;
    int64_t next, highest; /* extended sequence numbers: to hand out, seen */
    uint16_t jump_to;      /* where a jump goes on, if it is one */
    bool jump_open;
    unsigned missing; /* given up since the last packet handed out */
    int64_t now_ns;
    Slot ring[RING];
};

UdptlReceiver *udptl_receiver_new(UdptlSink *sink, void *context)
{
    UdptlReceiver *receiver = g_new0(UdptlReceiver, 1);

    receiver->sink = sink;
    receiver->context = context;
    for (unsigned i = 0; i < RING; i++)
        receiver->ring[i].seq = -1;
    return receiver;
}

static void clear_slot(Slot *slot)
{
    g_free(slot->bytes);
    for (unsigned i = 0; i < slot->parity_count; i++)
        g_free((gpointer)slot->parities[i].data);
    g_free(slot->parities);
    *slot = (Slot){ .seq = -1 };
}

void udptl_receiver_free(UdptlReceiver *receiver)
{
    if (!receiver)
        return;
    for (unsigned i = 0; i < RING; i++)
        clear_slot(&receiver->ring[i]);
    g_free(receiver);
}

const UdptlCounts *udptl_receiver_counts(const UdptlReceiver *receiver)
{
    return &receiver->counts;
}

static Slot *slot_of(UdptlReceiver *receiver, int64_t seq)
{
    Slot *slot = &receiver->ring[(uint64_t)seq % RING];

    if (slot->seq != seq) {
        clear_slot(slot);
        slot->seq = seq;
    }
    return slot;
}

static const Slot *known_slot(const UdptlReceiver *receiver, int64_t seq)
{
    const Slot *slot = &receiver->ring[(uint64_t)seq % RING];

    return slot->seq == seq && slot->known ? slot : NULL;
}

static void fill(UdptlReceiver *receiver, int64_t seq, Slice ifp, bool repaired)
{
    Slot *slot = slot_of(receiver, seq);

    slot->known = true;
    slot->repaired = repaired;
    slot->time_ns = receiver->now_ns;
    if (ifp.len > IFP_MAX) {
        receiver->counts.oversized++;
        return;
    }
    slot->bytes = g_memdup2(ifp.data, ifp.len);
    slot->length = ifp.len;
}

/* --- repair --- */

static void use_copies(UdptlReceiver *receiver, const UdptlPacket *packet, int64_t seq)
{
    for (unsigned i = 0; i < packet->repair_count; i++) {
        int64_t of = seq - 1 - i;
        if (of < receiver->next)
            return;
        if (known_slot(receiver, of) || packet->repairs[i].len == 0)
            continue;
        fill(receiver, of, packet->repairs[i], true);
        receiver->counts.copies++;
    }
}

static void keep_parities(UdptlReceiver *receiver, const UdptlPacket *packet, int64_t seq)
{
    Slot *slot = slot_of(receiver, seq);

    if (slot->parities || packet->repair_count == 0)
        return;
    slot->span = packet->fec_span;
    slot->parities = g_new(Slice, MIN(packet->repair_count, PARITY_MAX));
    for (unsigned i = 0; i < packet->repair_count && i < PARITY_MAX; i++) {
        Slice parity = packet->repairs[i];
        if (parity.len > IFP_MAX)
            continue;
        slot->parities[slot->parity_count++] =
            slice_of(g_memdup2(parity.data, parity.len), parity.len);
    }
}

/* Parity @index of a packet covers every parity_count-th packet before it (T.38 9.1.4.2): that one
 * of them which is missing, or -1 when none is, or several are. */
static int64_t only_missing(const UdptlReceiver *receiver, const Slot *slot, unsigned index)
{
    int64_t missing = -1;

    for (unsigned k = 1; k <= slot->span; k++) {
        int64_t seq = slot->seq + index - (int64_t)k * slot->parity_count;
        if (seq < 0 || receiver->highest - seq >= RING)
            return -1;
        if (known_slot(receiver, seq))
            continue;
        if (missing >= 0 || seq < receiver->next)
            return -1;
        missing = seq;
    }
    return missing;
}

static void solve(UdptlReceiver *receiver, const Slot *slot, unsigned index, int64_t missing)
{
    Slice parity = slot->parities[index];
    g_autofree uint8_t *bytes = g_memdup2(parity.data, parity.len);

    for (unsigned k = 1; k <= slot->span; k++) {
        const Slot *other =
            known_slot(receiver, slot->seq + index - (int64_t)k * slot->parity_count);
        for (size_t i = 0; other && i < other->length && i < parity.len; i++)
            bytes[i] ^= other->bytes[i];
    }
    fill(receiver, missing, slice_of(bytes, parity.len), true);
    receiver->counts.parities++;
}

/* One repair may make another possible. */
static void use_parities(UdptlReceiver *receiver)
{
    bool any = true;

    while (any) {
        any = false;
        for (unsigned i = 0; i < RING; i++) {
            const Slot *slot = &receiver->ring[i];
            for (unsigned k = 0; slot->seq >= 0 && k < slot->parity_count; k++) {
                int64_t missing = only_missing(receiver, slot, k);
                if (missing < 0)
                    continue;
                solve(receiver, slot, k, missing);
                any = true;
            }
        }
    }
}

/* --- order --- */

static void hand_out(UdptlReceiver *receiver, const Slot *slot)
{
    unsigned missing = receiver->missing;

    receiver->missing = 0;
    if (slot->bytes)
        receiver->sink(slice_of(slot->bytes, slot->length), missing, slot->time_ns,
                       receiver->context);
}

static bool is_due(const UdptlReceiver *receiver, bool all)
{
    if (receiver->next > receiver->highest)
        return false;
    if (all || known_slot(receiver, receiver->next) || receiver->highest - receiver->next >= WAIT)
        return true;
    for (int64_t seq = receiver->next + 1; seq <= receiver->highest; seq++) {
        const Slot *slot = known_slot(receiver, seq);
        if (slot)
            return time_between(slot->time_ns, receiver->now_ns) > WAIT_NS;
    }
    return false;
}

static void advance(UdptlReceiver *receiver, bool all)
{
    while (is_due(receiver, all)) {
        const Slot *slot = known_slot(receiver, receiver->next);
        receiver->next++;
        if (slot) {
            hand_out(receiver, slot);
        } else {
            receiver->missing++;
            receiver->counts.lost++;
        }
    }
}

void udptl_receiver_finish(UdptlReceiver *receiver)
{
    advance(receiver, true);
}

static void start_at(UdptlReceiver *receiver, const UdptlPacket *packet)
{
    /* a window below zero is never reached: room for what comes late */
    int64_t seq = (int64_t)packet->seq + 65536;
    bool from_first = !packet->fec && packet->seq <= packet->repair_count;

    receiver->started = true;
    receiver->next = from_first ? seq - packet->seq : seq;
    receiver->highest = seq;
}

bool udptl_receiver_is_near(const UdptlReceiver *receiver, uint16_t seq)
{
    int16_t away = (int16_t)(uint16_t)(seq - (uint16_t)receiver->highest);

    return receiver->started && away > -FAR && away < FAR;
}

/* The extended number nearest to the highest one; -1 when it is far, and not confirmed. */
static int64_t place(UdptlReceiver *receiver, const UdptlPacket *packet)
{
    if (!receiver->started)
        start_at(receiver, packet);
    int64_t seq =
        receiver->highest + (int16_t)(uint16_t)(packet->seq - (uint16_t)receiver->highest);
    if (seq > receiver->highest - FAR && seq < receiver->highest + FAR)
        return seq;
    bool confirmed = receiver->jump_open && packet->seq == receiver->jump_to;
    receiver->jump_open = !confirmed;
    receiver->jump_to = (uint16_t)(packet->seq + 1);
    if (!confirmed) {
        receiver->counts.strays++;
        return -1;
    }
    receiver->counts.jumps++;
    receiver->counts.strays--;
    advance(receiver, true);
    for (unsigned i = 0; i < RING; i++)
        clear_slot(&receiver->ring[i]);
    start_at(receiver, packet);
    return receiver->highest;
}

/* False: nothing new. */
static bool is_new(UdptlReceiver *receiver, int64_t seq)
{
    Slot *slot = &receiver->ring[(uint64_t)seq % RING];
    bool held = slot->seq == seq && slot->known;

    if (held && slot->repaired) { /* it was late, not lost */
        slot->repaired = false;
        receiver->counts.reordered++;
        return false;
    }
    if (held || seq < receiver->next) {
        receiver->counts.duplicates++;
        return false;
    }
    receiver->counts.reordered += seq < receiver->highest;
    return true;
}

void udptl_receiver_add(UdptlReceiver *receiver, const UdptlPacket *packet, int64_t time_ns)
{
    receiver->counts.packets++;
    receiver->now_ns = time_ns;
    int64_t seq = place(receiver, packet);
    if (seq < 0 || !is_new(receiver, seq))
        return;
    receiver->highest = MAX(receiver->highest, seq);
    while (receiver->highest - receiver->next >= (int64_t)RING - 1) { /* the ring would overlap */
        const Slot *slot = known_slot(receiver, receiver->next++);
        if (slot) {
            hand_out(receiver, slot);
        } else {
            receiver->missing++;
            receiver->counts.lost++;
        }
    }
    fill(receiver, seq, packet->primary, false);
    if (packet->fec)
        keep_parities(receiver, packet, seq);
    else
        use_copies(receiver, packet, seq);
    use_parities(receiver);
    advance(receiver, false);
}

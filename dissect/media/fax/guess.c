#include "dissect/media/fax/guess.h"
#include "dissect/media/fax/ifp.h"
#include "dissect/media/fax/udptl.h"

#define FLOWS_MAX      256u
#define AGREE_REPEATED 4u  /* datagrams, when copies in them prove the order */
#define AGREE_PLAIN    10u /* when they carry none */

typedef struct {
    uint16_t next;   /* sequence number expected */
    bool signalling; /* a fax tone or a frame of V.21 was among them */
    unsigned copies; /* that were those of earlier datagrams */
    unsigned count;
    FaxHeld held[FAX_HELD_MAX];
} Candidate;

struct FaxGuesser {
    GHashTable *flows; /* const Flow* -> Candidate*, owned */
};

FaxGuesser *fax_guesser_new(void)
{
    FaxGuesser *guesser = g_new0(FaxGuesser, 1);

    guesser->flows = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    return guesser;
}

void fax_guesser_free(FaxGuesser *guesser)
{
    g_hash_table_unref(guesser->flows);
    g_free(guesser);
}

void fax_guesser_forget(FaxGuesser *guesser, const Flow *flow)
{
    g_hash_table_remove(guesser->flows, flow);
}

static bool is_ifp(Slice bytes, IfpPacket *out)
{
    for (IfpSyntax syntax = IFP_1998; syntax <= IFP_2002; syntax++)
        if (ifp_parse(bytes, syntax, out) == DISSECT_OK && out->padded && out->excess == 0)
            return true;
    return false;
}

/* Stricter than what is believed when an SDP said so. */
static bool looks_like(Slice bytes, UdptlPacket *packet, IfpPacket *ifp)
{
    IfpPacket copy;

    if (udptl_parse(bytes, packet) != DISSECT_OK || packet->excess || !is_ifp(packet->primary, ifp))
        return false;
    for (unsigned i = 0; !packet->fec && i < packet->repair_count; i++)
        if (packet->repairs[i].len && !is_ifp(packet->repairs[i], &copy))
            return false;
    return true;
}

static bool is_signalling(const IfpPacket *ifp)
{
    return ifp->is_data ? ifp->value == IFP_DATA_V21
                        : ifp->value == IFP_CED || ifp->value == IFP_V21_PREAMBLE;
}

static bool repeats_last(const Candidate *candidate, const UdptlPacket *packet)
{
    UdptlPacket before;
    const FaxHeld *last;

    if (candidate->count == 0 || packet->fec || packet->repair_count == 0)
        return false;
    last = &candidate->held[candidate->count - 1];
    udptl_parse(slice_of(last->bytes, last->length), &before);
    return slice_equal(before.primary, packet->repairs[0]);
}

static Candidate *candidate_of(FaxGuesser *guesser, const Flow *flow)
{
    Candidate *candidate = g_hash_table_lookup(guesser->flows, flow);

    if (candidate || g_hash_table_size(guesser->flows) >= FLOWS_MAX)
        return candidate;
    candidate = g_new0(Candidate, 1);
    g_hash_table_insert(guesser->flows, (gpointer)flow, candidate);
    return candidate;
}

unsigned fax_guesser_held(const FaxGuesser *guesser, const Flow *flow, const FaxHeld **out_held)
{
    const Candidate *candidate = g_hash_table_lookup(guesser->flows, flow);

    if (!candidate)
        return 0;
    *out_held = candidate->held;
    return candidate->count;
}

bool fax_guesser_add(FaxGuesser *guesser, const Flow *flow, const MediaDatagram *datagram)
{
    Slice bytes = datagram->payload;
    UdptlPacket packet;
    IfpPacket ifp;

    if (bytes.len < 4 || bytes.len > FAX_HELD_OCTETS || !looks_like(bytes, &packet, &ifp)) {
        fax_guesser_forget(guesser, flow);
        return false;
    }
    Candidate *candidate = candidate_of(guesser, flow);
    if (!candidate)
        return false;
    if (candidate->count == FAX_HELD_MAX || (candidate->count && packet.seq != candidate->next))
        candidate->count = candidate->copies = candidate->signalling = 0;
    candidate->copies += repeats_last(candidate, &packet);
    candidate->signalling |= is_signalling(&ifp);
    candidate->next = (uint16_t)(packet.seq + 1);
    FaxHeld *held = &candidate->held[candidate->count++];
    held->time_ns = datagram->time_ns;
    held->length = (uint16_t)bytes.len;
    memcpy(held->bytes, bytes.data, bytes.len);
    unsigned needed = candidate->copies >= AGREE_REPEATED - 1 ? AGREE_REPEATED : AGREE_PLAIN;
    return candidate->signalling && candidate->count >= needed;
}

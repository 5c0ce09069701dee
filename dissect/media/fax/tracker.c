#include "dissect/media/fax/tracker.h"
#include "dissect/media/fax/guess.h"

#define SESSIONS_MAX 32768u
#define PAIR_SEARCH  64u              /* newest sessions looked at for the other direction */
#define PAIR_IDLE_NS (120 * NS_PER_S) /* a session idle for longer is another fax */

/* A session and the directions it is fed from. */
typedef struct {
    FaxSession *session;           /* owned */
    FaxStream *streams[FAX_SIDES]; /* owned; NULL: not seen */
} Entry;

struct FaxTracker {
    FaxEvents events;
    GPtrArray *entries; /* Entry*, by number; dropped ones are NULL */
    FaxGuesser *guesser;
    unsigned kept;
};

static void free_entry(gpointer data)
{
    Entry *entry = data;

    if (!entry)
        return;
    for (unsigned i = 0; i < FAX_SIDES; i++)
        fax_stream_free(entry->streams[i]);
    fax_session_free(entry->session);
    g_free(entry);
}

FaxTracker *fax_tracker_new(const FaxEvents *events)
{
    FaxTracker *tracker = g_new0(FaxTracker, 1);

    tracker->events = *events;
    tracker->entries = g_ptr_array_new_with_free_func(free_entry);
    tracker->guesser = fax_guesser_new();
    return tracker;
}

void fax_tracker_free(FaxTracker *tracker)
{
    if (!tracker)
        return;
    fax_guesser_free(tracker->guesser);
    g_ptr_array_unref(tracker->entries);
    g_free(tracker);
}

static Entry *entry_at(const FaxTracker *tracker, uint32_t number)
{
    if (number == 0 || number > tracker->entries->len)
        return NULL;
    return g_ptr_array_index(tracker->entries, number - 1);
}

FaxSession *fax_tracker_session(const FaxTracker *tracker, uint32_t number)
{
    const Entry *entry = entry_at(tracker, number);

    return entry ? entry->session : NULL;
}

uint32_t fax_tracker_last(const FaxTracker *tracker)
{
    return tracker->entries->len;
}

const FaxStream *fax_tracker_stream(const FaxTracker *tracker, uint32_t number, unsigned side)
{
    const Entry *entry = entry_at(tracker, number);

    return entry ? entry->streams[side] : NULL;
}

static Entry *add_entry(FaxTracker *tracker, FaxSession *session)
{
    Entry *entry = g_new0(Entry, 1);

    entry->session = session;
    session->number = tracker->entries->len + 1;
    g_ptr_array_add(tracker->entries, entry);
    tracker->kept++;
    return entry;
}

static bool has_room(const FaxTracker *tracker)
{
    return tracker->kept < SESSIONS_MAX;
}

bool fax_tracker_adopt(FaxTracker *tracker, FaxSession *session)
{
    if (!has_room(tracker))
        return false;
    add_entry(tracker, session);
    return true;
}

void fax_tracker_flow_gone(FaxTracker *tracker, Flow *flow)
{
    if (flow->fax)
        flow->fax->flow = NULL;
    flow->fax = NULL;
    fax_guesser_forget(tracker->guesser, flow);
}

void fax_tracker_drop(FaxTracker *tracker, uint32_t number)
{
    Entry *entry = entry_at(tracker, number);

    if (!entry)
        return;
    for (unsigned i = 0; i < FAX_SIDES; i++)
        if (entry->streams[i] && entry->streams[i]->flow)
            entry->streams[i]->flow->fax = NULL;
    tracker->entries->pdata[number - 1] = NULL;
    free_entry(entry);
    tracker->kept--;
}

/* --- which session a flow is of --- */

static bool is_other_call(const FaxSession *session, const FaxAnnounced *announced)
{
    return session->call && announced->call && session->call != announced->call;
}

/* Faxes usually come from the port they go to; where they do not, hosts and call have to do. */
static bool is_reverse(const Entry *entry, const FlowKey *key, const FaxAnnounced *announced)
{
    const FaxStream *known = entry->streams[0];

    if (!known || entry->streams[1])
        return false;
    if (endpoint_equal(known->key.source, key->destination) &&
        endpoint_equal(known->key.destination, key->source))
        return true;
    return ip_equal(known->key.source.ip, key->destination.ip) &&
           ip_equal(known->key.destination.ip, key->source.ip) && announced->call &&
           entry->session->call == announced->call;
}

static FaxStream *same_stream(const Entry *entry, const FlowKey *key)
{
    for (unsigned i = 0; i < FAX_SIDES; i++)
        if (entry->streams[i] && flow_key_equal(&entry->streams[i]->key, key))
            return entry->streams[i];
    return NULL;
}

static bool is_current(const Entry *entry, const FaxAnnounced *announced, int64_t time_ns)
{
    return entry && entry->session->carrier == FAX_OVER_T38 &&
           !is_other_call(entry->session, announced) &&
           time_between(entry->session->last_ns, time_ns) < PAIR_IDLE_NS;
}

static Entry *begin_session(FaxTracker *tracker, const FaxAnnounced *announced, int64_t time_ns)
{
    if (!has_room(tracker))
        return NULL;
    FaxSession *session = fax_session_new(0, FAX_OVER_T38);
    session->call = announced->call;
    session->last_ns = time_ns;
    return add_entry(tracker, session);
}

static FaxStream *add_stream(FaxTracker *tracker, Entry *entry, unsigned side, const FlowKey *key,
                             const FaxAnnounced *announced)
{
    FaxSession *session = entry->session;

    entry->streams[side] = fax_stream_new(*key, session, side, announced->syntax);
    session->from_caller[side] = announced->from_caller;
    if (side == 0) {
        session->from_caller[1] = !announced->from_caller;
        session->ends[1] = key->destination;
        session->targets[1] = key->source;
        if (tracker->events.session_found)
            tracker->events.session_found(session, tracker->events.context);
    }
    return entry->streams[side];
}

/* NULL when there is no room. */
static FaxStream *stream_for(FaxTracker *tracker, const FlowKey *key, int64_t time_ns)
{
    FaxAnnounced announced = { .syntax = IFP_1998 };
    unsigned count = tracker->entries->len;

    if (tracker->events.announced)
        tracker->events.announced(*key, &announced, tracker->events.context);
    for (unsigned i = count; i-- > 0 && count - i <= PAIR_SEARCH;) {
        Entry *entry = g_ptr_array_index(tracker->entries, i);
        if (!is_current(entry, &announced, time_ns))
            continue;
        FaxStream *known = same_stream(entry, key);
        if (known)
            return known;
        if (is_reverse(entry, key, &announced))
            return add_stream(tracker, entry, 1, key, &announced);
    }
    Entry *entry = begin_session(tracker, &announced, time_ns);
    return entry ? add_stream(tracker, entry, 0, key, &announced) : NULL;
}

/* The flow is T.38, and so were the datagrams of it that were held. */
static FaxStream *attach(FaxTracker *tracker, Flow *flow, int64_t time_ns, AnomalySet *anomalies)
{
    const FaxHeld *held = NULL;
    unsigned count = fax_guesser_held(tracker->guesser, flow, &held);

    FaxStream *stream = stream_for(tracker, &flow->key, time_ns);

    if (!stream) {
        anomaly_note(anomalies, ANOMALY_FAX_TABLE_FULL);
        return NULL;
    }
    flow->fax = stream;
    flow->t38 = true;
    stream->flow = flow;
    if (flow->kind == FLOW_NEW)
        flow->kind = FLOW_MEDIA;
    for (unsigned i = 0; i < count; i++)
        fax_stream_datagram(stream, slice_of(held[i].bytes, held[i].length), held[i].time_ns,
                            anomalies);
    fax_guesser_forget(tracker->guesser, flow);
    return stream;
}

/* --- datagrams --- */

static bool is_plausible(const Flow *flow, Slice bytes)
{
    UdptlPacket packet;
    IfpPacket ifp;

    if (bytes.len < 4 || udptl_parse(bytes, &packet) == DISSECT_NOT_MINE || !packet.primary.len)
        return false;
    if (flow->fax)
        return !fax_stream_is_rtp(flow->fax, bytes);
    if (bytes.data[0] >= 0x80 && bytes.data[0] < 0xc0)
        return false;
    return ifp_parse(packet.primary, IFP_1998, &ifp) == DISSECT_OK ||
           ifp_parse(packet.primary, IFP_2002, &ifp) == DISSECT_OK;
}

bool fax_tracker_datagram(FaxTracker *tracker, Flow *flow, const MediaDatagram *datagram,
                          AnomalySet *anomalies)
{
    FaxStream *stream = flow->fax;

    if (!is_plausible(flow, datagram->payload))
        return false;
    if (!stream)
        stream = attach(tracker, flow, datagram->time_ns, anomalies);
    return stream && fax_stream_datagram(stream, datagram->payload, datagram->time_ns, anomalies);
}

bool fax_tracker_guess(FaxTracker *tracker, Flow *flow, const MediaDatagram *datagram,
                       AnomalySet *anomalies)
{
    return fax_guesser_add(tracker->guesser, flow, datagram) &&
           attach(tracker, flow, datagram->time_ns, anomalies);
}

void fax_tracker_finish(FaxTracker *tracker)
{
    for (unsigned i = 0; i < tracker->entries->len; i++) {
        const Entry *entry = g_ptr_array_index(tracker->entries, i);
        for (unsigned side = 0; entry && side < FAX_SIDES; side++)
            if (entry->streams[side])
                fax_stream_finish(entry->streams[side]);
        if (entry && entry->session->carrier == FAX_OVER_T38)
            fax_session_finish(entry->session);
    }
}

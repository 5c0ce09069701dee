#include "dissect/call/msrp_table.h"
#include "dissect/call/msrp_content.h"

#define SESSIONS_MAX 32768u
#define EVICTION_MAX 64u  /* oldest sessions looked at when one has to go */
#define PENDING_MAX  256u /* of a session */

static uint64_t hosts_hash(const MsrpSession *session)
{
    return (session->ends[0].ip.low ^ session->ends[0].ip.high) +
           (session->ends[1].ip.low ^ session->ends[1].ip.high);
}

static guint session_hash(gconstpointer data)
{
    const MsrpSession *session = data;
    uint64_t uris = msrp_uri_hash(&session->parsed[0]) + msrp_uri_hash(&session->parsed[1]);

    return (guint)hash_mix(uris ^ hash_seed(), hosts_hash(session) | 1);
}

bool msrp_same_sides(const MsrpSession *a, const MsrpSession *b, bool crossed)
{
    for (unsigned side = 0; side < MSRP_ENDS; side++) {
        unsigned other = crossed ? !side : side;
        if (!msrp_uri_equal(&a->parsed[side], &b->parsed[other]) ||
            !ip_equal(a->ends[side].ip, b->ends[other].ip))
            return false;
    }
    return true;
}

static gboolean session_equal(gconstpointer a, gconstpointer b)
{
    return msrp_same_sides(a, b, false) || msrp_same_sides(a, b, true);
}

static void clear_event(gpointer data)
{
    MsrpEvent *event = data;

    g_free(event->message_id);
    msrp_content_free(event->content);
}

static void session_free(gpointer data)
{
    MsrpSession *session = data;

    if (!session)
        return;
    for (unsigned side = 0; side < MSRP_ENDS; side++)
        g_free(session->uris[side]);
    g_array_unref(session->events);
    g_array_unref(session->open);
    g_array_unref(session->pending);
    g_free(session);
}

MsrpTracker *msrp_tracker_new(void)
{
    MsrpTracker *tracker = g_new0(MsrpTracker, 1);

    tracker->sessions = g_ptr_array_new_with_free_func(session_free);
    tracker->index = g_hash_table_new(session_hash, session_equal);
    tracker->by_transaction = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    return tracker;
}

void msrp_tracker_free(MsrpTracker *tracker)
{
    if (!tracker)
        return;
    g_hash_table_destroy(tracker->index);
    g_hash_table_destroy(tracker->by_transaction);
    g_ptr_array_unref(tracker->sessions);
    g_free(tracker);
}

MsrpSession *msrp_tracker_session(const MsrpTracker *tracker, uint32_t number)
{
    if (number <= tracker->base || number - tracker->base > tracker->sessions->len)
        return NULL;
    return g_ptr_array_index(tracker->sessions, number - tracker->base - 1);
}

uint32_t msrp_tracker_last(const MsrpTracker *tracker)
{
    return tracker->base + tracker->sessions->len;
}

static uint64_t pieces_of(const MsrpSession *session)
{
    uint64_t count = 0;

    for (unsigned i = 0; i < session->events->len; i++) {
        const MsrpContent *content = g_array_index(session->events, MsrpEvent, i).content;
        count += content ? msrp_piece_count(content) : 0;
    }
    return count;
}

void msrp_tracker_drop(MsrpTracker *tracker, uint32_t number)
{
    MsrpSession *session = msrp_tracker_session(tracker, number);
    guint gone = 0;

    if (!session)
        return;
    tracker->pieces -= pieces_of(session);
    tracker->events -= session->events->len;
    for (unsigned i = 0; i < session->pending->len; i++)
        g_hash_table_remove(tracker->by_transaction,
                            &g_array_index(session->pending, MsrpPending, i).transaction);
    g_hash_table_remove(tracker->index, session);
    tracker->sessions->pdata[number - tracker->base - 1] = NULL;
    session_free(session);
    tracker->kept--;
    while (gone < tracker->sessions->len && !tracker->sessions->pdata[gone])
        gone++;
    if (gone >= 1024) {
        g_ptr_array_remove_range(tracker->sessions, 0, gone);
        tracker->base += gone;
    }
}

bool msrp_table_evict(Model *model, const MsrpSession *kept)
{
    MsrpTracker *tracker = model->msrp;
    unsigned looked_at = 0;

    model->facts.anomalies[ANOMALY_MSRP_TABLE_FULL]++;
    for (guint i = 0; i < tracker->sessions->len && looked_at < EVICTION_MAX; i++) {
        const MsrpSession *session = g_ptr_array_index(tracker->sessions, i);
        if (!session || session == kept)
            continue;
        const Call *call = model_call(model, session->call);
        looked_at++;
        if (!call || call_state_is_final(call_state(call, model->clock_ns, false))) {
            msrp_tracker_drop(tracker, session->number);
            return true;
        }
    }
    return false;
}

MsrpSession *msrp_table_add(Model *model, const MsrpSession *wanted, int64_t time_ns)
{
    MsrpTracker *tracker = model->msrp;

    if (tracker->kept >= SESSIONS_MAX && !msrp_table_evict(model, NULL))
        return NULL;
    MsrpSession *session = g_memdup2(wanted, sizeof *wanted);
    for (unsigned side = 0; side < MSRP_ENDS; side++) {
        session->uris[side] = slice_dup(wanted->parsed[side].text);
        if (!msrp_uri_parse(slice_from_string(session->uris[side]), &session->parsed[side]))
            session->parsed[side] = (MsrpUri){ 0 };
    }
    session->first_ns = session->last_ns = time_ns;
    session->events = g_array_new(FALSE, FALSE, sizeof(MsrpEvent));
    g_array_set_clear_func(session->events, clear_event);
    session->open = g_array_new(FALSE, FALSE, sizeof(MsrpOpenMessage));
    session->pending = g_array_new(FALSE, FALSE, sizeof(MsrpPending));
    g_ptr_array_add(tracker->sessions, session);
    session->number = msrp_tracker_last(tracker);
    g_hash_table_add(tracker->index, session);
    tracker->kept++;
    return session;
}

/* --- what waits for a response --- */

void msrp_pending_remove(const Model *model, MsrpSession *session, unsigned index)
{
    g_hash_table_remove(model->msrp->by_transaction,
                        &g_array_index(session->pending, MsrpPending, index).transaction);
    g_array_remove_index(session->pending, index);
}

void msrp_pending_add(const Model *model, MsrpSession *session, const MsrpPending *pending)
{
    if (session->pending->len >= PENDING_MAX)
        msrp_pending_remove(model, session, 0);
    g_array_append_vals(session->pending, pending, 1);
    g_hash_table_insert(model->msrp->by_transaction,
                        g_memdup2(&pending->transaction, sizeof pending->transaction),
                        GUINT_TO_POINTER(session->number));
}

MsrpPending *msrp_pending_find(const MsrpSession *session, uint64_t transaction, unsigned side,
                               unsigned *out_index)
{
    for (unsigned i = session->pending->len; i > 0; i--) {
        MsrpPending *pending = &g_array_index(session->pending, MsrpPending, i - 1);
        if (pending->transaction == transaction && pending->side == side) {
            *out_index = i - 1;
            return pending;
        }
    }
    return NULL;
}

#include "dissect/call/msrp_tracker.h"
#include "dissect/call/msrp_content.h"
#include "dissect/call/msrp_match.h"
#include "dissect/call/msrp_table.h"
#include "dissect/session/stack.h"

#define PIECES_MAX     (1u << 20) /* of all messages */
#define EVENTS_MAX     500000u    /* of all sessions */
#define OPEN_MAX       1024u      /* messages of a session that more chunks may come of */
#define REPORT_SEARCH  1024u      /* messages back: what a REPORT is about */
#define MESSAGE_ID_MAX 128u       /* bytes that are kept */

struct MsrpChunk {
    uint32_t session; /* number; 0: none is followed */
    uint32_t event;   /* UINT32_MAX: none */
    uint8_t side;
    bool has_data;
    bool wants_response;
    uint64_t begin, position; /* of the message, from 0 */
    uint64_t transaction;     /* of its id and connection: transaction_key() */
};

/* --- what belongs together --- */

static MsrpUri last_uri(Slice path)
{
    MsrpUri uri;

    return msrp_uri_parse(msrp_path_last(path), &uri) ? uri : (MsrpUri){ 0 };
}

/* Both directions have one key. */
static uint64_t transaction_key(const MsrpMessage *message, const MsrpOrigin *origin)
{
    uint64_t ends = endpoint_hash(origin->source) + endpoint_hash(origin->destination);

    return hash_mix(slice_hash(message->transaction_id), ends | 1);
}

/* Through a relay a response goes back one hop, and its paths name the relay (RFC 4976): its
 * session is that of its request. */
static MsrpSession *session_of_request(const Model *model, uint64_t transaction, uint8_t *out_side)
{
    gpointer number = g_hash_table_lookup(model->msrp->by_transaction, &transaction);
    MsrpSession *session = msrp_tracker_session(model->msrp, GPOINTER_TO_UINT(number));

    unsigned index;

    for (uint8_t side = 0; session && side < MSRP_ENDS; side++) {
        if (msrp_pending_find(session, transaction, side, &index)) {
            *out_side = !side;
            return session;
        }
    }
    return NULL;
}

static MsrpSession key_of(const MsrpMessage *message, const MsrpOrigin *origin)
{
    return (MsrpSession){
        .ends = { origin->source, origin->destination },
        .parsed = { last_uri(message->from_path), last_uri(message->to_path) },
    };
}

bool msrp_tracker_is_captured(const Model *model, const MsrpMessage *message,
                              const MsrpOrigin *origin)
{
    const MsrpSession wanted = key_of(message, origin);
    const MsrpSession *session = g_hash_table_lookup(model->msrp->index, &wanted);

    return session && !(session->carriers & STREAM_BY_AGENT);
}

/* The session of a message and the end that sent it; NULL when there is no room for a new one. */
static MsrpSession *session_for(Model *model, const MsrpMessage *message, const MsrpOrigin *origin,
                                uint8_t *out_side)
{
    MsrpSession wanted = key_of(message, origin);
    MsrpSession *session = g_hash_table_lookup(model->msrp->index, &wanted);

    if (!session) {
        session = msrp_table_add(model, &wanted, origin->time_ns);
        *out_side = 0;
        return session;
    }
    *out_side = !msrp_same_sides(&wanted, session, false);
    return session;
}

static void note_connection(MsrpSession *session, const MsrpOrigin *origin)
{
    for (unsigned i = 0; i < session->connection_count; i++) {
        MsrpConnection *known = &session->connections[i];
        bool same = endpoint_equal(known->source, origin->source) &&
                    endpoint_equal(known->destination, origin->destination);
        bool back = endpoint_equal(known->source, origin->destination) &&
                    endpoint_equal(known->destination, origin->source);
        if (same || back) {
            known->last_ns = MAX(known->last_ns, origin->time_ns);
            return;
        }
    }
    if (session->connection_count < MSRP_CONNECTIONS_MAX)
        session->connections[session->connection_count++] =
            (MsrpConnection){ origin->source, origin->destination, origin->time_ns,
                              origin->time_ns };
}

static void note_session(MsrpSession *session, const MsrpMessage *message, const MsrpOrigin *origin)
{
    unsigned to = msrp_path_length(message->to_path), from = msrp_path_length(message->from_path);

    session->last_ns = MAX(session->last_ns, origin->time_ns);
    session->carriers |= origin->carriers;
    session->relays = MAX(session->relays, MAX(to, 1) + MAX(from, 1) - 2);
    note_connection(session, origin);
}

static void note_anomalies(Model *model, MsrpSession *session, MsrpEvent *event,
                           const AnomalySet *anomalies)
{
    Call *call = session ? model_call(model, session->call) : NULL;

    if (!anomaly_any(anomalies))
        return;
    model_note_anomalies(model, anomalies);
    if (session)
        anomaly_merge(&session->anomalies, anomalies);
    if (call)
        call_note_anomalies(call, anomalies);
    if (event)
        event->anomaly = true;
}

static void changed(const Model *model, const MsrpSession *session)
{
    Call *call = model_call(model, session->call);

    if (call)
        call->generation++;
}

/* --- messages --- */

static MsrpEvent *event_at(const MsrpSession *session, uint32_t index)
{
    return session && index < session->events->len
               ? &g_array_index(session->events, MsrpEvent, index)
               : NULL;
}

static uint64_t message_key(Slice message_id, unsigned side)
{
    return hash_mix(slice_hash(message_id), side + 1u);
}

static uint32_t find_open(const MsrpSession *session, uint64_t id)
{
    for (unsigned i = session->open->len; i > 0; i--) {
        const MsrpOpenMessage *open = &g_array_index(session->open, MsrpOpenMessage, i - 1);
        if (open->id == id)
            return open->event;
    }
    return UINT32_MAX;
}

static void close_message(MsrpSession *session, uint32_t event)
{
    for (unsigned i = session->open->len; i > 0; i--) {
        if (g_array_index(session->open, MsrpOpenMessage, i - 1).event == event) {
            g_array_remove_index(session->open, i - 1);
            return;
        }
    }
}

static const char *phrase_of(Model *model, const MsrpMessage *message)
{
    Slice phrase = message->comment;

    if (message->is_request && message->method == MSRP_OTHER)
        phrase = message->method_name;
    else if (message->is_request && message->method == MSRP_NICKNAME)
        phrase = message->use_nickname;
    return phrase.len ? intern_string(model->strings, phrase) : NULL;
}

/* UINT32_MAX when the record is full. */
static uint32_t add_event(Model *model, MsrpSession *session, const MsrpMessage *message,
                          const MsrpOrigin *origin, uint8_t side)
{
    bool named = message->message_id.len > 0;

    if (session->events->len >= model->limits.messages_per_call) {
        model->facts.anomalies[ANOMALY_MSRP_TABLE_FULL]++;
        session->events_left_out++;
        return UINT32_MAX;
    }
    if (model->msrp->events >= EVENTS_MAX && !msrp_table_evict(model, session)) {
        session->events_left_out++;
        return UINT32_MAX;
    }
    MsrpEvent event = {
        .first_ns = origin->time_ns,
        .last_ns = origin->time_ns,
        .frame = origin->frame,
        .side = side,
        .method = (uint8_t)message->method,
        .is_request = message->is_request,
        .status = message->status,
        .phrase = phrase_of(model, message),
        .head = origin->head,
        .message_id = named ? slice_dup(slice_sub(message->message_id, 0, MESSAGE_ID_MAX)) : NULL,
        .content = message->has_body ? msrp_content_new(model, message) : NULL,
    };
    g_array_append_val(session->events, event);
    model->msrp->events++;
    return session->events->len - 1;
}

static void count_type(MsrpSession *session, const char *type)
{
    for (unsigned i = 0; i < session->type_count; i++) {
        if (session->types[i].type == type) {
            session->types[i].messages++;
            return;
        }
    }
    if (session->type_count < MSRP_TYPES_MAX - 1u)
        session->types[session->type_count++] = (MsrpTypeCount){ type, 1 };
    else if (session->type_count == MSRP_TYPES_MAX - 1u)
        session->types[session->type_count++] = (MsrpTypeCount){ NULL, 1 };
    else
        session->types[MSRP_TYPES_MAX - 1].messages++;
}

/* The message that a SEND is, or is a part of. */
static uint32_t message_for(Model *model, MsrpSession *session, const MsrpMessage *message,
                            const MsrpOrigin *origin, uint8_t side)
{
    uint64_t id = message_key(message->message_id, side);
    bool named = message->message_id.len > 0;
    uint32_t known = named ? find_open(session, id) : UINT32_MAX;

    if (known != UINT32_MAX)
        return known;
    uint32_t index = add_event(model, session, message, origin, side);
    session->counts[side].messages++;
    if (index == UINT32_MAX || !message->has_body || !named)
        return index;
    if (session->open->len >= OPEN_MAX)
        g_array_remove_index(session->open, 0);
    MsrpOpenMessage open = { id, index };
    g_array_append_val(session->open, open);
    return index;
}

/* --- requests --- */

static bool wants_response(const MsrpMessage *message)
{
    switch (message->method) {
    case MSRP_REPORT: /* RFC 4975 section 7.1.2: never */
        return false;
    case MSRP_SEND:
        return message->failure_report == MSRP_FAILURE_YES;
    default:
        return true;
    }
}

static void await_response(const Model *model, MsrpSession *session, const MsrpChunk *chunk,
                           int64_t time_ns)
{
    const MsrpPending pending = { .transaction = chunk->transaction,
                                  .sent_ns = time_ns,
                                  .event = chunk->event,
                                  .side = chunk->side };
    unsigned index;
    const MsrpPending *early = msrp_pending_find(session, chunk->transaction, chunk->side, &index);

    if (!early || !early->early_status) {
        msrp_pending_add(model, session, &pending);
        return;
    }
    MsrpEvent *event = event_at(session, chunk->event);
    if (event && event->content)
        event->content->answer = MAX(event->content->answer, early->early_status);
    session->counts[chunk->side].answered++;
    msrp_pending_remove(model, session, index);
}

static void note_report(MsrpSession *session, const MsrpMessage *message, uint8_t side)
{
    MsrpCounts *counts = &session->counts[side];
    unsigned back = 0;

    if (message->status >= 200 && message->status < 300)
        counts->delivered++;
    else
        counts->undelivered++;
    for (unsigned i = session->events->len; i > 0 && back < REPORT_SEARCH; i--, back++) {
        MsrpEvent *event = &g_array_index(session->events, MsrpEvent, i - 1);
        if (event->content && event->side != side && event->message_id &&
            slice_equal(slice_from_string(event->message_id),
                        slice_sub(message->message_id, 0, MESSAGE_ID_MAX))) {
            event->content->report = message->status;
            return;
        }
    }
}

static void begin_data(MsrpChunk *chunk, MsrpEvent *event, const MsrpMessage *message)
{
    chunk->begin = chunk->position = message->range.first - 1;
    if (!event || !event->content)
        return;
    event->content->chunks++;
}

static AnomalySet size_anomalies(MsrpContent *content, const MsrpMessage *message)
{
    AnomalySet anomalies = { 0 };

    if (message->range.total != MSRP_UNKNOWN &&
        !msrp_content_set_size(content, message->range.total))
        anomaly_note(&anomalies, ANOMALY_MSRP_SIZE_MISMATCH);
    return anomalies;
}

static void begin_request(Model *model, MsrpSession *session, const MsrpMessage *message,
                          const MsrpOrigin *origin, MsrpChunk *chunk)
{
    MsrpCounts *counts = &session->counts[chunk->side];
    bool sends = message->method == MSRP_SEND;

    if (message->method == MSRP_REPORT)
        note_report(session, message, chunk->side);
    chunk->event = sends ? message_for(model, session, message, origin, chunk->side)
                         : add_event(model, session, message, origin, chunk->side);
    counts->requests[message->method]++;
    chunk->wants_response = wants_response(message);
    if (chunk->wants_response) {
        counts->expected++;
        await_response(model, session, chunk, origin->time_ns);
    }
    if (!message->has_body)
        return;
    MsrpEvent *event = event_at(session, chunk->event);
    counts->chunks += sends;
    begin_data(chunk, event, message);
    if (event && event->content) {
        const AnomalySet anomalies = size_anomalies(event->content, message);
        note_anomalies(model, session, event, &anomalies);
    }
}

/* --- responses --- */

static void count_status(MsrpSession *session, uint16_t status)
{
    for (unsigned i = 0; i < session->status_count; i++) {
        if (session->statuses[i].status == status) {
            session->statuses[i].count++;
            return;
        }
    }
    if (session->status_count == MSRP_STATUSES_MAX)
        session->statuses[MSRP_STATUSES_MAX - 1].count++;
    else
        session->statuses[session->status_count++] =
            (MsrpStatusCount){ session->status_count == MSRP_STATUSES_MAX - 1 ? 0 : status, 1 };
}

static void time_response(MsrpSession *session, int64_t took_ns)
{
    if (took_ns == TIME_UNKNOWN || took_ns < 0)
        return;
    bool first = session->responses_timed++ == 0;
    session->response_min_ns = first ? took_ns : MIN(session->response_min_ns, took_ns);
    session->response_max_ns = first ? took_ns : MAX(session->response_max_ns, took_ns);
    session->response_sum_ns += took_ns;
}

static void answer(MsrpSession *session, const MsrpPending *pending, uint16_t status,
                   int64_t time_ns)
{
    MsrpEvent *event = event_at(session, pending->event);
    int64_t took_ns = time_between(pending->sent_ns, time_ns);

    session->counts[pending->side].answered++;
    time_response(session, took_ns);
    if (!event || !event->content)
        return;
    event->content->answer = MAX(event->content->answer, status);
    event->content->response_ns = took_ns;
}

static void take_response(Model *model, MsrpSession *session, const MsrpMessage *message,
                          const MsrpOrigin *origin, MsrpChunk *chunk)
{
    unsigned index;
    const MsrpPending *pending =
        msrp_pending_find(session, chunk->transaction, !chunk->side, &index);

    if (pending && !pending->early_status) {
        answer(session, pending, message->status, origin->time_ns);
        msrp_pending_remove(model, session, index);
    } else if (!pending) {
        const MsrpPending early = { .transaction = chunk->transaction,
                                    .sent_ns = TIME_UNKNOWN,
                                    .event = UINT32_MAX,
                                    .side = !chunk->side,
                                    .early_status = message->status };
        msrp_pending_add(model, session, &early);
    }
    count_status(session, message->status);
    if (message->status != 200)
        chunk->event = add_event(model, session, message, origin, chunk->side);
}

/* --- chunks --- */

MsrpChunk *msrp_tracker_begin(Model *model, const MsrpMessage *message, const MsrpOrigin *origin)
{
    MsrpChunk *chunk = g_new0(MsrpChunk, 1);
    uint32_t last = msrp_tracker_last(model->msrp);
    MsrpSession *session = NULL;

    chunk->event = UINT32_MAX;
    chunk->transaction = transaction_key(message, origin);
    if (!message->is_request)
        session = session_of_request(model, chunk->transaction, &chunk->side);
    if (!session)
        session = session_for(model, message, origin, &chunk->side);
    if (!session) {
        note_anomalies(model, NULL, NULL, &message->anomalies);
        return chunk;
    }
    chunk->session = session->number;
    chunk->has_data = message->has_body;
    note_session(session, message, origin);
    if (session->number > last)
        msrp_match_session(model, session);
    if (message->is_request)
        begin_request(model, session, message, origin, chunk);
    else
        take_response(model, session, message, origin, chunk);
    note_anomalies(model, session, event_at(session, chunk->event), &message->anomalies);
    changed(model, session);
    return chunk;
}

static MsrpContent *content_of(const Model *model, const MsrpChunk *chunk)
{
    const MsrpEvent *event =
        event_at(msrp_tracker_session(model->msrp, chunk->session), chunk->event);

    return event ? event->content : NULL;
}

bool msrp_tracker_wants(const Model *model, const MsrpChunk *chunk)
{
    return content_of(model, chunk) && model->msrp->pieces < PIECES_MAX;
}

static void leave_out(Model *model, MsrpContent *content)
{
    if (!content->left_out)
        model->facts.anomalies[ANOMALY_MSRP_TABLE_FULL]++;
    content->left_out = true;
}

static void keep_piece(Model *model, MsrpContent *content, uint64_t offset, PacketRef ref)
{
    msrp_content_add_piece(content, &(MsrpPiece){ offset, ref });
    model->msrp->pieces++;
}

void msrp_tracker_data(Model *model, MsrpChunk *chunk, Slice bytes, PacketRef ref)
{
    MsrpSession *session = msrp_tracker_session(model->msrp, chunk->session);
    MsrpContent *content = content_of(model, chunk);

    if (session && event_at(session, chunk->event))
        session->counts[chunk->side].bytes += bytes.len;
    if (content) {
        bool taken = msrp_content_add_span(content, chunk->position, bytes.len);
        if (taken && ref.length == bytes.len && model->msrp->pieces < PIECES_MAX)
            keep_piece(model, content, chunk->position, ref);
        else
            leave_out(model, content);
        msrp_content_add_beginning(content, chunk->position, bytes);
    }
    chunk->position += bytes.len;
}

/* The message may be whole, and its beginning say more than before. */
static void end_data(Model *model, MsrpSession *session, const MsrpChunk *chunk, MsrpEvent *event,
                     MsrpEnd end)
{
    MsrpContent *content = event->content;
    AnomalySet anomalies = { 0 };

    if (end == MSRP_END_COMPLETE) {
        content->ended = true;
        if (!msrp_content_set_size(content, chunk->position))
            anomaly_note(&anomalies, ANOMALY_MSRP_SIZE_MISMATCH);
    }
    content->aborted |= end == MSRP_END_ABORTED;
    note_anomalies(model, session, event, &anomalies);
    bool over = content->aborted || (content->ended && content->received >= content->size);
    bool first = !content->looked;
    msrp_content_look(content, model, over);
    if (first && content->looked)
        count_type(session, content->type);
    if (over)
        close_message(session, chunk->event);
}

/* A response is timed from the last byte on. */
static void note_sent(MsrpSession *session, const MsrpChunk *chunk, int64_t time_ns)
{
    unsigned index;
    MsrpPending *pending = msrp_pending_find(session, chunk->transaction, chunk->side, &index);

    if (pending)
        pending->sent_ns = time_ns;
}

void msrp_tracker_end(Model *model, MsrpChunk *chunk, int64_t time_ns, MsrpEnd end,
                      const AnomalySet *anomalies)
{
    MsrpSession *session = msrp_tracker_session(model->msrp, chunk->session);
    MsrpEvent *event = event_at(session, chunk->event);

    note_anomalies(model, session, event, anomalies);
    if (event && time_ns != TIME_UNKNOWN)
        event->last_ns = MAX(event->last_ns, time_ns);
    if (event && event->content && chunk->has_data)
        end_data(model, session, chunk, event, end);
    if (session && time_ns != TIME_UNKNOWN) {
        session->last_ns = MAX(session->last_ns, time_ns);
        if (chunk->wants_response)
            note_sent(session, chunk, time_ns);
    }
    if (session)
        changed(model, session);
    g_free(chunk);
}

#include "dissect/call/call_private.h"
#include "dissect/call/correlator.h"
#include "dissect/call/dialog.h"
#include "dissect/call/endpoint_watch.h"
#include "dissect/call/fax_match.h"
#include "dissect/call/media_match.h"
#include "dissect/call/msrp_match.h"
#include "dissect/call/msrp_tracker.h"
#include "dissect/call/registrar.h"
#include "dissect/call/relayed_media.h"
#include "dissect/call/security_watch.h"
#include "dissect/call/structure_tracker.h"
#include "dissect/call/subscriber.h"
#include "dissect/call/tracker_private.h"
#include "dissect/call/transaction.h"

#define STRINGS_MAX 20000

static void stream_found(Stream *stream, void *context)
{
    Model *model = context;
    const ModelSecrets *secrets = &model->secrets;
    const MediaDatagram *datagram = media_tracker_current(model->media);

    if (datagram && datagram->tunnel_count > 0)
        stream->tunnel =
            tunnel_table_number(model->tunnels, datagram->tunnels, datagram->tunnel_count);
    if (datagram && datagram->sighting.point)
        stream->vlan = datagram->sighting.point->vlan;
    if (secrets->stream_found)
        secrets->stream_found(stream, secrets->context);
    media_match_stream(model, stream);
    if (stream->call && secrets->stream_joined)
        secrets->stream_joined(stream, secrets->context);
}

static void passage_found(const Passage *passage, Stream *earlier, Stream *later, void *context)
{
    relayed_media_found(context, passage, earlier, later);
}

static void relay_found(const MediaHost *host, void *context)
{
    endpoint_follow_relay(context, host);
}

static void stream_gone(Stream *stream, void *context)
{
    Model *model = context;

    payload_map_unref(model->payloads, g_steal_pointer(&stream->payloads));
}

Model *model_new(const ModelLimits *limits)
{
    Model *model = g_new0(Model, 1);

    g_mutex_init(&model->lock);
    if (limits)
        model->limits = *limits;
    if (!model->limits.calls)
        model->limits.calls = 1000000;
    if (!model->limits.messages_per_call)
        model->limits.messages_per_call = 20000;
    if (!model->limits.registrations)
        model->limits.registrations = 200000;
    model->clock_ns = model->facts.first_ns = model->facts.last_ns = TIME_UNKNOWN;
    model->facts.drops = DROP_LOG_EMPTY;
    model->facts.link_types = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    slab_init(&model->slab);
    model->calls = g_ptr_array_new();
    slot_index_init(&model->by_call_id);
    slot_index_init(&model->endpoint_ids);
    model->registrations = g_ptr_array_new_with_free_func((GDestroyNotify)registration_free);
    model->subscriptions = g_ptr_array_new_with_free_func((GDestroyNotify)subscription_free);
    model->payloads = payload_map_table_new();
    model->strings = intern_new(STRINGS_MAX);
    model->keys = keylog_new();
    model->server_keys = server_keys_new();
    model->tls = tls_session_table_new();
    model->dtls = dtls_table_new();
    model->endpoints = g_array_new(FALSE, FALSE, sizeof(EndpointEntry));
    model->tunnels = tunnel_table_new();
    MediaEvents events = {
        .stream_found = stream_found,
        .stream_gone = stream_gone,
        .passage_found = passage_found,
        .relay_found = relay_found,
        .context = model,
    };
    model->media = media_tracker_new(&events);
    media_match_new(model);
    fax_match_new(model);
    model->msrp = msrp_tracker_new();
    msrp_match_new(model);
    registrar_new(model);
    model->endpoint_watch = endpoint_watch_new();
    model->security = security_watch_new();
    correlator_new(model);
    tracker_new(model);
    return model;
}

static void forget_leg(Model *model, const Call *call, const Leg *leg)
{
    uint32_t tag = model_leg_tag(slice_of(leg->call_id, leg->length));
    uint32_t position = slot_index_start(&model->by_call_id, tag);
    uint32_t number;

    for (; (number = slot_index_probe(&model->by_call_id, tag, &position)); position++) {
        if (number == call->number) {
            slot_index_remove(&model->by_call_id, position);
            return;
        }
    }
}

/* With the NUL behind its Call-ID. */
static size_t leg_size(size_t length)
{
    return sizeof(Leg) + length + 1;
}

static void free_call(Model *model, Call *call)
{
    media_match_release(model, call);
    fax_match_release(model, call);
    msrp_match_release(model, call);
    transactions_clear(model, call);
    dialogs_clear(model, call);
    structure_clear(model, call);
    for (Leg *leg = call->legs; leg;) {
        Leg *next = leg->next;
        forget_leg(model, call, leg);
        slab_give_back(&model->slab, leg, leg_size(leg->length));
        leg = next;
    }
    call_free(model, call);
}

void model_free(Model *model)
{
    if (!model)
        return;
    tracker_free(model);
    correlator_free(model);
    for (guint i = 0; i < model->calls->len; i++)
        if (g_ptr_array_index(model->calls, i))
            free_call(model, g_ptr_array_index(model->calls, i));
    g_ptr_array_free(model->calls, TRUE);
    for (unsigned i = 0; i < media_tracker_count(model->media); i++) {
        Stream *stream = media_tracker_at(model->media, i);
        if (stream)
            payload_map_unref(model->payloads, g_steal_pointer(&stream->payloads));
    }
    media_tracker_free(model->media);
    media_match_free(model);
    fax_match_free(model);
    msrp_match_free(model);
    msrp_tracker_free(model->msrp);
    registrar_free(model);
    endpoint_watch_free(model->endpoint_watch);
    security_watch_free(model->security);
    g_ptr_array_free(model->registrations, TRUE);
    g_ptr_array_free(model->subscriptions, TRUE);
    slot_index_clear(&model->by_call_id);
    slot_index_clear(&model->endpoint_ids);
    g_hash_table_destroy(model->facts.link_types);
    drop_log_clear(&model->facts.drops);
    g_array_free(model->endpoints, TRUE);
    tunnel_table_free(model->tunnels);
    g_free(model->hep_key);
    payload_map_table_free(model->payloads);
    intern_free(model->strings);
    slab_clear(&model->slab);
    keylog_free(model->keys);
    server_keys_free(model->server_keys);
    tls_session_table_free(model->tls);
    dtls_table_free(model->dtls);
    g_mutex_clear(&model->lock);
    g_free(model);
}

Call *model_call(const Model *model, uint32_t number)
{
    if (number <= model->calls_base || number - model->calls_base > model->calls->len)
        return NULL;
    return g_ptr_array_index(model->calls, number - model->calls_base - 1);
}

uint32_t model_last_call(const Model *model)
{
    return model->calls_base + model->calls->len;
}

Stream *model_stream(const Model *model, uint32_t number)
{
    return media_tracker_find(model->media, number);
}

#define SUCCESSION_NS (5 * NS_PER_S)    /* a pause between two SSRCs of one sender */
#define CROSSING_NS   (200 * NS_PER_MS) /* and how far they may overlap */

static PayloadKind kind_of(const Stream *stream, const StreamReport *report)
{
    const PayloadFormat *format = report->payload_type_count
                                      ? payload_lookup(stream->payloads, report->payload_types[0])
                                      : NULL;
    return format ? format->kind : PAYLOAD_OTHER;
}

const Stream *model_stream_before(const Model *model, const Stream *stream)
{
    const Stream *before = stream->previous ? model_stream(model, stream->previous) : NULL;
    StreamReport old, new;

    if (!before || before->call != stream->call)
        return NULL;
    stream_report(before, &old);
    stream_report(stream, &new);
    int64_t pause_ns = new.first_ns - old.last_ns;
    if (kind_of(before, &old) != kind_of(stream, &new) || pause_ns < -CROSSING_NS ||
        pause_ns > SUCCESSION_NS)
        return NULL;
    return before;
}

Endpoint model_endpoint(const Model *model, uint32_t id)
{
    if (id >= model->endpoints->len)
        return (Endpoint){ 0 };
    return g_array_index(model->endpoints, EndpointEntry, id).endpoint;
}

uint32_t model_endpoint_id(Model *model, Endpoint endpoint)
{
    uint32_t tag = (uint32_t)endpoint_hash(endpoint);
    uint32_t position = slot_index_start(&model->endpoint_ids, tag);
    uint32_t entry;

    for (; (entry = slot_index_probe(&model->endpoint_ids, tag, &position)); position++)
        if (endpoint_equal(model_endpoint(model, entry - 1), endpoint))
            return entry - 1;
    EndpointEntry fresh = { .endpoint = endpoint };
    g_array_append_val(model->endpoints, fresh);
    slot_index_insert(&model->endpoint_ids, tag, model->endpoints->len);
    return model->endpoints->len - 1;
}

void model_note_copy(Model *model)
{
    model->facts.sip_messages++;
    model->facts.anomalies[ANOMALY_CALL_MIRROR_COPY]++;
}

void model_count_anomalies(Model *model, const AnomalySet *set)
{
    for (unsigned i = 0; i < ANOMALY_COUNT; i++)
        if (anomaly_has(set, i))
            model->facts.anomalies[i]++;
}

static bool has_leg(const Call *call, Slice call_id)
{
    for (const Leg *leg = call->legs; leg; leg = leg->next)
        if (slice_equal(slice_of(leg->call_id, leg->length), call_id))
            return true;
    return false;
}

void model_fetch_leg(const Model *model, uint32_t tag)
{
    slot_index_fetch(&model->by_call_id, tag);
}

void model_fetch_number(const Model *model, uint32_t number)
{
    uint32_t index = number - model->calls_base - 1; /* wraps: then it is no call */

    if (index < model->calls->len)
        cache_fetch(&model->calls->pdata[index], sizeof(gpointer));
}

uint32_t model_expect_call(const Model *model, uint32_t tag)
{
    uint32_t position = slot_index_start(&model->by_call_id, tag);

    return slot_index_probe(&model->by_call_id, tag, &position);
}

Call *model_find_leg(const Model *model, Slice call_id, uint32_t tag)
{
    uint32_t position = slot_index_start(&model->by_call_id, tag);
    uint32_t number;

    for (; (number = slot_index_probe(&model->by_call_id, tag, &position)); position++) {
        Call *call = model_call(model, number);
        if (has_leg(call, call_id))
            return call;
    }
    return NULL;
}

Call *model_find_expected(const Model *model, Slice call_id, uint32_t tag, uint32_t number)
{
    Call *call = model_call(model, number);

    return call && has_leg(call, call_id) ? call : model_find_leg(model, call_id, tag);
}

static void drop_streams(Model *model, const Call *call)
{
    for (unsigned i = 0; call->streams && i < call->streams->len; i++) {
        Stream *stream = model_stream(model, g_array_index(call->streams, uint32_t, i));
        if (!stream)
            continue;
        payload_map_unref(model->payloads, g_steal_pointer(&stream->payloads));
        media_tracker_drop(model->media, stream);
    }
}

static void remove_call(Model *model, guint index)
{
    Call *call = g_ptr_array_index(model->calls, index);

    registrar_forget_call(model, call->number);
    drop_streams(model, call);
    fax_match_drop(model, call);
    msrp_match_drop(model, call);
    free_call(model, call);
    model->calls->pdata[index] = NULL;
    model->calls_kept--;
    model->facts.anomalies[ANOMALY_CALL_TABLE_FULL]++;
}

/* The oldest finished call goes, never a live one; if all live, the table grows past its cap. The
 * search begins where the oldest are and looks at a bounded number of them. */
static void make_room(Model *model)
{
    guint limit = MIN(model->calls->len, 4096);

    if (model->calls_kept < model->limits.calls)
        return;
    for (guint i = 0; i < limit; i++) {
        Call *call = g_ptr_array_index(model->calls, i);
        if (call && call_state_is_final(call_state(call, model->clock_ns, false))) {
            remove_call(model, i);
            break;
        }
    }
    guint gone = 0;
    while (gone < model->calls->len && !g_ptr_array_index(model->calls, gone))
        gone++;
    if (gone >= 1024) {
        g_ptr_array_remove_range(model->calls, 0, gone);
        model->calls_base += gone;
    }
}

Call *model_add_call(Model *model, Slice call_id, uint32_t tag)
{
    make_room(model);
    Call *call = call_new(model, model_last_call(model) + 1);
    Leg *leg = slab_take(&model->slab, leg_size(call_id.len));
    *leg = (Leg){ .length = (uint32_t)call_id.len };
    memcpy(leg->call_id, call_id.data, call_id.len);
    leg->call_id[call_id.len] = '\0';
    call->legs = leg;
    slot_index_insert(&model->by_call_id, tag, call->number);
    g_ptr_array_add(model->calls, call);
    model->calls_kept++;
    return call;
}

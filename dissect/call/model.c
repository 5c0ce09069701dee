#include "dissect/call/call_private.h"
#include "dissect/call/dialog.h"
#include "dissect/call/media_match.h"
#include "dissect/call/registrar.h"
#include "dissect/call/subscriber.h"
#include "dissect/call/tracker_private.h"
#include "dissect/call/transaction.h"

#define STRINGS_MAX 20000

static guint key_hash(gconstpointer key)
{
    return (guint)slice_hash(*(const Slice *)key);
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    return slice_equal(*(const Slice *)a, *(const Slice *)b);
}

static void stream_found(Stream *stream, void *context)
{
    media_match_stream(context, stream);
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
    model->facts.link_types = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    model->calls = g_ptr_array_new();
    model->legs = g_hash_table_new_full(key_hash, key_equal, NULL, g_free);
    model->registrations = g_ptr_array_new_with_free_func((GDestroyNotify)registration_free);
    model->subscriptions = g_ptr_array_new_with_free_func((GDestroyNotify)subscription_free);
    model->payloads = payload_map_table_new();
    model->strings = intern_new(STRINGS_MAX);
    model->endpoints = g_array_new(FALSE, FALSE, sizeof(EndpointEntry));
    MediaEvents events = { .stream_found = stream_found, .context = model };
    model->media = media_tracker_new(&events);
    media_match_new(model);
    registrar_new(model);
    tracker_new(model);
    return model;
}

static void free_call(Model *model, Call *call)
{
    media_match_release(model, call);
    transaction_detach(call);
    dialogs_clear(model, call);
    for (Leg *leg = call->legs; leg;) {
        Leg *next = leg->next;
        g_hash_table_remove(model->legs, &leg->key);
        leg = next;
    }
    call_free(call);
}

void model_free(Model *model)
{
    if (!model)
        return;
    tracker_free(model);
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
    registrar_free(model);
    g_ptr_array_free(model->registrations, TRUE);
    g_ptr_array_free(model->subscriptions, TRUE);
    g_hash_table_destroy(model->legs);
    g_hash_table_destroy(model->facts.link_types);
    g_array_free(model->endpoints, TRUE);
    g_free(model->endpoint_slots);
    payload_map_table_free(model->payloads);
    intern_free(model->strings);
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
    unsigned low = 0, high = media_tracker_count(model->media);

    while (low < high) { /* they stand in order of discovery */
        unsigned middle = low + (high - low) / 2;
        Stream *stream = media_tracker_at(model->media, middle);
        if (stream->number == number)
            return stream;
        if (stream->number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

Endpoint model_endpoint(const Model *model, uint32_t id)
{
    if (id >= model->endpoints->len)
        return (Endpoint){ 0 };
    return g_array_index(model->endpoints, EndpointEntry, id).endpoint;
}

static unsigned slot_for(const Model *model, Endpoint endpoint)
{
    unsigned mask = model->endpoint_slot_count - 1;
    unsigned slot = (unsigned)endpoint_hash(endpoint) & mask;

    while (model->endpoint_slots[slot] &&
           !endpoint_equal(model_endpoint(model, model->endpoint_slots[slot] - 1), endpoint))
        slot = (slot + 1) & mask;
    return slot;
}

static void grow_slots(Model *model)
{
    g_free(model->endpoint_slots);
    model->endpoint_slot_count = model->endpoint_slot_count ? model->endpoint_slot_count * 2 : 256;
    model->endpoint_slots = g_new0(uint32_t, model->endpoint_slot_count);
    for (guint id = 0; id < model->endpoints->len; id++)
        model->endpoint_slots[slot_for(model, model_endpoint(model, id))] = id + 1;
}

uint32_t model_endpoint_id(Model *model, Endpoint endpoint)
{
    if (model->endpoints->len * 2 >= model->endpoint_slot_count)
        grow_slots(model);
    unsigned slot = slot_for(model, endpoint);
    if (model->endpoint_slots[slot] == 0) {
        EndpointEntry entry = { .endpoint = endpoint };
        g_array_append_val(model->endpoints, entry);
        model->endpoint_slots[slot] = model->endpoints->len;
    }
    return model->endpoint_slots[slot] - 1;
}

void model_note_anomalies(Model *model, const AnomalySet *set)
{
    if (!anomaly_any(set))
        return;
    for (unsigned i = 0; i < ANOMALY_COUNT; i++)
        if (anomaly_has(set, i))
            model->facts.anomalies[i]++;
}

Leg *model_find_leg(const Model *model, Slice call_id)
{
    return g_hash_table_lookup(model->legs, &call_id);
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

    tracker_forget_call(model, call);
    registrar_forget_call(model, call->number);
    drop_streams(model, call);
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

Call *model_add_call(Model *model, Slice call_id)
{
    make_room(model);
    Call *call = call_new(model_last_call(model) + 1);
    Leg *leg = g_malloc(sizeof *leg + call_id.len + 1);
    *leg = (Leg){ .call = call, .key = { (const uint8_t *)leg->call_id, call_id.len } };
    memcpy(leg->call_id, call_id.data, call_id.len);
    leg->call_id[call_id.len] = '\0';
    call->legs = leg;
    g_hash_table_insert(model->legs, &leg->key, leg);
    g_ptr_array_add(model->calls, call);
    model->calls_kept++;
    return call;
}

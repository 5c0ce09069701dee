#include "export/save_secrets.h"
#include "dissect/net/flow.h"

static guint hash_key(gconstpointer key)
{
    return (guint)flow_key_hash(*(const FlowKey *)key);
}

static gboolean equal_keys(gconstpointer a, gconstpointer b)
{
    return flow_key_equal(a, b);
}

static bool in_tls(const CallMessage *message)
{
    return message->transport == SIP_OVER_TLS || message->transport == SIP_OVER_WSS;
}

static void add_ways(GHashTable *ways, const Model *model, const Call *call)
{
    for (unsigned i = 0; i < call->message_count; i++) {
        const CallMessage *message = &call->messages[i];
        FlowKey way = { model_endpoint(model, message->source),
                        model_endpoint(model, message->destination) };
        if (in_tls(message) && !g_hash_table_contains(ways, &way))
            g_hash_table_add(ways, g_memdup2(&way, sizeof way));
    }
}

static bool bears(GHashTable *ways, const TlsSession *session)
{
    const FlowKey there = { session->client, session->server };
    const FlowKey back = { session->server, session->client };

    return g_hash_table_contains(ways, &there) || g_hash_table_contains(ways, &back);
}

GString *save_secrets(const Model *model, const uint32_t *calls, unsigned count, bool captured)
{
    g_autoptr(GHashTable) ways = g_hash_table_new_full(hash_key, equal_keys, g_free, NULL);
    GString *lines = g_string_new(NULL);

    for (unsigned i = 0; i < count; i++) {
        const Call *call = model_call(model, calls[i]);
        if (call)
            add_ways(ways, model, call);
    }
    for (unsigned i = 0; i < model->tls->sessions->len; i++) {
        const TlsSession *session = model->tls->sessions->pdata[i];
        if (session->has_random && bears(ways, session))
            keylog_write(model->keys,
                         slice_of(session->client_random, sizeof session->client_random), captured,
                         lines);
    }
    return lines;
}

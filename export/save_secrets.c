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

/* One random after the other, each once. */
static void add_secrets(GHashTable *written, const Model *model, Slice random, bool captured,
                        GString *lines)
{
    GBytes *bytes = g_bytes_new(random.data, random.len);

    if (g_hash_table_add(written, bytes))
        keylog_write(model->keys, random, captured, lines);
}

static Endpoint beside(Endpoint rtp)
{
    return (Endpoint){ rtp.ip, (uint16_t)(rtp.port + 1) };
}

/* Those of DTLS, whose exporter made the keys of the stream, and where RTCP has ports of its own,
 * of its RTCP (RFC 5764 section 4). */
static void add_stream_secrets(GHashTable *written, const Model *model, const Stream *stream,
                               bool captured, GString *lines)
{
    Endpoint source = stream->key.source, destination = stream->key.destination;
    const DtlsHandshake *handshakes[] = {
        dtls_table_find(model->dtls, source, destination),
        dtls_table_find(model->dtls, beside(source), beside(destination)),
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(handshakes); i++) {
        if (!handshakes[i] || !handshakes[i]->client_seen)
            continue;
        const DtlsHello *hello = &handshakes[i]->client_hello;
        add_secrets(written, model, slice_of(hello->random, sizeof hello->random), captured, lines);
    }
}

static void add_media_secrets(GHashTable *written, const Model *model, const Call *call,
                              bool captured, GString *lines)
{
    for (unsigned i = 0; call->streams && i < call->streams->len; i++) {
        const Stream *stream = model_stream(model, g_array_index(call->streams, uint32_t, i));
        if (stream && stream->security == STREAM_SECURITY_DTLS)
            add_stream_secrets(written, model, stream, captured, lines);
    }
}

GString *save_secrets(const Model *model, const uint32_t *calls, unsigned count, bool captured)
{
    g_autoptr(GHashTable) ways = g_hash_table_new_full(hash_key, equal_keys, g_free, NULL);
    g_autoptr(GHashTable) written =
        g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
    GString *lines = g_string_new(NULL);

    for (unsigned i = 0; i < count; i++) {
        const Call *call = model_call(model, calls[i]);
        if (!call)
            continue;
        add_ways(ways, model, call);
        add_media_secrets(written, model, call, captured, lines);
    }
    for (unsigned i = 0; i < model->tls->sessions->len; i++) {
        const TlsSession *session = model->tls->sessions->pdata[i];
        if (session->has_random && bears(ways, session))
            add_secrets(written, model,
                        slice_of(session->client_random, sizeof session->client_random), captured,
                        lines);
    }
    return lines;
}

#include "export/exchange.h"

/* What a request and its responses have in common. */
typedef struct {
    uint32_t client, server, cseq;
    uint32_t method;
} ExchangeKey;

static ExchangeKey key_of(const CallMessage *message)
{
    bool request = message->status == 0;

    return (ExchangeKey){ .client = request ? message->source : message->destination,
                          .server = request ? message->destination : message->source,
                          .cseq = message->cseq,
                          .method = message->method };
}

static guint key_hash(gconstpointer key)
{
    return (guint)hash_bytes(key, sizeof(ExchangeKey), hash_seed());
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(ExchangeKey)) == 0;
}

static void take_request(GArray *exchanges, GHashTable *open, const CallMessage *message,
                         unsigned known)
{
    ExchangeKey key = key_of(message);

    if (message->method == SIP_ACK)
        return;
    if (known && (message->flags & MESSAGE_RETRANSMISSION)) {
        g_array_index(exchanges, Exchange, known - 1).retransmissions++;
        return;
    }
    Exchange exchange = { .request = message };
    g_array_append_val(exchanges, exchange);
    g_hash_table_insert(open, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(exchanges->len));
}

GArray *exchanges_of(const Call *call)
{
    GArray *exchanges = g_array_new(FALSE, FALSE, sizeof(Exchange));
    /* position + 1 of the newest exchange with a key */
    g_autoptr(GHashTable) open = g_hash_table_new_full(key_hash, key_equal, g_free, NULL);

    for (unsigned i = 0; i < call->message_count; i++) {
        const CallMessage *message = &call->messages[i];
        ExchangeKey key = key_of(message);
        unsigned known = GPOINTER_TO_UINT(g_hash_table_lookup(open, &key));

        if (message->status == 0) {
            take_request(exchanges, open, message, known);
        } else if (known && message->status >= 200) {
            Exchange *exchange = &g_array_index(exchanges, Exchange, known - 1);
            if (!exchange->answer)
                exchange->answer = message;
        }
    }
    return exchanges;
}

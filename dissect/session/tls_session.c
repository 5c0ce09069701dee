#include "dissect/session/tls_session.h"

#define SESSIONS_MAX 10000u

static const struct {
    const char *name, *text;
} outcomes[TLS_OUTCOMES] = {
    [TLS_READ] = { "decrypted", "decrypted" },
    [TLS_NO_DATA] = { "no-data", "nothing encrypted came" },
    [TLS_NO_HANDSHAKE] = { "no-handshake", "the capture begins after the handshake" },
    [TLS_NO_KEY] = { "no-key", "no key for the client random" },
    [TLS_NOT_SUPPORTED] = { "not-supported", "version or cipher suite that is not decrypted" },
    [TLS_WRONG_KEY] = { "wrong-key", "the key opens no record" },
    [TLS_LOST] = { "lost-records", "records missing in the capture" },
};

const char *tls_outcome_name(TlsOutcome outcome)
{
    return outcomes[outcome].name;
}

const char *tls_outcome_text(TlsOutcome outcome)
{
    return outcomes[outcome].text;
}

/* RFC 8446 appendix B.2, RFC 5246 section 7.2. */
static const struct {
    uint8_t description;
    const char *name;
} alerts[] = {
    { 0, "close_notify" },
    { 10, "unexpected_message" },
    { 20, "bad_record_mac" },
    { 21, "decryption_failed" },
    { 22, "record_overflow" },
    { 30, "decompression_failure" },
    { 40, "handshake_failure" },
    { 41, "no_certificate" },
    { 42, "bad_certificate" },
    { 43, "unsupported_certificate" },
    { 44, "certificate_revoked" },
    { 45, "certificate_expired" },
    { 46, "certificate_unknown" },
    { 47, "illegal_parameter" },
    { 48, "unknown_ca" },
    { 49, "access_denied" },
    { 50, "decode_error" },
    { 51, "decrypt_error" },
    { 60, "export_restriction" },
    { 70, "protocol_version" },
    { 71, "insufficient_security" },
    { 80, "internal_error" },
    { 86, "inappropriate_fallback" },
    { 90, "user_canceled" },
    { 100, "no_renegotiation" },
    { 109, "missing_extension" },
    { 110, "unsupported_extension" },
    { 111, "certificate_unobtainable" },
    { 112, "unrecognized_name" },
    { 113, "bad_certificate_status_response" },
    { 114, "bad_certificate_hash_value" },
    { 115, "unknown_psk_identity" },
    { 116, "certificate_required" },
    { 120, "no_application_protocol" },
};

const char *tls_alert_name(uint8_t description)
{
    for (size_t i = 0; i < G_N_ELEMENTS(alerts); i++)
        if (alerts[i].description == description)
            return alerts[i].name;
    return NULL;
}

static void clear_session(gpointer data)
{
    TlsSession *session = data;

    g_free(session->server_name);
    g_free(session->alpn);
    tls_certificate_free(session->certificate);
}

TlsSession *tls_session_ref(TlsSession *session)
{
    return g_rc_box_acquire(session);
}

void tls_session_unref(TlsSession *session)
{
    if (session)
        g_rc_box_release_full(session, clear_session);
}

/* The ends in either order are the same connection. */
static guint hash_ends(gconstpointer data)
{
    const TlsSession *session = data;

    return (guint)(endpoint_hash(session->client) ^ endpoint_hash(session->server));
}

static gboolean equal_ends(gconstpointer a, gconstpointer b)
{
    const TlsSession *one = a, *other = b;

    return (endpoint_equal(one->client, other->client) &&
            endpoint_equal(one->server, other->server)) ||
           (endpoint_equal(one->client, other->server) &&
            endpoint_equal(one->server, other->client));
}

TlsSessionTable *tls_session_table_new(void)
{
    TlsSessionTable *table = g_new0(TlsSessionTable, 1);

    table->newest = g_hash_table_new(hash_ends, equal_ends);

    table->sessions = g_ptr_array_new_with_free_func((GDestroyNotify)tls_session_unref);
    return table;
}

void tls_session_table_free(TlsSessionTable *table)
{
    if (!table)
        return;
    g_hash_table_destroy(table->newest);
    g_ptr_array_unref(table->sessions);
    g_free(table);
}

static void index_session(TlsSessionTable *table, TlsSession *session)
{
    session->older = g_hash_table_lookup(table->newest, session);
    g_hash_table_replace(table->newest, session, session);
}

/* The oldest that is over; when all are open, the oldest of all. A tenth at once, so that the
 * array is not moved for every session. */
static void make_room(TlsSessionTable *table)
{
    unsigned kept = 0, to_go = SESSIONS_MAX / 10, open_to_go = 0;
    GPtrArray *sessions = table->sessions;

    g_hash_table_remove_all(table->newest);
    for (unsigned i = 0; i < sessions->len && to_go > 0; i++)
        to_go -= !((TlsSession *)sessions->pdata[i])->open;
    open_to_go = to_go;
    to_go = SESSIONS_MAX / 10 - open_to_go;
    for (unsigned i = 0; i < sessions->len; i++) {
        TlsSession *session = sessions->pdata[i];
        unsigned *quota = session->open ? &open_to_go : &to_go;
        if (*quota == 0) {
            sessions->pdata[kept++] = session;
            continue;
        }
        --*quota;
        table->gone[session->outcome]++;
        tls_session_unref(session);
    }
    sessions->len = kept;
    for (unsigned i = 0; i < kept; i++)
        index_session(table, sessions->pdata[i]);
}

TlsSession *tls_session_add(TlsSessionTable *table, Endpoint client, Endpoint server)
{
    TlsSession *session = g_rc_box_new0(TlsSession);

    if (table->sessions->len >= SESSIONS_MAX)
        make_room(table);
    session->client = client;
    session->server = server;
    session->open = true;
    session->outcome = TLS_NO_DATA;
    g_ptr_array_add(table->sessions, session);
    index_session(table, session);
    table->seen++;
    return tls_session_ref(session);
}

const TlsSession *tls_session_find(const TlsSessionTable *table, Endpoint a, Endpoint b,
                                   int64_t time_ns)
{
    const TlsSession wanted = { .client = a, .server = b };
    const TlsSession *session = g_hash_table_lookup(table->newest, &wanted);

    while (session && session->first_ns > time_ns)
        session = session->older;
    return session;
}

void tls_session_count(const TlsSessionTable *table, uint64_t out[TLS_OUTCOMES])
{
    memcpy(out, table->gone, sizeof table->gone);
    for (unsigned i = 0; i < table->sessions->len; i++)
        out[((const TlsSession *)table->sessions->pdata[i])->outcome]++;
}

/* export/report_tls.c - TLS sessions: who, what was agreed, and whether it could be read. */
#include "dissect/base/clock.h"
#include "dissect/session/tls_cipher.h"
#include "export/reports.h"
#include "export/table.h"

static const TableColumn columns[] = {
    { .name = "client", .title = "Client", .rank = 2 },
    { .name = "server", .title = "Server" },
    { .name = "version", .title = "Version" },
    { .name = "cipher_suite", .title = "Cipher suite", .shrink = 12, .rank = 3 },
    { .name = "server_name", .title = "Server name", .shrink = 12, .rank = 4 },
    { .name = "alpn", .title = "ALPN", .rank = 6 },
    { .name = "certificate_subject", .title = "Certificate", .shrink = 14, .rank = 1 },
    { .name = "certificate_issuer", .title = "Issuer", .shrink = 12, .rank = 8 },
    { .name = "certificate_not_after", .title = "Until", .rank = 7 },
    { .name = "certificate_validity", .title = "Valid", .rank = 2 },
    { .name = "alert", .title = "Alert", .rank = 5 },
    { .name = "outcome", .title = "Outcome" },
    { .name = "decrypted", .title = "Read", .right = true },
    { .name = "undecrypted", .title = "Unread", .right = true },
    { .name = "first_time", .title = "Start" },
    { .name = "last_time" },
    { .name = "resumed" },
    { .name = "client_random" },
};

/* NULL when it is not known; the caller frees it. */
static char *version_text(uint16_t version)
{
    unsigned minor = version & 0xff;

    if (version == 0)
        return NULL;
    if (version >> 8 == TLS_DRAFT_MAJOR)
        return g_strdup_printf("TLS 1.3 draft %u", minor);
    if (version < 0x0300 || version > TLS_1_3)
        return g_strdup_printf("0x%04x", version);
    return minor == 0 ? g_strdup("SSL 3.0") : g_strdup_printf("TLS 1.%u", minor - 1);
}

/* NULL when it is not known; the caller frees it. */
static char *random_text(const TlsSession *session)
{
    GString *text;

    if (!session->has_random)
        return NULL;
    text = g_string_new(NULL);
    for (size_t i = 0; i < sizeof session->client_random; i++)
        g_string_append_printf(text, "%02x", session->client_random[i]);
    return g_string_free(text, FALSE);
}

/* "0x1302" where the registry's name is not known; the caller frees it. */
static char *suite_text(const TlsSession *session)
{
    if (session->suite_name || session->version == 0)
        return g_strdup(session->suite_name);
    return g_strdup_printf("0x%04x", session->suite);
}

static char *alert_text(const TlsAlert *alert)
{
    const char *name = tls_alert_name(alert->description);

    return name ? g_strdup(name) : g_strdup_printf("%u", alert->description);
}

/* The first that is no polite end. */
static char *worst_alert(const TlsSession *session)
{
    for (unsigned i = 0; i < MIN(session->alert_count, TLS_ALERTS_MAX); i++)
        if (session->alerts[i].description != 0)
            return alert_text(&session->alerts[i]);
    return NULL;
}

static int64_t validity_ns(int64_t seconds)
{
    return seconds > 0 && seconds < INT64_MAX / NS_PER_S ? seconds * NS_PER_S : TIME_UNKNOWN;
}

static char *date_text(int64_t seconds)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);

    return time ? g_date_time_format(time, "%Y-%m-%d") : NULL;
}

/* When it was shown; NULL: there was none. */
static const char *validity_text(const TlsSession *session)
{
    if (!session->certificate)
        return NULL;
    return tls_validity_name(tls_certificate_validity(session->certificate, session->first_ns));
}

static void session_row(Table *table, const TlsSession *session)
{
    const TlsCertificate *certificate = session->certificate;
    g_autofree char *suite = suite_text(session), *random = random_text(session);
    g_autofree char *alert = worst_alert(session), *version = version_text(session->version);
    g_autofree char *until = certificate ? date_text(certificate->not_after_s) : NULL;

    table_endpoint(table, session->client);
    table_endpoint(table, session->server);
    table_text(table, version);
    table_text(table, suite);
    table_text(table, session->server_name);
    table_text(table, session->alpn);
    table_text(table, certificate ? certificate->subject : NULL);
    table_text(table, certificate ? certificate->issuer : NULL);
    table_text(table, until);
    table_text(table, validity_text(session));
    table_text(table, alert);
    table_text(table, tls_outcome_name(session->outcome));
    table_uint(table, session->decrypted);
    table_uint(table, session->undecrypted);
    table_time(table, session->first_ns);
    table_time(table, session->last_ns);
    table_text(table, session->resumed ? "yes" : "no");
    table_text(table, random);
    table_end_row(table);
}

static void rows(Table *table, const ReportContext *context)
{
    const GPtrArray *sessions = context->model->tls->sessions;

    for (unsigned i = 0; i < sessions->len; i++)
        session_row(table, sessions->pdata[i]);
}

static const TableSource tls_table = {
    .columns = columns,
    .column_count = G_N_ELEMENTS(columns),
    .empty = "No TLS sessions.",
    .rows = rows,
};

void report_tls_print(const ReportContext *context, FILE *file)
{
    table_print(&tls_table, context, file);
}

static void write_certificate(JsonWriter *json, const TlsSession *session)
{
    const TlsCertificate *certificate = session->certificate;

    if (!certificate) {
        json_null(json, "certificate");
        return;
    }
    json_begin_object(json, "certificate");
    json_string(json, "subject", certificate->subject);
    json_string(json, "issuer", certificate->issuer);
    json_begin_array(json, "names");
    for (char **name = certificate->names; *name; name++)
        json_string(json, NULL, *name);
    json_end_array(json);
    json_time(json, "not_before", validity_ns(certificate->not_before_s));
    json_time(json, "not_after", validity_ns(certificate->not_after_s));
    json_string(json, "validity", validity_text(session));
    json_bool(json, "self_issued", g_strcmp0(certificate->subject, certificate->issuer) == 0);
    if (session->server_name)
        json_bool(json, "is_for_server_name",
                  tls_certificate_is_for(certificate, session->server_name));
    else
        json_null(json, "is_for_server_name");
    json_end_object(json);
}

static void write_alerts(JsonWriter *json, const TlsSession *session)
{
    json_begin_array(json, "alerts");
    for (unsigned i = 0; i < MIN(session->alert_count, TLS_ALERTS_MAX); i++) {
        const TlsAlert *alert = &session->alerts[i];
        g_autofree char *text = alert_text(alert);
        json_begin_object(json, NULL);
        json_string(json, "from", alert->from_client ? "client" : "server");
        json_string(json, "level", alert->level == 2 ? "fatal" : "warning");
        json_string(json, "description", text);
        json_end_object(json);
    }
    json_end_array(json);
}

static void write_session(JsonWriter *json, const TlsSession *session)
{
    g_autofree char *suite = suite_text(session), *random = random_text(session);
    g_autofree char *version = version_text(session->version);
    g_autofree char *offered = version_text(session->version_offered);

    json_endpoint(json, "client", session->client);
    json_endpoint(json, "server", session->server);
    json_time(json, "first_time", session->first_ns);
    json_time(json, "last_time", session->last_ns);
    json_uint(json, "first_frame", session->first_frame);
    json_string(json, "version", version);
    json_string(json, "version_offered", offered);
    json_string(json, "cipher_suite", suite);
    json_string(json, "server_name", session->server_name);
    json_string(json, "alpn", session->alpn);
    write_certificate(json, session);
    write_alerts(json, session);
    json_bool(json, "resumed", session->resumed);
    json_bool(json, "early_data", session->early_data);
    json_uint(json, "handshakes", session->handshakes);
    json_string(json, "outcome", tls_outcome_name(session->outcome));
    json_string(json, "outcome_text", tls_outcome_text(session->outcome));
    json_uint(json, "decrypted", session->decrypted);
    json_uint(json, "undecrypted", session->undecrypted);
    json_string(json, "client_random", random);
}

void report_tls_records(const ReportContext *context, RecordWriter *writer)
{
    const GPtrArray *sessions = context->model->tls->sessions;

    for (unsigned i = 0; i < sessions->len; i++) {
        write_session(record_begin(writer), sessions->pdata[i]);
        record_end(writer);
    }
}

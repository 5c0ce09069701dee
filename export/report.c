#include "export/report.h"
#include "export/reports.h"
#include <errno.h>

#define ROW(report) .print = report_##report##_print, .records = report_##report##_records

static const Report reports[] = {
    { "capture", "sources, packets, drops, anomalies", "capture", "capture", .single = true,
      ROW(capture) },
    { "calls", "one line a call", "calls", "call", ROW(calls) },
    { "streams", "RTP streams with loss and jitter", "streams", "stream", ROW(streams) },
    { "rtp,streams", "the same in the columns of tshark -z rtp,streams", "streams", "stream",
      .on_request = true, ROW(rtp_streams) },
    { "fax", "faxes: pages, identities, loss, why one failed", "faxes", "fax", ROW(fax) },
    { "msrp", "MSRP sessions: chat and files, what was answered", "msrp_sessions", "msrp_session",
      .any = report_msrp_any, ROW(msrp) },
    { "transactions", "exchanges that are no call: OPTIONS, MESSAGE ...", "transactions",
      "transaction", ROW(transactions) },
    { "registrations", "addresses of record and their contacts", "registrations", "registration",
      ROW(registrations) },
    { "subscriptions", "event subscriptions and publications", "subscriptions", "subscription",
      ROW(subscriptions) },
    { "statistics", "methods, status codes, RFC 6076 metrics", "statistics", "statistics",
      .single = true, ROW(statistics) },
    { "endpoints", "who is who: addresses, their roles and why", "endpoints", "endpoint",
      ROW(endpoints) },
    { "security", "attacks and weaknesses, by source", "security", "finding", .on_request = true,
      ROW(security) },
    { "tls", "TLS sessions: versions, certificates, and whether they could be read", "tls_sessions",
      "tls_session", .on_request = true, ROW(tls) },
    { "packets", "RTP packets one by one: delta, jitter, skew, status", "packets", "packet",
      .on_request = true, ROW(packets) },
    { "ladder", "the messages and streams of each call as a diagram", "ladders", "ladder",
      .on_request = true, ROW(ladder) },
    { "sound", "how calls sound: level, silence, clipping, who hears nothing, DTMF", "sound",
      "sound", .on_request = true, ROW(sound) },
};

bool report_format_from(const char *name, ReportFormat *out)
{
    static const char *const names[REPORT_FORMATS] = { "text", "json", "ndjson", "csv" };

    for (unsigned i = 0; i < REPORT_FORMATS; i++) {
        if (g_ascii_strcasecmp(name, names[i]) == 0) {
            *out = (ReportFormat)i;
            return true;
        }
    }
    return false;
}

const Report *report_table(unsigned *count)
{
    *count = G_N_ELEMENTS(reports);
    return reports;
}

const Report *report_find(const char *name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(reports); i++) {
        if (strcmp(reports[i].name, name) == 0)
            return &reports[i];
    }
    return NULL;
}

static void print_all(const ReportContext *context, const Report *const *asked, unsigned count,
                      FILE *file)
{
    for (unsigned i = 0; i < count && !ferror(file); i++) {
        if (i)
            fputs(context->format == REPORT_CSV ? "\r\n" : "\n", file);
        asked[i]->print(context, file);
    }
}

static unsigned whole_document(const ReportContext *context, const Report **out)
{
    unsigned count = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(reports); i++) {
        if (!reports[i].on_request && (!reports[i].any || reports[i].any(context)))
            out[count++] = &reports[i];
    }
    return count;
}

/* Reports that differ as text can be the same as records. */
static bool has_key(const Report *const *kept, unsigned count, const char *key)
{
    for (unsigned i = 0; i < count; i++)
        if (strcmp(kept[i]->key, key) == 0)
            return true;
    return false;
}

static unsigned without_repeats(const Report *const *asked, unsigned count, const Report **out)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < count; i++)
        if (!has_key(out, kept, asked[i]->key))
            out[kept++] = asked[i];
    return kept;
}

static void write_reports(const ReportContext *context, const Report *const *asked, unsigned count,
                          FILE *file)
{
    const Report *document[G_N_ELEMENTS(reports)];
    bool records = context->format == REPORT_JSON || context->format == REPORT_NDJSON;

    if (count == 0) {
        document[0] = report_find("calls");
        count = records ? whole_document(context, document) : 1;
        asked = document;
    } else if (records) {
        count = without_repeats(asked, count, document);
        asked = document;
    }
    if (records)
        record_document(context, asked, count, file);
    else
        print_all(context, asked, count, file);
}

bool report_write(const ReportContext *context, const Report *const *asked, unsigned count,
                  FILE *file, GError **error)
{
    errno = 0;
    write_reports(context, asked, count, file);
    if (fflush(file) == 0 && !ferror(file))
        return true;
    int code = errno ? errno : EIO;
    if (code == EPIPE) /* whoever reads it (head) has seen enough */
        return true;
    g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(code), "writing the report: %s",
                g_strerror(code));
    return false;
}

#include "export/body_fields.h"
#include "dissect/call/identity.h"
#include "dissect/session/msrp.h"
#include "dissect/sip/message.h"

static void add_if(BodyReport *report, const char *name, const char *value)
{
    if (value)
        body_add_text(report, 1, name, value);
}

static void add_issue_time(BodyReport *report, const Passport *passport, int64_t time_ns)
{
    char text[TIME_TEXT_SIZE];

    if (passport->iat_s < 0)
        return;
    body_add_format(report, 1, "issued", "%s%s",
                    time_format_rfc3339(passport->iat_s * NS_PER_S, text, sizeof text),
                    passport_is_fresh(passport, time_ns) ? "" : ", not fresh");
}

static void add_passport(BodyReport *report, Slice value, int64_t time_ns)
{
    Passport passport;
    DissectStatus status = passport_parse(value, &passport);
    bool old = passport.form == PASSPORT_RFC4474;

    body_add(report, 0, old ? "Identity (RFC 4474)" : "PASSporT",
             status == DISSECT_OK ? SLICE_EMPTY : SLICE_LITERAL("malformed"));
    body_add_text(report, 1, "form", passport_form_name(passport.form));
    add_if(report, "algorithm", passport.alg);
    add_if(report, "type", passport.ppt);
    add_if(report, "from", passport.orig);
    add_if(report, "to", passport.dest);
    add_if(report, "diverted by", passport.div);
    add_if(report, "attestation", passport.attest);
    add_if(report, "origination id", passport.origid);
    add_issue_time(report, &passport, time_ns);
    add_if(report, "certificate", passport.x5u);
    body_add_text(report, 1, "signature", "not verified: the certificate is not at hand");
    passport_clear(&passport);
}

static void add_reason(BodyReport *report, Slice value)
{
    CallReason *reason = call_reason_parse(value);

    if (reason) {
        const char *meaning = call_reason_meaning(reason);
        body_add(report, 0, "Reason", SLICE_EMPTY);
        body_add_text(report, 1, "protocol", reason->protocol);
        if (reason->cause >= 0)
            body_add_format(report, 1, "cause", "%d %s", reason->cause, meaning ? meaning : "");
        add_if(report, "text", reason->text);
    }
    call_reason_free(reason);
}

static void add_headers(BodyReport *report, const SipMessage *message, int64_t time_ns)
{
    const SipHeader *h = sip_header(message, SIP_HEADER_IDENTITY);

    for (; h; h = sip_header_next(message, h))
        add_passport(report, h->value, time_ns);
    for (h = sip_header(message, SIP_HEADER_REASON); h; h = sip_header_next(message, h))
        add_reason(report, h->value);
}

BodyReport *message_fields_of(Slice text, int64_t time_ns)
{
    g_autofree SipMessage *message = g_new(SipMessage, 1);
    g_autoptr(BodyReport) report = body_report_new();
    DissectStatus status = sip_parse(text, message);

    if (status != DISSECT_OK && status != DISSECT_TRUNCATED)
        return NULL;
    body_decode(message->content_type, message->body, report);
    add_headers(report, message, time_ns);
    return report->fields->len ? g_steal_pointer(&report) : NULL;
}

/* Bodies alone. */
static BodyReport *body_fields_of(Slice text)
{
    g_autofree SipMessage *message = g_new(SipMessage, 1);
    g_autoptr(BodyReport) report = body_report_new();
    DissectStatus status = sip_parse(text, message);

    if (status != DISSECT_OK || !body_decode(message->content_type, message->body, report))
        return NULL;
    return g_steal_pointer(&report);
}

BodyReport *msrp_fields_of(Slice head, Slice data)
{
    g_autoptr(BodyReport) report = body_report_new();
    MsrpMessage message;

    if (msrp_parse(head, &message) != DISSECT_OK ||
        !body_decode(message.content_type, data, report))
        return NULL;
    return g_steal_pointer(&report);
}

void json_body_report(JsonWriter *json, const char *key, const BodyReport *report)
{
    json_begin_array(json, key);
    for (unsigned i = 0; report && i < report->fields->len; i++) {
        const BodyField *field = &g_array_index(report->fields, BodyField, i);
        json_begin_object(json, NULL);
        json_string(json, "name", field->name);
        json_string(json, "value", field->value);
        json_uint(json, "depth", field->depth);
        json_end_object(json);
    }
    json_end_array(json);
}

void json_body_fields(JsonWriter *json, const char *key, Slice text)
{
    g_autoptr(BodyReport) report = body_fields_of(text);

    json_body_report(json, key, report);
}

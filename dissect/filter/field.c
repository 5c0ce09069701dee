#include "dissect/filter/field_msrp.h"
#include "dissect/filter/field_search.h"
#include "dissect/filter/field_structure.h"
#include "dissect/filter/filter.h"
#include "dissect/filter/nearest.h"
#include "dissect/media/stream.h"
#include <math.h>

#define FIELD(name) static FIELD_FUNCTION(name)

/* Until @give is content: each message, each stream with its report. */
static bool each_message(const Search *search, const Call *call,
                         bool (*give)(const Search *, const CallMessage *))
{
    for (unsigned i = 0; i < call->message_count; i++) {
        if (give(search, &call->messages[i]))
            return true;
    }
    return false;
}

static bool each_stream(const Search *search, const Call *call,
                        bool (*give)(const Search *, const Stream *))
{
    for (unsigned i = 0; call->streams && i < call->streams->len; i++) {
        uint32_t number = g_array_index(call->streams, uint32_t, i);
        const Stream *stream = model_stream(search->model, number);
        if (stream && give(search, stream))
            return true;
    }
    return false;
}

static bool give_party(const Search *search, const CallAddress *party)
{
    return give_text(search, party->uri) || give_text(search, party->user) ||
           give_text(search, party->display_name);
}

/* A record that is no call has no state to speak of. */
FIELD(call_state_values)
{
    return call->is_call &&
           give_text(&SEARCH, call_state_name(call_state(call, model->clock_ns, model->ended)));
}

static const char *call_state_choice(unsigned index)
{
    return index < CALL_STATES ? call_state_name((CallState)index) : NULL;
}

static const char *ended_by_choice(unsigned index)
{
    return ended_by_name((EndedBy)(index + ENDED_BY_CALLER));
}

FIELD(from_values)
{
    return give_party(&SEARCH, &call->from);
}

FIELD(to_values)
{
    return give_party(&SEARCH, &call->to);
}

FIELD(call_id_values)
{
    for (const Leg *leg = call->legs; leg; leg = leg->next) {
        if (give_text(&SEARCH, leg->call_id))
            return true;
    }
    return false;
}

FIELD(number_values)
{
    return give_number(&SEARCH, call->number);
}

FIELD(request_uri_values)
{
    return give_text(&SEARCH, call->request_uri);
}

FIELD(transport_values)
{
    return give_text(&SEARCH, sip_transport_name(call->transport));
}

FIELD(pdd_values)
{
    return give_seconds(&SEARCH, call_post_dial_delay(call));
}

FIELD(setup_values)
{
    return give_seconds(&SEARCH, call_setup_time(call));
}

FIELD(talk_values)
{
    return give_seconds(&SEARCH, call_talk_time(call));
}

FIELD(duration_values)
{
    return give_seconds(&SEARCH, call_duration(call, model->clock_ns, model->ended));
}

FIELD(ended_by_values)
{
    return give_text(&SEARCH, ended_by_name(call->ended_by));
}

FIELD(final_status_values)
{
    return call->final_status && give_number(&SEARCH, call->final_status);
}

FIELD(messages_values)
{
    return give_number(&SEARCH, (double)call->messages_seen);
}

FIELD(retransmissions_values)
{
    return give_number(&SEARCH, call->retransmissions);
}

FIELD(anomaly_values)
{
    for (unsigned i = 0; i < ANOMALY_COUNT; i++) {
        if (anomaly_has(&call->extras->anomalies, (Anomaly)i) &&
            give_text(&SEARCH, anomaly_name((Anomaly)i)))
            return true;
    }
    return false;
}

static bool give_method(const Search *search, const CallMessage *message)
{
    bool named = message->method != SIP_OTHER || !message->phrase;

    if (message->status)
        return false;
    return give_text(search, named ? sip_method_name((SipMethod)message->method) : message->phrase);
}

FIELD(method_values)
{
    return each_message(&SEARCH, call, give_method);
}

static bool give_status(const Search *search, const CallMessage *message)
{
    return message->status && give_number(search, message->status);
}

FIELD(status_values)
{
    return each_message(&SEARCH, call, give_status);
}

static bool give_message_source(const Search *search, const CallMessage *message)
{
    return give_address(search, model_endpoint(search->model, message->source).ip);
}

static bool give_message_destination(const Search *search, const CallMessage *message)
{
    return give_address(search, model_endpoint(search->model, message->destination).ip);
}

static bool give_stream_source(const Search *search, const Stream *stream)
{
    return give_address(search, stream->key.source.ip);
}

static bool give_stream_destination(const Search *search, const Stream *stream)
{
    return give_address(search, stream->key.destination.ip);
}

FIELD(source_values)
{
    return each_message(&SEARCH, call, give_message_source) ||
           each_stream(&SEARCH, call, give_stream_source) ||
           msrp_source_values(model, call, visit, context);
}

FIELD(destination_values)
{
    return each_message(&SEARCH, call, give_message_destination) ||
           each_stream(&SEARCH, call, give_stream_destination) ||
           msrp_destination_values(model, call, visit, context);
}

FIELD(address_values)
{
    return source_values(model, call, visit, context) ||
           destination_values(model, call, visit, context);
}

static bool give_message_ports(const Search *search, const CallMessage *message)
{
    return give_number(search, model_endpoint(search->model, message->source).port) ||
           give_number(search, model_endpoint(search->model, message->destination).port);
}

static bool give_udp_ports(const Search *search, const CallMessage *message)
{
    return message->transport == SIP_OVER_UDP && give_message_ports(search, message);
}

static bool is_over_tcp(unsigned transport)
{
    return transport == SIP_OVER_TCP || transport == SIP_OVER_TLS || transport == SIP_OVER_WS ||
           transport == SIP_OVER_WSS;
}

static bool give_tcp_ports(const Search *search, const CallMessage *message)
{
    return is_over_tcp(message->transport) && give_message_ports(search, message);
}

static bool give_stream_ports(const Search *search, const Stream *stream)
{
    return give_number(search, stream->key.source.port) ||
           give_number(search, stream->key.destination.port);
}

FIELD(port_values)
{
    return each_message(&SEARCH, call, give_message_ports) ||
           each_stream(&SEARCH, call, give_stream_ports) ||
           msrp_ports_values(model, call, visit, context);
}

FIELD(udp_port_values)
{
    return each_message(&SEARCH, call, give_udp_ports) ||
           each_stream(&SEARCH, call, give_stream_ports);
}

FIELD(tcp_port_values)
{
    return each_message(&SEARCH, call, give_tcp_ports) ||
           msrp_ports_values(model, call, visit, context);
}

static bool give_ssrc(const Search *search, const Stream *stream)
{
    return give_number(search, stream->key.ssrc);
}

FIELD(ssrc_values)
{
    return each_stream(&SEARCH, call, give_ssrc);
}

static bool give_codec(const Search *search, const Stream *stream)
{
    StreamReport report;
    stream_report(stream, &report);
    return give_text(search, report.codec);
}

FIELD(codec_values)
{
    return each_stream(&SEARCH, call, give_codec);
}

static bool give_payload_types(const Search *search, const Stream *stream)
{
    StreamReport report;

    stream_report(stream, &report);
    for (unsigned i = 0; i < report.payload_type_count; i++) {
        if (give_number(search, report.payload_types[i]))
            return true;
    }
    return false;
}

FIELD(payload_type_values)
{
    return each_stream(&SEARCH, call, give_payload_types);
}

static bool give_loss(const Search *search, const Stream *stream)
{
    StreamReport report;
    stream_report(stream, &report);
    return give_number(search, report.lost_percent);
}

FIELD(loss_values)
{
    return each_stream(&SEARCH, call, give_loss);
}

static bool give_jitter(const Search *search, const Stream *stream)
{
    StreamReport report;
    stream_report(stream, &report);
    return give_number(search, report.jitter_mean_ms);
}

FIELD(jitter_values)
{
    return each_stream(&SEARCH, call, give_jitter);
}

static bool give_packets(const Search *search, const Stream *stream)
{
    StreamReport report;
    stream_report(stream, &report);
    return give_number(search, (double)report.packets);
}

FIELD(packets_values)
{
    return each_stream(&SEARCH, call, give_packets);
}

static bool each_fax(const Search *search, const Call *call,
                     bool (*give)(const Search *, const FaxSession *))
{
    for (unsigned i = 0; call->extras->faxes && i < call->extras->faxes->len; i++) {
        uint32_t number = g_array_index(call->extras->faxes, uint32_t, i);
        const FaxSession *session = fax_tracker_session(search->model->faxes, number);
        if (session && give(search, session))
            return true;
    }
    return false;
}

static bool give_fax_result(const Search *search, const FaxSession *session)
{
    const Model *model = search->model;
    const Call *call = model_call(model, session->call);
    bool over = model->ended ||
                (call && call_state_is_final(call_state(call, model->clock_ns, model->ended)));

    return give_text(search, fax_result_name(fax_session_result(session, over, NULL)));
}

FIELD(fax_result_values)
{
    return each_fax(&SEARCH, call, give_fax_result);
}

static const char *fax_result_choice(unsigned index)
{
    return index < FAX_RESULTS ? fax_result_name((FaxResult)index) : NULL;
}

static bool give_fax_pages(const Search *search, const FaxSession *session)
{
    return give_number(search, fax_session_pages_ok(session));
}

FIELD(fax_pages_values)
{
    return each_fax(&SEARCH, call, give_fax_pages);
}

static bool give_fax_lost(const Search *search, const FaxSession *session)
{
    return give_number(search, (double)session->lost);
}

FIELD(fax_lost_values)
{
    return each_fax(&SEARCH, call, give_fax_lost);
}

/* --- TLS --- */

/* Of the messages that came in it: mostly one and the same. */
static bool each_tls(const Search *search, const Call *call,
                     bool (*give)(const Search *, const TlsSession *))
{
    const TlsSession *last = NULL;

    for (unsigned i = 0; i < call->message_count; i++) {
        const CallMessage *message = &call->messages[i];
        if (message->transport != SIP_OVER_TLS && message->transport != SIP_OVER_WSS)
            continue;
        const TlsSession *session =
            tls_session_find(search->model->tls, model_endpoint(search->model, message->source),
                             model_endpoint(search->model, message->destination), message->time_ns);
        if (session && session != last && give(search, session))
            return true;
        last = session;
    }
    return false;
}

static bool give_tls_version(const Search *search, const TlsSession *session)
{
    return session->version && give_number(search, session->version);
}

FIELD(tls_version_values)
{
    return each_tls(&SEARCH, call, give_tls_version);
}

static bool give_tls_suite(const Search *search, const TlsSession *session)
{
    return session->version && give_number(search, session->suite);
}

FIELD(tls_suite_values)
{
    return each_tls(&SEARCH, call, give_tls_suite);
}

static bool give_tls_server_name(const Search *search, const TlsSession *session)
{
    return give_text(search, session->server_name);
}

FIELD(tls_server_name_values)
{
    return each_tls(&SEARCH, call, give_tls_server_name);
}

static bool give_tls_alerts(const Search *search, const TlsSession *session)
{
    for (unsigned i = 0; i < MIN(session->alert_count, TLS_ALERTS_MAX); i++)
        if (give_number(search, session->alerts[i].description))
            return true;
    return false;
}

FIELD(tls_alert_values)
{
    return each_tls(&SEARCH, call, give_tls_alerts);
}

static bool give_tls_certificate(const Search *search, const TlsSession *session)
{
    const TlsCertificate *certificate = session->certificate;

    if (!certificate)
        return false;
    for (char **name = certificate->names; *name; name++)
        if (give_text(search, *name))
            return true;
    return give_text(search, certificate->subject) || give_text(search, certificate->issuer);
}

FIELD(tls_certificate_values)
{
    return each_tls(&SEARCH, call, give_tls_certificate);
}

static bool give_tls_validity(const Search *search, const TlsSession *session)
{
    return session->certificate && give_text(search, tls_validity_name(tls_certificate_validity(
                                                         session->certificate, session->first_ns)));
}

FIELD(tls_validity_values)
{
    return each_tls(&SEARCH, call, give_tls_validity);
}

static const char *tls_validity_choice(unsigned index)
{
    return index < TLS_VALIDITIES ? tls_validity_name((TlsValidity)index) : NULL;
}

static bool give_tls_outcome(const Search *search, const TlsSession *session)
{
    return give_text(search, tls_outcome_name(session->outcome));
}

FIELD(tls_outcome_values)
{
    return each_tls(&SEARCH, call, give_tls_outcome);
}

static const char *tls_outcome_choice(unsigned index)
{
    return index < TLS_OUTCOMES ? tls_outcome_name((TlsOutcome)index) : NULL;
}

static const Field fields[] = {
#define FILTER_FIELD(name, type, unit, meaning, values, choice) { name, type, values, choice },
#include "dissect/filter/field.def"
#undef FILTER_FIELD
};

static const FilterField descriptions[] = {
#define FILTER_FIELD(name, type, unit, meaning, values, choice) { name, unit, meaning },
#include "dissect/filter/field.def"
#undef FILTER_FIELD
};

const FilterField *filter_fields(unsigned *count)
{
    *count = G_N_ELEMENTS(descriptions);
    return descriptions;
}

const Field *field_find(Slice name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (slice_equal_nocase(name, slice_from_string(fields[i].name)))
            return &fields[i];
    }
    return NULL;
}

static const char *field_name(unsigned index)
{
    return index < G_N_ELEMENTS(fields) ? fields[index].name : NULL;
}

const Field *field_nearest(Slice name)
{
    const char *nearest = nearest_text(name, field_name);
    return nearest ? field_find(slice_from_string(nearest)) : NULL;
}

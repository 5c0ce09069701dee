#include "ui/tui/call_columns.h"
#include "dissect/call/confidence.h"
#include "dissect/call/fork.h"
#include "dissect/call/relation.h"
#include "dissect/call/transfer.h"
#include "export/stream_quality.h"
#include "ui/tui/quality_text.h"
#include <math.h>
#include <string.h>

void call_facts_init(CallFacts *facts, const Model *model, const Call *call, GHashTable *names)
{
    uint64_t most_packets = 0;

    *facts = (CallFacts){ .model = model, .call = call, .names = names, .jitter_ms = NAN };
    facts->state = call_state(call, model->clock_ns, model->ended);
    for (unsigned i = 0; call->streams && i < call->streams->len; i++) {
        const Stream *stream = model_stream(model, g_array_index(call->streams, uint32_t, i));
        StreamReport report;
        if (!stream)
            continue;
        stream_report(stream, &report);
        facts->expected += report.expected;
        facts->lost += report.lost;
        facts->doubtful |= capture_confidence(model, stream, &report).level == CONFIDENCE_LOW;
        facts->jitter_ms = fmax(facts->jitter_ms, report.jitter_mean_ms);
        if (report.codec && report.packets > most_packets) {
            facts->codec = report.codec;
            most_packets = report.packets;
        }
    }
}

static void format_duration(int64_t duration_ns, GString *out)
{
    char text[TIME_TEXT_SIZE];
    if (duration_ns != TIME_UNKNOWN)
        g_string_append(out, duration_format(duration_ns, text, sizeof text));
}

static void index_format(const CallFacts *facts, GString *out)
{
    g_string_append_printf(out, "%u", facts->call->number);
}

static SortKey index_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_number(facts->call->number);
}

static void time_format(const CallFacts *facts, GString *out)
{
    char text[TIME_TEXT_SIZE];
    g_string_append(out, time_format_of_day(facts->call->first_ns, 3, text, sizeof text));
}

static SortKey time_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_number(facts->call->first_ns);
}

static void date_format(const CallFacts *facts, GString *out)
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_local(facts->call->first_ns / NS_PER_S);
    g_autofree char *text = date ? g_date_time_format(date, "%Y-%m-%d") : NULL;
    g_string_append(out, text ? text : "");
}

static const char *method_of(const Call *call)
{
    if (call->method == SIP_OTHER && call->message_count && call->messages[0].phrase)
        return call->messages[0].phrase;
    return sip_method_name(call->method);
}

static void method_format(const CallFacts *facts, GString *out)
{
    g_string_append(out, method_of(facts->call));
}

static SortKey method_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_text(method_of(facts->call));
}

/* A person is told by the user part; without one the host has to do. */
static const char *person(const CallAddress *address)
{
    if (address->user && *address->user)
        return address->user;
    return address->host;
}

static void from_format(const CallFacts *facts, GString *out)
{
    const char *text = person(&facts->call->from);
    g_string_append(out, text ? text : "");
}

static SortKey from_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_text(person(&facts->call->from));
}

static void to_format(const CallFacts *facts, GString *out)
{
    const char *text = person(&facts->call->to);
    g_string_append(out, text ? text : "");
}

static SortKey to_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_text(person(&facts->call->to));
}

static void from_uri_format(const CallFacts *facts, GString *out)
{
    g_string_append(out, facts->call->from.uri ? facts->call->from.uri : "");
}

static SortKey from_uri_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_text(facts->call->from.uri);
}

static void to_uri_format(const CallFacts *facts, GString *out)
{
    g_string_append(out, facts->call->to.uri ? facts->call->to.uri : "");
}

static SortKey to_uri_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_text(facts->call->to.uri);
}

static void endpoint_cell(const CallFacts *facts, uint32_t id, GString *out)
{
    Endpoint endpoint = model_endpoint(facts->model, id);
    char text[ENDPOINT_TEXT_SIZE];
    const char *name =
        facts->names ? g_hash_table_lookup(facts->names, ip_format(endpoint.ip, text, sizeof text))
                     : NULL;
    if (name)
        g_string_append_printf(out, "%s:%u", name, endpoint.port);
    else
        g_string_append(out, endpoint_format(endpoint, text, sizeof text));
}

/* Sorts as endpoint_compare() does. */
static SortKey endpoint_key(const CallFacts *facts, uint32_t id, GString *scratch)
{
    Endpoint endpoint = model_endpoint(facts->model, id);
    g_string_printf(scratch, "%d%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x%04x",
                    !ip_is_v4(endpoint.ip), endpoint.ip.high, endpoint.ip.low, endpoint.port);
    return sort_key_text(scratch->str);
}

static void source_format(const CallFacts *facts, GString *out)
{
    endpoint_cell(facts, facts->call->source, out);
}

static SortKey source_key(const CallFacts *facts, GString *scratch)
{
    return endpoint_key(facts, facts->call->source, scratch);
}

static void destination_format(const CallFacts *facts, GString *out)
{
    endpoint_cell(facts, facts->call->destination, out);
}

static SortKey destination_key(const CallFacts *facts, GString *scratch)
{
    return endpoint_key(facts, facts->call->destination, scratch);
}

static void state_format(const CallFacts *facts, GString *out)
{
    g_string_append(out, call_state_name(facts->state));
}

static SortKey state_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_number(facts->state);
}

static unsigned state_style(const CallFacts *facts)
{
    return call_state_style(facts->state);
}

unsigned call_state_style(CallState state)
{
    static const Style styles[CALL_STATES] = {
        [CALL_CALLING] = STYLE_PROVISIONAL, [CALL_PROCEEDING] = STYLE_PROVISIONAL,
        [CALL_RINGING] = STYLE_PROVISIONAL, [CALL_IN_CALL] = STYLE_SUCCESS,
        [CALL_COMPLETED] = STYLE_NORMAL,    [CALL_CANCELLED] = STYLE_WARNING,
        [CALL_BUSY] = STYLE_WARNING,        [CALL_REJECTED] = STYLE_FAILURE,
        [CALL_REDIRECTED] = STYLE_REDIRECT, [CALL_UNAUTHORIZED] = STYLE_WARNING,
        [CALL_FAILED] = STYLE_FAILURE,      [CALL_TIMED_OUT] = STYLE_FAILURE,
        [CALL_INCOMPLETE] = STYLE_DIM,
    };
    return styles[state];
}

static void status_format(const CallFacts *facts, GString *out)
{
    if (facts->call->final_status)
        g_string_append_printf(out, "%u", facts->call->final_status);
}

static SortKey status_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_number(facts->call->final_status ? facts->call->final_status : TIME_UNKNOWN);
}

static void messages_format(const CallFacts *facts, GString *out)
{
    g_string_append_printf(out, "%" G_GUINT64_FORMAT, facts->call->messages_seen);
}

static SortKey messages_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_number((int64_t)facts->call->messages_seen);
}

static void retransmissions_format(const CallFacts *facts, GString *out)
{
    if (facts->call->retransmissions)
        g_string_append_printf(out, "%u", facts->call->retransmissions);
}

static SortKey retransmissions_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_number(facts->call->retransmissions);
}

static unsigned retransmissions_style(const CallFacts *facts)
{
    (void)facts;
    return STYLE_WARNING;
}

static void pdd_format(const CallFacts *facts, GString *out)
{
    format_duration(call_post_dial_delay(facts->call), out);
}

static SortKey pdd_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_number(call_post_dial_delay(facts->call));
}

static int64_t duration_of(const CallFacts *facts)
{
    return call_duration(facts->call, facts->model->clock_ns, facts->model->ended);
}

static void duration_column_format(const CallFacts *facts, GString *out)
{
    format_duration(duration_of(facts), out);
}

static SortKey duration_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_number(duration_of(facts));
}

static void talk_format(const CallFacts *facts, GString *out)
{
    format_duration(call_talk_time(facts->call), out);
}

static SortKey talk_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_number(call_talk_time(facts->call));
}

static void codec_format(const CallFacts *facts, GString *out)
{
    g_string_append(out, facts->codec ? facts->codec : "");
}

static SortKey codec_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_text(facts->codec);
}

static double loss_percent(const CallFacts *facts)
{
    return facts->expected ? 100.0 * (double)facts->lost / (double)facts->expected : NAN;
}

static void loss_format(const CallFacts *facts, GString *out)
{
    if (facts->expected)
        g_string_append_printf(out, "%.1f%%%s", loss_percent(facts), facts->doubtful ? "?" : "");
}

static SortKey loss_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_real(loss_percent(facts));
}

static unsigned loss_style(const CallFacts *facts)
{
    double percent = loss_percent(facts);
    if (isnan(percent) || facts->lost == 0)
        return STYLE_NORMAL;
    return percent < 1.0 ? STYLE_WARNING : STYLE_ERROR;
}

static void jitter_format(const CallFacts *facts, GString *out)
{
    if (!isnan(facts->jitter_ms))
        g_string_append_printf(out, "%.1fms", facts->jitter_ms);
}

static SortKey jitter_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_real(facts->jitter_ms);
}

static void transport_format(const CallFacts *facts, GString *out)
{
    g_string_append(out, sip_transport_name(facts->call->transport));
}

static SortKey transport_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_text(sip_transport_name(facts->call->transport));
}

static void call_id_format(const CallFacts *facts, GString *out)
{
    g_string_append(out, facts->call->legs->call_id);
}

static SortKey call_id_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_text(facts->call->legs->call_id);
}

static void related_format(const CallFacts *facts, GString *out)
{
    const Call *call = facts->call;
    for (unsigned i = 0; i < call_relation_count(call); i++) {
        const CallRelation *r = call_relation(call, i);
        g_string_append_printf(out, "%s%u %s", i ? ", " : "", r->call,
                               relation_reason_name(r->reason));
    }
}

static SortKey related_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_number(call_relation_count(facts->call));
}

/* "3 parallel, 1 answered" */
static void forks_format(const CallFacts *facts, GString *out)
{
    const Call *call = facts->call;
    unsigned count = call_branch_count(call), answered = 0;
    const char *kind = fork_kind_name(call_fork_kind(call));

    if (count < 2)
        return;
    for (unsigned i = 0; i < count; i++)
        answered += call_branch_state(call, call_branch(call, i)) == BRANCH_ANSWERED;
    g_string_append_printf(out, "%u%s%s", count, kind ? " " : "", kind ? kind : "");
    if (answered > 1)
        g_string_append_printf(out, ", %u answered", answered);
}

static SortKey forks_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_number(call_branch_count(facts->call));
}

static bool is_leg(RelationReason reason)
{
    return reason == RELATION_SESSION_ID || reason == RELATION_HEADER ||
           reason == RELATION_CHARGING || reason == RELATION_HOP || reason == RELATION_MEDIA ||
           reason == RELATION_RELAY;
}

/* Itself, its own Call-IDs, and those of the same call through a B2BUA. */
static unsigned count_legs(const Call *call)
{
    unsigned legs = 0;

    for (const Leg *leg = call->legs; leg; leg = leg->next)
        legs++;
    for (unsigned i = 0; i < call_relation_count(call); i++)
        legs += is_leg(call_relation(call, i)->reason);
    return legs;
}

static void legs_format(const CallFacts *facts, GString *out)
{
    unsigned legs = count_legs(facts->call);

    if (legs > 1)
        g_string_append_printf(out, "%u", legs);
}

static SortKey legs_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_number(count_legs(facts->call));
}

/* "blind failed" of the newest that it asked for; "target" of what a transfer made. */
static void transfer_format(const CallFacts *facts, GString *out)
{
    const Call *call = facts->call;
    unsigned count = call_transfer_count(call);

    if (count > 0) {
        const CallTransfer *transfer = call_transfer(call, count - 1);
        g_string_append_printf(out, "%s %s", transfer->attended ? "attended" : "blind",
                               transfer_result_name(transfer_result(transfer)));
        return;
    }
    for (unsigned i = 0; i < call_relation_count(call); i++) {
        RelationReason reason = call_relation(call, i)->reason;
        if (reason == RELATION_TRANSFER || reason == RELATION_REPLACES) {
            g_string_append(out, "target");
            return;
        }
    }
}

static SortKey transfer_key(const CallFacts *facts, GString *scratch)
{
    g_string_truncate(scratch, 0);
    transfer_format(facts, scratch);
    return scratch->len ? sort_key_text(scratch->str) : sort_key_text(NULL);
}

/* Worked out only when it is asked for: most of the time calls are sorted by something else. */
static CallQuality quality_of(const CallFacts *facts)
{
    return call_quality(facts->model, facts->call);
}

static void mos_format(const CallFacts *facts, GString *out)
{
    CallQuality quality = quality_of(facts);
    quality_append_mos(out, quality.mos_lq, quality.scale);
}

static SortKey mos_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_real(quality_of(facts).mos_lq);
}

static unsigned mos_column_style(const CallFacts *facts)
{
    return quality_style(quality_of(facts).share);
}

static void worst_format(const CallFacts *facts, GString *out)
{
    CallQuality quality = quality_of(facts);
    quality_append_mos(out, quality.worst.mos_lq, quality.worst.scale);
}

static SortKey worst_key(const CallFacts *facts, GString *scratch)
{
    (void)scratch;
    return sort_key_real(quality_of(facts).worst.mos_lq);
}

static unsigned worst_style(const CallFacts *facts)
{
    return quality_style(quality_of(facts).worst.share);
}

static const CallColumn columns[] = {
    { { "index", "#", "number of the call, in order of arrival", 4, 7, 100, true },
      index_format,
      index_key,
      NULL },
    { { "time", "Time", "first message, time of day", 12, 12, 60, false },
      time_format,
      time_key,
      NULL },
    { { "method", "Method", "the request it began with", 8, 9, 45, false },
      method_format,
      method_key,
      NULL },
    { { "from", "From", "user of the From header", 10, 24, 95, false },
      from_format,
      from_key,
      NULL },
    { { "to", "To", "user of the To header", 10, 24, 95, false }, to_format, to_key, NULL },
    { { "source", "Source", "address the first request came from", 15, 21, 30, false },
      source_format,
      source_key,
      NULL },
    { { "destination", "Destination", "address the first request went to", 15, 21, 30, false },
      destination_format,
      destination_key,
      NULL },
    { { "state", "State", "how far the call came, or how it ended", 12, 12, 90, false },
      state_format,
      state_key,
      state_style },
    { { "messages", "Msgs", "SIP messages, retransmissions included", 4, 5, 50, true },
      messages_format,
      messages_key,
      NULL },
    { { "pdd", "PDD", "post-dial delay: INVITE to the first ringing", 7, 7, 40, true },
      pdd_format,
      pdd_key,
      NULL },
    { { "duration", "Duration", "first message to the last", 8, 9, 55, true },
      duration_column_format,
      duration_key,
      NULL },
    { { "codec", "Codec", "of the RTP stream with most packets", 7, 8, 54, false },
      codec_format,
      codec_key,
      NULL },
    { { "loss", "Loss", "RTP packets lost, of all streams", 6, 6, 70, true },
      loss_format,
      loss_key,
      loss_style },
    { { "jitter", "Jitter", "largest mean jitter of its streams", 7, 7, 35, true },
      jitter_format,
      jitter_key,
      NULL },
    { { "mos", "MOS", "MOS-LQ of its worst stream, and the scale", 7, 7, 75, true },
      mos_format,
      mos_key,
      mos_column_style },
    { { "worst", "Worst", "MOS-LQ of its worst eight seconds", 7, 7, 38, true },
      worst_format,
      worst_key,
      worst_style },
    { { "date", "Date", "day of the first message", 10, 10, 20, false },
      date_format,
      time_key,
      NULL },
    { { "from-uri", "From URI", "whole URI of the From header", 16, 40, 25, false },
      from_uri_format,
      from_uri_key,
      NULL },
    { { "to-uri", "To URI", "whole URI of the To header", 16, 40, 25, false },
      to_uri_format,
      to_uri_key,
      NULL },
    { { "status", "Code", "final status code", 4, 4, 50, true }, status_format, status_key, NULL },
    { { "retransmissions", "Retr", "messages sent again", 4, 4, 20, true },
      retransmissions_format,
      retransmissions_key,
      retransmissions_style },
    { { "talk", "Talk", "answer to BYE", 8, 9, 40, true }, talk_format, talk_key, NULL },
    { { "transport", "Proto", "what carries SIP", 5, 5, 20, false },
      transport_format,
      transport_key,
      NULL },
    { { "call-id", "Call-ID", "Call-ID of the first leg", 16, 40, 25, false },
      call_id_format,
      call_id_key,
      NULL },
    { { "related", "Related", "other legs and transfers, and why", 7, 12, 15, false },
      related_format,
      related_key,
      NULL },
    { { "legs", "Legs", "Call-IDs of the same call, joined through a B2BUA", 4, 4, 18, true },
      legs_format,
      legs_key,
      NULL },
    { { "forks", "Forks", "branches of a forked INVITE", 5, 22, 17, false },
      forks_format,
      forks_key,
      NULL },
    { { "transfer", "Transfer", "the newest transfer and how it went", 8, 18, 16, false },
      transfer_format,
      transfer_key,
      NULL },
};

const CallColumn *call_column(unsigned column)
{
    return &columns[column];
}

static const ColumnHead *head_of(unsigned column)
{
    return &columns[column].head;
}

const ColumnSet call_column_set = {
    .setting = "calls.columns",
    .usual = "index,time,method,from,to,source,destination,state,messages,pdd,duration,codec,loss,"
             "jitter,mos,worst",
    .count = G_N_ELEMENTS(columns),
    .head = head_of,
};

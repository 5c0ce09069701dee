#include "export/ladder.h"
#include "dissect/call/confidence.h"
#include "dissect/media/stream.h"
#include "dissect/session/hep.h"
#include "export/escape.h"
#include "export/icmp.h"
#include "export/msrp_label.h"
#include "export/stream_content.h"
#include <math.h>

#define TEXT_IN_LABEL_MAX 60 /* bytes of what was typed */

typedef struct {
    const Model *model;
    const LadderOptions *options;
    Ladder *ladder;
    GHashTable *column_of; /* Endpoint* -> column + 1; owns its keys */
} Builder;

static void clear_row(gpointer row)
{
    g_free(((LadderRow *)row)->label);
}

static void clear_column(gpointer column)
{
    g_free(((LadderColumn *)column)->name);
}

static void collect_messages(Builder *builder, const Call *call)
{
    for (unsigned i = 0; i < call->message_count; i++) {
        LadderRow row = { .kind = LADDER_MESSAGE,
                          .time_ns = call->messages[i].time_ns,
                          .call = call->number,
                          .index = i };
        g_array_append_val(builder->ladder->rows, row);
    }
}

static void collect_streams(Builder *builder, const Call *call)
{
    for (unsigned i = 0; call->streams && i < call->streams->len; i++) {
        uint32_t number = g_array_index(call->streams, uint32_t, i);
        const Stream *stream = model_stream(builder->model, number);
        StreamReport report;

        if (!stream)
            continue;
        stream_report(stream, &report);
        LadderRow row = { .kind = LADDER_STREAM,
                          .time_ns = report.first_ns,
                          .end_ns = report.last_ns,
                          .call = call->number,
                          .index = number };
        g_array_append_val(builder->ladder->rows, row);
    }
}

static void add_fax_row(Builder *builder, const FaxSession *session, LadderRow row)
{
    row.call = session->call;
    row.index = session->number;
    g_array_append_val(builder->ladder->rows, row);
}

static void collect_fax(Builder *builder, const FaxSession *session)
{
    for (unsigned side = 0; side < FAX_SIDES; side++) {
        if (!fax_tracker_stream(builder->model->faxes, session->number, side))
            continue;
        add_fax_row(builder, session,
                    (LadderRow){ .kind = LADDER_T38,
                                 .time_ns = session->first_ns,
                                 .end_ns = session->last_ns,
                                 .item = side });
    }
    for (unsigned i = 0; i < session->events->len; i++) {
        const FaxEvent *event = &g_array_index(session->events, FaxEvent, i);
        add_fax_row(builder, session,
                    (LadderRow){ .kind = LADDER_FAX,
                                 .time_ns = event->time_ns,
                                 .end_ns = event->end_ns,
                                 .item = i });
    }
}

static void collect_faxes(Builder *builder, const Call *call)
{
    for (unsigned i = 0; call->extras->faxes && i < call->extras->faxes->len; i++) {
        const FaxSession *session = fax_tracker_session(
            builder->model->faxes, g_array_index(call->extras->faxes, uint32_t, i));
        if (session)
            collect_fax(builder, session);
    }
}

static void collect_reports(Builder *builder, const Call *call)
{
    for (unsigned i = 0; call->extras->reports && i < call->extras->reports->len; i++) {
        const CallReport *report = &g_array_index(call->extras->reports, CallReport, i);
        if (!report->note) /* RTCP, which the streams tell */
            continue;
        LadderRow row = {
            .kind = LADDER_REPORT, .time_ns = report->time_ns, .call = call->number, .index = i
        };
        g_array_append_val(builder->ladder->rows, row);
    }
}

static void collect_icmp(Builder *builder, const Call *call)
{
    for (unsigned i = 0; call->extras->icmp && i < call->extras->icmp->len; i++) {
        const CallIcmp *icmp = &g_array_index(call->extras->icmp, CallIcmp, i);
        LadderRow row = { .kind = LADDER_ICMP,
                          .time_ns = icmp->first_ns,
                          .end_ns = icmp->last_ns,
                          .call = call->number,
                          .index = i };
        g_array_append_val(builder->ladder->rows, row);
    }
}

static void collect_msrp(Builder *builder, const Call *call)
{
    for (unsigned i = 0; call->extras->msrp && i < call->extras->msrp->len; i++) {
        uint32_t number = g_array_index(call->extras->msrp, uint32_t, i);
        const MsrpSession *session = msrp_tracker_session(builder->model->msrp, number);
        for (unsigned j = 0; session && j < session->events->len; j++) {
            const MsrpEvent *event = msrp_event(session, j);
            LadderRow row = { .kind = LADDER_MSRP,
                              .time_ns = event->first_ns,
                              .end_ns = event->last_ns,
                              .call = call->number,
                              .index = number,
                              .item = j };
            g_array_append_val(builder->ladder->rows, row);
        }
    }
}

static gint compare_rows(gconstpointer a, gconstpointer b)
{
    const LadderRow *row_a = a, *row_b = b;
    return (row_a->time_ns > row_b->time_ns) - (row_a->time_ns < row_b->time_ns);
}

static char *column_name(const Builder *builder, Endpoint endpoint)
{
    char ip[ADDRESS_TEXT_SIZE], text[ENDPOINT_TEXT_SIZE];
    const char *name = NULL;

    ip_format(endpoint.ip, ip, sizeof ip);
    if (builder->options->names)
        name = g_hash_table_lookup(builder->options->names, ip);
    if (!name)
        return g_strdup(endpoint_format(endpoint, text, sizeof text));
    g_autofree char *escaped = escape_line(name, true);
    return endpoint.port ? g_strdup_printf("%s:%u", escaped, endpoint.port) : g_strdup(escaped);
}

static unsigned column_for(Builder *builder, Endpoint endpoint)
{
    if (builder->options->fold_ports)
        endpoint.port = 0;
    unsigned known = GPOINTER_TO_UINT(g_hash_table_lookup(builder->column_of, &endpoint));
    if (known)
        return known - 1;
    LadderColumn column = { endpoint, column_name(builder, endpoint) };
    g_array_append_val(builder->ladder->columns, column);
    unsigned index = builder->ladder->columns->len - 1;
    g_hash_table_insert(builder->column_of, g_memdup2(&endpoint, sizeof endpoint),
                        GUINT_TO_POINTER(index + 1));
    return index;
}

/* "(PCMA, IAM 49301->49891)"; what somebody wrote stands without brackets. */
static void append_contents(GString *label, const CallMessage *message, const char *note)
{
    bool quoted = note && note[0] == '"';
    bool codecs = message->codecs && (message->codecs[0] || !note);

    if (codecs || (note && !quoted)) {
        g_autofree char *text =
            g_strconcat(codecs ? message->codecs : "", codecs && note && !quoted ? ", " : "",
                        note && !quoted ? note : "", NULL);
        g_autofree char *escaped = escape_line(text, true);
        g_string_append_printf(label, " (%s)", escaped);
    }
    if (quoted) {
        g_autofree char *escaped = escape_line(note, true);
        g_string_append_printf(label, " %s", escaped);
    }
}

static char *message_label(const CallMessage *message, const char *note)
{
    const char *text = message->phrase;
    GString *label = g_string_new(NULL);

    if (message->status) {
        g_string_printf(label, "%u", message->status);
        if (!text || text[0] == '\0')
            text = sip_status_phrase(message->status);
        if (text)
            g_string_append_c(label, ' ');
    } else if (message->method != SIP_OTHER || !text) {
        g_string_append(label, sip_method_name((SipMethod)message->method));
        if (text)
            g_string_append_c(label, ' ');
    }
    g_autofree char *escaped = escape_line(text ? text : "", true);
    g_string_append(label, escaped);
    append_contents(label, message, note);
    return g_string_free(label, FALSE);
}

static void append_content(GString *label, const Stream *stream)
{
    g_autoptr(GArray) digits = stream_digits(stream);
    g_autofree char *dtmf = digits_text(digits);
    g_autofree char *text = stream_text(stream, TEXT_IN_LABEL_MAX);

    if (dtmf)
        g_string_append_printf(label, " DTMF %s", dtmf);
    if (text) {
        g_autofree char *escaped = escape_line(text, true);
        g_string_append_printf(label, " \"%s\"", escaped);
    }
}

static void append_video(GString *label, const Stream *stream, uint32_t clock_hz)
{
    VideoReport video;

    if (!stream->content || !stream->content->video)
        return;
    video_report(stream->content->video, clock_hz, &video);
    if (video.width)
        g_string_append_printf(label, " %ux%u", video.width, video.height);
    if (!isnan(video.frames_per_s))
        g_string_append_printf(label, " %.0f fps", video.frames_per_s);
    if (video.freezes)
        g_string_append_printf(label, " %" G_GUINT64_FORMAT " freezes", video.freezes);
}

static char *stream_label(const Stream *stream, const StreamReport *report, bool doubtful)
{
    g_autofree char *codec = escape_line(report->codec ? report->codec : "?", true);
    GString *label = g_string_new(NULL);

    g_string_printf(label, "RTP %s %" G_GUINT64_FORMAT " pkts", codec, report->packets);
    if (stream->transport != FLOW_OVER_UDP)
        g_string_append_printf(label, " over %s", flow_transport_name(stream->transport));
    if (!isnan(report->lost_percent))
        g_string_append_printf(label, " %.1f%%%s", report->lost_percent, doubtful ? "?" : "");
    if (!isnan(report->jitter_mean_ms))
        g_string_append_printf(label, " %.1f ms", report->jitter_mean_ms);
    append_content(label, stream);
    append_video(label, stream, report->clock_hz);
    return g_string_free(label, FALSE);
}

/* A column of the host, the first from the left or from the right; false when it has none. */
static bool find_host(const Builder *builder, IpAddress host, bool leftmost, unsigned *out)
{
    const GArray *columns = builder->ladder->columns;

    for (unsigned i = 0; i < columns->len; i++) {
        unsigned at = leftmost ? i : columns->len - 1 - i;
        if (ip_equal(g_array_index(columns, LadderColumn, at).endpoint.ip, host)) {
            *out = at;
            return true;
        }
    }
    return false;
}

/* The port from which a connection was opened tells nothing: the host's column will do, unless the
 * @peer lives there too. */
static unsigned message_column(Builder *builder, const CallMessage *message, Endpoint endpoint,
                               Endpoint peer)
{
    unsigned column;

    if (message->transport != SIP_OVER_UDP && !ip_equal(endpoint.ip, peer.ip) &&
        find_host(builder, endpoint.ip, true, &column))
        return column;
    return column_for(builder, endpoint);
}

static void fill_message(Builder *builder, LadderRow *row)
{
    const Call *call = model_call(builder->model, row->call);
    const CallMessage *message = &call->messages[row->index];
    Endpoint source = model_endpoint(builder->model, message->source);
    Endpoint destination = model_endpoint(builder->model, message->destination);

    row->from = message_column(builder, message, source, destination);
    row->to = message_column(builder, message, destination, source);
    row->label = message_label(message, call_message_note(call, row->index));
    row->is_request = message->status == 0;
    row->retransmission = message->flags & MESSAGE_RETRANSMISSION;
    row->in_dialog = message->flags & MESSAGE_IN_DIALOG;
    row->anomaly = message->flags & MESSAGE_ANOMALY;
    row->status = message->status;
    row->method = message->method;
    row->cseq = message->cseq;
}

/* Several parties may share a host: the caller is then its leftmost column, the callee its
 * rightmost. */
static unsigned media_column(Builder *builder, Endpoint endpoint, bool leftmost)
{
    unsigned column;

    return find_host(builder, endpoint.ip, leftmost, &column) ? column
                                                              : column_for(builder, endpoint);
}

static void fill_stream(Builder *builder, LadderRow *row)
{
    const Stream *stream = model_stream(builder->model, row->index);
    StreamReport report;

    stream_report(stream, &report);
    row->from = media_column(builder, stream->key.source, stream->from_caller);
    row->to = media_column(builder, stream->key.destination, !stream->from_caller);
    bool doubtful = capture_confidence(builder->model, stream, &report).level == CONFIDENCE_LOW;
    row->label = stream_label(stream, &report, doubtful);
}

static void place_fax(Builder *builder, LadderRow *row, const FaxSession *session, unsigned side)
{
    bool from_caller = session->from_caller[side];

    row->from = media_column(builder, session->ends[side], from_caller);
    row->to = media_column(builder, session->targets[side], !from_caller);
}

static void fill_t38(Builder *builder, LadderRow *row)
{
    const FaxTracker *faxes = builder->model->faxes;
    const FaxStream *stream = fax_tracker_stream(faxes, row->index, row->item);
    const UdptlCounts *counts = udptl_receiver_counts(stream->receiver);

    place_fax(builder, row, stream->session, row->item);
    row->label = g_strdup_printf("T.38 %" G_GUINT64_FORMAT " pkts, %" G_GUINT64_FORMAT
                                 " lost, %" G_GUINT64_FORMAT " repaired",
                                 counts->packets, counts->lost, counts->copies + counts->parities);
}

static void fill_fax(Builder *builder, LadderRow *row)
{
    const FaxSession *session = fax_tracker_session(builder->model->faxes, row->index);
    const FaxEvent *event = &g_array_index(session->events, FaxEvent, row->item);
    g_autofree char *label = fax_event_label(event);

    place_fax(builder, row, session, event->side);
    row->label = escape_line(label, true);
    row->anomaly = event->bad;
}

static void fill_report(Builder *builder, LadderRow *row)
{
    const Call *call = model_call(builder->model, row->call);
    const CallReport *report = &g_array_index(call->extras->reports, CallReport, row->index);
    const char *name = hep_type_name(report->type);
    g_autofree char *note = escape_line(report->note, true);

    row->from = media_column(builder, model_endpoint(builder->model, report->source), true);
    row->to = media_column(builder, model_endpoint(builder->model, report->destination), false);
    row->label =
        name ? g_strdup_printf("%s of agent %u: %s", name, report->agent, note)
             : g_strdup_printf("type %u of agent %u: %s", report->type, report->agent, note);
}

/* From who says it to who sent the packet: a router seen nowhere else has a column of its own. */
static void fill_icmp(Builder *builder, LadderRow *row)
{
    const Call *call = model_call(builder->model, row->call);
    const CallIcmp *icmp = &g_array_index(call->extras->icmp, CallIcmp, row->index);

    row->from = media_column(builder, (Endpoint){ icmp->origin, 0 }, true);
    row->to = media_column(builder, icmp->error.source, true);
    row->label = icmp_label(icmp);
    row->anomaly = true;
}

static void fill_msrp(Builder *builder, LadderRow *row)
{
    const MsrpSession *session = msrp_tracker_session(builder->model->msrp, row->index);
    const MsrpEvent *event = msrp_event(session, row->item);
    unsigned side = event->side;

    row->from = media_column(builder, session->ends[side], session->from_caller[side]);
    row->to = media_column(builder, session->ends[!side], !session->from_caller[side]);
    row->label = msrp_event_label(builder->model, session, event);
    row->is_request = event->is_request;
    row->status = event->status;
    row->anomaly = event->anomaly;
}

/* In the order in which their columns are chosen. */
static const struct {
    const char *name;
    bool stream;
    void (*fill)(Builder *builder, LadderRow *row);
} kinds[LADDER_ROW_KINDS] = {
    [LADDER_MESSAGE] = { "message", false, fill_message },
    [LADDER_STREAM] = { "stream", true, fill_stream },
    [LADDER_T38] = { "t38", true, fill_t38 },
    [LADDER_FAX] = { "fax", false, fill_fax },
    [LADDER_REPORT] = { "report", false, fill_report },
    [LADDER_ICMP] = { "icmp", false, fill_icmp },
    [LADDER_MSRP] = { "msrp", false, fill_msrp },
};

const char *ladder_kind_name(LadderRowKind kind)
{
    return kinds[kind].name;
}

bool ladder_kind_is_stream(LadderRowKind kind)
{
    return kinds[kind].stream;
}

static void fill_rows(Builder *builder)
{
    for (unsigned kind = 0; kind < LADDER_ROW_KINDS; kind++) {
        for (unsigned i = 0; i < builder->ladder->rows->len; i++) {
            LadderRow *row = &g_array_index(builder->ladder->rows, LadderRow, i);
            if (row->kind == kind)
                kinds[kind].fill(builder, row);
        }
    }
}

static Ladder *ladder_empty(void)
{
    Ladder *ladder = g_new0(Ladder, 1);

    ladder->columns = g_array_new(FALSE, FALSE, sizeof(LadderColumn));
    g_array_set_clear_func(ladder->columns, clear_column);
    ladder->rows = g_array_new(FALSE, FALSE, sizeof(LadderRow));
    g_array_set_clear_func(ladder->rows, clear_row);
    return ladder;
}

Ladder *ladder_new(const Model *model, const uint32_t *calls, unsigned call_count,
                   const LadderOptions *options)
{
    Builder builder = { .model = model, .options = options, .ladder = ladder_empty() };

    for (unsigned i = 0; i < call_count; i++) {
        const Call *call = model_call(model, calls[i]);
        if (!call)
            continue;
        collect_messages(&builder, call);
        if (!options->streams)
            continue;
        collect_streams(&builder, call);
        collect_faxes(&builder, call);
        collect_reports(&builder, call);
        collect_icmp(&builder, call);
        collect_msrp(&builder, call);
    }
    g_array_sort(builder.ladder->rows, compare_rows);
    builder.column_of = g_hash_table_new_full(endpoint_ptr_hash, endpoint_ptr_equal, g_free, NULL);
    fill_rows(&builder);
    g_hash_table_unref(builder.column_of);
    return builder.ladder;
}

void ladder_free(Ladder *ladder)
{
    if (!ladder)
        return;
    g_array_unref(ladder->columns);
    g_array_unref(ladder->rows);
    g_free(ladder);
}

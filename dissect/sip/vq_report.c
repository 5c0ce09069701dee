/* dissect/sip/vq_report.c - see vq_report.h */
#include "dissect/sip/vq_report.h"
#include "dissect/sip/text.h"
#include <math.h>

#define UNAVAILABLE 127 /* RFC 3611 4.7.4: of levels and R factors */
#define DIGITS_MAX  12

typedef enum { FIELD_TEXT, FIELD_NUMBER, FIELD_OR_127 } FieldKind;

typedef struct {
    Slice line, key;
    size_t offset;
    FieldKind kind;
} MetricField;

#define FIELD(line, key, member, kind)                                                             \
    {                                                                                              \
        SLICE_LITERAL(line), SLICE_LITERAL(key), offsetof(VqMetrics, member), kind                 \
    }
#define NUMBER(line, key, member) FIELD(line, key, member, FIELD_NUMBER)
#define TEXT(line, key, member)   FIELD(line, key, member, FIELD_TEXT)
#define OR_127(line, key, member) FIELD(line, key, member, FIELD_OR_127)

static const MetricField metric_fields[] = {
    TEXT("Timestamps", "START", start),
    TEXT("Timestamps", "STOP", stop),
    NUMBER("SessionDesc", "PT", payload_type),
    TEXT("SessionDesc", "PD", codec),
    NUMBER("SessionDesc", "SR", sample_hz),
    NUMBER("SessionDesc", "FD", frame_ms),
    NUMBER("SessionDesc", "FO", frame_octets),
    NUMBER("SessionDesc", "FPP", frames_per_packet),
    NUMBER("SessionDesc", "PPS", packets_per_s),
    TEXT("SessionDesc", "FMTP", fmtp),
    NUMBER("SessionDesc", "PLC", concealment),
    TEXT("SessionDesc", "SSUP", silence_suppression),
    NUMBER("JitterBuffer", "JBA", adaptation),
    NUMBER("JitterBuffer", "JBR", adjustment_rate),
    NUMBER("JitterBuffer", "JBN", buffer_nominal_ms),
    NUMBER("JitterBuffer", "JBM", buffer_maximum_ms),
    NUMBER("JitterBuffer", "JBX", buffer_limit_ms),
    NUMBER("PacketLoss", "NLR", loss_percent),
    NUMBER("PacketLoss", "JDR", discard_percent),
    NUMBER("BurstGapLoss", "BLD", burst_loss_percent),
    NUMBER("BurstGapLoss", "BD", burst_ms),
    NUMBER("BurstGapLoss", "GLD", gap_loss_percent),
    NUMBER("BurstGapLoss", "GD", gap_ms),
    NUMBER("BurstGapLoss", "GMIN", gmin),
    NUMBER("Delay", "RTD", round_trip_ms),
    NUMBER("Delay", "ESD", end_system_ms),
    NUMBER("Delay", "OWD", one_way_ms),
    NUMBER("Delay", "SOWD", symmetric_one_way_ms),
    NUMBER("Delay", "IAJ", jitter_ms),
    NUMBER("Delay", "MAJ", absolute_jitter_ms),
    OR_127("Signal", "SL", signal_dbm0),
    OR_127("Signal", "NL", noise_dbm0),
    OR_127("Signal", "RERL", rerl_db),
    OR_127("QualityEst", "RLQ", r_lq),
    TEXT("QualityEst", "RLQEstAlg", r_lq_algorithm),
    OR_127("QualityEst", "RCQ", r_cq),
    TEXT("QualityEst", "RCQEstAlg", r_cq_algorithm),
    OR_127("QualityEst", "EXTRI", external_r_in),
    TEXT("QualityEst", "ExtRIEstAlg", external_r_in_algorithm),
    OR_127("QualityEst", "EXTRO", external_r_out),
    TEXT("QualityEst", "ExtROEstAlg", external_r_out_algorithm),
    OR_127("QualityEst", "MOSLQ", mos_lq),
    TEXT("QualityEst", "MOSLQEstAlg", mos_lq_algorithm),
    OR_127("QualityEst", "MOSCQ", mos_cq),
    TEXT("QualityEst", "MOSCQEstAlg", mos_cq_algorithm),
    TEXT("QualityEst", "QoEEstAlg", qoe_algorithm),
};

typedef struct {
    Slice line;
    size_t offset; /* of a Slice in VqReport */
} TextLineField;

static const TextLineField text_lines[] = {
    { SLICE_LITERAL("CallID"), offsetof(VqReport, call_id) },
    { SLICE_LITERAL("LocalID"), offsetof(VqReport, local_id) },
    { SLICE_LITERAL("RemoteID"), offsetof(VqReport, remote_id) },
    { SLICE_LITERAL("OrigID"), offsetof(VqReport, original_id) },
    { SLICE_LITERAL("LocalGroup"), offsetof(VqReport, local_group) },
    { SLICE_LITERAL("RemoteGroup"), offsetof(VqReport, remote_group) },
    { SLICE_LITERAL("LocalMAC"), offsetof(VqReport, local_mac) },
    { SLICE_LITERAL("RemoteMAC"), offsetof(VqReport, remote_mac) },
};

typedef struct {
    VqReport *report;
    VqMetrics *metrics; /* of the section that is being read */
} Parser;

const char *vq_report_kind_name(VqReportKind kind)
{
    static const char *const names[] = { "session", "session-end", "interval", "alert" };
    return (unsigned)kind < G_N_ELEMENTS(names) ? names[kind] : "session";
}

static bool is(Slice name, const char *text)
{
    return slice_equal_nocase(name, slice_from_string(text));
}

/* The number @text begins with; NAN when there is none. */
static double read_number(Slice text)
{
    bool negative = text_first(text) == '-';
    double value = 0;
    double unit = 1;
    unsigned digits = 0;

    for (size_t i = negative; i < text.len && digits < DIGITS_MAX; i++) {
        if (text.data[i] == '.' && unit == 1) {
            unit = 0.1;
        } else if (!text_is_digit(text.data[i])) {
            break;
        } else if (unit == 1) {
            value = value * 10 + (text.data[i] - '0');
            digits++;
        } else {
            value += unit * (text.data[i] - '0');
            unit /= 10;
            digits++;
        }
    }
    if (digits == 0)
        return NAN;
    return negative ? -value : value;
}

/* Cuts "KEY=value", quoted when it has white space in it; false at the end. */
static bool next_pair(Slice *line, Slice *key, Slice *value)
{
    while ((*line = slice_trim(*line)).len > 0) {
        size_t length = 0;
        while (length < line->len && line->data[length] != '=' &&
               !text_is_space(line->data[length]))
            length++;
        *key = slice_sub(*line, 0, length);
        *line = slice_from(*line, length);
        if (text_first(*line) != '=')
            continue;
        *line = slice_from(*line, 1);
        if (text_first(*line) == '"') {
            *line = slice_from(*line, 1);
            length = text_closing_quote(*line);
            *value = slice_sub(*line, 0, length);
            *line = slice_from(*line, length + 1);
        } else {
            *value = text_cut_word(line);
        }
        return true;
    }
    return false;
}

static void store_field(VqMetrics *metrics, const MetricField *field, Slice value)
{
    char *member = (char *)metrics + field->offset;

    if (field->kind == FIELD_TEXT) {
        *(Slice *)(void *)member = value;
        return;
    }
    double number = read_number(value);
    if (field->kind == FIELD_OR_127 && number == UNAVAILABLE)
        number = NAN;
    *(double *)(void *)member = number;
}

/* False when no field is on a line of this name. */
static bool read_metrics(Parser *parser, Slice name, Slice line)
{
    Slice key;
    Slice value;
    bool known = false;

    for (size_t i = 0; !known && i < G_N_ELEMENTS(metric_fields); i++)
        known = slice_equal_nocase(metric_fields[i].line, name);
    while (known && next_pair(&line, &key, &value))
        for (size_t i = 0; i < G_N_ELEMENTS(metric_fields); i++)
            if (slice_equal_nocase(metric_fields[i].key, key) &&
                slice_equal_nocase(metric_fields[i].line, name))
                store_field(parser->metrics, &metric_fields[i], value);
    parser->metrics->present |= known;
    return known;
}

static bool read_text(Parser *parser, Slice name, Slice line)
{
    for (size_t i = 0; i < G_N_ELEMENTS(text_lines); i++) {
        if (!slice_equal_nocase(text_lines[i].line, name))
            continue;
        *(Slice *)(void *)((char *)parser->report + text_lines[i].offset) = line;
        return true;
    }
    return false;
}

/* "0x1a2b" or, as some phones have it, decimal. */
static bool read_ssrc(Slice text, uint32_t *out)
{
    unsigned base = slice_starts_with_nocase(text, SLICE_LITERAL("0x")) ? 16 : 10;
    uint64_t value = 0;
    size_t i = base == 16 ? 2 : 0;

    if (i == text.len)
        return false;
    for (; i < text.len; i++) {
        int digit = g_ascii_xdigit_value((char)text.data[i]);
        if (digit < 0 || (unsigned)digit >= base)
            return false;
        value = value * base + (unsigned)digit;
        if (value > UINT32_MAX)
            return false;
    }
    *out = (uint32_t)value;
    return true;
}

static void read_address(Slice line, VqAddress *address)
{
    Slice key;
    Slice value;

    while (next_pair(&line, &key, &value)) {
        if (is(key, "IP"))
            address->ip = value;
        else if (is(key, "PORT"))
            address->port = read_number(value);
        else if (is(key, "SSRC"))
            address->has_ssrc = read_ssrc(value, &address->ssrc);
    }
}

/* DialogID: Call-ID;to-tag=a;from-tag=b */
static void read_dialog(VqReport *report, Slice line)
{
    report->dialog_call_id = slice_trim(slice_split(&line, ';'));
    while (line.len > 0) {
        Slice value = slice_split(&line, ';');
        Slice name = slice_trim(slice_split(&value, '='));
        if (is(name, "to-tag"))
            report->dialog_to_tag = slice_trim(value);
        else if (is(name, "from-tag"))
            report->dialog_from_tag = slice_trim(value);
    }
}

static void read_line(Parser *parser, Slice line)
{
    Slice name = slice_trim(slice_split(&line, ':'));

    line = slice_trim(line);
    if (is(name, "LocalMetrics"))
        parser->metrics = &parser->report->local;
    else if (is(name, "RemoteMetrics"))
        parser->metrics = &parser->report->remote;
    else if (is(name, "LocalAddr"))
        read_address(line, &parser->report->local_address);
    else if (is(name, "RemoteAddr"))
        read_address(line, &parser->report->remote_address);
    else if (is(name, "DialogID"))
        read_dialog(parser->report, line);
    else if (!read_text(parser, name, line) && !read_metrics(parser, name, line))
        parser->report->unknown_lines++;
}

static bool read_first_line(VqReport *report, Slice line)
{
    Slice name = slice_trim(slice_split(&line, ':'));
    Slice key;
    Slice value;

    if (is(name, "VQSessionReport"))
        report->kind = is(slice_trim(line), "CallTerm") ? VQ_SESSION_TERM : VQ_SESSION;
    else if (is(name, "VQIntervalReport"))
        report->kind = VQ_INTERVAL;
    else if (is(name, "VQAlertReport"))
        report->kind = VQ_ALERT;
    else
        return false;
    while (report->kind == VQ_ALERT && next_pair(&line, &key, &value)) {
        if (is(key, "Type"))
            report->alert_type = value;
        else if (is(key, "Severity"))
            report->alert_severity = value;
        else if (is(key, "Dir"))
            report->alert_direction = value;
    }
    return true;
}

static void clear_numbers(VqMetrics *metrics)
{
    for (size_t i = 0; i < G_N_ELEMENTS(metric_fields); i++)
        if (metric_fields[i].kind != FIELD_TEXT)
            store_field(metrics, &metric_fields[i], SLICE_EMPTY);
}

DissectStatus vq_report_parse(Slice body, VqReport *out)
{
    VqReport report = { .local_address.port = NAN, .remote_address.port = NAN };
    Parser parser = { &report, &report.local };

    if (!read_first_line(&report, slice_trim(slice_split(&body, '\n'))))
        return DISSECT_NOT_MINE;
    clear_numbers(&report.local);
    clear_numbers(&report.remote);
    while (body.len > 0) {
        Slice line = slice_trim(slice_split(&body, '\n'));
        if (line.len > 0)
            read_line(&parser, line);
    }
    *out = report;
    return DISSECT_OK;
}

Slice vq_report_call_id(const VqReport *report)
{
    return report->dialog_call_id.len ? report->dialog_call_id : report->call_id;
}

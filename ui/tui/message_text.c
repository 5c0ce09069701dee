#include "ui/tui/message_text.h"
#include "dissect/sip/message.h"
#include "export/body_fields.h"
#include "export/escape.h"
#include "export/save.h"
#include "export/tunnel_path.h"
#include "ui/tui/msrp_text.h"
#include "ui/tui/tui.h"
#include <string.h>

#define TAB_CELLS    "    "
#define FIELD_INDENT 2

bool message_ref_equal(MessageRef a, MessageRef b)
{
    return a.call == b.call && a.index == b.index && a.msrp == b.msrp;
}

bool message_lookup(const Ui *ui, MessageRef ref, CallMessage *out, char **ret_way)
{
    char from[ENDPOINT_TEXT_SIZE], to[ENDPOINT_TEXT_SIZE];
    const Model *model = ui_lock(ui);
    const Call *call = model_call(model, ref.call);
    bool found = call && ref.index < call->message_count;

    if (found) {
        *out = call->messages[ref.index];
        endpoint_format(model_endpoint(model, out->source), from, sizeof from);
        endpoint_format(model_endpoint(model, out->destination), to, sizeof to);
        GString *way = g_string_new(NULL);
        g_string_printf(way, "%s -> %s", from, to);
        tunnel_path_append(way, model->tunnels, call_message_tunnel(call, ref.index));
        *ret_way = g_string_free(way, FALSE);
    }
    ui_unlock(ui);
    return found;
}

bool message_place(const Ui *ui, MessageRef ref, int64_t *ret_time_ns, char **ret_way)
{
    CallMessage message;

    if (ref.msrp)
        return msrp_place(ui, ref, ret_time_ns, ret_way);
    if (!message_lookup(ui, ref, &message, ret_way))
        return false;
    *ret_time_ns = message.time_ns;
    return true;
}

unsigned message_style(unsigned status)
{
    static const Style of_class[] = { STYLE_REQUEST, STYLE_PROVISIONAL, STYLE_SUCCESS,
                                      STYLE_REDIRECT };
    return status < 400 ? of_class[status / 100] : STYLE_FAILURE;
}

/* "Digest ..." and whatever else proves who somebody is. */
static bool is_secret(Slice name)
{
    return slice_equal_nocase(name, SLICE_LITERAL("Authorization")) ||
           slice_equal_nocase(name, SLICE_LITERAL("Proxy-Authorization"));
}

static Slice without_secret(Slice value)
{
    Slice trimmed = slice_trim(value);
    return slice_sub(trimmed, 0, slice_find(trimmed, ' '));
}

typedef struct {
    const Ui *ui;
    TextPane *pane;
    unsigned start_style;
    bool in_body, hide_secrets, hiding;
    unsigned lines;
} Painter;

/* Safe for one row of cells: a tab would leave it. */
static char *safe_text(Slice text)
{
    g_autoptr(GString) escaped = g_string_new(NULL);
    escape_terminal(escaped, text, term_utf8());
    g_auto(GStrv) parts = g_strsplit(escaped->str, "\t", -1);
    return g_strjoinv(TAB_CELLS, parts);
}

static void add_line(const Painter *painter, Slice lead, unsigned lead_style, Slice rest)
{
    g_autofree char *lead_text = safe_text(lead);
    g_autofree char *rest_text = safe_text(rest);
    char *text = g_strconcat(lead_text, rest_text, NULL);
    text_pane_add(painter->pane,
                  (TextLine){ text, (unsigned)strlen(lead_text), lead_style, STYLE_NORMAL });
}

static void paint_header(Painter *painter, Slice line)
{
    size_t colon = slice_find(line, ':');
    bool folded = line.data[0] == ' ' || line.data[0] == '\t';

    if (folded && painter->hiding)
        return;
    painter->hiding = false;
    if (folded || colon == line.len) {
        add_line(painter, SLICE_EMPTY, STYLE_FIELD, line);
        return;
    }
    Slice value = slice_from(line, colon + 1);
    Slice lead = slice_sub(line, 0, colon + 1);
    if (!painter->hide_secrets || !is_secret(slice_trim(slice_sub(line, 0, colon)))) {
        add_line(painter, lead, STYLE_FIELD, value);
        return;
    }
    painter->hiding = true;
    g_autofree char *scheme = slice_dup(without_secret(value));
    g_autofree char *shown =
        g_strdup_printf(" %s (hidden; credentials.show = yes shows it)", scheme);
    add_line(painter, lead, STYLE_FIELD, slice_from_string(shown));
}

static void paint_line(Painter *painter, Slice line)
{
    bool first = painter->lines++ == 0;

    if (first)
        add_line(painter, line, painter->start_style, SLICE_EMPTY);
    else if (line.len == 0) {
        painter->in_body = true;
        add_line(painter, SLICE_EMPTY, STYLE_NORMAL, SLICE_EMPTY);
    } else if (painter->in_body && line.len > 1 && line.data[1] == '=')
        add_line(painter, slice_sub(line, 0, 2), STYLE_FIELD, slice_from(line, 2));
    else if (painter->in_body)
        add_line(painter, SLICE_EMPTY, STYLE_NORMAL, line);
    else
        paint_header(painter, line);
}

static void paint(Painter *painter, Slice text)
{
    while (text.len > 0) {
        Slice line = slice_split(&text, '\n');
        if (slice_last(line) == '\r')
            slice_drop_tail(&line, 1);
        paint_line(painter, line);
    }
}

static void paint_field(Painter *painter, const BodyField *field)
{
    if (field->depth == 0) {
        g_autofree char *title = g_strconcat(field->name, field->value ? ": " : "", NULL);
        add_line(painter, SLICE_EMPTY, STYLE_NORMAL, SLICE_EMPTY);
        add_line(painter, slice_from_string(title), STYLE_HEADING, slice_from_string(field->value));
        return;
    }
    g_autofree char *lead = g_strdup_printf("%*s%s%s", (int)field->depth * FIELD_INDENT, "",
                                            field->name, field->value ? ": " : "");
    add_line(painter, slice_from_string(lead), STYLE_FIELD, slice_from_string(field->value));
}

void message_text_paint(const Ui *ui, Slice text, unsigned start_style, TextPane *pane)
{
    Painter painter = {
        .ui = ui,
        .pane = pane,
        .start_style = start_style,
        .hide_secrets = !settings_bool(ui->context->settings, "credentials.show"),
    };

    paint(&painter, text);
}

void message_text_paint_fields(const BodyReport *report, TextPane *pane)
{
    Painter painter = { .pane = pane };

    for (unsigned i = 0; report && i < report->fields->len; i++)
        paint_field(&painter, &g_array_index(report->fields, BodyField, i));
    if (report && report->left_out)
        text_pane_say(pane, STYLE_WARNING, "%u more fields are not shown", report->left_out);
}

static void add_heading(TextPane *pane, const CallMessage *message, const char *way)
{
    g_autoptr(GDateTime) day = g_date_time_new_from_unix_local(message->time_ns / NS_PER_S);
    g_autofree char *date = day ? g_date_time_format(day, "%Y-%m-%d") : g_strdup("");
    char time[TIME_TEXT_SIZE];

    time_format_of_day(message->time_ns, 6, time, sizeof time);
    text_pane_say(pane, STYLE_DIM, "%s %s  %s  %s  packet %u", date, time, way,
                  sip_transport_name((SipTransport)message->transport), message->frame);
}

static char *read_sip(const Ui *ui, const CallMessage *message, size_t *out_length, GError **error)
{
    if (ui->context->capture)
        return message_read(capture_store(ui->context->capture), message, out_length, error);
    g_set_error_literal(error, TUI_ERROR, 0, "its text was not kept");
    return NULL;
}

void message_text_add(const Ui *ui, MessageRef ref, unsigned parts, TextPane *pane)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *way = NULL;
    CallMessage message;
    size_t length = 0;

    if (ref.msrp) {
        msrp_text_add(ui, ref, parts, pane);
        return;
    }
    if (!message_lookup(ui, ref, &message, &way)) {
        text_pane_say(pane, STYLE_WARNING, "The call is no longer kept.");
        return;
    }
    if (parts & MESSAGE_TEXT_HEADING)
        add_heading(pane, &message, way);
    g_autofree char *text = read_sip(ui, &message, &length, &error);
    if (!text) {
        g_autofree char *cause = escape_line(error->message, term_utf8());
        text_pane_say(pane, STYLE_WARNING, "%s", cause);
        return;
    }
    message_text_paint(ui, slice_of(text, length), message_style(message.status), pane);
    if (!(parts & MESSAGE_TEXT_DECODED))
        return;
    g_autoptr(BodyReport) report = message_fields_of(slice_of(text, length), message.time_ns);
    message_text_paint_fields(report, pane);
}

char *message_bytes(const Ui *ui, MessageRef ref, size_t *out_length, GError **error)
{
    g_autofree char *way = NULL;
    CallMessage message;

    if (ref.msrp)
        return msrp_bytes(ui, ref, out_length, error);
    if (message_lookup(ui, ref, &message, &way))
        return read_sip(ui, &message, out_length, error);
    g_set_error(error, TUI_ERROR, 0, "the message is no longer kept");
    return NULL;
}

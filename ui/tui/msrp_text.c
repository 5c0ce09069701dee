#include "ui/tui/msrp_text.h"
#include "export/body_fields.h"
#include "export/escape.h"
#include "export/msrp_hash.h"
#include "ui/tui/quality_text.h"
#include "ui/tui/tui.h"

#define TEXT_MAX ((size_t)64 << 10) /* of a message that is shown */
#define COPY_MAX ((size_t)64 << 20) /* of one that is written to a file */
#define HASHED_MAX                                                                                 \
    (UINT64_C(16) << 20) /* bytes of a file whose hash is checked while one looks                  \
                          */

/* What is shown of a message when the lock is no longer held. */
typedef struct {
    char *way; /* "2026-11-21 03:58:00.123456  10.0.0.1:7394 -> ..."; owned */
    bool is_request, has_content, is_file, is_text;
    uint16_t status, answer, report;
    int64_t response_ns;
    unsigned chunks;
    uint64_t size, received;
    MsrpContentState state;
    MsrpFile file;
    MsrpReading reading, whole; /* without and with the headers of CPIM */
} Shown;

static void shown_clear(Shown *shown)
{
    g_free(shown->way);
    msrp_file_clear(&shown->file);
    msrp_reading_clear(&shown->reading);
    msrp_reading_clear(&shown->whole);
}

static char *way_of(const MsrpSession *session, const MsrpEvent *event)
{
    g_autoptr(GDateTime) day = g_date_time_new_from_unix_local(event->first_ns / NS_PER_S);
    g_autofree char *date = day ? g_date_time_format(day, "%Y-%m-%d") : g_strdup("");
    char time[TIME_TEXT_SIZE], from[ENDPOINT_TEXT_SIZE], to[ENDPOINT_TEXT_SIZE];

    return g_strdup_printf("%s %s  %s -> %s  MSRP over %s  packet %u", date,
                           time_format_of_day(event->first_ns, 6, time, sizeof time),
                           endpoint_format(session->ends[event->side], from, sizeof from),
                           endpoint_format(session->ends[!event->side], to, sizeof to),
                           msrp_session_transport(session), event->frame);
}

bool msrp_place(const Ui *ui, MessageRef ref, int64_t *ret_time_ns, char **ret_way)
{
    char from[ENDPOINT_TEXT_SIZE], to[ENDPOINT_TEXT_SIZE];
    const Model *model = ui_lock(ui);
    const MsrpSession *session = msrp_tracker_session(model->msrp, ref.msrp);
    const MsrpEvent *event = session ? msrp_event(session, ref.index) : NULL;

    if (event) {
        *ret_time_ns = event->first_ns;
        *ret_way = g_strdup_printf("%s -> %s  MSRP",
                                   endpoint_format(session->ends[event->side], from, sizeof from),
                                   endpoint_format(session->ends[!event->side], to, sizeof to));
    }
    ui_unlock(ui);
    return event != NULL;
}

static void take_content(Shown *shown, const MsrpContent *content)
{
    shown->has_content = true;
    shown->is_text = content->type && g_str_has_prefix(content->type, "text/");
    shown->answer = content->answer;
    shown->report = content->report;
    shown->response_ns = content->response_ns;
    shown->chunks = content->chunks;
    shown->size = content->size;
    shown->received = content->received;
    shown->state = msrp_content_state(content);
}

/* False when it is no longer kept. */
static bool look_up(const Ui *ui, MessageRef ref, Shown *out)
{
    const Model *model = ui_lock(ui);
    const MsrpSession *session = msrp_tracker_session(model->msrp, ref.msrp);
    const MsrpEvent *event = session ? msrp_event(session, ref.index) : NULL;

    *out = (Shown){ 0 };
    if (event) {
        out->way = way_of(session, event);
        out->is_request = event->is_request;
        out->status = event->status;
        out->is_file = msrp_file_of(model, session, event, &out->file);
        msrp_reading_init(&out->reading, event, false);
        msrp_reading_init(&out->whole, event, true);
        if (event->content)
            take_content(out, event->content);
    }
    ui_unlock(ui);
    return event != NULL;
}

static void say_missing(const Shown *shown, TextPane *pane)
{
    if (shown->state == MSRP_CONTENT_COMPLETE)
        return;
    if (shown->size == MSRP_UNKNOWN)
        figures_say(pane, "incomplete", STYLE_WARNING, "%" G_GUINT64_FORMAT " bytes, no end",
                    shown->received);
    else
        figures_say(pane, msrp_content_state_name(shown->state), STYLE_WARNING,
                    "%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " bytes", shown->received,
                    shown->size);
}

static void say_answers(const Shown *shown, TextPane *pane)
{
    char took[TIME_TEXT_SIZE];

    figures_say(pane, "chunks", STYLE_NORMAL, "%u", shown->chunks);
    if (shown->answer)
        figures_say(pane, "response", message_style(shown->answer), "%u after %s", shown->answer,
                    duration_format(shown->response_ns, took, sizeof took));
    else
        figures_say(pane, "response", STYLE_NORMAL, "none");
    if (shown->report)
        figures_say(pane, "report", message_style(shown->report), "%03u", shown->report);
}

static void say_hash(const Ui *ui, const Shown *shown, TextPane *pane)
{
    static const char *const results[] = { "not checked", "matches", "differs" };
    PacketStore *store = ui->context->capture ? capture_store(ui->context->capture) : NULL;
    bool small = shown->file.size <= HASHED_MAX;
    MsrpHashResult result =
        small ? msrp_hash_check(store, &shown->reading, &shown->file) : MSRP_HASH_UNKNOWN;
    g_autofree char *function = escape_line(shown->file.hash_function, term_utf8());

    figures_say(pane, "hash", result == MSRP_HASH_DIFFERS ? STYLE_ERROR : STYLE_NORMAL,
                "%s of SDP: %s", function, small ? results[result] : "checked when it is saved");
}

static void say_file(const Ui *ui, const Shown *shown, TextPane *pane)
{
    const MsrpFile *file = &shown->file;
    g_autofree char *name = escape_line(file->name ? file->name : "unnamed", term_utf8());
    g_autofree char *type = escape_line(file->type ? file->type : "of no type", term_utf8());

    figures_say(pane, "file", STYLE_NORMAL, "%s  %s", name, type);
    if (file->size != MSRP_UNKNOWN)
        figures_say(pane, "bytes", STYLE_NORMAL, "%" G_GUINT64_FORMAT, file->size);
    if (file->announced != MSRP_UNKNOWN)
        figures_say(pane, "announced", file->announced == file->size ? STYLE_NORMAL : STYLE_WARNING,
                    "%" G_GUINT64_FORMAT " bytes", file->announced);
    if (file->hash_len)
        say_hash(ui, shown, pane);
}

/* Headers, and the data where it is text. */
static void paint_text(const Ui *ui, const Shown *shown, Slice head, Slice data, TextPane *pane)
{
    g_autoptr(GString) text = g_string_new(NULL);
    unsigned style = shown->is_request ? STYLE_REQUEST : message_style(shown->status);

    g_string_append_len(text, (const char *)head.data, (gssize)head.len);
    g_string_append_len(text, (const char *)data.data, (gssize)data.len);
    message_text_paint(ui, slice_of(text->str, text->len), style, pane);
    if (data.len >= TEXT_MAX)
        text_pane_say(pane, STYLE_WARNING, "More is not shown.");
}

static void add_message(const Ui *ui, PacketStore *store, const Shown *shown, unsigned parts,
                        TextPane *pane)
{
    g_autoptr(GError) error = NULL;
    size_t length = 0;
    g_autofree char *head = msrp_read_head(store, &shown->whole, &length, &error);
    bool readable = shown->is_text || !shown->is_file;

    if (!head) {
        g_autofree char *cause = escape_line(error->message, term_utf8());
        text_pane_say(pane, STYLE_WARNING, "%s", cause);
        return;
    }
    g_autoptr(GByteArray) data = msrp_read_beginning(store, &shown->whole, TEXT_MAX);
    Slice bytes = slice_of(data->data, data->len);
    paint_text(ui, shown, slice_of(head, length), readable ? bytes : SLICE_EMPTY, pane);
    if (!(parts & MESSAGE_TEXT_DECODED))
        return;
    g_autoptr(BodyReport) report = readable ? msrp_fields_of(slice_of(head, length), bytes) : NULL;
    message_text_paint_fields(report, pane);
}

void msrp_text_add(const Ui *ui, MessageRef ref, unsigned parts, TextPane *pane)
{
    Shown shown;

    if (!look_up(ui, ref, &shown)) {
        text_pane_say(pane, STYLE_WARNING, "The session is no longer kept.");
    } else {
        if (parts & MESSAGE_TEXT_HEADING)
            text_pane_say(pane, STYLE_DIM, "%s", shown.way);
        if (ui->context->capture)
            add_message(ui, capture_store(ui->context->capture), &shown, parts, pane);
        if (shown.has_content && parts & MESSAGE_TEXT_DECODED) {
            text_pane_say(pane, STYLE_NORMAL, " ");
            if (shown.is_file)
                say_file(ui, &shown, pane);
            say_missing(&shown, pane);
            say_answers(&shown, pane);
        }
    }
    shown_clear(&shown);
}

char *msrp_bytes(const Ui *ui, MessageRef ref, size_t *out_length, GError **error)
{
    g_autofree char *head = NULL;
    Shown shown;
    size_t length = 0;

    if (!look_up(ui, ref, &shown) || !ui->context->capture) {
        g_set_error(error, TUI_ERROR, 0, "the message is no longer kept");
    } else {
        PacketStore *store = capture_store(ui->context->capture);
        head = msrp_read_head(store, &shown.whole, &length, error);
        g_autoptr(GByteArray) data = msrp_read_beginning(store, &shown.whole, COPY_MAX);
        if (head) {
            head = g_realloc(head, length + data->len + 1);
            memcpy(head + length, data->data, data->len);
            *out_length = length + data->len;
            head[*out_length] = '\0';
        }
    }
    shown_clear(&shown);
    return g_steal_pointer(&head);
}

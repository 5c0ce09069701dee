#include "export/msrp_export.h"
#include "capture/capture.h"
#include "export/call_name.h"
#include "export/escape.h"
#include "export/msrp_file_writer.h"
#include "export/msrp_label.h"
#include <errno.h>

#define TEXT_MAX ((size_t)1 << 20) /* of one message */

/* What is written of a message when the lock is no longer held. */
typedef struct {
    int64_t time_ns;
    unsigned side;
    uint32_t number; /* of its session, from 1 */
    char *label;     /* owned, escaped */
    bool is_file, is_text;
    MsrpFile file;
    MsrpReading reading;
} Line;

typedef struct {
    char *name;            /* of its files, without suffix; owned */
    char *heading;         /* owned, escaped */
    char *ends[MSRP_ENDS]; /* "caller"; owned, escaped */
    GArray *lines;         /* Line; owned */
} Script;

typedef struct {
    Model *model;
    PacketStore *store;
    const MsrpExportOptions *options;
    unsigned files;
} Export;

static void clear_line(gpointer data)
{
    Line *line = data;

    g_free(line->label);
    msrp_file_clear(&line->file);
    msrp_reading_clear(&line->reading);
}

static void script_clear(Script *script)
{
    g_free(script->name);
    g_free(script->heading);
    for (unsigned side = 0; side < MSRP_ENDS; side++)
        g_free(script->ends[side]);
    if (script->lines)
        g_array_unref(script->lines);
    *script = (Script){ 0 };
}

/* --- under the lock --- */

static void take_event(Script *script, const Model *model, const MsrpSession *session,
                       uint32_t index)
{
    const MsrpEvent *event = msrp_event(session, index);
    const MsrpContent *content = event->content;
    Line line = {
        .time_ns = event->first_ns,
        .side = event->side,
        .number = index + 1,
        .label = msrp_event_label(model, session, event),
        .is_text = content && content->type && g_str_has_prefix(content->type, "text/"),
    };

    line.is_file = msrp_file_of(model, session, event, &line.file);
    msrp_reading_init(&line.reading, event, false);
    g_array_append_val(script->lines, line);
}

static char *end_name(const MsrpSession *session, unsigned side)
{
    char endpoint[ENDPOINT_TEXT_SIZE];

    if (session->call)
        return g_strdup(session->from_caller[side] ? "caller" : "callee");
    return g_strdup(endpoint_format(session->ends[side], endpoint, sizeof endpoint));
}

static char *heading_of(const MsrpSession *session)
{
    char from[ENDPOINT_TEXT_SIZE], to[ENDPOINT_TEXT_SIZE];
    g_autofree char *text = g_strdup_printf(
        "MSRP session %u over %s: %s (%s) - %s (%s)", session->number,
        msrp_session_transport(session), endpoint_format(session->ends[0], from, sizeof from),
        session->uris[0], endpoint_format(session->ends[1], to, sizeof to), session->uris[1]);

    return escape_line(text, true);
}

/* False when it is gone meanwhile. */
static bool take_session(const Export *export, uint32_t number, Script *out)
{
    Model *model = export->model;

    model_read_lock(model);
    const MsrpSession *session = msrp_tracker_session(model->msrp, number);
    if (session) {
        const Call *call = model_call(model, session->call);
        g_autofree char *name = call ? call_file_name(call) : g_strdup("no-call");
        out->name = g_strdup_printf("%s-msrp-%u", name, number);
        out->heading = heading_of(session);
        out->lines = g_array_new(FALSE, FALSE, sizeof(Line));
        g_array_set_clear_func(out->lines, clear_line);
        for (unsigned side = 0; side < MSRP_ENDS; side++)
            out->ends[side] = end_name(session, side);
        for (unsigned i = 0; i < session->events->len; i++)
            take_event(out, model, session, i);
    }
    model_read_unlock(model);
    return session;
}

static GArray *numbers_of(Model *model, const MsrpExportOptions *options)
{
    GArray *numbers = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    model_read_lock(model);
    for (unsigned i = 0; i < options->call_count; i++) {
        const Call *call = model_call(model, options->calls[i]);
        if (call && call->extras->msrp)
            g_array_append_vals(numbers, call->extras->msrp->data, call->extras->msrp->len);
    }
    for (uint32_t i = 1; options->all_sessions && i <= msrp_tracker_last(model->msrp); i++) {
        const MsrpSession *session = msrp_tracker_session(model->msrp, i);
        if (session && session->call == 0)
            g_array_append_val(numbers, i);
    }
    model_read_unlock(model);
    return numbers;
}

/* --- without it --- */

/* Lines behind the first are indented. */
static void append_text(GString *out, Slice text)
{
    g_autoptr(GString) safe = g_string_new(NULL);

    escape_terminal(safe, text, true);
    g_string_replace(safe, "\n", "\n    ", 0);
    g_string_append(out, safe->str);
}

static void append_line(const Export *export, const Line *line, const char *file_name, GString *out)
{
    if (file_name) {
        g_string_append_printf(out, "[%s: %s]", line->label, file_name);
    } else if (line->is_text) {
        g_autoptr(GByteArray) text = msrp_read_beginning(export->store, &line->reading, TEXT_MAX);
        append_text(out, slice_of(text->data, text->len));
        if (line->file.state != MSRP_CONTENT_COMPLETE)
            g_string_append_printf(out, " [%s]", line->label);
    } else {
        g_string_append_printf(out, "[%s]", line->label);
    }
}

/* The file's name in the folder; NULL with an error. */
static char *write_file(Export *export, const Script *script, const Line *line, GError **error)
{
    g_autofree char *stem = g_strdup_printf("%s-%u", script->name, line->number);
    const MsrpFileJob job = {
        .store = export->store,
        .folder = export->options->folder,
        .stem = stem,
        .file = &line->file,
        .reading = &line->reading,
        .remark = export->options->remark,
        .context = export->options->context,
    };
    char *name = msrp_file_write(&job, error);

    export->files += name != NULL;
    return name;
}

static bool write_lines(Export *export, const Script *script, GString *out, GError **error)
{
    g_string_append_printf(out, "%s\n\n", script->heading);
    for (unsigned i = 0; i < script->lines->len; i++) {
        const Line *line = &g_array_index(script->lines, Line, i);
        g_autofree char *name = NULL;
        char time[TIME_TEXT_SIZE];
        if (line->is_file) {
            name = write_file(export, script, line, error);
            if (!name)
                return false;
        }
        g_string_append_printf(out,
                               "%s  %s: ", time_format_rfc3339(line->time_ns, time, sizeof time),
                               script->ends[line->side]);
        append_line(export, line, name, out);
        g_string_append_c(out, '\n');
    }
    return true;
}

static bool write_session(Export *export, uint32_t number, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    Script script = { 0 };
    bool written = true;

    if (take_session(export, number, &script)) {
        g_autofree char *name = g_strconcat(script.name, ".txt", NULL);
        written = write_lines(export, &script, text, error) &&
                  msrp_write_bytes(export->options->folder, name, text->str, text->len, error);
        export->files += written;
    }
    script_clear(&script);
    return written;
}

bool msrp_export(Model *model, PacketStore *store, const MsrpExportOptions *options,
                 unsigned *out_files, GError **error)
{
    Export export = { model, store, options, 0 };
    bool done = true;

    if (g_mkdir_with_parents(options->folder, 0777) != 0) {
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE, "%s: %s", options->folder,
                    g_strerror(errno));
        return false;
    }
    g_autoptr(GArray) numbers = numbers_of(model, options);
    for (unsigned i = 0; i < numbers->len && done; i++) {
        if (options->progress && !options->progress((double)i / numbers->len, options->context))
            break;
        done = write_session(&export, g_array_index(numbers, uint32_t, i), error);
    }
    if (out_files)
        *out_files = export.files;
    return done;
}

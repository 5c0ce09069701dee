#include "export/record.h"

struct RecordWriter {
    FILE *file;
    GString *text; /* the record being made */
    JsonWriter json;
    const Report *report;
    bool lines; /* NDJSON */
    bool comma; /* a record precedes in this report */
};

JsonWriter *record_begin(RecordWriter *writer)
{
    g_string_truncate(writer->text, 0);
    writer->json = (JsonWriter){ .out = writer->text };
    json_begin_object(&writer->json, NULL);
    if (writer->lines)
        json_string(&writer->json, "type", writer->report->type);
    return &writer->json;
}

void record_end(RecordWriter *writer)
{
    json_end_object(&writer->json);
    if (writer->lines)
        g_string_append_c(writer->text, '\n');
    else if (!writer->report->single)
        fputs(writer->comma ? ",\n" : "\n", writer->file);
    fwrite(writer->text->str, 1, writer->text->len, writer->file);
    writer->comma = true;
}

static void write_member(RecordWriter *writer, const ReportContext *context)
{
    const Report *report = writer->report;

    writer->comma = false;
    fprintf(writer->file, ",\n\"%s\":%s", report->key, report->single ? "" : "[");
    report->records(context, writer);
    if (!report->single)
        fputs(writer->comma ? "\n]" : "]", writer->file);
}

static void begin_document(RecordWriter *writer, const char *version)
{
    writer->json = (JsonWriter){ .out = writer->text };
    json_begin_object(&writer->json, NULL);
    json_string(&writer->json, "rung", version);
    fwrite(writer->text->str, 1, writer->text->len, writer->file);
}

void record_document(const ReportContext *context, const Report *const *reports, unsigned count,
                     FILE *file)
{
    g_autoptr(GString) text = g_string_new(NULL);
    RecordWriter writer = { .file = file, .text = text, .lines = context->format == REPORT_NDJSON };

    if (!writer.lines)
        begin_document(&writer, context->version);
    for (unsigned i = 0; i < count && !ferror(file); i++) {
        writer.report = reports[i];
        if (writer.lines)
            reports[i]->records(context, &writer);
        else
            write_member(&writer, context);
    }
    if (!writer.lines)
        fputs("\n}\n", file);
}

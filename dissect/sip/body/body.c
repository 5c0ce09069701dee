#include "dissect/sip/body/decoders.h"
#include "dissect/sip/mime.h"

#define NESTING_MAX 3

static const BodyDecoder decoders[] = {
    { "application/isup", "ISUP", isup_decode },
    { "message/cpim", "CPIM", cpim_decode },
    { "message/sipfrag", "SIP fragment", sipfrag_decode },
    { "application/simple-message-summary", "message summary", message_summary_decode },
    { "text/plain", "plain text", plain_text_decode },
};

BodyReport *body_report_new(void)
{
    BodyReport *report = g_new0(BodyReport, 1);

    report->fields = g_array_new(FALSE, FALSE, sizeof(BodyField));
    report->label = g_string_new(NULL);
    report->text = g_string_chunk_new(512);
    return report;
}

void body_report_free(BodyReport *report)
{
    if (!report)
        return;
    g_array_free(report->fields, TRUE);
    g_string_free(report->label, TRUE);
    g_string_chunk_free(report->text);
    g_free(report);
}

void body_add(BodyReport *report, unsigned depth, const char *name, Slice value)
{
    BodyField field = { .depth = depth + report->nesting };
    Slice kept = slice_sub(value, 0, BODY_VALUE_MAX);

    if (report->fields->len >= BODY_FIELDS_MAX) {
        report->left_out++;
        return;
    }
    field.name = g_string_chunk_insert_const(report->text, name);
    if (value.data) {
        char *copy =
            g_string_chunk_insert_len(report->text, (const char *)kept.data, (gssize)kept.len);
        for (size_t i = 0; i < kept.len; i++)
            copy[i] = copy[i] ? copy[i] : ' ';
        field.value = copy;
    }
    g_array_append_val(report->fields, field);
}

void body_add_text(BodyReport *report, unsigned depth, const char *name, const char *value)
{
    body_add(report, depth, name, slice_from_string(value));
}

void body_add_format(BodyReport *report, unsigned depth, const char *name, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *value = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    body_add_text(report, depth, name, value);
}

/* Cut where a character of UTF-8 ends. */
static void append_label(BodyReport *report, const char *text)
{
    size_t room = BODY_LABEL_MAX - MIN(BODY_LABEL_MAX, report->label->len);
    size_t len = strlen(text);

    if (len > room) {
        len = room;
        while (len > 0 && ((uint8_t)text[len] & 0xc0) == 0x80)
            len--;
    }
    g_string_append_len(report->label, text, (gssize)len);
}

void body_label(BodyReport *report, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    if (text[0] == '\0')
        return;
    if (report->label->len)
        append_label(report, ", ");
    append_label(report, text);
}

void body_label_quote(BodyReport *report, Slice text)
{
    Slice trimmed = slice_trim(text);
    Slice line = slice_trim(slice_split(&trimmed, '\n'));
    size_t room = BODY_LABEL_MAX - 5;
    size_t len = MIN(line.len, room);

    if (report->label->len || line.len == 0)
        return;
    while (len < line.len && len > 0 && (line.data[len] & 0xc0) == 0x80)
        len--;
    g_string_append_printf(report->label, "\"%.*s%s\"", (int)len, (const char *)line.data,
                           len < line.len || trimmed.len ? "..." : "");
}

static const BodyDecoder *find_decoder(Slice content_type)
{
    for (size_t i = 0; i < G_N_ELEMENTS(decoders); i++) {
        if (mime_is(content_type, slice_from_string(decoders[i].type)))
            return &decoders[i];
    }
    return NULL;
}

static const char *remark(DissectStatus status)
{
    return status == DISSECT_OK ? NULL : status == DISSECT_TRUNCATED ? "cut short" : "malformed";
}

static bool decode_part(Slice content_type, Slice body, BodyReport *out)
{
    const BodyDecoder *decoder = find_decoder(content_type);
    const XmlType *xml = decoder ? NULL : xml_type_find(content_type);
    DissectStatus status;

    if ((!decoder && !xml) || body.len == 0)
        return false;
    unsigned heading = out->fields->len;
    body_add(out, 0, decoder ? decoder->name : xml_type_name(xml), SLICE_EMPTY);
    Slice kept = slice_sub(body, 0, BODY_BYTES_MAX);
    status = decoder ? decoder->decode(kept, out) : xml_type_decode(xml, kept, out);
    if (status == DISSECT_OK && kept.len < body.len)
        status = DISSECT_TRUNCATED;
    if (heading < out->fields->len)
        g_array_index(out->fields, BodyField, heading).value = remark(status);
    return true;
}

bool body_decode(Slice content_type, Slice body, BodyReport *out)
{
    size_t position = 0;
    bool any = false;
    MimePart part;

    while (mime_next_part(content_type, body, &position, &part))
        any |= decode_part(part.content_type, part.body, out);
    return any;
}

void body_decode_inner(BodyReport *report, Slice content_type, Slice body)
{
    if (report->nesting >= NESTING_MAX)
        return;
    report->nesting++;
    body_decode(content_type, body, report);
    report->nesting--;
}

/* Bodies that are lines of text. */
#include "dissect/sip/body/decoders.h"
#include "dissect/sip/text.h"

/* Header lines up to an empty line; @rest is left behind it. False when there is none. */
static bool add_headers(Slice *rest, unsigned depth, BodyReport *out, Slice *content_type)
{
    TextLine kind;
    Slice line;

    while ((kind = text_cut_header(rest, &line)) == TEXT_LINE_HEADER) {
        Slice name = slice_trim(slice_split(&line, ':'));
        Slice value = slice_trim(line);
        g_autofree char *key = slice_dup(slice_sub(name, 0, 60));
        if (slice_equal_nocase(name, SLICE_LITERAL("Content-Type")))
            *content_type = value;
        body_add(out, depth, key, value);
    }
    return kind == TEXT_LINE_EMPTY;
}

DissectStatus plain_text_decode(Slice body, BodyReport *out)
{
    body_add(out, 1, "text", slice_trim(body));
    body_label_quote(out, body);
    return DISSECT_OK;
}

/* Message headers, then a MIME entity with headers of its own (RFC 3862 section 2). */
DissectStatus cpim_decode(Slice body, BodyReport *out)
{
    Slice ignored, content_type = SLICE_EMPTY;
    Slice rest = body;

    if (!add_headers(&rest, 1, out, &ignored) || !add_headers(&rest, 1, out, &content_type))
        return DISSECT_TRUNCATED;
    if (content_type.len == 0)
        content_type = SLICE_LITERAL("text/plain");
    body_decode_inner(out, content_type, rest);
    return DISSECT_OK;
}

bool cpim_unwrap(Slice body, MimePart *out)
{
    MimePart part = { .content_type = SLICE_LITERAL("text/plain") };
    Slice rest = body, line;
    TextLine kind;

    while ((kind = text_cut_header(&rest, &line)) == TEXT_LINE_HEADER)
        ;
    if (kind != TEXT_LINE_EMPTY)
        return false;
    while ((kind = text_cut_header(&rest, &line)) == TEXT_LINE_HEADER) {
        Slice name = slice_trim(slice_split(&line, ':'));
        if (slice_equal_nocase(name, SLICE_LITERAL("Content-Type")))
            part.content_type = slice_trim(line);
        else if (slice_equal_nocase(name, SLICE_LITERAL("Content-Disposition")))
            part.disposition = slice_trim(line);
    }
    if (kind != TEXT_LINE_EMPTY)
        return false;
    part.body = rest;
    *out = part;
    return true;
}

DissectStatus sipfrag_decode(Slice body, BodyReport *out)
{
    Slice rest = body, ignored;
    Slice line = slice_trim(slice_split(&rest, '\n'));
    g_autofree char *shown = slice_dup(line);

    if (line.len == 0)
        return DISSECT_MALFORMED;
    body_add(out, 1, "start line", line);
    if (slice_starts_with_nocase(line, SLICE_LITERAL("SIP/2.0 ")))
        body_label(out, "%s", shown + strlen("SIP/2.0 "));
    else
        body_label(out, "%s", shown);
    add_headers(&rest, 1, out, &ignored); /* a fragment may end anywhere (RFC 3420 section 2) */
    return DISSECT_OK;
}

/* "Voice-Message: 2/8 (0/2)": new/old (urgent new/old). */
static void label_messages(BodyReport *out, const char *name, const char *value)
{
    static const char suffix[] = "-message";
    size_t len = strlen(name), tail = strlen(suffix);

    if (len > tail && g_ascii_strcasecmp(name + len - tail, suffix) == 0) {
        g_autofree char *kind = g_ascii_strdown(name, (gssize)(len - tail));
        body_label(out, "%s %s", kind, value);
    }
}

DissectStatus message_summary_decode(Slice body, BodyReport *out)
{
    unsigned first = out->fields->len;
    Slice rest = body, ignored;
    bool waiting = false, valid = false;

    add_headers(&rest, 1, out, &ignored);
    for (unsigned i = first; i < out->fields->len; i++) {
        const BodyField *field = &g_array_index(out->fields, BodyField, i);
        if (g_ascii_strcasecmp(field->name, "Messages-Waiting") == 0) {
            waiting = field->value && g_ascii_strcasecmp(field->value, "yes") == 0;
            valid = true;
            body_label(out, "%s", waiting ? "messages waiting" : "no messages");
        } else if (field->value) {
            label_messages(out, field->name, field->value);
        }
    }
    return valid ? DISSECT_OK : DISSECT_MALFORMED;
}

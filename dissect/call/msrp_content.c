#include "dissect/call/msrp_content.h"
#include "dissect/sip/body/body.h"
#include "dissect/sip/uri.h"

#define SPANS_MAX     1024u /* holes in a message, and one more */
#define FILE_NAME_MAX 255u
#define TELLING_BYTES 256u /* say as much in few words as the whole */

static const char *intern_type(Model *model, Slice content_type)
{
    Slice type = slice_trim(slice_split(&content_type, ';'));
    g_autofree char *text = slice_dup(type);
    g_autofree char *lower = g_ascii_strdown(text, -1);

    return type.len ? intern_string(model->strings, slice_from_string(lower)) : NULL;
}

/* RFC 2183: the first word, and the parameter filename. */
static void read_disposition(MsrpContent *content, Slice disposition)
{
    Slice parameters = disposition, name;
    Slice kind = slice_trim(slice_split(&parameters, ';'));

    content->is_attachment |= slice_equal_nocase(kind, SLICE_LITERAL("attachment"));
    if (!content->file_name && sip_parameter(parameters, SLICE_LITERAL("filename"), &name) &&
        name.len > 0)
        content->file_name = slice_dup(slice_sub(name, 0, FILE_NAME_MAX));
}

static void give_up_beginning(MsrpContent *content)
{
    if (content->beginning)
        g_byte_array_unref(g_steal_pointer(&content->beginning));
    g_clear_pointer(&content->full_type, g_free);
}

MsrpContent *msrp_content_new(Model *model, const MsrpMessage *message)
{
    MsrpContent *content = g_new0(MsrpContent, 1);

    content->size = MSRP_UNKNOWN;
    content->response_ns = TIME_UNKNOWN;
    content->type = intern_type(model, message->content_type);
    content->full_type = slice_dup(message->content_type);
    content->beginning = g_byte_array_new();
    content->spans = g_array_new(FALSE, FALSE, sizeof(MsrpSpan));
    content->pieces = g_array_new(FALSE, FALSE, sizeof(MsrpPiece));
    read_disposition(content, message->content_disposition);
    return content;
}

void msrp_content_free(MsrpContent *content)
{
    if (!content)
        return;
    g_free(content->note);
    g_free(content->file_name);
    give_up_beginning(content);
    g_array_unref(content->spans);
    g_array_unref(content->pieces);
    g_free(content);
}

/* Index of the first span that ends at @at or behind it. */
static unsigned span_from(const GArray *spans, uint64_t at)
{
    unsigned low = 0, high = spans->len;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (g_array_index(spans, MsrpSpan, middle).end < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool msrp_content_add_span(MsrpContent *content, uint64_t begin, uint64_t len)
{
    GArray *spans = content->spans;
    MsrpSpan joined = { begin, begin + len };
    unsigned first = span_from(spans, begin), last = first;

    if (len == 0)
        return true;
    for (; last < spans->len; last++) {
        MsrpSpan span = g_array_index(spans, MsrpSpan, last);
        if (span.begin > begin + len)
            break;
        joined.begin = MIN(joined.begin, span.begin);
        joined.end = MAX(joined.end, span.end);
        content->received -= span.end - span.begin;
    }
    if (first == last && spans->len >= SPANS_MAX)
        return false;
    content->received += joined.end - joined.begin;
    if (first == last) {
        g_array_insert_val(spans, first, joined);
        return true;
    }
    g_array_index(spans, MsrpSpan, first) = joined;
    if (last > first + 1)
        g_array_remove_range(spans, first + 1, last - first - 1);
    return true;
}

bool msrp_content_set_size(MsrpContent *content, uint64_t size)
{
    if (content->size == MSRP_UNKNOWN)
        content->size = size;
    return content->size == size;
}

static void unwrap(MsrpContent *content, Model *model, Slice beginning)
{
    MimePart part;

    if (!cpim_unwrap(beginning, &part))
        return;
    content->type = intern_type(model, part.content_type);
    content->wrapped_at = (uint32_t)(beginning.len - part.body.len);
    read_disposition(content, part.disposition);
}

void msrp_content_add_beginning(MsrpContent *content, uint64_t offset, Slice bytes)
{
    GByteArray *beginning = content->beginning;

    if (beginning && offset == beginning->len && beginning->len < MSRP_UNWRAP_MAX)
        g_byte_array_append(beginning, bytes.data,
                            (guint)MIN(bytes.len, MSRP_UNWRAP_MAX - beginning->len));
}

/* Of text in a form that has no decoder the first line is quoted all the same. */
static char *note_of(const MsrpContent *content, Slice content_type, Slice beginning)
{
    g_autoptr(BodyReport) report = body_report_new();

    if (!body_decode(content_type, beginning, report) && content->type &&
        g_str_has_prefix(content->type, "text/"))
        body_label_quote(report, beginning);
    return report->label->len ? g_strdup(report->label->str) : NULL;
}

void msrp_content_look(MsrpContent *content, Model *model, bool last)
{
    if (!content->beginning)
        return;
    Slice beginning = slice_of(content->beginning->data, content->beginning->len);
    Slice content_type = slice_from_string(content->full_type);

    content->in_cpim = mime_is(content_type, SLICE_LITERAL("message/cpim"));
    if (content->in_cpim)
        unwrap(content, model, beginning);
    content->is_composing =
        content->type && strcmp(content->type, "application/im-iscomposing+xml") == 0;
    g_free(content->note);
    content->note = note_of(content, content_type, beginning);
    content->looked = true;
    if (last || content->beginning->len >= TELLING_BYTES)
        give_up_beginning(content);
}

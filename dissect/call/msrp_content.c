#include "dissect/call/msrp_content.h"
#include "dissect/sip/body/body.h"
#include "dissect/sip/uri.h"

#define SPANS_MAX     1024u /* holes in a message, and one more */
#define FILE_NAME_MAX 255u
#define TELLING_BYTES 256u /* say as much in few words as the whole */

/* Of a message that came in more than one piece. */
typedef struct MsrpScattered {
    GArray *spans;  /* MsrpSpan: apart, ascending */
    GArray *pieces; /* MsrpPiece, in order of arrival */
} MsrpScattered;

/* While it may tell more. */
typedef struct MsrpBeginning {
    GByteArray *bytes;
    char *full_type; /* Content-Type with its parameters */
} MsrpBeginning;

unsigned msrp_span_count(const MsrpContent *content)
{
    return content->scattered ? content->scattered->spans->len : content->span.end > 0;
}

MsrpSpan msrp_span(const MsrpContent *content, unsigned index)
{
    return content->scattered ? g_array_index(content->scattered->spans, MsrpSpan, index)
                              : content->span;
}

unsigned msrp_piece_count(const MsrpContent *content)
{
    return content->scattered ? content->scattered->pieces->len : content->piece.ref.length > 0;
}

MsrpPiece msrp_piece(const MsrpContent *content, unsigned index)
{
    return content->scattered ? g_array_index(content->scattered->pieces, MsrpPiece, index)
                              : content->piece;
}

static MsrpScattered *scatter(MsrpContent *content)
{
    if (content->scattered)
        return content->scattered;
    MsrpScattered *scattered = g_new(MsrpScattered, 1);
    scattered->spans = g_array_new(FALSE, FALSE, sizeof(MsrpSpan));
    scattered->pieces = g_array_new(FALSE, FALSE, sizeof(MsrpPiece));
    if (msrp_span_count(content))
        g_array_append_val(scattered->spans, content->span);
    if (msrp_piece_count(content))
        g_array_append_val(scattered->pieces, content->piece);
    return content->scattered = scattered;
}

void msrp_content_add_piece(MsrpContent *content, const MsrpPiece *piece)
{
    if (msrp_piece_count(content) == 0 && !content->scattered && piece->ref.length > 0)
        content->piece = *piece;
    else
        g_array_append_vals(scatter(content)->pieces, piece, 1);
}

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
    if (!content->beginning)
        return;
    g_byte_array_unref(content->beginning->bytes);
    g_free(content->beginning->full_type);
    g_clear_pointer(&content->beginning, g_free);
}

MsrpContent *msrp_content_new(Model *model, const MsrpMessage *message)
{
    MsrpContent *content = g_new0(MsrpContent, 1);

    content->size = MSRP_UNKNOWN;
    content->response_ns = TIME_UNKNOWN;
    content->type = intern_type(model, message->content_type);
    content->beginning = g_new(MsrpBeginning, 1);
    content->beginning->bytes = g_byte_array_new();
    content->beginning->full_type = slice_dup(message->content_type);
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
    if (content->scattered) {
        g_array_unref(content->scattered->spans);
        g_array_unref(content->scattered->pieces);
        g_free(content->scattered);
    }
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

/* The first, or what goes on where it ends: all that a message in order needs. */
static bool add_in_order(MsrpContent *content, uint64_t begin, uint64_t len)
{
    MsrpSpan *only = &content->span;

    if (content->scattered || (only->end > 0 && only->end != begin))
        return false;
    if (only->end == 0)
        only->begin = begin;
    only->end = begin + len;
    content->received += len;
    return true;
}

bool msrp_content_add_span(MsrpContent *content, uint64_t begin, uint64_t len)
{
    if (len == 0 || add_in_order(content, begin, len))
        return true;
    GArray *spans = scatter(content)->spans;
    MsrpSpan joined = { begin, begin + len };
    unsigned first = span_from(spans, begin), last = first;

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
    GByteArray *beginning = content->beginning ? content->beginning->bytes : NULL;

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
    const GByteArray *bytes = content->beginning->bytes;
    Slice beginning = slice_of(bytes->data, bytes->len);
    Slice content_type = slice_from_string(content->beginning->full_type);

    content->in_cpim = mime_is(content_type, SLICE_LITERAL("message/cpim"));
    if (content->in_cpim)
        unwrap(content, model, beginning);
    content->is_composing =
        content->type && strcmp(content->type, "application/im-iscomposing+xml") == 0;
    g_free(content->note);
    content->note = note_of(content, content_type, beginning);
    content->looked = true;
    if (last || bytes->len >= TELLING_BYTES)
        give_up_beginning(content);
}

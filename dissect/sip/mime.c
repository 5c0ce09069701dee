#include "dissect/sip/mime.h"

#include "dissect/sip/text.h"
#include "dissect/sip/uri.h"

/* Deeper multiparts are given as one part; parts beyond the limit are not looked at. */
#define DEPTH_MAX 4
#define PARTS_MAX 64

typedef struct {
    Slice boundary;
    size_t end; /* of the multipart in the body */
} Level;

typedef struct {
    Slice body;
    size_t at; /* where the next delimiter is looked for */
    unsigned depth;
    Level levels[DEPTH_MAX];
} Walker;

typedef struct {
    size_t start; /* the line break in front belongs to it (RFC 2046 section 5.1.1) */
    size_t next;  /* behind its line */
    bool is_close;
} Delimiter;

static Slice media_type(Slice content_type)
{
    return slice_trim(slice_sub(content_type, 0, slice_find(content_type, ';')));
}

bool mime_is(Slice content_type, Slice type)
{
    return slice_equal_nocase(media_type(content_type), type);
}

static Slice boundary_of(Slice content_type)
{
    Slice boundary = SLICE_EMPTY;
    Slice parameters = slice_from(content_type, slice_find(content_type, ';') + 1);
    if (slice_starts_with_nocase(media_type(content_type), SLICE_LITERAL("multipart/")))
        sip_parameter(parameters, SLICE_LITERAL("boundary"), &boundary);
    return boundary;
}

/* Where a line break in front of @at begins. */
static size_t before_line_break(Slice body, size_t at)
{
    if (at > 0 && body.data[at - 1] == '\n')
        at--;
    if (at > 0 && body.data[at - 1] == '\r')
        at--;
    return at;
}

/* @at is where the boundary is; is it a delimiter line: "--" boundary ["--"] white space? */
static bool read_delimiter(Slice body, size_t at, size_t boundary_len, Delimiter *out)
{
    if (at < 2 || body.data[at - 1] != '-' || body.data[at - 2] != '-' ||
        (at > 2 && body.data[at - 3] != '\n'))
        return false;
    Slice rest = slice_from(body, at + boundary_len);
    size_t line_len = slice_find(rest, '\n');
    Slice tail = slice_trim(slice_sub(rest, 0, line_len));
    out->is_close = slice_equal(tail, SLICE_LITERAL("--"));
    out->start = before_line_break(body, at - 2);
    out->next = MIN(at + boundary_len + line_len + 1, body.len);
    return out->is_close || (tail.len == 0 && line_len < rest.len);
}

static bool find_delimiter(Slice body, size_t from, Slice boundary, Delimiter *out)
{
    while (from < body.len) {
        size_t at = from + slice_search(slice_from(body, from), boundary);
        if (at >= body.len)
            return false;
        if (read_delimiter(body, at, boundary.len, out))
            return true;
        from = at + boundary.len;
    }
    return false;
}

static void enter(Walker *walker, Slice boundary, size_t start, size_t end)
{
    walker->levels[walker->depth++] = (Level){ boundary, end };
    walker->at = start;
}

static void read_part_headers(Slice *rest, MimePart *out)
{
    Slice line;
    while (text_cut_header(rest, &line) == TEXT_LINE_HEADER) {
        Slice name = slice_trim(slice_split(&line, ':'));
        Slice value = slice_trim(line);
        if (slice_equal_nocase(name, SLICE_LITERAL("Content-Type")))
            out->content_type = value;
        else if (slice_equal_nocase(name, SLICE_LITERAL("Content-Disposition")))
            out->disposition = value;
        else if (slice_equal_nocase(name, SLICE_LITERAL("Content-ID")))
            out->content_id = value;
    }
}

/* The next part; its length does not hold what is inside of it when it is a multipart itself. */
static bool next_part(Walker *walker, MimePart *out)
{
    while (walker->depth > 0) {
        Level level = walker->levels[walker->depth - 1];
        Slice inside = slice_sub(walker->body, 0, level.end);
        Delimiter opening, closing;
        if (!find_delimiter(inside, walker->at, level.boundary, &opening) || opening.is_close) {
            walker->depth--;
            walker->at = MAX(walker->at, level.end);
            continue;
        }
        size_t end = level.end;
        if (find_delimiter(inside, opening.next, level.boundary, &closing))
            end = MAX(closing.start, opening.next);
        Slice rest = slice_sub(walker->body, opening.next, end - opening.next);
        *out = (MimePart){ .content_type = SLICE_LITERAL("text/plain") };
        read_part_headers(&rest, out);
        out->body = rest;
        Slice nested = boundary_of(out->content_type);
        if (nested.len == 0 || walker->depth == DEPTH_MAX) {
            walker->at = end;
            return true;
        }
        enter(walker, nested, end - rest.len, end);
    }
    return false;
}

static Walker walker_over(Slice body, Slice boundary)
{
    Walker walker = { .body = body };
    enter(&walker, boundary, 0, body.len);
    return walker;
}

/* *position counts the parts that were given. */
bool mime_next_part(Slice content_type, Slice body, size_t *position, MimePart *out)
{
    Slice boundary = boundary_of(content_type);
    MimePart part = { .content_type = content_type, .body = body };
    if (boundary.len == 0) {
        if (*position > 0 || body.len == 0)
            return false;
    } else {
        Walker walker = walker_over(body, boundary);
        if (*position >= PARTS_MAX)
            return false;
        for (size_t i = 0; i <= *position; i++) {
            if (!next_part(&walker, &part))
                return false;
        }
    }
    ++*position;
    *out = part;
    return true;
}

bool mime_find(Slice content_type, Slice body, Slice type, Slice *out)
{
    MimePart part = { .content_type = content_type, .body = body };
    Slice boundary = boundary_of(content_type);
    if (boundary.len == 0) {
        if (!mime_is(content_type, type))
            return false;
        *out = body;
        return true;
    }
    Walker walker = walker_over(body, boundary);
    for (size_t i = 0; i < PARTS_MAX && next_part(&walker, &part); i++) {
        if (mime_is(part.content_type, type)) {
            *out = part.body;
            return true;
        }
    }
    return false;
}

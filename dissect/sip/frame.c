#include "dissect/sip/header.h"
#include "dissect/sip/start_line.h"
#include "dissect/sip/text.h"

/* A message whose headers, or whose whole, is larger is given up: nothing is buffered without end.
 */
#define MESSAGE_MAX    (256u * 1024)
#define START_LINE_MAX 8192u

static size_t line_ends_length(Slice bytes)
{
    size_t len = 0;
    while (len < bytes.len && (bytes.data[len] == '\r' || bytes.data[len] == '\n'))
        len++;
    return len;
}

static Slice without_cr(Slice line)
{
    return slice_sub(line, 0, slice_last(line) == '\r' ? line.len - 1 : line.len);
}

/* Skips lines up to the next start line, or to a line whose end is not there yet. */
static DissectStatus resynchronise(Slice bytes, size_t *skipped)
{
    while (*skipped < bytes.len) {
        Slice rest = slice_from(bytes, *skipped);
        size_t end = slice_find(rest, '\n');
        Slice line = without_cr(slice_sub(rest, 0, end));
        size_t start = start_line_find(line);
        if (start < line.len) {
            *skipped += start;
            return DISSECT_OK;
        }
        if (end == rest.len && rest.len <= START_LINE_MAX)
            return DISSECT_TRUNCATED;
        *skipped += MIN(end + 1, rest.len);
    }
    return DISSECT_NOT_MINE;
}

/* No Content-Length, or one that is no number, means no body. */
static size_t body_length(Slice line)
{
    uint64_t length = 0;
    Slice name = slice_split(&line, ':');
    if (sip_header_id(slice_trim(name)) != SIP_HEADER_CONTENT_LENGTH)
        return SIZE_MAX;
    return slice_to_uint(slice_trim(line), MESSAGE_MAX, &length) ? (size_t)length : 0;
}

static bool may_be_content_length(Slice line)
{
    uint8_t letter = text_first(line) | 0x20;
    return letter == 'c' || letter == 'l';
}

/* @bytes begin with a start line. */
static DissectStatus measure(Slice bytes, size_t *length)
{
    Slice rest = slice_from(bytes, slice_find(bytes, '\n') + 1);
    size_t body = SIZE_MAX; /* the first Content-Length counts */
    Slice line;
    for (;;) {
        size_t header_bytes = bytes.len - rest.len;
        TextLine kind = text_cut_header(&rest, &line);
        if (kind == TEXT_LINE_CUT)
            return DISSECT_TRUNCATED;
        if (kind == TEXT_LINE_EMPTY)
            break;
        if (start_line_is(without_cr(line))) { /* the end of this message was lost */
            *length = header_bytes;
            return DISSECT_OK;
        }
        if (body == SIZE_MAX && may_be_content_length(line))
            body = body_length(line);
    }
    size_t header_bytes = bytes.len - rest.len;
    if (body == SIZE_MAX || header_bytes + body > MESSAGE_MAX)
        body = 0;
    *length = header_bytes + body;
    return body > rest.len ? DISSECT_TRUNCATED : DISSECT_OK;
}

DissectStatus sip_frame(Slice bytes, size_t *skipped, size_t *length)
{
    *length = 0;
    *skipped = line_ends_length(bytes);
    if (*skipped == bytes.len)
        return bytes.len ? DISSECT_NOT_MINE : DISSECT_TRUNCATED;
    DissectStatus status = resynchronise(bytes, skipped);
    if (status != DISSECT_OK)
        return status;
    Slice message = slice_from(bytes, *skipped);
    if (slice_find(message, '\n') == message.len)
        status = message.len > START_LINE_MAX ? DISSECT_NOT_MINE : DISSECT_TRUNCATED;
    else
        status = measure(message, length);
    if (status == DISSECT_TRUNCATED && message.len > MESSAGE_MAX)
        status = DISSECT_NOT_MINE;
    if (status == DISSECT_NOT_MINE)
        *skipped = bytes.len;
    return status;
}

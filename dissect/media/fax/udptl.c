#include "dissect/media/fax/udptl.h"
#include "dissect/base/cursor.h"

#define CHOICE_FEC 0x80u

/* A PER length determinant (X.691 10.9). Fragmented ones are of 16384 and more: no datagram of fax
 * is as long. */
static bool read_length(Cursor *c, size_t *out)
{
    unsigned first = cursor_u8(c);

    if (first < 0x80)
        *out = first;
    else if (first < 0xc0)
        *out = (size_t)(first & 0x3f) << 8 | cursor_u8(c);
    else
        return false;
    return true;
}

static bool read_open_type(Cursor *c, Slice *out)
{
    size_t length;

    if (!read_length(c, &length))
        return false;
    *out = cursor_slice(c, length);
    return true;
}

static bool read_span(Cursor *c, UdptlPacket *packet)
{
    size_t length;

    if (!read_length(c, &length) || (length != 1 && !c->failed))
        return false;
    packet->fec_span = cursor_u8(c);
    return c->failed || packet->fec_span > 0;
}

static bool read_repairs(Cursor *c, UdptlPacket *packet)
{
    unsigned choice = cursor_u8(c);
    size_t count;

    if (choice & ~CHOICE_FEC)
        return false;
    packet->fec = choice == CHOICE_FEC;
    if ((packet->fec && !read_span(c, packet)) || !read_length(c, &count))
        return false;
    for (size_t i = 0; i < count && !c->failed; i++) {
        Slice repair;
        if (!read_open_type(c, &repair))
            return false;
        if (!c->failed && packet->repair_count < UDPTL_REPAIRS_MAX)
            packet->repairs[packet->repair_count++] = repair;
    }
    return true;
}

DissectStatus udptl_parse(Slice bytes, UdptlPacket *out)
{
    Cursor c = cursor_over(bytes);

    *out = (UdptlPacket){ .seq = cursor_be16(&c) };
    if (!read_open_type(&c, &out->primary))
        return DISSECT_NOT_MINE;
    if (c.failed)
        return DISSECT_TRUNCATED;
    if (out->primary.len == 0)
        return DISSECT_NOT_MINE;
    if (!read_repairs(&c, out))
        return DISSECT_MALFORMED;
    if (c.failed)
        return DISSECT_TRUNCATED;
    out->excess = c.rest.len;
    return DISSECT_OK;
}

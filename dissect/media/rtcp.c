/* dissect/media/rtcp.c - see rtcp.h */
#include "dissect/media/rtcp.h"
#include "dissect/base/cursor.h"

#define HEADER_BYTES      4u
#define REPORT_BYTES      24u
#define SENDER_INFO_BYTES 20u
#define SDES_CNAME        1
#define SDES_END          0

bool rtcp_looks_like(Slice bytes)
{
    return bytes.len >= HEADER_BYTES && bytes.data[0] >> 6 == 2 && bytes.data[1] >= 192 &&
           bytes.data[1] <= 223;
}

static void read_sender_info(Cursor *c, RtcpPacket *packet)
{
    packet->ntp = cursor_be64(c);
    packet->rtp_ticks = cursor_be32(c);
    packet->packets = cursor_be32(c);
    packet->octets = cursor_be32(c);
    packet->has_sender_info = !c->failed;
}

/* What stands behind the common header, by type. */
static void read_body(Cursor *c, RtcpPacket *packet)
{
    Slice whole = cursor_rest(c);

    switch (packet->type) {
    case RTCP_SR:
    case RTCP_RR:
        packet->ssrc = cursor_be32(c);
        if (packet->type == RTCP_SR)
            read_sender_info(c, packet);
        packet->body = cursor_rest(c);
        packet->reports = cursor_slice(c, REPORT_BYTES * packet->count);
        break;
    case RTCP_SDES:
    case RTCP_BYE:
        if (packet->count > 0)
            packet->ssrc = cursor_be32(c);
        packet->body = whole;
        break;
    default:
        if (whole.len >= sizeof(uint32_t))
            packet->ssrc = cursor_be32(c);
        packet->body = cursor_rest(c);
    }
}

/* RFC 3550 6.4.1: padding is a multiple of four and counts its own last octet. */
static bool strip_padding(Slice *packet)
{
    uint8_t pad = slice_last(*packet);
    return pad != 0 && pad % 4 == 0 && pad <= packet->len - HEADER_BYTES &&
           slice_drop_tail(packet, pad);
}

DissectStatus rtcp_next(Slice *compound, RtcpPacket *out)
{
    if (!rtcp_looks_like(*compound))
        return DISSECT_NOT_MINE;

    size_t size = 4u * ((size_t)compound->data[2] << 8 | compound->data[3]) + HEADER_BYTES;
    if (size > compound->len)
        return DISSECT_TRUNCATED;

    Slice bytes = slice_sub(*compound, 0, size);
    bool padded = bytes.data[0] & 0x20;
    RtcpPacket packet = { .type = bytes.data[1], .count = bytes.data[0] & 0x1f };
    if (padded && !strip_padding(&bytes))
        return DISSECT_MALFORMED;

    Cursor c = cursor_over(slice_from(bytes, HEADER_BYTES));
    read_body(&c, &packet);
    if (c.failed)
        return DISSECT_MALFORMED;
    *compound = slice_from(*compound, size);
    *out = packet;
    return DISSECT_OK;
}

static int32_t sign_extend_24(uint32_t value)
{
    return (int32_t)(value ^ 0x800000) - 0x800000;
}

bool rtcp_next_report(Slice *reports, RtcpReport *out)
{
    Cursor c = cursor_over(*reports);
    RtcpReport report = { .ssrc = cursor_be32(&c) };

    report.fraction_lost = cursor_u8(&c);
    report.cumulative_lost = sign_extend_24(cursor_be24(&c));
    report.highest_seq = cursor_be32(&c);
    report.jitter_ticks = cursor_be32(&c);
    report.last_sr = cursor_be32(&c);
    report.delay_since_last_sr = cursor_be32(&c);
    if (c.failed)
        return false;
    *reports = cursor_rest(&c);
    *out = report;
    return true;
}

Slice rtcp_sdes_cname(const RtcpPacket *packet)
{
    if (packet->type != RTCP_SDES || packet->count == 0)
        return SLICE_EMPTY;

    Cursor c = cursor_over(packet->body);
    cursor_skip(&c, sizeof packet->ssrc);
    while (!c.failed) {
        uint8_t item = cursor_u8(&c);
        if (item == SDES_END)
            break;
        Slice text = cursor_slice(&c, cursor_u8(&c));
        if (item == SDES_CNAME)
            return text;
    }
    return SLICE_EMPTY;
}

bool rtcp_sdes_next(RtcpSdesReader *reader, RtcpSdesItem *out)
{
    while (reader->inside || reader->left > 0) {
        Cursor c = cursor_over(reader->chunks);
        if (!reader->inside) {
            reader->ssrc = cursor_be32(&c);
            reader->left--;
        }
        RtcpSdesItem item = { reader->ssrc, cursor_u8(&c), SLICE_EMPTY };
        reader->inside = item.type != SDES_END;
        if (reader->inside)
            item.text = cursor_slice(&c, cursor_u8(&c));
        size_t done = reader->done + reader->chunks.len - c.rest.len;
        if (!reader->inside && done % 4 != 0) { /* the next chunk begins with a whole word */
            cursor_skip(&c, 4 - done % 4);
            done += 4 - done % 4;
        }
        if (c.failed)
            return false;
        reader->done = done;
        reader->chunks = cursor_rest(&c);
        if (reader->inside) {
            *out = item;
            return true;
        }
    }
    return false;
}

/* dissect/media/demux.c - see demux.h */
#include "dissect/media/demux.h"
#include "dissect/base/cursor.h"
#include "dissect/media/rtcp.h"

#define KEEP_ALIVE_BYTES 4u /* CRLF, NUL or the like: RFC 6263 */
#define STUN_HEAD        20u
#define STUN_COOKIE      0x2112a442u /* RFC 8489 section 5 */
#define ZRTP_COOKIE      0x5a525450u /* RFC 6189 section 5 */
#define DTLS_VERSION     0xfe        /* high byte of 1.0 and 1.2: RFC 6347 4.1 */

/* Methods beyond those of RFC 7983's first bytes 0 to 3 are in use: the cookie is proof enough. */
static bool has_stun_cookie(Slice bytes)
{
    Cursor c = cursor_over(bytes);
    cursor_skip(&c, 4);
    return bytes.data[0] < 64 && cursor_be32(&c) == STUN_COOKIE;
}

/* RFC 3489 had no cookie: known by its length. */
static bool is_classic_stun(Slice bytes, size_t on_wire)
{
    Cursor c = cursor_over(bytes);
    cursor_skip(&c, 2);
    uint16_t length = cursor_be16(&c);
    return !c.failed && length % 4 == 0 && STUN_HEAD + length == on_wire;
}

static bool is_zrtp(Slice bytes)
{
    Cursor c = cursor_over(bytes);
    cursor_skip(&c, 4);
    return cursor_be32(&c) == ZRTP_COOKIE;
}

/* ChannelData, padded to four bytes at most: RFC 8656 section 12.4. */
static bool is_turn_channel(Slice bytes, size_t on_wire)
{
    Cursor c = cursor_over(bytes);
    cursor_skip(&c, 2);
    size_t size = 4u + cursor_be16(&c);
    return !c.failed && size <= on_wire && on_wire < size + 4;
}

static DatagramKind companion_if(bool sure)
{
    return sure ? DATAGRAM_COMPANION : DATAGRAM_OTHER;
}

DatagramKind demux_classify(Slice bytes, size_t on_wire)
{
    if (bytes.len <= KEEP_ALIVE_BYTES)
        return companion_if(on_wire <= KEEP_ALIVE_BYTES);
    uint8_t first = bytes.data[0];
    if (first >= 128 && first <= 191)
        return rtcp_looks_like(bytes) ? DATAGRAM_RTCP : DATAGRAM_RTP;
    if (has_stun_cookie(bytes))
        return DATAGRAM_COMPANION;
    if (first <= 3)
        return companion_if(is_classic_stun(bytes, on_wire));
    if (first >= 16 && first <= 19)
        return companion_if(is_zrtp(bytes));
    if (first >= 20 && first <= 63)
        return companion_if(bytes.data[1] == DTLS_VERSION);
    if (first >= 64 && first <= 79)
        return companion_if(is_turn_channel(bytes, on_wire));
    return DATAGRAM_OTHER;
}

StreamSecurity demux_key_agreement(Slice bytes)
{
    if (bytes.len <= KEEP_ALIVE_BYTES)
        return STREAM_SECURITY_NONE;
    uint8_t first = bytes.data[0];
    if (first >= 16 && first <= 19 && is_zrtp(bytes))
        return STREAM_SECURITY_ZRTP;
    return first >= 20 && first <= 63 && bytes.data[1] == DTLS_VERSION ? STREAM_SECURITY_DTLS
                                                                       : STREAM_SECURITY_NONE;
}

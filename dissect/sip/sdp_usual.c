#include "dissect/sip/sdp_usual.h"

#include "dissect/sip/sdp_attribute.h"
#include "dissect/sip/text.h"

static inline bool cut_literal(Slice *s, Slice literal)
{
    if (!text_begins_with(*s, literal))
        return false;
    *s = slice_of(s->data + literal.len, s->len - literal.len);
    return true;
}

static inline bool cut_line_end(Slice *s)
{
    return cut_literal(s, SLICE_LITERAL("\r\n"));
}

/* Position of the first space or control byte, or the length. */
static inline size_t word_length(Slice s)
{
    size_t len = 0;
    for (; len + SCAN_WIDTH <= s.len; len += SCAN_WIDTH) {
        unsigned blanks = scan_mask(scan_below(scan_load(s.data + len), ' ' + 1));
        if (blanks)
            return len + (size_t)__builtin_ctz(blanks);
    }
    while (len < s.len && s.data[len] > ' ')
        len++;
    return len;
}

/* Cuts a word of at least one byte. */
static inline bool cut_word(Slice *s, Slice *word)
{
    size_t len = word_length(*s);
    *word = slice_of(s->data, len);
    *s = slice_of(s->data + len, s->len - len);
    return len > 0;
}

/* Cuts a word and the space behind it. */
static inline bool cut_field(Slice *s, Slice *word)
{
    size_t len = word_length(*s);
    if (len == 0 || len == s->len || s->data[len] != ' ')
        return false;
    *word = slice_of(s->data, len);
    *s = slice_of(s->data + len + 1, s->len - len - 1);
    return true;
}

/* Cuts a number of at most nine digits. */
static inline bool cut_number(Slice *s, uint32_t *number)
{
    const uint8_t *at = s->data, *const end = at + s->len;
    uint32_t value = 0;
    unsigned digit;

    for (; at != end && (digit = (unsigned)*at - '0') <= 9; at++)
        value = value * 10 + digit;
    size_t len = (size_t)(at - s->data);
    *s = slice_of(at, s->len - len);
    *number = value;
    return len > 0 && len <= 9;
}

bool sdp_usual_version(Slice *rest)
{
    return cut_literal(rest, SLICE_LITERAL("v=0\r\n"));
}

bool sdp_usual_origin(Slice *rest, Sdp *out)
{
    Slice user, session_id, version, address;

    if (!cut_literal(rest, SLICE_LITERAL("o=")) || !cut_field(rest, &user) ||
        !cut_field(rest, &session_id) || !cut_field(rest, &version) ||
        (!cut_literal(rest, SLICE_LITERAL("IN IP4 ")) &&
         !cut_literal(rest, SLICE_LITERAL("IN IP6 "))) ||
        !cut_word(rest, &address) || !cut_line_end(rest))
        return false;
    out->origin_user = user;
    out->origin_session_id = session_id;
    out->origin_version = version;
    out->origin_address = address;
    return true;
}

bool sdp_usual_name(Slice *rest, Slice *out)
{
    Slice name;

    if (!cut_literal(rest, SLICE_LITERAL("s=")) || !text_cut_plain_line(rest, &name) ||
        slice_last(name) == ' ')
        return false;
    *out = name;
    return true;
}

bool sdp_usual_connection(Slice *rest, SdpConnection *out)
{
    SdpConnection connection = { .present = true };

    if ((!cut_literal(rest, SLICE_LITERAL("c=IN IP4 ")) &&
         !cut_literal(rest, SLICE_LITERAL("c=IN IP6 "))) ||
        !cut_word(rest, &connection.text) || !cut_line_end(rest) ||
        !ip_parse(connection.text, &connection.ip))
        return false;
    *out = connection;
    return true;
}

bool sdp_usual_time(Slice *rest)
{
    return cut_literal(rest, SLICE_LITERAL("t=0 0\r\n"));
}

/* " 0 8 101": none of them twice. */
static inline bool cut_payload_types(Slice *rest, SdpMedia *media)
{
    uint64_t seen[2] = { 0 }; /* a bit for each */

    while (cut_literal(rest, SLICE_LITERAL(" "))) {
        Slice text = *rest;
        uint32_t number;
        if (!cut_number(rest, &number) || number > 127 || media->format_count == SDP_FORMATS_MAX ||
            seen[number / 64] >> number % 64 & 1)
            return false;
        seen[number / 64] |= UINT64_C(1) << number % 64;
        text.len -= rest->len;
        sdp_format_add(media, text, (int16_t)number);
    }
    return media->format_count > 0;
}

bool sdp_usual_media(Slice *rest, SdpMedia *out)
{
    Slice media, protocol;
    uint32_t port;

    if (!cut_literal(rest, SLICE_LITERAL("m=")) || !cut_field(rest, &media) ||
        !cut_number(rest, &port) || port > UINT16_MAX || !cut_literal(rest, SLICE_LITERAL(" ")) ||
        !cut_word(rest, &protocol) || !cut_payload_types(rest, out) || !cut_line_end(rest))
        return false;
    out->media = media;
    out->port = (uint16_t)port;
    out->protocol = protocol;
    return true;
}

/* Cuts one of the formats of @media and the space behind it; NULL when @s begins with none. */
static inline SdpFormat *cut_format(Slice *s, const SdpMedia *media)
{
    SdpFormat *const end = media->formats + media->format_count;

    for (SdpFormat *format = media->formats; format < end; format++) {
        size_t len = format->text.len;
        if (len >= s->len || s->data[len] != ' ')
            continue;
        if (sdp_format_is(format, slice_of(s->data, len))) {
            *s = slice_of(s->data + len + 1, s->len - len - 1);
            return format;
        }
    }
    return NULL;
}

/* Cuts the name of an encoding, which is shorter than a vector, and the slash behind it. */
static inline bool cut_encoding(Slice *s, Slice *name)
{
    if (s->len < SCAN_WIDTH)
        return false;
    ScanBytes bytes = scan_load(s->data);
    unsigned slashes = scan_mask(scan_equal(bytes, '/'));
    unsigned blanks = scan_mask(scan_below(bytes, ' ' + 1));
    unsigned up_to_slash = slashes ^ (slashes - 1);
    if (slashes == 0 || slashes & 1 || blanks & up_to_slash)
        return false;
    size_t len = (size_t)__builtin_ctz(slashes);
    *name = slice_of(s->data, len);
    *s = slice_of(s->data + len + 1, s->len - len - 1);
    return true;
}

/* Cuts "8000" or "48000/2" and the line end. */
static inline bool cut_clock(Slice *s, uint32_t *clock_hz, uint32_t *channels)
{
    *clock_hz = 8000;
    *channels = 1;
    if (cut_literal(s, SLICE_LITERAL("8000\r\n"))) /* as in most of telephony */
        return true;
    return cut_number(s, clock_hz) && *clock_hz > 0 &&
           (!cut_literal(s, SLICE_LITERAL("/")) || cut_number(s, channels)) && *channels > 0 &&
           *channels <= UINT8_MAX && cut_line_end(s);
}

/* The first one of a format. */
static inline bool read_rtpmap(Slice *rest, SdpMedia *media)
{
    SdpFormat *format = cut_format(rest, media);
    Slice encoding;
    uint32_t clock_hz, channels;

    if (!format || format->encoding.len > 0 || !cut_encoding(rest, &encoding) ||
        !cut_clock(rest, &clock_hz, &channels))
        return false;
    format->encoding = encoding;
    format->clock_hz = clock_hz;
    format->channels = (uint8_t)channels;
    return true;
}

static inline bool read_fmtp(Slice *rest, SdpMedia *media)
{
    SdpFormat *format = cut_format(rest, media);
    Slice value;

    if (!format || !text_cut_plain_line(rest, &value) || text_first(value) <= ' ' ||
        slice_last(value) == ' ')
        return false;
    format->fmtp = value;
    return true;
}

static inline bool read_ptime(Slice *rest, SdpMedia *media)
{
    uint32_t ptime_ms;

    if (!cut_number(rest, &ptime_ms) || ptime_ms > UINT16_MAX || !cut_line_end(rest))
        return false;
    media->ptime_ms = (uint16_t)ptime_ms;
    return true;
}

bool sdp_usual_attribute(Slice *rest, SdpMedia *media)
{
    if (cut_literal(rest, SLICE_LITERAL("a=rtpmap:")))
        return read_rtpmap(rest, media);
    if (cut_literal(rest, SLICE_LITERAL("a=fmtp:")))
        return read_fmtp(rest, media);
    if (cut_literal(rest, SLICE_LITERAL("a=ptime:")))
        return read_ptime(rest, media);
    if (!cut_literal(rest, SLICE_LITERAL("a=sendrecv\r\n")))
        return false;
    media->direction = SDP_SENDRECV;
    return true;
}

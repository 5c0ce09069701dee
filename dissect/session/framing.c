#include "dissect/session/framing.h"
#include "dissect/base/cursor.h"

#define STUN_HEAD          20u
#define STUN_FIRST_MAX     1 /* of the methods and classes that there are */
#define STUN_COOKIE        0x2112a442u
#define CHANNEL_FIRST      0x40
#define CHANNEL_LAST       0x4f /* RFC 8656 section 12 */
#define CHANNEL_HEAD       4u
#define TURN_ALIGN         4u
#define LENGTH_BYTES       2u
#define DTLS_HEAD          13u
#define DTLS_VERSION       0xfe
#define DTLS_FIRST         20
#define DTLS_LAST          63
#define ZRTP_FIRST         16
#define ZRTP_LAST          19
#define ZRTP_COOKIE        0x5a525450u
#define RTP_HEAD           12u
#define RTP_FIRST          128
#define RTP_LAST           191
#define RTCP_TYPE_FIRST    200
#define RTCP_TYPE_LAST     207
#define PROBED_LENGTH_MAX  8192u
#define AGREEMENTS         2u /* beside the first frame */
#define AGREEMENTS_KNOWN   1u
#define FRAMES_MAX         16u /* that are looked at, so that a search stays cheap */
#define SEQUENCE_STEP_MAX  100
#define SEQUENCE_STEP_BACK (-16) /* a sender may have been handed them out of order */

/* Plausible until its cookie is there. */
static DissectStatus sign_stun(Slice content, size_t length, FrameSign *out)
{
    Cursor c = cursor_over(content);

    cursor_skip(&c, 2);
    size_t stated = cursor_be16(&c);
    bool fits = c.failed || STUN_HEAD + stated == length;
    uint32_t cookie = cursor_be32(&c);
    if (c.failed)
        return fits && length >= STUN_HEAD ? DISSECT_OK : DISSECT_NOT_MINE;
    if (cookie != STUN_COOKIE)
        return DISSECT_NOT_MINE;
    *out = FRAME_CERTAIN;
    return fits ? DISSECT_OK : DISSECT_MALFORMED;
}

/* A record of DTLS 1.3 that is encrypted has neither version nor length: RFC 9147 section 4. */
static FrameSign sign_dtls(Slice content, size_t length)
{
    Cursor c = cursor_over(content);

    cursor_skip(&c, 1);
    uint8_t version = cursor_u8(&c);
    cursor_skip(&c, 9);
    size_t record = cursor_be16(&c);
    bool fits = !c.failed && version == DTLS_VERSION && DTLS_HEAD + record <= length;
    return fits ? FRAME_CERTAIN : FRAME_PLAUSIBLE;
}

static FrameSign sign_zrtp(Slice content)
{
    Cursor c = cursor_over(content);

    cursor_skip(&c, 4);
    return cursor_be32(&c) == ZRTP_COOKIE ? FRAME_CERTAIN : FRAME_PLAUSIBLE;
}

static bool is_rtcp_type(uint8_t type)
{
    return type >= RTCP_TYPE_FIRST && type <= RTCP_TYPE_LAST;
}

/* The first header tells; what follows may be encrypted (RFC 3711 section 3.4). */
static DissectStatus sign_rtp(Slice content, size_t length, FrameSign *out)
{
    Cursor c = cursor_over(content);
    uint8_t first = cursor_u8(&c), second = cursor_u8(&c);
    size_t words = cursor_be16(&c);

    *out = FRAME_PLAUSIBLE;
    if (!c.failed && is_rtcp_type(second)) {
        *out = FRAME_RTCP;
        return 4 * (words + 1) <= length ? DISSECT_OK : DISSECT_MALFORMED;
    }
    if (length < RTP_HEAD + 4u * (first & 0x0f))
        return DISSECT_MALFORMED;
    if (content.len >= RTP_HEAD)
        *out = FRAME_RTP;
    return DISSECT_OK;
}

/* Of @length bytes, those of @content are there. */
static DissectStatus sign_content(Slice content, size_t length, FrameSign *out)
{
    uint8_t first = content.len ? content.data[0] : 0;

    *out = FRAME_PLAUSIBLE;
    if (length == 0)
        *out = FRAME_EMPTY;
    if (content.len == 0)
        return DISSECT_OK;
    if (first >= RTP_FIRST && first <= RTP_LAST)
        return sign_rtp(content, length, out);
    if (first <= 3)
        return sign_stun(content, length, out);
    if (first >= ZRTP_FIRST && first <= ZRTP_LAST)
        *out = sign_zrtp(content);
    else if (first >= DTLS_FIRST && first <= DTLS_LAST)
        *out = sign_dtls(content, length);
    else if (first < CHANNEL_FIRST || first > CHANNEL_LAST)
        return DISSECT_NOT_MINE;
    return DISSECT_OK;
}

DissectStatus framing_rfc4571(Slice bytes, Frame *out)
{
    Cursor c = cursor_over(bytes);
    size_t high = cursor_u8(&c), length = high << 8 | cursor_u8(&c);

    *out = (Frame){ .length = LENGTH_BYTES + length, .sign = FRAME_PLAUSIBLE };
    if (c.failed)
        return DISSECT_TRUNCATED;
    out->packet = out->content = slice_sub(bytes, LENGTH_BYTES, length);
    DissectStatus status = sign_content(out->content, length, &out->sign);
    if (status != DISSECT_OK)
        return status;
    return bytes.len < out->length ? DISSECT_TRUNCATED : DISSECT_OK;
}

static DissectStatus turn_stun(Slice bytes, Frame *out)
{
    Cursor c = cursor_over(bytes);

    cursor_skip(&c, 2);
    size_t length = cursor_be16(&c);
    uint32_t cookie = cursor_be32(&c);
    if (c.failed)
        return DISSECT_TRUNCATED;
    if (cookie != STUN_COOKIE || length % TURN_ALIGN != 0)
        return DISSECT_NOT_MINE;
    out->sign = FRAME_CERTAIN;
    out->length = STUN_HEAD + length;
    out->packet = out->content = slice_sub(bytes, 0, out->length);
    return bytes.len < out->length ? DISSECT_TRUNCATED : DISSECT_OK;
}

static DissectStatus turn_channel(Slice bytes, Frame *out)
{
    Cursor c = cursor_over(bytes);

    cursor_skip(&c, 2);
    size_t length = cursor_be16(&c);
    if (c.failed)
        return DISSECT_TRUNCATED;
    out->length = CHANNEL_HEAD + (length + TURN_ALIGN - 1) / TURN_ALIGN * TURN_ALIGN;
    out->packet = slice_sub(bytes, 0, CHANNEL_HEAD + length);
    out->content = slice_from(out->packet, CHANNEL_HEAD);
    DissectStatus status = sign_content(out->content, length, &out->sign);
    if (status != DISSECT_OK)
        return status;
    return bytes.len < out->length ? DISSECT_TRUNCATED : DISSECT_OK;
}

DissectStatus framing_turn(Slice bytes, Frame *out)
{
    *out = (Frame){ .sign = FRAME_PLAUSIBLE };
    if (bytes.len == 0)
        return DISSECT_TRUNCATED;
    uint8_t first = bytes.data[0];
    if (first <= STUN_FIRST_MAX)
        return turn_stun(bytes, out);
    return first >= CHANNEL_FIRST && first <= CHANNEL_LAST ? turn_channel(bytes, out)
                                                           : DISSECT_NOT_MINE;
}

/* --- agreement --- */

static bool read_rtp(const Frame *frame, uint32_t *ret_ssrc, uint16_t *ret_seq)
{
    Cursor c = cursor_over(frame->content);

    cursor_skip(&c, 2);
    *ret_seq = cursor_be16(&c);
    cursor_skip(&c, 4);
    *ret_ssrc = cursor_be32(&c);
    return frame->sign == FRAME_RTP && !c.failed;
}

/* The place of @ssrc, or @memory->count. */
static unsigned place_of(const FrameMemory *memory, uint32_t ssrc)
{
    unsigned place = 0;

    while (place < memory->count && memory->sources[place].ssrc != ssrc)
        place++;
    return place;
}

void framing_remember(FrameMemory *memory, const Frame *frame)
{
    uint32_t ssrc;
    uint16_t seq;

    if (!read_rtp(frame, &ssrc, &seq))
        return;
    unsigned place = place_of(memory, ssrc);
    if (place == memory->count) {
        if (memory->count < FRAMING_SOURCES)
            memory->count++;
        else
            place = memory->next++ % FRAMING_SOURCES;
    }
    memory->sources[place].ssrc = ssrc;
    memory->sources[place].seq = seq;
}

typedef enum { SOURCE_NEW, SOURCE_AGREES, SOURCE_CONTRADICTS } Agreement;

/* A counter that stands still is none of RTP. */
static Agreement compare(const FrameMemory *memory, const Frame *frame)
{
    uint32_t ssrc;
    uint16_t seq;

    if (!read_rtp(frame, &ssrc, &seq))
        return SOURCE_NEW;
    unsigned place = place_of(memory, ssrc);
    if (place == memory->count)
        return SOURCE_NEW;
    int16_t step = (int16_t)(uint16_t)(seq - memory->sources[place].seq);
    return step != 0 && step >= SEQUENCE_STEP_BACK && step <= SEQUENCE_STEP_MAX
               ? SOURCE_AGREES
               : SOURCE_CONTRADICTS;
}

typedef struct {
    FrameMemory seen; /* in these bytes */
    const FrameMemory *known;
    unsigned frames, agreements;
} Evidence;

/* False when the frame speaks against it. */
static bool weigh(Evidence *evidence, const Frame *frame)
{
    Agreement agreement = compare(&evidence->seen, frame);

    if (agreement == SOURCE_CONTRADICTS || frame->length > PROBED_LENGTH_MAX)
        return false;
    if (evidence->frames == 0 && frame->sign < FRAME_RTCP)
        return false; /* nothing is told by it */
    bool goes_on = evidence->known && compare(evidence->known, frame) == SOURCE_AGREES;
    evidence->agreements += agreement == SOURCE_AGREES || goes_on ||
                            (frame->sign == FRAME_RTCP && evidence->frames > 0);
    evidence->frames++;
    framing_remember(&evidence->seen, frame);
    return true;
}

bool framing_is_evidence(const Frame *frame)
{
    bool is_told = frame->content.len >= DTLS_HEAD; /* the longest that a sign takes */

    return frame->length <= PROBED_LENGTH_MAX && (!is_told || frame->sign >= FRAME_RTCP);
}

DissectStatus framing_recognise(FrameParser *parser, const FrameMemory *known, Slice bytes)
{
    Evidence evidence = { .known = known };
    const unsigned needed = known ? AGREEMENTS_KNOWN : AGREEMENTS;
    Frame frame;

    while (evidence.agreements < needed) {
        if (evidence.frames == FRAMES_MAX)
            return DISSECT_NOT_MINE;
        if (bytes.len == 0)
            return known && evidence.frames > 0 ? DISSECT_OK : DISSECT_TRUNCATED;
        DissectStatus status = parser(bytes, &frame);
        if (status == DISSECT_NOT_MINE || status == DISSECT_MALFORMED)
            return DISSECT_NOT_MINE;
        if (frame.sign == FRAME_CERTAIN)
            return DISSECT_OK;
        if (status == DISSECT_TRUNCATED)
            return evidence.frames > 0 || framing_is_evidence(&frame) ? DISSECT_TRUNCATED
                                                                      : DISSECT_NOT_MINE;
        if (!weigh(&evidence, &frame))
            return DISSECT_NOT_MINE;
        bytes = slice_from(bytes, frame.length);
    }
    return DISSECT_OK;
}

bool framing_find(FrameParser *parser, const FrameMemory *known, Slice bytes, size_t *ret_at)
{
    size_t perhaps = bytes.len;

    for (size_t at = 0; at < bytes.len; at++) {
        DissectStatus status = framing_recognise(parser, known, slice_from(bytes, at));
        if (status == DISSECT_OK) {
            *ret_at = at;
            return true;
        }
        if (status == DISSECT_TRUNCATED && perhaps == bytes.len &&
            bytes.len - at <= FRAMING_SEARCH_MAX)
            perhaps = at;
    }
    *ret_at = perhaps;
    return false;
}

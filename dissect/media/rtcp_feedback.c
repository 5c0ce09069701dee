/* dissect/media/rtcp_feedback.c - see rtcp_feedback.h */
#include "dissect/media/rtcp_feedback.h"
#include "dissect/base/cursor.h"

#define REMB_MARK     0x52454d42u /* "REMB" */
#define TARGET_BYTES  8u          /* an SSRC and four bytes about it: RFC 5104 */
#define SSRC_BYTES    4u
#define MANTISSA_BITS 18
#define EXPONENT_MAX  45 /* beyond it a bit rate would not fit 63 bits */

typedef struct {
    uint8_t type, format;
    FeedbackKind kind;
    bool lists_targets;
} FormatRow;

static const FormatRow formats[] = {
    { RTCP_RTPFB, 1, FEEDBACK_NACK, false }, { RTCP_RTPFB, 3, FEEDBACK_TMMBR, true },
    { RTCP_RTPFB, 4, FEEDBACK_TMMBN, true }, { RTCP_RTPFB, 15, FEEDBACK_TWCC, false },
    { RTCP_PSFB, 1, FEEDBACK_PLI, false },   { RTCP_PSFB, 2, FEEDBACK_SLI, false },
    { RTCP_PSFB, 3, FEEDBACK_RPSI, false },  { RTCP_PSFB, 4, FEEDBACK_FIR, true },
    { RTCP_PSFB, 5, FEEDBACK_TSTR, true },   { RTCP_PSFB, 6, FEEDBACK_TSTN, true },
    { RTCP_PSFB, 7, FEEDBACK_VBCM, true },   { RTCP_PSFB, 15, FEEDBACK_REMB, true },
};

const char *feedback_kind_name(FeedbackKind kind)
{
    static const char *const names[] = { "nack", "tmmbr", "tmmbn", "twcc", "pli",  "sli",    "rpsi",
                                         "fir",  "tstr",  "tstn",  "vbcm", "remb", "unknown" };
    return (unsigned)kind < G_N_ELEMENTS(names) ? names[kind] : "unknown";
}

static const FormatRow *row_of(const RtcpPacket *packet)
{
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++)
        if (formats[i].type == packet->type && formats[i].format == packet->count)
            return &formats[i];
    return NULL;
}

/* One packet, and sixteen bits for those behind it. */
static unsigned count_lost(Slice entries)
{
    Cursor c = cursor_over(entries);
    unsigned lost = 0;

    for (;;) {
        cursor_skip(&c, sizeof(uint16_t));
        unsigned following = cursor_be16(&c);
        if (c.failed)
            return lost;
        lost += 1 + (unsigned)__builtin_popcount(following);
    }
}

static bool read_remb(Slice body, RtcpFeedback *feedback)
{
    Cursor c = cursor_over(body);

    if (cursor_be32(&c) != REMB_MARK) {
        feedback->kind = FEEDBACK_UNKNOWN; /* an application's own */
        feedback->targets = SLICE_EMPTY;
        return true;
    }
    unsigned count = cursor_u8(&c);
    uint32_t rate = cursor_be24(&c);
    unsigned exponent = rate >> MANTISSA_BITS;
    uint64_t mantissa = rate & ((1u << MANTISSA_BITS) - 1);

    feedback->bit_rate_bps = exponent <= EXPONENT_MAX ? mantissa << exponent : INT64_MAX;
    feedback->targets = cursor_slice(&c, SSRC_BYTES * count);
    feedback->target_bytes = SSRC_BYTES;
    return !c.failed;
}

DissectStatus rtcp_feedback_parse(const RtcpPacket *packet, RtcpFeedback *out)
{
    Cursor c = cursor_over(packet->body);
    RtcpFeedback feedback = { .kind = FEEDBACK_UNKNOWN, .media_ssrc = cursor_be32(&c) };
    Slice entries = cursor_rest(&c);
    const FormatRow *row = row_of(packet);

    if (packet->type != RTCP_RTPFB && packet->type != RTCP_PSFB)
        return DISSECT_NOT_MINE;
    if (c.failed)
        return DISSECT_TRUNCATED;
    if (row) {
        feedback.kind = row->kind;
        feedback.targets = row->lists_targets ? entries : SLICE_EMPTY;
        feedback.target_bytes = TARGET_BYTES;
    }
    if (feedback.kind == FEEDBACK_NACK)
        feedback.lost_packets = count_lost(entries);
    if (feedback.kind == FEEDBACK_REMB && !read_remb(entries, &feedback))
        return DISSECT_TRUNCATED;
    *out = feedback;
    return DISSECT_OK;
}

bool feedback_next_target(RtcpFeedback *feedback, uint32_t *ssrc)
{
    Cursor c = cursor_over(feedback->targets);
    uint32_t value = cursor_be32(&c);

    if (c.failed)
        return false;
    feedback->targets = slice_from(feedback->targets, feedback->target_bytes);
    *ssrc = value;
    return true;
}

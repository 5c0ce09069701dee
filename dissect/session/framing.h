/* dissect/session/framing.h - packets that are datagrams elsewhere, in a stream: each behind its
 * length (RFC 4571 section 2; ICE over TCP, RFC 6544 section 10.1, does the same), or as TURN has
 * it, STUN messages and ChannelData padded to four bytes (RFC 8656 sections 2.1 and 12.5).
 *
 * Neither has a mark at its front. A stream is recognised by frames whose lengths chain and whose
 * content is what may share a port with RTP (RFC 7983): one of STUN, DTLS or ZRTP that agrees with
 * its frame is enough, of RTP and RTCP it takes three in a row that agree with one another. Pure
 * functions; slices borrowed. */
#pragma once
#include "dissect/base/slice.h"
#include "dissect/base/status.h"

#define FRAMING_SEARCH_MAX (16u << 10) /* bytes in which a frame is waited for */

/* What its content says of a frame. */
typedef enum {
    FRAME_EMPTY,     /* a null packet: RFC 4571 section 2 */
    FRAME_PLAUSIBLE, /* its first byte is one that RFC 7983 knows */
    FRAME_RTCP,      /* a compound whose lengths add up */
    FRAME_RTP,
    FRAME_CERTAIN, /* STUN with its cookie, DTLS, ZRTP, of the length of the frame */
} FrameSign;

typedef struct {
    size_t
        length;   /* on the stream, with header and padding; as far as a header that is cut tells */
    Slice packet; /* what would be a datagram over UDP; of TURN the whole message, unpadded */
    Slice content; /* the same without the header of ChannelData */
    FrameSign sign;
} Frame;

/* Reads the frame at the front. DISSECT_OK: it is whole. DISSECT_TRUNCATED: more bytes are needed;
 * @out says what is known. DISSECT_NOT_MINE: nothing that is framed so begins like this.
 * DISSECT_MALFORMED: its content contradicts its length. */
typedef DissectStatus FrameParser(Slice bytes, Frame *out);
FrameParser framing_rfc4571, framing_turn;

/* May a frame at the front, whole or not, be what a stream is recognised by? */
bool framing_is_evidence(const Frame *frame);

#define FRAMING_SOURCES 4u /* SSRCs of one direction that are remembered */

typedef struct {
    unsigned count, next; /* @next: to be forgotten first */
    struct {
        uint32_t ssrc;
        uint16_t seq;
    } sources[FRAMING_SOURCES];
} FrameMemory;

/* Remembers the source of a frame that was taken. */
void framing_remember(FrameMemory *memory, const Frame *frame);

/* Do @bytes begin with frames? DISSECT_TRUNCATED: more bytes may tell. @known (or NULL) is the
 * memory of a direction of which that is certain: then one frame that goes on with a source of it,
 * or two that agree, or one that ends where @bytes end, are enough. Only DISSECT_OK, NOT_MINE and
 * TRUNCATED are returned. */
DissectStatus framing_recognise(FrameParser *parser, const FrameMemory *known, Slice bytes);

/* Behind missing bytes: finds where frames begin again. True, and *@ret_at is where; false, and
 * *@ret_at bytes are of no use, the rest (at most FRAMING_SEARCH_MAX) may be with more behind it.
 */
bool framing_find(FrameParser *parser, const FrameMemory *known, Slice bytes, size_t *ret_at);

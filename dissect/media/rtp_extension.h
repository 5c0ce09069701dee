/* dissect/media/rtp_extension.h - RTP header extensions (RFC 8285, one and two byte headers) and
 * the ones that are known by name. They are in the clear under SRTP as well, but for those that the
 * SDP says are encrypted (srtp_extension.h). Pure functions; slices borrowed. */
#pragma once
#include "dissect/media/rtp.h"

typedef enum {
    EXTENSION_NONE,
    EXTENSION_AUDIO_LEVEL, /* RFC 6464 */
    EXTENSION_MIXER_LEVEL, /* RFC 6465 */
    EXTENSION_MID,         /* RFC 9143 */
    EXTENSION_RID,         /* RFC 8852 */
    EXTENSION_REPAIRED_RID,
    EXTENSION_OFFSET, /* RFC 5450 */
    EXTENSION_NTP_64, /* RFC 6051 */
    EXTENSION_ABS_SEND_TIME,
    EXTENSION_ABS_CAPTURE_TIME,
    EXTENSION_TRANSPORT_CC,
    EXTENSION_VIDEO_ORIENTATION,
    EXTENSION_PLAYOUT_DELAY,
    EXTENSION_VIDEO_CONTENT_TYPE,
    EXTENSION_VIDEO_TIMING,
    EXTENSION_COLOR_SPACE,
    EXTENSION_DEPENDENCY_DESCRIPTOR,
    EXTENSION_FRAME_MARKING, /* RFC 9626 */
    EXTENSION_OTHER,
} HeaderExtension;

/* By the URI of a=extmap. */
HeaderExtension header_extension_of(Slice uri);
const char *header_extension_name(HeaderExtension extension); /* "audio-level" */

#define HEADER_EXTENSION_IDS       16    /* of which a meaning is kept: 1 to 15 */
#define HEADER_EXTENSION_ENCRYPTED 0x80u /* added to the HeaderExtension in a meaning: RFC 6904 */

static inline HeaderExtension header_extension_kind(uint8_t meaning)
{
    return (HeaderExtension)(meaning & ~HEADER_EXTENSION_ENCRYPTED);
}

typedef struct {
    uint8_t id;
    Slice data;
} RtpExtension;

typedef struct {
    Slice rest;
    bool two_bytes;
} RtpExtensions;

/* The elements of @packet; none when its profile is of another kind. */
RtpExtensions rtp_extensions(const RtpPacket *packet);
/* The next one, padding skipped; false at the end, and where one is longer than what is there. */
bool rtp_extensions_next(RtpExtensions *elements, RtpExtension *out);

typedef struct {
    bool voice;    /* the sender takes it for speech */
    uint8_t level; /* -dBov: 0 loudest, 127 silence */
} AudioLevel;
/* RFC 6464. DISSECT_TRUNCATED when the element is empty. */
DissectStatus audio_level_parse(Slice data, AudioLevel *out);

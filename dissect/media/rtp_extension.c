/* dissect/media/rtp_extension.c - see rtp_extension.h */
#include "dissect/media/rtp_extension.h"
#include "dissect/base/cursor.h"

#define ONE_BYTE_PROFILE 0xbedeu
#define TWO_BYTE_PROFILE 0x1000u /* its last four bits are the application's */
#define HEAD_BYTES       4u
#define ONE_BYTE_STOP    15 /* RFC 8285 4.2: nothing behind it counts */

static const struct {
    Slice uri;
    HeaderExtension extension;
    const char *name;
} known[] = {
    { SLICE_LITERAL("urn:ietf:params:rtp-hdrext:ssrc-audio-level"), EXTENSION_AUDIO_LEVEL,
      "audio-level" },
    { SLICE_LITERAL("urn:ietf:params:rtp-hdrext:csrc-audio-level"), EXTENSION_MIXER_LEVEL,
      "mixer-audio-level" },
    { SLICE_LITERAL("urn:ietf:params:rtp-hdrext:sdes:mid"), EXTENSION_MID, "mid" },
    { SLICE_LITERAL("urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"), EXTENSION_RID, "rid" },
    { SLICE_LITERAL("urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"),
      EXTENSION_REPAIRED_RID, "repaired-rid" },
    { SLICE_LITERAL("urn:ietf:params:rtp-hdrext:toffset"), EXTENSION_OFFSET,
      "transmission-offset" },
    { SLICE_LITERAL("urn:ietf:params:rtp-hdrext:ntp-64"), EXTENSION_NTP_64, "ntp-64" },
    { SLICE_LITERAL("http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"),
      EXTENSION_ABS_SEND_TIME, "abs-send-time" },
    { SLICE_LITERAL("http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"),
      EXTENSION_ABS_CAPTURE_TIME, "abs-capture-time" },
    { SLICE_LITERAL("http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"),
      EXTENSION_TRANSPORT_CC, "transport-cc" },
    { SLICE_LITERAL("urn:3gpp:video-orientation"), EXTENSION_VIDEO_ORIENTATION,
      "video-orientation" },
    { SLICE_LITERAL("http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"),
      EXTENSION_PLAYOUT_DELAY, "playout-delay" },
    { SLICE_LITERAL("http://www.webrtc.org/experiments/rtp-hdrext/video-content-type"),
      EXTENSION_VIDEO_CONTENT_TYPE, "video-content-type" },
    { SLICE_LITERAL("http://www.webrtc.org/experiments/rtp-hdrext/video-timing"),
      EXTENSION_VIDEO_TIMING, "video-timing" },
    { SLICE_LITERAL("http://www.webrtc.org/experiments/rtp-hdrext/color-space"),
      EXTENSION_COLOR_SPACE, "color-space" },
    { SLICE_LITERAL("https://aomediacodec.github.io/av1-rtp-spec/"
                    "#dependency-descriptor-rtp-header-extension"),
      EXTENSION_DEPENDENCY_DESCRIPTOR, "dependency-descriptor" },
    { SLICE_LITERAL("urn:ietf:params:rtp-hdrext:framemarking"), EXTENSION_FRAME_MARKING,
      "frame-marking" },
};

HeaderExtension header_extension_of(Slice uri)
{
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
        if (slice_equal_nocase(uri, known[i].uri))
            return known[i].extension;
    return EXTENSION_OTHER;
}

const char *header_extension_name(HeaderExtension extension)
{
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
        if (known[i].extension == extension)
            return known[i].name;
    return "other";
}

RtpExtensions rtp_extensions(const RtpPacket *packet)
{
    RtpExtensions elements = { .rest = SLICE_EMPTY };

    if (packet->extension_profile == ONE_BYTE_PROFILE) {
        elements.rest = slice_from(packet->extension, HEAD_BYTES);
    } else if ((packet->extension_profile & 0xfff0) == TWO_BYTE_PROFILE) {
        elements.rest = slice_from(packet->extension, HEAD_BYTES);
        elements.two_bytes = true;
    }
    return elements;
}

static bool read_head(Cursor *c, bool two_bytes, RtpExtension *element, size_t *length)
{
    uint8_t first = cursor_u8(c);

    element->id = two_bytes ? first : first >> 4;
    *length = (first & 0x0fu) + 1;
    if (first == 0) /* padding */
        return true;
    if (two_bytes)
        *length = cursor_u8(c);
    return two_bytes || element->id != ONE_BYTE_STOP;
}

bool rtp_extensions_next(RtpExtensions *elements, RtpExtension *out)
{
    Cursor c = cursor_over(elements->rest);
    RtpExtension element = { .id = 0 };
    size_t length = 0;

    while (element.id == 0) {
        bool more = read_head(&c, elements->two_bytes, &element, &length);
        if (c.failed || !more) {
            elements->rest = SLICE_EMPTY;
            return false;
        }
        if (element.id == 0 && c.rest.len == 0) {
            elements->rest = SLICE_EMPTY;
            return false;
        }
    }
    element.data = cursor_slice(&c, length);
    elements->rest = cursor_rest(&c);
    if (c.failed)
        return false;
    *out = element;
    return true;
}

DissectStatus audio_level_parse(Slice data, AudioLevel *out)
{
    if (data.len < 1)
        return DISSECT_TRUNCATED;
    *out = (AudioLevel){ .voice = data.data[0] & 0x80, .level = data.data[0] & 0x7f };
    return DISSECT_OK;
}

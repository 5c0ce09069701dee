/* G.723.1 with Annex A: frames of 30 ms that tell their own size (RFC 3551 4.5.3), by libavcodec.
 */
#include "dissect/media/codec/frame_codec.h"

/* By the two lowest bits: speech at 6.3 and 5.3 kbit/s, a description of silence, nothing new. */
static unsigned frame_bytes(uint8_t first)
{
    static const uint8_t bytes[] = { 24, 20, 4, 1 };
    return bytes[first & 3];
}

static void *open_g723(const CodecSetup *setup)
{
    return frame_codec_open(
        (FrameCodec){ .decoder = "g723_1", .rate_hz = setup->rate_hz, .bytes_by = frame_bytes });
}

const CodecOps codec_g723 = FRAME_CODEC_OPS(open_g723);

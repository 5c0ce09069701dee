/* iLBC (RFC 3951): 30 ms in 50 bytes or 20 ms in 38 (RFC 3952), by libavcodec. */
#include "dissect/media/codec/fmtp.h"
#include "dissect/media/codec/frame_codec.h"

#define BYTES_20MS 38
#define BYTES_30MS 50

/* RFC 3952 section 5: without a mode it is 30. libavcodec begins with filters of nothing, which
 * ring aloud, instead of those of RFC 3951 section 3.2.7: the first frame gives it others. */
static void *open_ilbc(const CodecSetup *setup)
{
    bool is_20ms = fmtp_number(setup->fmtp, "mode", 30) == 20;

    return frame_codec_open((FrameCodec){ .decoder = "ilbc",
                                          .rate_hz = setup->rate_hz,
                                          .frame_bytes = is_20ms ? BYTES_20MS : BYTES_30MS,
                                          .sizes = { BYTES_30MS, BYTES_20MS },
                                          .hears_twice = true });
}

const CodecOps codec_ilbc = FRAME_CODEC_OPS(open_ilbc);

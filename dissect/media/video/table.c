/* dissect/media/video/table.c - the video codecs whose headers are read. */
#include "dissect/media/video/codec.h"

static const VideoCodec codecs[] = {
    { "H264", video_h264_read },
    { "H264-SVC", video_h264_read },
    { "H265", video_h265_read },
    { "VP8", video_vp8_read },
    { "VP9", video_vp9_read },
    { "AV1", video_av1_read },
    { "H263", video_h263_read },
    { "H263-1998", video_h263_1998_read },
    { "H263-2000", video_h263_1998_read },
};

const VideoCodec *video_codec_find(const char *encoding)
{
    for (size_t i = 0; encoding && i < G_N_ELEMENTS(codecs); i++)
        if (g_ascii_strcasecmp(codecs[i].encoding, encoding) == 0)
            return &codecs[i];
    return NULL;
}

#include "dissect/media/video/codec.h"
#include <glib.h>

typedef struct {
    const char *encoding;
    const uint8_t *bytes;
    size_t len;
    bool starts, key;
    unsigned width, height;
} Case;

/* Parameter sets and picture headers of real encoders, 352x288 where nothing else is said. */
static const uint8_t h264_sps[] = { 0x67, 0x42, 0xc0, 0x14, 0xda, 0x05, 0x82, 0x5a,
                                    0x10, 0x00, 0x00, 0x03, 0x00, 0x10, 0x00, 0x00,
                                    0x03, 0x03, 0x28, 0xf1, 0x42, 0xaa };
static const uint8_t h264_idr_start[] = { 0x7c, 0x85, 0x88, 0x84 }; /* FU-A, S, first_mb 0 */
static const uint8_t h264_idr_middle[] = { 0x7c, 0x05, 0x88, 0x84 };
static const uint8_t h264_slice[] = { 0x41, 0x9a, 0x00 };
static const uint8_t h264_later_slice[] = { 0x41, 0x4a, 0x00 };
static const uint8_t h264_stap[] = { 0x78, 0,    22,   0x67, 0x42, 0xc0, 0x14, 0xda, 0x05, 0x82,
                                     0x5a, 0x10, 0x00, 0x00, 0x03, 0x00, 0x10, 0x00, 0x00, 0x03,
                                     0x03, 0x28, 0xf1, 0x42, 0xaa, 0,    2,    0x65, 0x88 };
static const uint8_t h265_parameters[] = {
    0x60, 0x01, 0x00, 0x18, 0x40, 0x01, 0x0c, 0x01, 0xff, 0xff, 0x01, 0x60, 0x00, 0x00, 0x03,
    0x00, 0x90, 0x00, 0x00, 0x03, 0x00, 0x00, 0x03, 0x00, 0x3c, 0x95, 0x94, 0x09, 0x00, 0x2a,
    0x42, 0x01, 0x01, 0x01, 0x60, 0x00, 0x00, 0x03, 0x00, 0x90, 0x00, 0x00, 0x03, 0x00, 0x00,
    0x03, 0x00, 0x3c, 0xa0, 0x0b, 0x08, 0x04, 0x85, 0x96, 0x56, 0x54, 0xa4, 0xc2, 0xf0, 0x16,
    0x9c, 0x20, 0x00, 0x00, 0x03, 0x00, 0x20, 0x00, 0x00, 0x03, 0x03, 0x21
};
static const uint8_t h265_idr[] = { 0x62, 0x01, 0x93, 0xaf }; /* FU, S, IDR_W_RADL */
static const uint8_t h265_trail[] = { 0x02, 0x01, 0xd0 };
static const uint8_t h263_plus[] = { 0x04, 0x00, 0x80, 0x02, 0x1c, 0xb8, 0x21, 0x00, 0x12, 0x40 };
static const uint8_t h263_plus_rest[] = { 0x00, 0x00, 0x12, 0x34 };
static const uint8_t h263_mode_a[] = { 0x00, 0x40, 0x00, 0x00, 0x00, 0x00, 0x80 }; /* QCIF, I=0 */
static const uint8_t vp8_key[] = { 0x90, 0x80, 0x92, 0x34, 0x10, 0x02, 0x00,
                                   0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01 }; /* 640x480 */
static const uint8_t vp8_inter[] = { 0x10, 0x01, 0x02, 0x00 };
static const uint8_t vp8_rest[] = { 0x00, 0x01, 0x02, 0x00 };
static const uint8_t vp9_key[] = {
    0x88, 0x05, 0x82, 0x49, 0x83, 0x42, 0x20, 0x27, 0xf0, 0x1d, 0xf0
};
static const uint8_t vp9_structure[] = { 0x8a, 0x80, 0x05, 0x30, 0x01, 0x40, 0x00,
                                         0xb4, 0x02, 0x80, 0x01, 0x68, 0x82 }; /* two layers */
static const uint8_t vp9_inter[] = { 0xd8, 0x05, 0x02, 0x82 }; /* flexible, one reference */
static const uint8_t av1_key[] = { 0x18, 0x08, 0x00, 0x00, 0x00, 0x42, 0xa6, 0x7f, 0xd9, 0xe0 };
static const uint8_t av1_timing[] = { 0x08, 29,   0x08, 0x04, 0x00, 0x00, 0x00, 0x04,
                                      0x00, 0x00, 0x00, 0x7a, 0xa9, 0x00, 0x00, 0x00,
                                      0x01, 0x4a, 0x61, 0x00, 0x04, 0x20, 0x28, 0x0a,
                                      0x98, 0x00, 0x14, 0xa9, 0x4f, 0xeb, 0x38 };
static const uint8_t av1_rest[] = { 0x90, 0x08, 0x00 };

#define CASE(name, bytes, ...)                                                                     \
    {                                                                                              \
        name, bytes, sizeof bytes, __VA_ARGS__                                                     \
    }

static const Case cases[] = {
    CASE("H264", h264_sps, true, false, 352, 288),
    CASE("H264", h264_idr_start, true, true, 0, 0),
    CASE("H264", h264_idr_middle, false, true, 0, 0),
    CASE("h264", h264_slice, true, false, 0, 0),
    CASE("H264", h264_later_slice, false, false, 0, 0),
    CASE("H264", h264_stap, true, true, 352, 288),
    CASE("H265", h265_parameters, true, false, 352, 288),
    CASE("H265", h265_idr, true, true, 0, 0),
    CASE("H265", h265_trail, true, false, 0, 0),
    CASE("H263-1998", h263_plus, true, true, 352, 288),
    CASE("H263-2000", h263_plus_rest, false, false, 0, 0),
    CASE("H263", h263_mode_a, true, true, 176, 144),
    CASE("VP8", vp8_key, true, true, 640, 480),
    CASE("VP8", vp8_inter, true, false, 0, 0),
    CASE("VP8", vp8_rest, false, false, 0, 0),
    CASE("VP9", vp9_key, true, true, 640, 480),
    CASE("VP9", vp9_structure, true, true, 640, 360),
    CASE("VP9", vp9_inter, true, false, 0, 0),
    CASE("AV1", av1_key, true, true, 1280, 720),
    CASE("AV1", av1_timing, true, true, 640, 360),
    CASE("AV1", av1_rest, false, false, 0, 0),
};

static void test_headers(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        VideoPayload payload = { 0 };
        const VideoCodec *codec = video_codec_find(cases[i].encoding);
        g_test_message("case %zu, %s", i, cases[i].encoding);
        g_assert_nonnull(codec);
        g_assert_true(codec->read(slice_of(cases[i].bytes, cases[i].len), &payload));
        g_assert_cmpint(payload.starts_picture, ==, cases[i].starts);
        g_assert_cmpint(payload.key, ==, cases[i].key);
        g_assert_cmpuint(payload.width, ==, cases[i].width);
        g_assert_cmpuint(payload.height, ==, cases[i].height);
    }
}

/* Cut anywhere, it says less or the same, never something else. */
static void test_every_truncation(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const VideoCodec *codec = video_codec_find(cases[i].encoding);
        for (size_t len = 0; len < cases[i].len; len++) {
            g_autofree uint8_t *exact = g_memdup2(cases[i].bytes, len);
            VideoPayload payload = { 0 };
            bool read = codec->read(slice_of(exact, len), &payload);
            g_test_message("case %zu, %s, %zu bytes", i, cases[i].encoding, len);
            g_assert_true(len > 0 || !read);
            if (payload.width != 0)
                g_assert_cmpuint(payload.width, <=, cases[i].width);
            g_assert_true(!payload.key || cases[i].key || len < 4);
        }
    }
}

static void test_unknown(void)
{
    g_assert_null(video_codec_find("PCMU"));
    g_assert_null(video_codec_find(NULL));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/video-codecs/headers", test_headers);
    g_test_add_func("/video-codecs/every-truncation", test_every_truncation);
    g_test_add_func("/video-codecs/unknown", test_unknown);
    return g_test_run();
}

/* dissect/media/video/codec.h - what the first bytes of a video payload say: one file and one row a
 * codec. Pictures are not decoded. */
#pragma once
#include "dissect/base/slice.h"

typedef struct {
    bool starts_picture;    /* the first packet of one, as far as the payload tells */
    bool key;               /* belongs to a picture that needs no other */
    uint16_t width, height; /* 0: not said here */
} VideoPayload;

typedef struct {
    const char *encoding; /* as in rtpmap */
    /* Reads what is there of a payload; @out is empty before. False when it cannot be one. */
    bool (*read)(Slice payload, VideoPayload *out);
} VideoCodec;

/* NULL: none of that name. */
const VideoCodec *video_codec_find(const char *encoding);

/* The rows. */
bool video_h264_read(Slice payload, VideoPayload *out);      /* RFC 6184 */
bool video_h265_read(Slice payload, VideoPayload *out);      /* RFC 7798 */
bool video_h263_read(Slice payload, VideoPayload *out);      /* RFC 2190 */
bool video_h263_1998_read(Slice payload, VideoPayload *out); /* RFC 4629 */
bool video_vp8_read(Slice payload, VideoPayload *out);       /* RFC 7741 */
bool video_vp9_read(Slice payload, VideoPayload *out);       /* RFC 9628 */
bool video_av1_read(Slice payload, VideoPayload *out);       /* RTP Payload Format For AV1 */

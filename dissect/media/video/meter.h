/* dissect/media/video/meter.h - the pictures of a video stream, counted in constant memory.
 *
 * A picture is the packets of one timestamp. Pictures may be sent in another order than they are
 * shown in: distances are those of the timestamps that grow. It is damaged when a sequence number
 * within it, or between it and the marker of the one before, is missing. The picture freezes where
 * the timestamps of two pictures are further apart than three usual distances and 150 ms more than
 * one, as W3C webrtc-stats (freezeCount) has it. What is encrypted is counted by its headers alone.
 */
#pragma once
#include "dissect/media/video/codec.h"

typedef struct {
    uint32_t ts_ticks, packets, missing;
    bool valid, ended, key; /* @ended: its marker was seen */
} VideoPicture;

typedef struct {
    uint64_t pictures, key_pictures, damaged; /* without the last two: video_report() */
    uint64_t unread;                          /* packets whose payload is none of their codec */
    uint64_t freezes;
    uint64_t freeze_ticks;  /* in all */
    uint32_t longest_ticks; /* between two pictures */
    uint16_t width, height; /* the last; 0: not known */
    uint32_t size_changes;
    bool readable; /* some payload could be read: @key_pictures means something */

    /* Private. */
    bool started;
    int64_t highest_seq;
    uint64_t elapsed_ticks; /* first picture to the last */
    uint32_t latest_ts_ticks;
    double usual_ticks; /* distance of pictures */
    VideoPicture newest, before;
} VideoMeter;

typedef struct {
    const VideoCodec *codec; /* NULL: not known, or encrypted */
    Slice payload;
    int64_t extended_seq;
    uint32_t ts_ticks;
    bool marker;
} VideoPacket;

void video_meter_add(VideoMeter *meter, const VideoPacket *packet);

typedef struct {
    uint64_t frames, damaged_frames;
    uint64_t key_frames; /* valid when @keys_known */
    bool keys_known;
    double frames_per_s; /* NAN: fewer than two */
    uint64_t freezes;
    double freeze_ms, longest_ms; /* all of them; the longest distance of two frames, NAN */
    uint16_t width, height;       /* 0: not known */
    uint32_t size_changes;
    uint64_t unread_packets;
} VideoReport;

void video_report(const VideoMeter *meter, uint32_t clock_hz, VideoReport *out);

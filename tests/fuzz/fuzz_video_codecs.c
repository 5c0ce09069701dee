#include "dissect/media/video/meter.h"
#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte chooses the codec; then packets: two bytes of length, one of a step in time. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = { "H264", "H265", "VP8", "VP9", "AV1", "H263", "H263-1998" };
    VideoMeter meter = { 0 };
    VideoReport report;

    if (size < 1)
        return 0;
    const VideoCodec *codec = video_codec_find(names[data[0] % G_N_ELEMENTS(names)]);
    Slice rest = slice_of(data + 1, size - 1);
    uint32_t ts_ticks = 0;
    for (int64_t seq = 65536; rest.len > 3; seq++) {
        ts_ticks += 900u * rest.data[2];
        seq += rest.data[2] & 1;
        VideoPacket packet = {
            .codec = codec,
            .payload = slice_sub(rest, 3, rest.data[0]),
            .extended_seq = seq,
            .ts_ticks = ts_ticks,
            .marker = rest.data[1] & 1,
        };
        video_meter_add(&meter, &packet);
        rest = slice_from(rest, 3u + rest.data[0]);
    }
    video_report(&meter, 90000, &report);
    if (report.key_frames > report.frames || report.damaged_frames > report.frames)
        __builtin_trap();
    return 0;
}

/* dissect/media/video/meter.c - see meter.h */
#include "dissect/media/video/meter.h"
#include <math.h>

#define DEFAULT_CLOCK_HZ 90000u
#define FREEZE_TICKS     (DEFAULT_CLOCK_HZ * 0.150)
#define FREEZE_TIMES     3
#define USUAL_WEIGHT     30           /* pictures that make the usual distance */
#define JUMP_TICKS       (60 * 90000) /* further is another beginning */
#define RESTART_GAP      3000         /* numbers */

static void close_picture(VideoMeter *meter, const VideoPicture *picture)
{
    if (!picture->valid)
        return;
    meter->pictures++;
    meter->key_pictures += picture->key;
    meter->damaged += picture->missing > 0;
}

static void count_distance(VideoMeter *meter, uint32_t ts_ticks)
{
    int32_t later = (int32_t)(ts_ticks - meter->latest_ts_ticks);
    bool jumped = later >= JUMP_TICKS || later <= -JUMP_TICKS;
    uint32_t ticks = (uint32_t)later;

    if (later <= 0 && !jumped)
        return; /* shown before the last one */
    meter->latest_ts_ticks = ts_ticks;
    if (jumped)
        return;
    meter->elapsed_ticks += ticks;
    meter->longest_ticks = MAX(meter->longest_ticks, ticks);
    if (meter->usual_ticks > 0 && ticks > FREEZE_TIMES * meter->usual_ticks &&
        ticks > meter->usual_ticks + FREEZE_TICKS) {
        meter->freezes++;
        meter->freeze_ticks += ticks;
        return;
    }
    meter->usual_ticks +=
        meter->usual_ticks > 0 ? (ticks - meter->usual_ticks) / USUAL_WEIGHT : (double)ticks;
}

/* Numbers missing between two pictures belong to the first, unless its end was seen. */
static void begin_picture(VideoMeter *meter, uint32_t ts_ticks, uint32_t gap)
{
    VideoPicture *ended = &meter->newest;

    if (!ended->valid) {
        meter->latest_ts_ticks = ts_ticks;
    } else {
        count_distance(meter, ts_ticks);
        if (!ended->ended)
            ended->missing += gap;
    }
    uint32_t own_gap = ended->valid && !ended->ended ? 0 : gap;
    close_picture(meter, &meter->before);
    meter->before = meter->newest;
    meter->newest = (VideoPicture){ .valid = true, .ts_ticks = ts_ticks, .missing = own_gap };
}

static VideoPicture *picture_of(VideoMeter *meter, const VideoPacket *packet)
{
    int64_t ahead = packet->extended_seq - meter->highest_seq;
    bool same = meter->newest.valid && meter->newest.ts_ticks == packet->ts_ticks;

    if (!meter->started || ahead > 0 || ahead < -RESTART_GAP) {
        bool plain = meter->started && ahead > 0 && ahead < RESTART_GAP;
        uint32_t gap = plain ? (uint32_t)(ahead - 1) : 0;
        meter->started = true;
        meter->highest_seq = packet->extended_seq;
        if (same)
            meter->newest.missing += gap;
        else
            begin_picture(meter, packet->ts_ticks, gap);
        return &meter->newest;
    }
    VideoPicture *late = same ? &meter->newest : &meter->before;
    if (!late->valid || late->ts_ticks != packet->ts_ticks)
        return NULL;
    late->missing -= late->missing > 0;
    return late;
}

static void note_size(VideoMeter *meter, const VideoPayload *payload)
{
    if (payload->width == 0 || payload->height == 0)
        return;
    bool changed = meter->width != payload->width || meter->height != payload->height;
    meter->size_changes += meter->width != 0 && changed;
    meter->width = payload->width;
    meter->height = payload->height;
}

void video_meter_add(VideoMeter *meter, const VideoPacket *packet)
{
    VideoPicture *picture = picture_of(meter, packet);
    VideoPayload payload = { 0 };
    bool read = packet->codec && packet->codec->read(packet->payload, &payload);

    meter->readable |= read;
    meter->unread += packet->codec && !read;
    if (read)
        note_size(meter, &payload);
    if (!picture)
        return;
    picture->packets++;
    picture->ended |= packet->marker;
    picture->key |= read && payload.key;
}

void video_report(const VideoMeter *meter, uint32_t clock_hz, VideoReport *out)
{
    VideoMeter all = *meter;
    double clock = clock_hz ? clock_hz : DEFAULT_CLOCK_HZ;

    close_picture(&all, &meter->before);
    close_picture(&all, &meter->newest);
    double elapsed_s = (double)all.elapsed_ticks / clock;
    *out = (VideoReport){
        .frames = all.pictures,
        .key_frames = all.key_pictures,
        .keys_known = all.readable,
        .damaged_frames = all.damaged,
        .frames_per_s = elapsed_s > 0 ? (double)(all.pictures - 1) / elapsed_s : (double)NAN,
        .freezes = all.freezes,
        .freeze_ms = (double)all.freeze_ticks * 1000 / clock,
        .longest_ms = all.pictures > 1 ? all.longest_ticks * 1000.0 / clock : (double)NAN,
        .width = all.width,
        .height = all.height,
        .size_changes = all.size_changes,
        .unread_packets = all.unread,
    };
}

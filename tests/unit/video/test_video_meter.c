#include "dissect/media/video/meter.h"
#include <glib.h>
#include <math.h>

#define FRAME_TICKS 3600u /* 25 a second */

typedef struct {
    VideoMeter meter;
    int64_t seq;
} Case;

static void send(Case *c, uint32_t frame, bool marker)
{
    VideoPacket packet = { .extended_seq = c->seq++,
                           .ts_ticks = FRAME_TICKS * frame,
                           .marker = marker };
    video_meter_add(&c->meter, &packet);
}

static void send_frame(Case *c, uint32_t frame, unsigned packets)
{
    for (unsigned i = 1; i <= packets; i++)
        send(c, frame, i == packets);
}

static VideoReport report_of(const Case *c)
{
    VideoReport report;
    video_report(&c->meter, 90000, &report);
    return report;
}

static void test_regular(void)
{
    Case c = { .seq = 70000 };
    for (uint32_t i = 0; i < 100; i++)
        send_frame(&c, i, 1 + i % 4);
    VideoReport report = report_of(&c);
    g_assert_cmpuint(report.frames, ==, 100);
    g_assert_cmpuint(report.damaged_frames, ==, 0);
    g_assert_cmpfloat_with_epsilon(report.frames_per_s, 25, 1e-9);
    g_assert_cmpfloat_with_epsilon(report.longest_ms, 40, 1e-9);
    g_assert_false(report.keys_known);
    g_assert_true(report.freezes == 0 && report.width == 0);
}

static void test_damaged(void)
{
    Case c = { .seq = 70000 };
    send_frame(&c, 0, 3);
    send(&c, 1, false);
    c.seq++; /* within a frame */
    send(&c, 1, true);
    send_frame(&c, 2, 2);
    send(&c, 3, false);
    c.seq++; /* its end */
    send_frame(&c, 4, 2);
    c.seq++; /* the beginning of the next */
    send(&c, 5, true);
    send_frame(&c, 6, 1);
    VideoReport report = report_of(&c);
    g_assert_cmpuint(report.frames, ==, 7);
    g_assert_cmpuint(report.damaged_frames, ==, 3);
}

static void test_late_is_not_damage(void)
{
    Case c = { .seq = 70000 };
    send(&c, 0, false);
    c.seq++;
    send(&c, 0, true);
    VideoPacket late = { .extended_seq = 70001, .ts_ticks = 0 };
    video_meter_add(&c.meter, &late);
    send_frame(&c, 1, 2);
    g_assert_cmpuint(report_of(&c).damaged_frames, ==, 0);
    g_assert_cmpuint(report_of(&c).frames, ==, 2);
}

/* webrtc-stats: more than three usual distances, and 150 ms more than one */
static void test_freeze(void)
{
    Case c = { .seq = 70000 };
    for (uint32_t i = 0; i < 50; i++)
        send_frame(&c, i, 1);
    for (uint32_t i = 54; i < 100; i++) /* 200 ms: 160 more than usual */
        send_frame(&c, i, 1);
    send_frame(&c, 103, 1); /* 160 ms: 120 more */
    VideoReport report = report_of(&c);
    g_assert_cmpuint(report.freezes, ==, 1);
    g_assert_cmpfloat_with_epsilon(report.freeze_ms, 200, 1e-9);
    g_assert_cmpfloat_with_epsilon(report.longest_ms, 200, 1e-9);
}

/* Sent I P B B, shown I B B P. */
static void test_other_order_of_display(void)
{
    static const uint32_t order[] = { 0, 3, 1, 2, 6, 4, 5, 9, 7, 8 };
    Case c = { .seq = 70000 };
    for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
        send_frame(&c, order[i], 2);
    VideoReport report = report_of(&c);
    g_assert_cmpuint(report.frames, ==, 10);
    g_assert_cmpfloat_with_epsilon(report.frames_per_s, 25, 1e-9);
    g_assert_cmpuint(report.freezes, ==, 0);
}

static void test_another_beginning(void)
{
    Case c = { .seq = 70000 };
    send_frame(&c, 0, 1);
    send_frame(&c, 1, 1);
    c.seq = 200000;
    send_frame(&c, 500000, 1);
    send_frame(&c, 500001, 1);
    VideoReport report = report_of(&c);
    g_assert_cmpuint(report.frames, ==, 4);
    g_assert_cmpuint(report.damaged_frames, ==, 0);
    g_assert_cmpuint(report.freezes, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/video-meter/regular", test_regular);
    g_test_add_func("/video-meter/damaged", test_damaged);
    g_test_add_func("/video-meter/late", test_late_is_not_damage);
    g_test_add_func("/video-meter/freeze", test_freeze);
    g_test_add_func("/video-meter/order-of-display", test_other_order_of_display);
    g_test_add_func("/video-meter/another-beginning", test_another_beginning);
    return g_test_run();
}

#include "dissect/media/telephone_event.h"
#include <glib.h>

#define START_NS (1000 * NS_PER_S)

typedef struct {
    TelephoneEventLog log;
    int64_t now_ns;
} Case;

static void send(Case *c, uint8_t code, uint32_t ts, uint16_t duration, bool end, bool marker)
{
    uint8_t bytes[4] = { code, (uint8_t)(end << 7 | 10), (uint8_t)(duration >> 8),
                         (uint8_t)duration };
    TelephoneEventPacket packet = {
        .payload = slice_of(bytes, sizeof bytes),
        .ts_ticks = ts,
        .clock_hz = 8000,
        .time_ns = START_NS + c->now_ns,
        .payload_type = 101,
        .marker = marker,
    };
    telephone_event_add(&c->log, &packet);
    c->now_ns += 20 * NS_PER_MS;
}

static const TelephoneEventRecord *only(const Case *c)
{
    g_assert_cmpuint(c->log.count, ==, 1);
    return &c->log.records[0];
}

static void test_usual(void)
{
    Case c = { 0 };
    for (uint16_t i = 1; i <= 5; i++)
        send(&c, 5, 4000, i * 160, false, i == 1);
    for (int i = 0; i < 3; i++)
        send(&c, 5, 4000, 960, true, false);
    const TelephoneEventRecord *event = only(&c);
    g_assert_cmpuint(event->code, ==, 5);
    g_assert_cmpuint(event->duration_ticks, ==, 960);
    g_assert_cmpuint(event->volume, ==, 10);
    g_assert_cmpuint(event->packets, ==, 8);
    g_assert_true(event->ended);
    /* the first packet says it has lasted 20 ms */
    g_assert_cmpint(event->time_ns, ==, START_NS - 20 * NS_PER_MS);
    telephone_event_log_clear(&c.log);
}

/* Beginning and updates lost: one end packet is a digit all the same. */
static void test_only_an_end(void)
{
    Case c = { 0 };
    send(&c, 11, 4000, 800, true, false);
    g_assert_cmpuint(only(&c)->duration_ticks, ==, 800);
    g_assert_true(only(&c)->ended);
    telephone_event_log_clear(&c.log);
}

/* Every end lost: the next digit, even the same, is another one. */
static void test_end_lost(void)
{
    Case c = { 0 };
    send(&c, 1, 4000, 160, false, true);
    send(&c, 1, 4000, 320, false, false);
    send(&c, 1, 9000, 160, false, true);
    g_assert_cmpuint(c.log.count, ==, 2);
    g_assert_false(c.log.records[0].ended);
    g_assert_cmpuint(c.log.records[0].duration_ticks, ==, 320);
    telephone_event_log_clear(&c.log);
}

static void test_late_packets(void)
{
    Case c = { 0 };
    send(&c, 1, 4000, 320, false, true);
    send(&c, 1, 4000, 480, true, false);
    send(&c, 2, 9000, 160, false, true);
    send(&c, 1, 4000, 160, false, false); /* overtaken by the next digit */
    g_assert_cmpuint(c.log.count, ==, 2);
    g_assert_cmpuint(c.log.records[0].packets, ==, 3);
    g_assert_cmpuint(c.log.records[0].duration_ticks, ==, 480);
    telephone_event_log_clear(&c.log);
}

/* RFC 4733 2.5.1.3: 0xffff ticks, then a segment with a later timestamp. */
static void test_long_event(void)
{
    Case c = { 0 };
    send(&c, 3, 4000, 160, false, true);
    send(&c, 3, 4000, 0xffff, false, false);
    send(&c, 3, 4000 + 0xffff, 800, false, false);
    send(&c, 3, 4000 + 0xffff, 1600, true, false);
    g_assert_cmpuint(only(&c)->duration_ticks, ==, 0xffff + 1600);
    g_assert_true(only(&c)->ended);
    send(&c, 3, 4000 + 2 * 0xffff, 160, false, true); /* the key once more */
    g_assert_cmpuint(c.log.count, ==, 2);
    telephone_event_log_clear(&c.log);
}

static void test_bounded(void)
{
    Case c = { 0 };
    for (uint32_t i = 0; i < TELEPHONE_EVENTS_MAX + 3; i++)
        send(&c, 1, 10000 * i, 160, true, true);
    g_assert_cmpuint(c.log.count, ==, TELEPHONE_EVENTS_MAX);
    g_assert_cmpuint(c.log.dropped, ==, 3);
    telephone_event_log_clear(&c.log);
}

static void test_names(void)
{
    g_assert_cmpstr(telephone_event_name(0), ==, "0");
    g_assert_cmpstr(telephone_event_name(10), ==, "*");
    g_assert_cmpstr(telephone_event_name(15), ==, "D");
    g_assert_cmpstr(telephone_event_name(16), ==, "flash");
    g_assert_cmpstr(telephone_event_name(34), ==, "ANSam");
    g_assert_null(telephone_event_name(200));
    g_assert_cmpint(telephone_event_digit(11), ==, '#');
    g_assert_cmpint(telephone_event_digit(16), ==, 0);
    g_assert_cmpint(telephone_event_code('#'), ==, 11);
    g_assert_cmpint(telephone_event_code('x'), ==, -1);
    g_assert_cmpint(telephone_event_code(0), ==, -1);
}

static void test_every_truncation(void)
{
    static const uint8_t bytes[] = { 1, 10, 0, 160 };
    for (size_t len = 0; len <= sizeof bytes; len++) {
        g_autofree uint8_t *exact = g_memdup2(bytes, len);
        TelephoneEvent event;
        g_assert_cmpint(telephone_event_parse(slice_of(exact, len), &event), ==,
                        len < 4 ? DISSECT_TRUNCATED : DISSECT_OK);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/telephone-event/usual", test_usual);
    g_test_add_func("/telephone-event/only-an-end", test_only_an_end);
    g_test_add_func("/telephone-event/end-lost", test_end_lost);
    g_test_add_func("/telephone-event/late-packets", test_late_packets);
    g_test_add_func("/telephone-event/long-event", test_long_event);
    g_test_add_func("/telephone-event/bounded", test_bounded);
    g_test_add_func("/telephone-event/names", test_names);
    g_test_add_func("/telephone-event/every-truncation", test_every_truncation);
    return g_test_run();
}

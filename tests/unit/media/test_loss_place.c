#include "dissect/media/loss_place.h"
#include <glib.h>

#define REPORTER 0x1234u

typedef struct {
    LossPlace place;
    LossView here;
    uint32_t highest;
    int32_t lost_there;
} Case;

static void report(Case *c, unsigned packets, unsigned missing_here, int missing_there)
{
    c->highest += packets;
    c->lost_there += missing_there;
    c->here.received += packets - missing_here;
    RtcpReport report = { .highest_seq = c->highest, .cumulative_lost = c->lost_there };
    loss_place_add(&c->place, &report, REPORTER, &c->here);
}

static Case begun(void)
{
    Case c = { .highest = 70000, .here.received = 77 };
    report(&c, 0, 0, 0);
    g_assert_cmpuint(c.place.intervals, ==, 0);
    return c;
}

static void assert_places(const Case *c, unsigned before, unsigned after, unsigned in_capture)
{
    g_assert_cmpuint(loss_placed(c->place.before), ==, before);
    g_assert_cmpuint(loss_placed(c->place.after), ==, after);
    g_assert_cmpuint(loss_placed(c->place.in_capture), ==, in_capture);
}

static void test_three_places(void)
{
    Case c = begun();
    report(&c, 250, 5, 5);
    assert_places(&c, 5, 0, 0);
    report(&c, 250, 0, 7);
    assert_places(&c, 5, 7, 0);
    report(&c, 250, 4, 0);
    assert_places(&c, 5, 7, 4);
    report(&c, 250, 3, 10); /* three before, seven behind */
    assert_places(&c, 8, 14, 4);
    report(&c, 250, 10, 3);
    assert_places(&c, 11, 14, 11);
    g_assert_cmpuint(c.place.intervals, ==, 5);
    g_assert_cmpuint(c.place.packets, ==, 1250);
}

/* RFC 3550 A.3: a copy counts as a packet and hides a loss at the receiver, not here. */
static void test_copies_hide_no_loss(void)
{
    Case c = begun();
    c.here.duplicates = 6;
    report(&c, 250, 4, -2); /* four lost, six copies */
    assert_places(&c, 4, 0, 0);
}

static void test_late_packets_come_back(void)
{
    Case c = begun();
    report(&c, 100, 0, 2); /* passed here, not there yet */
    assert_places(&c, 0, 2, 0);
    report(&c, 100, 0, -2);
    assert_places(&c, 0, 0, 0);
    report(&c, 100, 3, 3); /* overtaken before here */
    c.here.received += 3;
    report(&c, 100, 0, -3);
    assert_places(&c, 0, 0, 0);
}

static void test_first_report(void)
{
    LossView whole = { .received = 95, .from_first = 100 };
    RtcpReport first = { .highest_seq = 100, .cumulative_lost = 5, .fraction_lost = 12 };
    LossPlace place = { 0 };

    loss_place_add(&place, &first, REPORTER, &whole); /* 5 of 100 is 12 of 256 */
    g_assert_cmpuint(place.intervals, ==, 1);
    g_assert_cmpint(place.before, ==, 5);

    LossPlace later = { 0 }; /* most of its losses were before the capture began */
    first.cumulative_lost = 50;
    loss_place_add(&later, &first, REPORTER, &whole);
    g_assert_cmpuint(later.intervals, ==, 0);
    g_assert_cmpint(later.before + later.after + later.in_capture, ==, 0);
}

static void test_what_is_not_compared(void)
{
    Case c = begun();
    c.here.restarts++;
    report(&c, 250, 100, 0); /* the sender began anew in between */
    assert_places(&c, 0, 0, 0);
    report(&c, 250, 1, 1);
    assert_places(&c, 1, 0, 0);

    RtcpReport other = { .highest_seq = c.highest + 250, .cumulative_lost = 200 };
    loss_place_add(&c.place, &other, REPORTER + 1, &c.here);
    assert_places(&c, 1, 0, 0);

    RtcpReport wild = { .highest_seq = c.highest - 70000, .cumulative_lost = -0x800000 };
    loss_place_add(&c.place, &wild, REPORTER, &c.here);
    assert_places(&c, 1, 0, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/loss-place/three-places", test_three_places);
    g_test_add_func("/loss-place/copies-hide-no-loss", test_copies_hide_no_loss);
    g_test_add_func("/loss-place/late-packets-come-back", test_late_packets_come_back);
    g_test_add_func("/loss-place/first-report", test_first_report);
    g_test_add_func("/loss-place/not-compared", test_what_is_not_compared);
    return g_test_run();
}

/* tests/unit/media/test_passage.c - the same media at two points, packet by packet. */
#include "dissect/media/passage_finder.h"
#include "dissect/media/tracker.h"
#include "tracker_fixture.h"

#define PACKETS 400u

typedef struct {
    Flow flow;
    uint32_t ssrc;
    uint16_t seq;
    uint32_t ts;
} Side;

static void send(Fixture *fixture, Side *side, unsigned n, uint8_t mark, int64_t time_ns)
{
    uint8_t bytes[172] = { 0x80, 0 };
    uint16_t seq = (uint16_t)(side->seq + n);
    uint32_t ts = side->ts + 160 * n;

    bytes[2] = (uint8_t)(seq >> 8);
    bytes[3] = (uint8_t)seq;
    for (int i = 0; i < 4; i++) {
        bytes[4 + i] = (uint8_t)(ts >> (24 - 8 * i));
        bytes[8 + i] = (uint8_t)(side->ssrc >> (24 - 8 * i));
    }
    for (unsigned i = 12; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(n * 31 + i * 7 + (n >> 3) * i + mark);
    MediaDatagram datagram = {
        .time_ns = time_ns,
        .payload = slice_of(bytes, sizeof bytes),
        .on_wire = sizeof bytes,
        .wire_bytes = sizeof bytes + 28,
    };
    media_tracker_datagram(fixture->tracker, &side->flow, &datagram);
}

static Side side_of(Endpoint source, Endpoint destination, uint32_t ssrc, uint16_t seq, uint32_t ts)
{
    Side side = { flow_between(source, destination), ssrc, seq, ts };

    side.flow.announced = true;
    return side;
}

/* Every packet of @first comes again at @second 2 ms later, but those at which @lost ends in 7. */
static const Passage *pass(Fixture *fixture, Side *first, Side *second, unsigned lost, uint8_t mark)
{
    for (unsigned n = 0; n < PACKETS; n++) {
        int64_t t = fixture->now_ns + n * 20 * NS_PER_MS;
        send(fixture, first, n, 0, t);
        if (lost == 0 || n % lost != 7)
            send(fixture, second, n, mark, t + 2 * NS_PER_MS);
    }
    return second->flow.stream ? media_tracker_passage_to(fixture->tracker, second->flow.stream)
                               : NULL;
}

static void clear(Fixture *fixture, Side *a, Side *b)
{
    media_tracker_flow_gone(fixture->tracker, &a->flow);
    media_tracker_flow_gone(fixture->tracker, &b->flow);
    fixture_clear(fixture);
}

/* The numbers are kept and wrap on the way; 7, 107, 207 and 307 are lost: six packets told before
 * that it is one stream. */
static void test_relay_that_keeps_numbers(void)
{
    Fixture fixture;
    fixture_init(&fixture);
    Side a = side_of(at(1, 4000), at(9, 6000), 77, 65500, 0xffffff00);
    Side b = side_of(at(9, 6002), at(2, 5000), 77, 65500, 0xffffff00);
    const Passage *passage = pass(&fixture, &a, &b, 100, 1);

    g_assert_nonnull(passage);
    g_assert_cmpint(passage->kind, ==, PASSAGE_RELAY);
    g_assert_true(passage->numbers_kept);
    g_assert_false(passage->payloads_equal); /* one side is encrypted */
    g_assert_cmpuint(passage_lost(passage), ==, 4);
    g_assert_cmpuint(passage->appeared, ==, 0);
    g_assert_cmpfloat_with_epsilon(passage_delay_mean_ms(passage), 2, 1e-6);
    g_assert_cmpuint(media_tracker_host(fixture.tracker, at(9, 0).ip)->relayed, ==, 1);
    g_assert_true(media_tracker_passages_from(fixture.tracker, a.flow.stream) == passage);
    clear(&fixture, &a, &b);
}

/* It takes eight frames: 7 was lost before it was known. */
static void test_relay_that_numbers_anew(void)
{
    Fixture fixture;
    fixture_init(&fixture);
    Side a = side_of(at(1, 4000), at(9, 6000), 77, 100, 0);
    Side b = side_of(at(9, 6002), at(2, 5000), 78, 65000, 0xfffffff0);
    const Passage *passage = pass(&fixture, &a, &b, 100, 0);

    g_assert_nonnull(passage);
    g_assert_false(passage->numbers_kept);
    g_assert_true(passage->payloads_equal);
    g_assert_cmpuint(passage_lost(passage), ==, 3);
    clear(&fixture, &a, &b);
}

static void test_echo_is_none(void)
{
    Fixture fixture;
    fixture_init(&fixture);
    Side a = side_of(at(1, 4000), at(9, 6000), 77, 100, 0);
    Side b = side_of(at(9, 6000), at(1, 4000), 77, 100, 0);

    g_assert_null(pass(&fixture, &a, &b, 0, 0));
    clear(&fixture, &a, &b);
}

static void test_side_by_side_is_none(void)
{
    Fixture fixture;
    fixture_init(&fixture);
    Side a = side_of(at(1, 4000), at(9, 6000), 77, 100, 0);
    Side b = side_of(at(1, 4002), at(9, 6002), 77, 100, 0);

    g_assert_null(pass(&fixture, &a, &b, 0, 0));
    clear(&fixture, &a, &b);
}

static void test_streams_that_go(void)
{
    Fixture fixture;
    fixture_init(&fixture);
    Side a = side_of(at(1, 4000), at(9, 6000), 77, 100, 0);
    Side b = side_of(at(9, 6002), at(2, 5000), 77, 100, 0);

    g_assert_nonnull(pass(&fixture, &a, &b, 0, 0));
    Stream *later = b.flow.stream;
    media_tracker_drop(fixture.tracker, a.flow.stream);
    g_assert_null(media_tracker_passage_to(fixture.tracker, later));
    media_tracker_drop(fixture.tracker, later);
    fixture_clear(&fixture);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/passage/numbers-kept", test_relay_that_keeps_numbers);
    g_test_add_func("/passage/numbered-anew", test_relay_that_numbers_anew);
    g_test_add_func("/passage/echo", test_echo_is_none);
    g_test_add_func("/passage/side-by-side", test_side_by_side_is_none);
    g_test_add_func("/passage/streams-that-go", test_streams_that_go);
    return g_test_run();
}

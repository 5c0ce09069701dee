#include "dissect/media/fax/udptl.h"
#include "dissect/media/fax/udptl_receiver.h"

/* ITU-T T.38 9.1: sequence 0x0102, IFP of 2 octets, two copies of 1 and 3. */
static const uint8_t copies[] = { 1, 2, 2, 0xaa, 0xbb, 0x00, 2, 1, 0xcc, 3, 0xd1, 0xd2, 0xd3 };
/* Sequence 9, IFP of 1, parities over 3 packets each, two of them. */
static const uint8_t parity[] = { 0, 9, 1, 0x06, 0x80, 1, 3, 2, 1, 0x11, 2, 0x21, 0x22 };

static void test_copies(void)
{
    UdptlPacket packet;

    g_assert_cmpint(udptl_parse(slice_of(copies, sizeof copies), &packet), ==, DISSECT_OK);
    g_assert_cmpuint(packet.seq, ==, 0x0102);
    g_assert_true(slice_equal(packet.primary, SLICE_LITERAL("\xaa\xbb")));
    g_assert_false(packet.fec);
    g_assert_cmpuint(packet.repair_count, ==, 2);
    g_assert_true(slice_equal(packet.repairs[1], SLICE_LITERAL("\xd1\xd2\xd3")));
    g_assert_cmpuint(packet.excess, ==, 0);
}

static void test_parity(void)
{
    UdptlPacket packet;

    g_assert_cmpint(udptl_parse(slice_of(parity, sizeof parity), &packet), ==, DISSECT_OK);
    g_assert_true(packet.fec);
    g_assert_cmpuint(packet.fec_span, ==, 3);
    g_assert_cmpuint(packet.repair_count, ==, 2);
    g_assert_true(slice_equal(packet.repairs[0], SLICE_LITERAL("\x11")));
}

static void test_bad(void)
{
    static const struct {
        uint8_t bytes[9];
        size_t length;
        DissectStatus status;
    } rows[] = {
        { { 0, 1, 0 }, 3, DISSECT_NOT_MINE },                       /* empty primary */
        { { 0, 1, 0xc1, 5, 0 }, 5, DISSECT_NOT_MINE },              /* fragmented length */
        { { 0, 1, 1, 6, 0x40, 0 }, 6, DISSECT_MALFORMED },          /* no such choice */
        { { 0, 1, 1, 6, 0x80, 1, 0, 1, 0 }, 9, DISSECT_MALFORMED }, /* a span of none */
        { { 0, 1, 1, 6, 0x80, 2, 0, 1, 0 }, 9, DISSECT_MALFORMED }, /* a span of two octets */
        { { 0, 1, 1, 6, 0x00, 0xff }, 6, DISSECT_MALFORMED },       /* count that cannot be */
        { { 0, 1, 1, 6, 0x00, 2, 1, 6 }, 8, DISSECT_TRUNCATED },    /* one copy is missing */
        { { 0, 1, 0x80, 0x80, 6 }, 5, DISSECT_TRUNCATED },          /* 128 octets announced */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        UdptlPacket packet;
        DissectStatus status = udptl_parse(slice_of(rows[i].bytes, rows[i].length), &packet);
        g_assert_cmpint(status, ==, rows[i].status);
    }
}

static void test_every_truncation(void)
{
    const Slice whole[] = { slice_of(copies, sizeof copies), slice_of(parity, sizeof parity) };

    for (size_t i = 0; i < G_N_ELEMENTS(whole); i++) {
        for (size_t len = 0; len < whole[i].len; len++) {
            g_autofree uint8_t *exact = g_memdup2(whole[i].data, len);
            UdptlPacket packet;
            g_assert_cmpint(udptl_parse(slice_of(exact, len), &packet), ==, DISSECT_TRUNCATED);
        }
    }
}

/* --- order and repair --- */

typedef struct {
    GString *got; /* the first octet of each packet handed out */
    unsigned lost;
} Line;

static void take(Slice ifp, unsigned lost, int64_t time_ns, void *context)
{
    Line *line = context;
    (void)time_ns;
    g_string_append_c(line->got, (char)ifp.data[0]);
    line->lost += lost;
}

/* Packet @seq is the letter 'A' + seq; @copies_of of those before it go with it. */
static void send_letter(UdptlReceiver *receiver, unsigned seq, unsigned copies_of)
{
    uint8_t letters[16];
    UdptlPacket packet = { .seq = (uint16_t)seq, .repair_count = copies_of };

    for (unsigned i = 0; i <= copies_of; i++)
        letters[i] = (uint8_t)('A' + (seq - i) % 26);
    packet.primary = slice_of(letters, 1);
    for (unsigned i = 0; i < copies_of; i++)
        packet.repairs[i] = slice_of(&letters[i + 1], 1);
    udptl_receiver_add(receiver, &packet, (int64_t)seq * 20 * NS_PER_MS);
}

static void check(UdptlReceiver *receiver, Line *line, const char *want, unsigned lost)
{
    udptl_receiver_finish(receiver);
    g_assert_cmpstr(line->got->str, ==, want);
    g_assert_cmpuint(line->lost, ==, lost);
    udptl_receiver_free(receiver);
    g_string_free(line->got, TRUE);
}

static void test_repaired_by_copies(void)
{
    Line line = { g_string_new(NULL), 0 };
    UdptlReceiver *receiver = udptl_receiver_new(take, &line);

    for (unsigned seq = 0; seq < 10; seq++)
        if (seq != 3 && seq != 6 && seq != 7)
            send_letter(receiver, seq, MIN(seq, 2));
    g_assert_cmpuint(udptl_receiver_counts(receiver)->copies, ==, 3);
    g_assert_cmpuint(udptl_receiver_counts(receiver)->lost, ==, 0);
    check(receiver, &line, "ABCDEFGHIJ", 0);
}

static void test_beyond_copies(void)
{
    Line line = { g_string_new(NULL), 0 };
    UdptlReceiver *receiver = udptl_receiver_new(take, &line);

    for (unsigned seq = 0; seq < 10; seq++)
        if (seq < 3 || seq > 6)
            send_letter(receiver, seq, MIN(seq, 1));
    udptl_receiver_finish(receiver);
    g_assert_cmpuint(udptl_receiver_counts(receiver)->lost, ==, 3);
    check(receiver, &line, "ABCGHIJ", 3);
}

static void test_reordered_and_duplicated(void)
{
    Line line = { g_string_new(NULL), 0 };
    UdptlReceiver *receiver = udptl_receiver_new(take, &line);
    static const unsigned order[] = { 0, 1, 3, 2, 2, 4, 5, 5, 1 };

    for (unsigned i = 0; i < G_N_ELEMENTS(order); i++)
        send_letter(receiver, order[i], 0);
    const UdptlCounts *counts = udptl_receiver_counts(receiver);
    g_assert_cmpuint(counts->reordered, ==, 1);
    g_assert_cmpuint(counts->duplicates, ==, 3);
    check(receiver, &line, "ABCDEF", 0);
}

static void test_wrap_and_jump(void)
{
    Line line = { g_string_new(NULL), 0 };
    UdptlReceiver *receiver = udptl_receiver_new(take, &line);

    for (unsigned seq = 65533; seq < 65533 + 5; seq++)
        send_letter(receiver, seq, 0);
    send_letter(receiver, 30000, 0); /* a stray */
    send_letter(receiver, 65538, 0);
    send_letter(receiver, 20000, 0); /* a jump, confirmed by the next */
    send_letter(receiver, 20001, 0);
    const UdptlCounts *counts = udptl_receiver_counts(receiver);
    g_assert_cmpuint(counts->strays, ==, 1);
    g_assert_cmpuint(counts->jumps, ==, 1);
    g_assert_cmpuint(counts->lost, ==, 0);
    g_assert_cmpuint(line.got->len, ==, 7);
    check(receiver, &line, line.got->str, 0);
}

/* T.38 9.1.4.2: two parities a packet, each over every second of the six before it. */
static void test_repaired_by_parity(void)
{
    Line line = { g_string_new(NULL), 0 };
    UdptlReceiver *receiver = udptl_receiver_new(take, &line);

    for (unsigned seq = 0; seq < 20; seq++) {
        uint8_t letter = (uint8_t)('A' + seq), parities[2] = { 0, 0 };
        UdptlPacket packet = { .seq = (uint16_t)seq, .primary = slice_of(&letter, 1) };
        if (seq >= 6) {
            packet.fec = true;
            packet.fec_span = 3;
            packet.repair_count = 2;
            for (unsigned m = 0; m < 2; m++) {
                for (unsigned k = 1; k <= 3; k++)
                    parities[m] ^= (uint8_t)('A' + seq + m - 2 * k);
                packet.repairs[m] = slice_of(&parities[m], 1);
            }
        }
        if (seq != 8 && seq != 9 && seq != 15)
            udptl_receiver_add(receiver, &packet, (int64_t)seq * 20 * NS_PER_MS);
    }
    g_assert_cmpuint(udptl_receiver_counts(receiver)->parities, ==, 3);
    check(receiver, &line, "ABCDEFGHIJKLMNOPQRST", 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/udptl/copies", test_copies);
    g_test_add_func("/udptl/parity", test_parity);
    g_test_add_func("/udptl/bad", test_bad);
    g_test_add_func("/udptl/every-truncation", test_every_truncation);
    g_test_add_func("/udptl/repaired-by-copies", test_repaired_by_copies);
    g_test_add_func("/udptl/beyond-copies", test_beyond_copies);
    g_test_add_func("/udptl/reordered-and-duplicated", test_reordered_and_duplicated);
    g_test_add_func("/udptl/wrap-and-jump", test_wrap_and_jump);
    g_test_add_func("/udptl/repaired-by-parity", test_repaired_by_parity);
    return g_test_run();
}

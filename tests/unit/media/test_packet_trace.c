/* Packet by packet: the rows say what each packet was, and add up to what the stream reports. */
#include "dissect/media/packet_trace.h"
#include "dissect/media/quality.h"
#include "dissect/net/sighting.h"
#include "unit/media/rtp_source.h"
#include <string.h>

typedef struct {
    PacketTrace *trace;
    GArray *rows; /* PacketRow */
    uint64_t number;
} Fixture;

static void take_row(const PacketRow *row, void *context)
{
    g_array_append_vals(context, row, 1);
}

static Fixture fixture(void)
{
    Fixture f = { .rows = g_array_new(FALSE, FALSE, sizeof(PacketRow)) };
    PacketTraceSetup setup = {
        .key = { test_endpoint(1, 5000), test_endpoint(2, 7000), 0xcafe, 0 },
        .sink = take_row,
        .context = f.rows,
    };
    f.trace = packet_trace_new(&setup);
    return f;
}

static void clear(Fixture *f)
{
    packet_trace_free(f->trace);
    g_array_unref(f->rows);
}

typedef struct {
    uint16_t seq;
    uint32_t ts;
    int64_t after_ns;
    uint8_t type;
    bool marker;
} Sent;

static void send(Fixture *f, Sent sent)
{
    RtpPacket rtp = { .seq = sent.seq,
                      .ts_ticks = sent.ts,
                      .ssrc = 0xcafe,
                      .payload_type = sent.type,
                      .marker = sent.marker,
                      .payload_bytes = G711_BYTES };
    TracedPacket packet = {
        &rtp, { START_NS + sent.after_ns, G711_WIRE_BYTES, 0, SIGHTING_FIRST }, ++f->number, false
    };
    packet_trace_add(f->trace, &packet);
}

static void send_nth(Fixture *f, unsigned index)
{
    send(f, (Sent){
                .seq = (uint16_t)(1000 + index), .ts = 160 * index, .after_ns = PTIME_NS * index });
}

static const PacketRow *row_at(const Fixture *f, unsigned index)
{
    g_assert_cmpuint(index, <, f->rows->len);
    return &g_array_index(f->rows, PacketRow, index);
}

static void assert_status(const Fixture *f, unsigned index, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);
    packet_status_append(text, row_at(f, index));
    g_assert_cmpstr(text->str, ==, expected);
}

static void test_clean(void)
{
    Fixture f = fixture();

    for (unsigned i = 0; i < 200; i++)
        send_nth(&f, i);
    packet_trace_finish(f.trace);
    g_assert_cmpuint(f.rows->len, ==, 200);
    g_assert_cmpint(row_at(&f, 0)->delta_ns, ==, TIME_UNKNOWN);
    assert_near(row_at(&f, 0)->jitter_ms, 0, 1e-12);
    for (unsigned i = 1; i < 200; i++) {
        g_assert_cmpint(row_at(&f, i)->delta_ns, ==, PTIME_NS);
        assert_near(row_at(&f, i)->jitter_ms, 0, 1e-12);
        assert_near(row_at(&f, i)->skew_ms, 0, 1e-12);
        g_assert_cmpuint(row_at(&f, i)->number, ==, i + 1);
        g_assert_cmpuint(row_at(&f, i)->status, ==, 0);
    }
    /* a second back is included: 51 packets of 200 bytes */
    assert_near(row_at(&f, 199)->bandwidth_kbps, 81.6, 1e-9);
    assert_near(row_at(&f, 9)->bandwidth_kbps, 16, 1e-9);
    clear(&f);
}

static void test_sequence(void)
{
    Fixture f = fixture();

    send_nth(&f, 0);
    send_nth(&f, 1);
    send_nth(&f, 5); /* 2, 3, 4 are missing */
    send_nth(&f, 3); /* one of them comes late */
    send_nth(&f, 5); /* a copy */
    send_nth(&f, 6);
    assert_status(&f, 1, "");
    assert_status(&f, 2, "3 lost before");
    assert_status(&f, 3, "reordered");
    assert_status(&f, 4, "duplicate");
    g_assert_cmpint(row_at(&f, 4)->delta_ns, ==, TIME_UNKNOWN);
    g_assert_true(isnan(row_at(&f, 4)->jitter_ms));
    assert_status(&f, 5, "");
    clear(&f);
}

/* One far from all others is told by the next. */
static void test_far(void)
{
    Fixture f = fixture();

    for (unsigned i = 0; i < 10; i++)
        send_nth(&f, i);
    send(&f, (Sent){ .seq = 30000, .ts = 1600, .after_ns = PTIME_NS * 10 });
    g_assert_cmpuint(f.rows->len, ==, 10);
    send(&f, (Sent){ .seq = 30001, .ts = 1760, .after_ns = PTIME_NS * 11 });
    assert_status(&f, 10, "numbers begin anew");
    assert_status(&f, 11, "");
    g_assert_cmpint(row_at(&f, 10)->delta_ns, ==, PTIME_NS);
    send(&f, (Sent){ .seq = 5, .ts = 1920, .after_ns = PTIME_NS * 12 });
    send(&f, (Sent){ .seq = 30002, .ts = 1920, .after_ns = PTIME_NS * 12 });
    assert_status(&f, 12, "stray number");
    assert_status(&f, 13, "");
    send(&f, (Sent){ .seq = 12345, .ts = 2080, .after_ns = PTIME_NS * 13 });
    g_assert_cmpuint(f.rows->len, ==, 14);
    packet_trace_finish(f.trace);
    assert_status(&f, 14, "stray number");
    clear(&f);
}

static void test_talkspurts(void)
{
    Fixture f = fixture();

    for (unsigned i = 0; i < 10; i++)
        send_nth(&f, i);
    /* silence of a second, the talkspurt with and then without its marker */
    send(&f, (Sent){ .seq = 1010, .ts = 9600, .after_ns = PTIME_NS * 60, .marker = true });
    send(&f, (Sent){ .seq = 1011, .ts = 17600, .after_ns = PTIME_NS * 110 });
    assert_status(&f, 10, "");
    assert_status(&f, 11, "marker missing");
    send(&f, (Sent){ .seq = 1012, .ts = 17760, .after_ns = PTIME_NS * 111, .type = 13 });
    send(&f, (Sent){ .seq = 1013, .ts = 17920, .after_ns = PTIME_NS * 112 });
    assert_status(&f, 12, "comfort noise");
    assert_status(&f, 13, "marker missing");
    /* what loss explains is no silence */
    send(&f, (Sent){ .seq = 1033, .ts = 21120, .after_ns = PTIME_NS * 132 });
    assert_status(&f, 14, "19 lost before");
    send(&f, (Sent){ .seq = 1034, .ts = 21280, .after_ns = PTIME_NS * 133, .type = 8 });
    assert_status(&f, 15, "payload type change");
    send(&f, (Sent){ .seq = 1035, .ts = 4000000, .after_ns = PTIME_NS * 134, .type = 8 });
    g_assert_cmpuint(row_at(&f, 16)->status & PACKET_TIME_JUMP, !=, 0);
    clear(&f);
}

typedef struct {
    uint64_t lost_before, late, duplicates, discarded, restarts, deltas, problems;
    int64_t delta_min_ns, delta_max_ns;
    double delta_sum_ms, jitter_max_ms, jitter_last_ms, skew_last_ms;
} Sums;

static Sums sums_of(const GArray *rows)
{
    Sums sums = { .delta_min_ns = INT64_MAX };

    for (unsigned i = 0; i < rows->len; i++) {
        const PacketRow *row = &g_array_index(rows, PacketRow, i);
        sums.lost_before += row->lost_before;
        sums.late += (row->status & PACKET_LATE) != 0;
        sums.duplicates += (row->status & PACKET_DUPLICATE) != 0;
        sums.discarded += (row->status & PACKET_DISCARDED) != 0;
        sums.restarts += (row->status & PACKET_RESTART) != 0;
        if (row->delta_ns != TIME_UNKNOWN) {
            sums.deltas++;
            sums.delta_sum_ms += (double)row->delta_ns / 1e6;
            sums.delta_min_ns = MIN(sums.delta_min_ns, row->delta_ns);
            sums.delta_max_ns = MAX(sums.delta_max_ns, row->delta_ns);
        }
        if (isnan(row->jitter_ms))
            continue;
        sums.jitter_max_ms = fmax(sums.jitter_max_ms, row->jitter_ms);
        sums.jitter_last_ms = row->jitter_ms;
        sums.skew_last_ms = row->skew_ms;
    }
    return sums;
}

/* Whatever happens to a stream, its packets tell the same as its report. */
static void test_adds_up(void)
{
    for (unsigned seed = 1; seed <= 40; seed++) {
        g_autoptr(GRand) random = g_rand_new_with_seed(seed);
        Fixture f = fixture();
        uint16_t base = 0;

        for (unsigned i = 0; i < 1500; i++) {
            int64_t late_ns = g_rand_int_range(random, 0, 30000000);
            if (g_rand_int_range(random, 0, 100) < 3)
                continue;
            if (seed % 4 == 0 && i == 700)
                base = 20000;
            unsigned index = g_rand_int_range(random, 0, 100) < 2 && i > 3 ? i - 2 : i;
            Sent sent = { .seq = (uint16_t)(base + index),
                          .ts = 160 * index,
                          .after_ns = PTIME_NS * i + late_ns };
            if (g_rand_int_range(random, 0, 100) == 0)
                sent.after_ns += 200 * NS_PER_MS;
            send(&f, sent);
            if (g_rand_int_range(random, 0, 50) == 0)
                send(&f, sent);
        }
        packet_trace_finish(f.trace);
        const Stream *stream = packet_trace_stream(f.trace);
        StreamReport report = report_of(stream);
        StreamQuality quality;
        stream_quality(stream, &quality);
        Sums sums = sums_of(f.rows);
        g_assert_cmpuint(f.rows->len, ==, report.packets);
        g_assert_cmpuint(sums.lost_before - sums.late, ==, report.lost);
        g_assert_cmpuint(sums.late, ==, report.reordered);
        g_assert_cmpuint(sums.duplicates, ==, report.duplicates);
        g_assert_cmpuint(sums.restarts, ==, report.restarts);
        assert_near((double)sums.delta_min_ns / 1e6, report.delta_min_ms, 1e-9);
        assert_near((double)sums.delta_max_ns / 1e6, report.delta_max_ms, 1e-9);
        assert_near(sums.delta_sum_ms / (double)sums.deltas, report.delta_mean_ms, 1e-9);
        assert_near(sums.jitter_max_ms, report.jitter_max_ms, 1e-12);
        assert_near(sums.jitter_last_ms, report.jitter_last_ms, 1e-12);
        assert_near(sums.skew_last_ms, report.skew_ms, 1e-12);
        g_assert_cmpuint(sums.discarded, ==,
                         quality.discards[JITTER_BUFFER_ADAPTIVE].late +
                             quality.discards[JITTER_BUFFER_ADAPTIVE].early);
        clear(&f);
    }
}

/* A thousand packets in no time: the window of a second is bounded. */
static void test_flood(void)
{
    Fixture f = fixture();

    for (unsigned i = 0; i < 200000; i++)
        send(&f, (Sent){ .seq = (uint16_t)i, .ts = i, .after_ns = i / 1000 });
    g_assert_cmpuint(f.rows->len, ==, 200000);
    assert_near(row_at(&f, 199999)->bandwidth_kbps, 65536 * 1.6, 1e-3);
    clear(&f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/packet-trace/clean", test_clean);
    g_test_add_func("/packet-trace/sequence", test_sequence);
    g_test_add_func("/packet-trace/far", test_far);
    g_test_add_func("/packet-trace/talkspurts", test_talkspurts);
    g_test_add_func("/packet-trace/adds-up", test_adds_up);
    g_test_add_func("/packet-trace/flood", test_flood);
    return g_test_run();
}

/* Packets of any payload types, numbers and times played through either jitter buffer, measured as
 * they sound: redundant payloads (RFC 2198), codec changes, clocks, losses. Each packet of the
 * input is five bytes (type, sequence, two of timestamp, time) and a length with its payload. */
#include "dissect/base/clock.h"
#include "export/playout.h"
#include "export/sound_meter.h"

#define PACKETS_MAX 200u
#define HEADER      6u
#define RATE_HZ     16000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
    SoundMeter *meter;
    unsigned channels;
} Listener;

static void hear(int64_t at, const int16_t *samples, size_t count, void *context)
{
    const Listener *listener = context;
    sound_meter_add(listener->meter, listener->channels, at, samples, count);
}

static void miss(int64_t from, int64_t to, void *context)
{
    const Listener *listener = context;
    sound_meter_miss(listener->meter, from, to);
}

static PayloadMap *all_formats(PayloadMapTable *table)
{
    const PayloadEntry entries[] = {
        { 96, 2, 48000, SLICE_LITERAL("opus"), SLICE_EMPTY },
        { 97, 1, 8000, SLICE_LITERAL("red"), SLICE_LITERAL("0/8/96") },
        { 98, 1, 8000, SLICE_LITERAL("telephone-event"), SLICE_LITERAL("0-16") },
        { 99, 1, 16000, SLICE_LITERAL("L16"), SLICE_EMPTY },
        { 100, 1, 8000, SLICE_LITERAL("AMR"), SLICE_EMPTY },
        { 101, 1, 8000, SLICE_LITERAL("G726-32"), SLICE_EMPTY },
        { 102, 1, 16000, SLICE_LITERAL("CN"), SLICE_EMPTY },
    };
    return payload_map_get(table, entries, G_N_ELEMENTS(entries));
}

static void play(Playout *playout, Slice rest)
{
    int64_t time_ns = 0;
    uint16_t seq = 0;
    uint32_t ts = 0;

    for (unsigned i = 0; i < PACKETS_MAX && rest.len >= HEADER; i++) {
        const uint8_t *head = rest.data;
        Slice payload = slice_sub(rest, HEADER, head[5]);
        seq = (uint16_t)(seq + (int8_t)head[1]);
        ts += (uint32_t)((int16_t)(head[2] << 8 | head[3]));
        time_ns += head[4] * NS_PER_MS;
        const RtpPacket packet = { .seq = seq,
                                   .ts_ticks = ts,
                                   .payload_type = head[0] & 0x7f,
                                   .marker = head[0] >> 7,
                                   .payload = payload,
                                   .payload_bytes = (uint32_t)payload.len };
        playout_packet(playout, &packet, time_ns);
        playout_advance(playout, time_ns);
        rest = slice_from(rest, HEADER + payload.len);
    }
    playout_finish(playout);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    PayloadMapTable *table = payload_map_table_new();
    PayloadMap *map = all_formats(table);
    unsigned channels = 1 + size % 2;
    Listener listener = { sound_meter_new(RATE_HZ, 64, channels), channels };
    SoundFigures figures;

    if (size > 1) {
        const PlayoutSetup setup = { .payloads = map,
                                     .last_ns = 60 * NS_PER_S,
                                     .rate_hz = RATE_HZ,
                                     .channels = channels,
                                     .buffer_ms = 20 + (data[0] & 0x3f),
                                     .adaptive = data[0] & 0x40,
                                     .conceal = data[0] & 0x80,
                                     .sink = hear,
                                     .missing = miss,
                                     .context = &listener };
        Playout *playout = playout_new(&setup);
        play(playout, slice_of(data + 1, size - 1));
        playout_free(playout);
    }
    sound_meter_finish(listener.meter);
    sound_meter_figures(listener.meter, &figures);
    sound_meter_free(listener.meter);
    payload_map_unref(table, map);
    payload_map_table_free(table);
    return 0;
}

#include "dissect/media/audio_levels.h"
#include "dissect/media/content.h"
#include "dissect/media/turn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t meaning[HEADER_EXTENSION_IDS] = { 1, EXTENSION_AUDIO_LEVEL, EXTENSION_MID };

static void read_extensions(Slice packet)
{
    AudioLevels levels = { { 0 }, 0, 0 };
    RtpPacket rtp;
    TurnData inner;

    if (turn_unwrap(packet, packet.len, &inner) == DISSECT_OK)
        packet = inner.data;
    if (rtp_parse(packet, packet.len, &rtp) == DISSECT_OK)
        audio_levels_add(&levels, &rtp, meaning);
}

/* Packets of a length byte, a step of the sequence number, then the payload: as RED, T.140, events
 * and FEC in turn. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const PayloadEntry entries[] = {
        { 98, 1, 1000, SLICE_LITERAL("t140"), SLICE_EMPTY },
        { 99, 1, 1000, SLICE_LITERAL("red"), SLICE_EMPTY },
        { 101, 1, 8000, SLICE_LITERAL("telephone-event"), SLICE_EMPTY },
        { 127, 1, 8000, SLICE_LITERAL("ulpfec"), SLICE_EMPTY },
    };
    PayloadMapTable *table = payload_map_table_new();
    PayloadMap *map = payload_map_get(table, entries, G_N_ELEMENTS(entries));
    StreamContent *content = NULL;
    Sequence sequence = { 0 };
    uint16_t seq = 1000;

    read_extensions(slice_of(data, size));
    for (Slice rest = slice_of(data, size); rest.len > 2;) {
        const PayloadFormat *format = payload_map_at(map, rest.data[1] & 3);
        seq = (uint16_t)(seq + (rest.data[1] >> 2));
        sequence_add(&sequence, seq, false);
        ContentPacket packet = {
            .format = format,
            .payloads = map,
            .sequence = &sequence,
            .extended_seq = sequence_extend(&sequence, seq),
            .ts_ticks = 160u * seq,
            .payload = slice_sub(rest, 2, rest.data[0]),
            .payload_type = format->payload_type,
            .marker = rest.data[1] & 4,
        };
        packet.payload_bytes = (uint32_t)packet.payload.len;
        content_read(&content, content_reader(format), &packet);
        rest = slice_from(rest, 2u + rest.data[0]);
    }
    if (content && content->text && content->text->text &&
        content->text->text->len > REALTIME_TEXT_MAX)
        __builtin_trap();
    content_free(content);
    payload_map_unref(table, map);
    payload_map_table_free(table);
    return 0;
}

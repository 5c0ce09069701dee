/* Whole packets into the whole engine: each input is a row of records, one byte of link type, two
 * of length, then so many bytes; time goes on by 20 ms a packet. */
#include "support/engine_give.h"

static const uint16_t link_types[] = { 1, 101, 113, 276, 0, 9 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    PacketStore *store = packet_store_new(0);
    ModelLimits limits = { .calls = 16, .messages_per_call = 32, .registrations = 8 };
    Model *model = model_new(&limits);
    Engine *engine = engine_new(model, store);
    int64_t now = NS_PER_S;

    while (size > 3) {
        size_t length = MIN((size_t)(data[1] << 8 | data[2]), size - 3);
        g_autofree uint8_t *exact = g_memdup2(data + 3, length);
        Packet packet = {
            .time_ns = now += 20 * NS_PER_MS,
            .data = exact,
            .caplen = (uint32_t)length,
            .len = (uint32_t)length + (data[0] & 0x80 ? 100 : 0),
            .link_type = link_types[(data[0] & 0x7f) % G_N_ELEMENTS(link_types)],
        };
        engine_give(engine, &packet);
        data += 3 + length;
        size -= 3 + length;
    }
    engine_finish(engine);
    engine_free(engine);
    model_free(model);
    packet_store_unref(store);
    return 0;
}

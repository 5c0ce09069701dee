/* The first byte says how much of the packet the snap length cut. What TURN carries is taken out,
 * and half of it put back. */
#include "dissect/media/rtp.h"
#include "dissect/media/turn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void rewrap(Slice bytes)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    TurnData inside, again;

    if (turn_unwrap(bytes, bytes.len, &inside) != DISSECT_OK || inside.data.len < inside.on_wire ||
        inside.data.len == 0)
        return;
    Slice half = slice_sub(inside.data, 0, inside.data.len / 2);
    turn_rewrap(bytes, inside.data, half, out);
    if (out->len > bytes.len + 3 ||
        turn_unwrap(slice_of(out->data, out->len), out->len, &again) != DISSECT_OK ||
        !slice_equal(again.data, half))
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    Slice bytes = slice_of(data + 1, size - 1);
    RtpPacket rtp;
    rewrap(bytes);
    DissectStatus status = rtp_parse(bytes, bytes.len + data[0], &rtp);

    if (status != DISSECT_OK && status != DISSECT_MALFORMED)
        return 0;
    if (rtp.payload.len > rtp.payload_bytes || rtp.payload.len + rtp.extension.len > bytes.len)
        __builtin_trap();
    uint64_t sum = slice_last(rtp.payload);
    for (size_t i = 0; i < rtp.extension.len; i++)
        sum += rtp.extension.data[i];
    return sum == UINT64_MAX;
}

/* The first byte says how much of the packet the snap length cut. */
#include "dissect/media/rtp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    Slice bytes = slice_of(data + 1, size - 1);
    RtpPacket rtp;
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

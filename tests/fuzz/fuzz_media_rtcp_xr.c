#include "dissect/media/rtcp_xr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Slice blocks = slice_of(data, size);
    RtcpXrBlock block;
    RtcpXrVoipMetrics metrics;

    while (rtcp_xr_next(&blocks, &block) == DISSECT_OK)
        if (rtcp_xr_voip_metrics(&block, &metrics) == DISSECT_OK && metrics.adjustment_rate > 15)
            __builtin_trap();
    return 0;
}

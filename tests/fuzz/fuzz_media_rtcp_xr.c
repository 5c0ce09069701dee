#include "dissect/media/rtcp_xr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Slice blocks = slice_of(data, size);
    RtcpXrBlock block;
    RtcpXrVoipMetrics metrics;
    RtcpXrStatistics statistics;
    RtcpXrRuns runs;
    RtcpXrDelay delay;
    uint64_t ntp;
    uint32_t ssrc;

    while (rtcp_xr_next(&blocks, &block) == DISSECT_OK) {
        if (rtcp_xr_voip_metrics(&block, &metrics) == DISSECT_OK && metrics.adjustment_rate > 15)
            __builtin_trap();
        if (rtcp_xr_runs(&block, &runs) == DISSECT_OK &&
            (runs.zeros > runs.packets || runs.packets > UINT16_MAX))
            __builtin_trap();
        rtcp_xr_statistics(&block, &statistics);
        rtcp_xr_reference_time(&block, &ntp);
        rtcp_xr_ssrc(&block, &ssrc);
        rtcp_xr_name(block.type);
        while (rtcp_xr_next_delay(&block.body, &delay))
            continue;
    }
    return 0;
}

#include "dissect/media/reported_loss.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Slice blocks = slice_of(data, size);
    RtcpXrBlock block;
    RtcpXrVoipMetrics metrics;
    RtcpXrStatistics statistics;
    RtcpXrRuns runs;
    ReportedLoss loss = { .blocks = 0 };
    uint32_t lost_runs[LOSS_RUN_LENGTHS];
    RtcpXrDelay delay;
    uint64_t ntp;
    uint32_t ssrc;

    while (rtcp_xr_next(&blocks, &block) == DISSECT_OK) {
        if (rtcp_xr_voip_metrics(&block, &metrics) == DISSECT_OK && metrics.adjustment_rate > 15)
            __builtin_trap();
        if (rtcp_xr_runs(&block, &runs) == DISSECT_OK &&
            (runs.zeros > runs.packets || runs.packets > UINT16_MAX))
            __builtin_trap();
        reported_loss_add(&loss, &block);
        rtcp_xr_statistics(&block, &statistics);
        rtcp_xr_reference_time(&block, &ntp);
        rtcp_xr_ssrc(&block, &ssrc);
        rtcp_xr_name(block.type);
        while (rtcp_xr_next_delay(&block.body, &delay))
            continue;
    }
    reported_loss_runs(&loss, lost_runs);
    if (loss.lost > loss.packets)
        __builtin_trap();
    return 0;
}

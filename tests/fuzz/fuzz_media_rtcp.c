#include "dissect/media/rtcp_feedback.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Slice rest = slice_of(data, size);
    RtcpPacket packet;
    RtcpReport report;
    RtcpFeedback feedback;
    uint32_t ssrc;

    while (rtcp_next(&rest, &packet) == DISSECT_OK) {
        Slice cname = rtcp_sdes_cname(&packet);
        if (cname.len > 255 || packet.body.len > size || packet.reports.len > packet.body.len)
            __builtin_trap();
        while (rtcp_next_report(&packet.reports, &report))
            if (report.cumulative_lost < -0x800000 || report.cumulative_lost > 0x7fffff)
                __builtin_trap();
        if (rtcp_feedback_parse(&packet, &feedback) != DISSECT_OK)
            continue;
        if (feedback.lost_packets > 17 * size || !feedback_kind_name(feedback.kind))
            __builtin_trap();
        while (feedback_next_target(&feedback, &ssrc))
            continue;
    }
    return 0;
}

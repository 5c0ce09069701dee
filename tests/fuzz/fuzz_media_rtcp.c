#include "dissect/media/rtcp_feedback.h"
#include "dissect/media/rtcp_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Slice rest = slice_of(data, size);
    RtcpPacket packet;
    RtcpReport report;
    RtcpFeedback feedback;
    RtcpText *texts = NULL;
    uint32_t ssrc;

    while (rtcp_next(&rest, &packet) == DISSECT_OK) {
        Slice cname = rtcp_sdes_cname(&packet);
        if (cname.len > 255 || packet.body.len > size || packet.reports.len > packet.body.len)
            __builtin_trap();
        RtcpSdesReader sdes = { .chunks = packet.body, .left = packet.count };
        RtcpSdesItem item;
        while (packet.type == RTCP_SDES && rtcp_sdes_next(&sdes, &item)) {
            if (item.text.len > 255)
                __builtin_trap();
            rtcp_text_note(&texts, item.type, item.text);
        }
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
    rtcp_text_free(texts);
    return 0;
}

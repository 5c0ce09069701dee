#include "dissect/media/rtcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Slice rest = slice_of(data, size);
    RtcpPacket packet;
    RtcpReport report;

    while (rtcp_next(&rest, &packet) == DISSECT_OK) {
        Slice cname = rtcp_sdes_cname(&packet);
        if (cname.len > 255 || packet.body.len > size || packet.reports.len > packet.body.len)
            __builtin_trap();
        while (rtcp_next_report(&packet.reports, &report))
            if (report.cumulative_lost < -0x800000 || report.cumulative_lost > 0x7fffff)
                __builtin_trap();
    }
    return 0;
}

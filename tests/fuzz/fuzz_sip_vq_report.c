#include "dissect/sip/vq_report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    VqReport report;

    if (vq_report_parse(slice_of(data, size), &report) != DISSECT_OK)
        return 0;
    const Slice texts[] = { vq_report_call_id(&report), report.local.fmtp, report.remote_id,
                            report.dialog_to_tag,       report.alert_type, report.local.stop };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(slice_dup(texts[i]));
    g_assert(report.unknown_lines <= size);
    return 0;
}

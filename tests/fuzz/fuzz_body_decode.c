#include "dissect/sip/body/body.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first line is the Content-Type. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Slice body = slice_of(data, size);
    Slice content_type = slice_split(&body, '\n');
    g_autoptr(BodyReport) report = body_report_new();

    body_decode(content_type, body, report);
    g_assert_cmpuint(report->fields->len, <=, BODY_FIELDS_MAX);
    g_assert_cmpuint(report->label->len, <=, BODY_LABEL_MAX);
    return 0;
}

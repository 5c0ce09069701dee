/* export/reports.h - the two forms of each report, for the table in report.c.
 * Not for use outside export/. */
#pragma once
#include "export/record.h"

#define REPORT_FUNCTIONS(name)                                                                     \
    void report_##name##_print(const ReportContext *context, FILE *file);                          \
    void report_##name##_records(const ReportContext *context, RecordWriter *writer)

REPORT_FUNCTIONS(calls);
REPORT_FUNCTIONS(ladder);
REPORT_FUNCTIONS(streams);
REPORT_FUNCTIONS(rtp_streams);
REPORT_FUNCTIONS(packets);
REPORT_FUNCTIONS(transactions);
REPORT_FUNCTIONS(registrations);
REPORT_FUNCTIONS(subscriptions);
REPORT_FUNCTIONS(endpoints);
REPORT_FUNCTIONS(statistics);
REPORT_FUNCTIONS(capture);
REPORT_FUNCTIONS(sound);
REPORT_FUNCTIONS(fax);
REPORT_FUNCTIONS(tls);
REPORT_FUNCTIONS(security);
REPORT_FUNCTIONS(msrp);
bool report_msrp_any(const ReportContext *context);

#undef REPORT_FUNCTIONS

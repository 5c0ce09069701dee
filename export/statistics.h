/* export/statistics.h - figures over all calls: RFC 6076 and the conventions of telephony.
 * An attempt is a call whose first INVITE was seen; authentication rounds and retransmissions
 * belong to it. A figure whose denominator is 0 is not known (NAN), neither 0 nor 100.
 * Not for use outside export/. */
#pragma once
#include "export/report.h"

/* Of durations; values are NAN when count is 0. */
typedef struct {
    uint64_t count;
    double min_ms, mean_ms, median_ms, p95_ms, max_ms;
} Distribution;

typedef struct {
    uint64_t calls;
    uint64_t states[CALL_STATES];
    uint64_t attempts, answered, redirected;
    double ser, seer, isa, scr; /* RFC 6076 4.6 to 4.9, percent */
    double ira;                 /* 4.2, percent of REGISTER requests */
    double asr, ner;            /* ITU-T E.411, E.425, percent of attempts */
    double acd_s;               /* mean talk time of the answered */
    Distribution srd;           /* 4.3.1: INVITE to ringing, else to the answer; as PDD */
    Distribution srd_failed;    /* 4.3.2: INVITE to the failure, or its time-out */
    Distribution sdd;           /* 4.4: BYE to its answer */
    Distribution sdt;           /* 4.5: answer to BYE */
    Distribution rrd;           /* 4.1: REGISTER to its 2xx */
    Distribution setup, ring;
} CallStatistics;

void statistics_collect(const ReportContext *context, CallStatistics *out);

/* SIP messages by method and status, retransmissions included. */
typedef struct {
    uint64_t requests[SIP_METHODS];
    uint64_t responses[700];
    uint64_t requests_retransmitted, responses_retransmitted;
} MessageCounts;

/* Of everything without a filter, else of the records that match. */
void statistics_count_messages(const ReportContext *context, MessageCounts *out);

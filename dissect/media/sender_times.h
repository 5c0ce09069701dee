/* dissect/media/sender_times.h - times of a sender's clock and when they came by, to find the round
 * trip when a receiver gives one back (RFC 3550 section 6.4.1: LSR and DLSR; RFC 3611 section 4.5:
 * LRR and DLRR). Constant memory: the last ones. */
#pragma once
#include "dissect/base/clock.h"

#define SENDER_TIMES 4u

typedef struct {
    int64_t time_ns[SENDER_TIMES]; /* seen here */
    uint32_t ntp[SENDER_TIMES];    /* middle 32 bits */
    uint32_t seen;                 /* of all */
} SenderTimes;

/* A time that came back, and how long it was kept. */
typedef struct {
    uint32_t time; /* middle 32 bits of NTP; 0: none */
    uint32_t kept; /* 1/65536 s */
} TimeEcho;

void sender_times_note(SenderTimes *times, uint64_t ntp, int64_t time_ns);
/* From the time's passing here to that of @echo at @time_ns, less how long it was kept: the way
 * from here to the receiver and back, in ms. NAN: the time is not known, or no round trip is like
 * that.
 */
double sender_times_round_trip_ms(const SenderTimes *times, const TimeEcho *echo, int64_t time_ns);

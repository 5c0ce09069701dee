/* dissect/base/clock.h - times of packets: int64_t nanoseconds since the epoch, UTC.
 * Every timer runs on them (the packet clock), never on the wall clock. */
#pragma once
#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#define TIME_UNKNOWN INT64_MIN /* also for durations that cannot be told */
#define NS_PER_US    INT64_C(1000)
#define NS_PER_MS    INT64_C(1000000)
#define NS_PER_S     INT64_C(1000000000)

#define TIME_TEXT_SIZE 40

/* RFC 3339 in UTC with nine digits: 2026-11-21T03:58:00.123456789Z. Returns @buffer. */
char *time_format_rfc3339(int64_t time_ns, char *buffer, size_t size);
/* Local time of day with @digits (0..9) of fraction: 03:58:00.123456. Returns @buffer. */
char *time_format_of_day(int64_t time_ns, int digits, char *buffer, size_t size);
/* "12.345s", "1:02.345", "1:02:03" - short enough for a column. "-" when unknown. */
char *duration_format(int64_t duration_ns, char *buffer, size_t size);

/* Difference of two times, TIME_UNKNOWN when one of them is. */
static inline int64_t time_between(int64_t from_ns, int64_t to_ns)
{
    int64_t difference;
    if (from_ns == TIME_UNKNOWN || to_ns == TIME_UNKNOWN ||
        __builtin_sub_overflow(to_ns, from_ns, &difference))
        return TIME_UNKNOWN;
    return difference;
}

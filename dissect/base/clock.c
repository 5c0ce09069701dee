#include "dissect/base/clock.h"
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

/* Seconds and nanoseconds of a time; the latter are never negative, before 1970 neither. */
static time_t split_time(int64_t time_ns, int64_t *ret_ns)
{
    int64_t seconds = time_ns / NS_PER_S, ns = time_ns % NS_PER_S;
    if (ns < 0) {
        ns += NS_PER_S;
        seconds--;
    }
    *ret_ns = ns;
    return (time_t)seconds;
}

static char *format_unknown(char *buffer, size_t size)
{
    g_strlcpy(buffer, "-", size);
    return buffer;
}

char *time_format_rfc3339(int64_t time_ns, char *buffer, size_t size)
{
    int64_t ns;
    struct tm tm;

    if (time_ns == TIME_UNKNOWN)
        return format_unknown(buffer, size);
    time_t seconds = split_time(time_ns, &ns);
    gmtime_r(&seconds, &tm);
    snprintf(buffer, size, "%04d-%02d-%02dT%02d:%02d:%02d.%09" PRId64 "Z", tm.tm_year + 1900,
             tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, ns);
    return buffer;
}

char *time_format_of_day(int64_t time_ns, int digits, char *buffer, size_t size)
{
    int64_t ns;
    struct tm tm;
    char fraction[16];

    if (time_ns == TIME_UNKNOWN)
        return format_unknown(buffer, size);
    time_t seconds = split_time(time_ns, &ns);
    localtime_r(&seconds, &tm);
    snprintf(fraction, sizeof fraction, ".%09" PRId64, ns);
    int shown = digits <= 0 ? 0 : MIN(digits, 9) + 1; /* the point counts only with a digit */
    snprintf(buffer, size, "%02d:%02d:%02d%.*s", tm.tm_hour, tm.tm_min, tm.tm_sec, shown, fraction);
    return buffer;
}

char *duration_format(int64_t duration_ns, char *buffer, size_t size)
{
    if (duration_ns == TIME_UNKNOWN)
        return format_unknown(buffer, size);

    const char *sign = duration_ns < 0 ? "-" : "";
    uint64_t ms = (duration_ns < 0 ? -(uint64_t)duration_ns : (uint64_t)duration_ns) / NS_PER_MS;
    uint64_t seconds = ms / 1000, minutes = seconds / 60, hours = minutes / 60;

    ms %= 1000;
    if (minutes == 0)
        snprintf(buffer, size, "%s%" PRIu64 ".%03" PRIu64 "s", sign, seconds, ms);
    else if (hours == 0)
        snprintf(buffer, size, "%s%" PRIu64 ":%02" PRIu64 ".%03" PRIu64, sign, minutes,
                 seconds % 60, ms);
    else
        snprintf(buffer, size, "%s%" PRIu64 ":%02" PRIu64 ":%02" PRIu64, sign, hours, minutes % 60,
                 seconds % 60);
    return buffer;
}

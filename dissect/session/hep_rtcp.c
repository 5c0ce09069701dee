#include "dissect/session/hep_rtcp.h"
#include "dissect/base/json_scan.h"
#include <math.h>

#define UNIX_EPOCH_NTP_S UINT64_C(2208988800)
#define UNAVAILABLE      127 /* RFC 3611 section 4.7 */
#define CNAME_MAX        255u

enum { SR = 200, RR = 201, SDES = 202, XR = 207 };

typedef struct {
    uint32_t ssrc, highest_seq, jitter, lsr, dlsr;
    uint8_t fraction_lost;
    int32_t lost;
} Block;

typedef struct {
    bool any;
    uint32_t type, ssrc;
    uint8_t loss, discard, burst_density, gap_density;
    uint16_t burst_ms, gap_ms, round_trip_ms, end_system_ms;
} Metrics;

typedef struct {
    bool has_type, has_sender;
    uint32_t type, ssrc;
    uint64_t ntp_s, ntp_fraction;
    uint32_t rtp_ticks, packets, octets;
    unsigned blocks;
    Block block[HEP_RTCP_BLOCKS_MAX];
    Metrics metrics;
    uint32_t cname_ssrc;
    char *cname; /* owned */
} Report;

/* Within the bounds of the field it goes to; numbers may have come as text. */
static double number(const char *text, double low, double high)
{
    double value = g_ascii_strtod(text, NULL);

    return isnan(value) ? low : CLAMP(value, low, high);
}

static uint32_t u32(const char *text)
{
    return (uint32_t)number(text, 0, UINT32_MAX);
}

static uint16_t u16(const char *text)
{
    return (uint16_t)number(text, 0, UINT16_MAX);
}

static uint8_t u8(const char *text)
{
    return (uint8_t)number(text, 0, UINT8_MAX);
}

static void take_member(Report *report, const char *key, const char *value)
{
    if (strcmp(key, "type") == 0) {
        report->type = u32(value);
        report->has_type = true;
    } else if (strcmp(key, "ssrc") == 0) {
        report->ssrc = u32(value);
    }
}

static void take_sender(Report *report, const char *key, const char *value)
{
    report->has_sender = true;
    if (strcmp(key, "ntp_timestamp_sec") == 0)
        report->ntp_s = u32(value);
    else if (strcmp(key, "ntp_timestamp_usec") == 0)
        report->ntp_fraction = u32(value);
    else if (strcmp(key, "rtp_timestamp") == 0)
        report->rtp_ticks = u32(value);
    else if (strcmp(key, "packets") == 0)
        report->packets = u32(value);
    else if (strcmp(key, "octets") == 0)
        report->octets = u32(value);
}

static void take_block(Report *report, const JsonValue *value)
{
    if (value->element >= HEP_RTCP_BLOCKS_MAX)
        return;
    Block *block = &report->block[value->element];
    const char *key = value->key, *text = value->text;

    report->blocks = MAX(report->blocks, value->element + 1);
    if (strcmp(key, "source_ssrc") == 0)
        block->ssrc = u32(text);
    else if (strcmp(key, "fraction_lost") == 0)
        block->fraction_lost = u8(text);
    else if (strcmp(key, "packets_lost") == 0)
        block->lost = (int32_t)number(text, -0x800000, 0x7fffff);
    else if (strcmp(key, "highest_seq_no") == 0)
        block->highest_seq = u32(text);
    else if (strcmp(key, "ia_jitter") == 0)
        block->jitter = u32(text);
    else if (strcmp(key, "lsr") == 0)
        block->lsr = u32(text);
    else if (strcmp(key, "dlsr") == 0)
        block->dlsr = u32(text);
}

static void take_metric(Metrics *metrics, const char *key, const char *text)
{
    metrics->any |= strcmp(text, "0") != 0;
    if (strcmp(key, "type") == 0)
        metrics->type = u32(text);
    else if (strcmp(key, "id") == 0)
        metrics->ssrc = u32(text);
    else if (strcmp(key, "fraction_lost") == 0)
        metrics->loss = u8(text);
    else if (strcmp(key, "fraction_discard") == 0)
        metrics->discard = u8(text);
    else if (strcmp(key, "burst_density") == 0)
        metrics->burst_density = u8(text);
    else if (strcmp(key, "gap_density") == 0)
        metrics->gap_density = u8(text);
    else if (strcmp(key, "burst_duration") == 0)
        metrics->burst_ms = u16(text);
    else if (strcmp(key, "gap_duration") == 0)
        metrics->gap_ms = u16(text);
    else if (strcmp(key, "round_trip_delay") == 0)
        metrics->round_trip_ms = u16(text);
    else if (strcmp(key, "end_system_delay") == 0)
        metrics->end_system_ms = u16(text);
}

/* The first name of the first source. */
static void take_description(Report *report, const JsonValue *value)
{
    if (value->element > 0)
        return;
    if (strcmp(value->key, "sdes_chunk_ssrc") == 0)
        report->cname_ssrc = u32(value->text);
    else if (strcmp(value->key, "text") == 0 && !report->cname)
        report->cname = g_strdup(value->text);
}

static void take(void *context, const JsonValue *value)
{
    Report *report = context;

    if (value->outer[0] == '\0')
        take_member(report, value->key, value->text);
    else if (strcmp(value->outer, "sender_information") == 0)
        take_sender(report, value->key, value->text);
    else if (strcmp(value->outer, "report_blocks") == 0)
        take_block(report, value);
    else if (strcmp(value->outer, "report_blocks_xr") == 0)
        take_metric(&report->metrics, value->key, value->text);
    else if (strcmp(value->outer, "sdes_information") == 0)
        take_description(report, value);
}

/* --- the packets --- */

static void put_u8(GByteArray *out, unsigned value)
{
    uint8_t byte = (uint8_t)value;
    g_byte_array_append(out, &byte, 1);
}

static void put_u16(GByteArray *out, unsigned value)
{
    put_u8(out, value >> 8);
    put_u8(out, value);
}

static void put_u32(GByteArray *out, uint32_t value)
{
    put_u16(out, value >> 16);
    put_u16(out, value & 0xffff);
}

static void put_header(GByteArray *out, unsigned count, unsigned type, size_t body_bytes)
{
    put_u8(out, 0x80 | count);
    put_u8(out, type);
    put_u16(out, (unsigned)(body_bytes / 4));
}

/* Of RFC 3550 section 6.4.1. */
static uint64_t ntp_time(const Report *report)
{
    if (report->ntp_s >= UNIX_EPOCH_NTP_S)
        return report->ntp_s << 32 | report->ntp_fraction;
    if (report->ntp_s == 0)
        return 0;
    uint64_t fraction = (MIN(report->ntp_fraction, 999999) << 32) / 1000000;
    return (report->ntp_s + UNIX_EPOCH_NTP_S) << 32 | fraction;
}

static void put_report(GByteArray *out, const Report *report)
{
    unsigned type = report->has_sender ? SR : RR;

    put_header(out, report->blocks, type, 4u + (type == SR ? 20u : 0u) + 24u * report->blocks);
    put_u32(out, report->ssrc);
    if (type == SR) {
        uint64_t ntp = ntp_time(report);
        put_u32(out, (uint32_t)(ntp >> 32));
        put_u32(out, (uint32_t)ntp);
        put_u32(out, report->rtp_ticks);
        put_u32(out, report->packets);
        put_u32(out, report->octets);
    }
    for (unsigned i = 0; i < report->blocks; i++) {
        const Block *block = &report->block[i];
        put_u32(out, block->ssrc);
        put_u32(out, (uint32_t)block->fraction_lost << 24 | ((uint32_t)block->lost & 0xffffff));
        put_u32(out, block->highest_seq);
        put_u32(out, block->jitter);
        put_u32(out, block->lsr);
        put_u32(out, block->dlsr);
    }
}

/* VoIP metrics, of which the JSON has half; the rest is said to be unavailable or unknown. */
static void put_metrics(GByteArray *out, const Report *report)
{
    const Metrics *m = &report->metrics;

    put_header(out, 0, XR, 4 + 36);
    put_u32(out, report->ssrc);
    put_u8(out, 7);
    put_u8(out, 0);
    put_u16(out, 8);
    put_u32(out, m->ssrc);
    put_u8(out, m->loss);
    put_u8(out, m->discard);
    put_u8(out, m->burst_density);
    put_u8(out, m->gap_density);
    put_u16(out, m->burst_ms);
    put_u16(out, m->gap_ms);
    put_u16(out, m->round_trip_ms);
    put_u16(out, m->end_system_ms);
    for (unsigned i = 0; i < 3; i++) /* signal, noise, RERL */
        put_u8(out, UNAVAILABLE);
    put_u8(out, 0);                  /* Gmin */
    for (unsigned i = 0; i < 4; i++) /* R, external R, MOS-LQ, MOS-CQ */
        put_u8(out, UNAVAILABLE);
    put_u32(out, 0); /* receiver configuration, nominal delay of its buffer, */
    put_u32(out, 0); /* maximum and absolute maximum */
}

static void put_name(GByteArray *out, const Report *report)
{
    size_t length = MIN(strlen(report->cname), CNAME_MAX);
    size_t padding = 4 - (2 + length) % 4; /* one at least ends the items */

    put_header(out, 1, SDES, 4 + 2 + length + padding);
    put_u32(out, report->cname_ssrc);
    put_u8(out, 1);
    put_u8(out, (unsigned)length);
    g_byte_array_append(out, (const guint8 *)report->cname, (guint)length);
    for (size_t i = 0; i < padding; i++)
        put_u8(out, 0);
}

DissectStatus hep_rtcp_rebuild(Slice json, GByteArray *out)
{
    Report report = { 0 };
    guint before = out->len;
    bool whole = json_scan(json, take, &report);

    if (report.has_sender || report.blocks || (report.has_type && report.type == RR))
        put_report(out, &report);
    if (report.metrics.any && (report.metrics.type == 7 || report.metrics.type == 0))
        put_metrics(out, &report);
    if (report.cname)
        put_name(out, &report);
    g_free(report.cname);
    if (out->len == before)
        return DISSECT_NOT_MINE;
    return whole ? DISSECT_OK : DISSECT_MALFORMED;
}

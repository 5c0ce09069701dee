/* dissect/media/telephone_event.c - see telephone_event.h */
#include "dissect/media/telephone_event.h"
#include "dissect/base/cursor.h"

#define DEFAULT_CLOCK_HZ 8000u
#define FIRST_RECORDS    8u
#define RECENT           4      /* events back that a late packet may be of */
#define SEGMENT_MIN      0x8000 /* ticks: a segment that goes on is nearly 0xffff long (2.5.1.3) */
#define FLASH            16

DissectStatus telephone_event_parse(Slice payload, TelephoneEvent *out)
{
    Cursor c = cursor_over(payload);
    TelephoneEvent event = { .code = cursor_u8(&c) };
    uint8_t flags = cursor_u8(&c);

    event.end = flags & 0x80;
    event.volume = flags & 0x3f;
    event.duration_ticks = cursor_be16(&c);
    if (c.failed)
        return DISSECT_TRUNCATED;
    *out = event;
    return DISSECT_OK;
}

static const char digits[] = "0123456789*#ABCD";

/* RFC 4733 7, RFC 4734: what modems and faxes send, and call progress tones. */
static const struct {
    uint8_t code;
    const char *name;
} names[] = {
    { FLASH, "flash" },     { 32, "ANS" },     { 33, "/ANS" },    { 34, "ANSam" },
    { 35, "/ANSam" },       { 36, "CNG" },     { 37, "V21-1-0" }, { 38, "V21-1-1" },
    { 39, "V21-2-0" },      { 40, "V21-2-1" }, { 49, "CT" },      { 52, "ANS2225" },
    { 54, "V21-preamble" }, { 66, "dial" },    { 70, "ringing" }, { 72, "busy" },
    { 73, "congestion" },
};

char telephone_event_digit(uint8_t code)
{
    return code < sizeof digits - 1 ? digits[code] : '\0';
}

const char *telephone_event_name(uint8_t code)
{
    static const char *const digit_names[] = { "0", "1", "2", "3", "4", "5", "6", "7",
                                               "8", "9", "*", "#", "A", "B", "C", "D" };

    if (code < G_N_ELEMENTS(digit_names))
        return digit_names[code];
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (names[i].code == code)
            return names[i].name;
    return NULL;
}

int telephone_event_code(char digit)
{
    char upper = g_ascii_toupper(digit);
    const char *at = upper ? strchr(digits, upper) : NULL;

    if (at)
        return (int)(at - digits);
    return upper == 'F' ? FLASH : -1;
}

static TelephoneEventRecord *find(TelephoneEventLog *log, uint8_t code, uint32_t ts_ticks)
{
    for (unsigned i = log->count; i > 0 && i + RECENT > log->count; i--) {
        TelephoneEventRecord *record = &log->records[i - 1];
        if (record->code == code && record->ts_ticks == ts_ticks)
            return record;
    }
    return NULL;
}

/* The event before, when this packet begins another segment of it. */
static TelephoneEventRecord *continued(TelephoneEventLog *log, const TelephoneEvent *event,
                                       const TelephoneEventPacket *packet)
{
    TelephoneEventRecord *last = log->count ? &log->records[log->count - 1] : NULL;

    if (!last || last->ended || last->code != event->code || packet->marker)
        return NULL;
    uint32_t later = packet->ts_ticks - last->ts_ticks;
    if (later < SEGMENT_MIN || later > UINT16_MAX)
        return NULL;
    last->before_ticks += later;
    last->ts_ticks = packet->ts_ticks;
    return last;
}

static TelephoneEventRecord *begin(TelephoneEventLog *log, const TelephoneEvent *event,
                                   const TelephoneEventPacket *packet)
{
    if (log->count == TELEPHONE_EVENTS_MAX) {
        log->dropped += packet->marker;
        return NULL;
    }
    if (log->count == log->allocated) {
        log->allocated = MAX(2 * log->allocated, FIRST_RECORDS);
        log->records = g_renew(TelephoneEventRecord, log->records, log->allocated);
    }
    uint32_t clock_hz = packet->clock_hz ? packet->clock_hz : DEFAULT_CLOCK_HZ;
    TelephoneEventRecord *record = &log->records[log->count++];
    *record = (TelephoneEventRecord){
        .time_ns = packet->time_ns - NS_PER_S * event->duration_ticks / clock_hz,
        .ts_ticks = packet->ts_ticks,
        .code = event->code,
        .payload_type = packet->payload_type,
    };
    return record;
}

void telephone_event_add(TelephoneEventLog *log, const TelephoneEventPacket *packet)
{
    TelephoneEvent event;

    if (telephone_event_parse(packet->payload, &event) != DISSECT_OK)
        return;
    TelephoneEventRecord *record = find(log, event.code, packet->ts_ticks);
    if (!record)
        record = continued(log, &event, packet);
    if (!record)
        record = begin(log, &event, packet);
    if (!record)
        return;
    record->packets++;
    record->volume = event.volume;
    record->ended |= event.end;
    record->duration_ticks =
        MAX(record->duration_ticks, record->before_ticks + event.duration_ticks);
}

void telephone_event_log_clear(TelephoneEventLog *log)
{
    g_free(log->records);
    *log = (TelephoneEventLog){ 0 };
}

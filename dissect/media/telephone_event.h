/* dissect/media/telephone_event.h - digits and other events sent as RTP (RFC 4733, 2833).
 *
 * The packets of an event bear the timestamp of its beginning and say how long it has lasted so
 * far. Any of them may be lost, come twice or late; the event is the same. One longer than its
 * duration field goes on in another segment with a later timestamp (2.5.1.3). */
#pragma once
#include "dissect/base/clock.h"
#include "dissect/base/slice.h"
#include "dissect/base/status.h"

typedef struct {
    uint8_t code;   /* 0..9, 10 *, 11 #, 12..15 A to D, 16 flash; others: RFC 4734 ... */
    bool end;       /* the last state of it */
    uint8_t volume; /* -dBm0, 0..63 */
    uint16_t duration_ticks;
} TelephoneEvent;

/* 2.3. DISSECT_TRUNCATED when bytes are missing. */
DissectStatus telephone_event_parse(Slice payload, TelephoneEvent *out);
/* "5", "*", "flash", "ANSam"; NULL for a code without a name. Static. */
const char *telephone_event_name(uint8_t code);
/* '5', '*', 'A'; 0 when it is no digit. */
char telephone_event_digit(uint8_t code);
/* The code of a digit, 'F' for flash; -1 for anything else. */
int telephone_event_code(char digit);

typedef struct {
    int64_t time_ns;         /* when it began: its first packet, less what that says it lasted */
    uint32_t ts_ticks;       /* of its newest segment */
    uint32_t duration_ticks; /* of all segments */
    uint32_t before_ticks;   /* of those before the newest */
    uint32_t packets;
    uint8_t code, volume;
    uint8_t payload_type;
    bool ended; /* its end was seen */
} TelephoneEventRecord;

#define TELEPHONE_EVENTS_MAX 512 /* of a stream */

typedef struct {
    TelephoneEventRecord *records; /* owned, oldest first */
    unsigned count, allocated;
    uint64_t dropped; /* events beyond the cap */
} TelephoneEventLog;

typedef struct {
    Slice payload;
    uint32_t ts_ticks, clock_hz; /* 0: not known, taken for 8000 */
    int64_t time_ns;
    uint8_t payload_type;
    bool marker; /* a new event begins */
} TelephoneEventPacket;

void telephone_event_add(TelephoneEventLog *log, const TelephoneEventPacket *packet);
void telephone_event_log_clear(TelephoneEventLog *log);

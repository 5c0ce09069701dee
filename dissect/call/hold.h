/* dissect/call/hold.h - who put whom on hold, and for how long (RFC 3264 section 8.4, RFC 6337
 * section 5.3, METRICS 5.8). A hold begins with the offer that was accepted and ends with the offer
 * that takes it back. */
#pragma once
#include "dissect/call/model.h"
#include "dissect/call/structure.h"

typedef enum { HOLD_SENDONLY, HOLD_INACTIVE, HOLD_ZERO_ADDRESS, HOLD_KINDS } HoldKind;
const char *hold_kind_name(HoldKind kind); /* "sendonly" */

#define HOLDS_MAX 256 /* of one call */

typedef struct {
    int64_t start_ns;
    int64_t end_ns; /* resumed; TIME_UNKNOWN: never */
    uint32_t frame; /* of what accepted it */
    uint16_t dialog;
    uint8_t by;   /* Party */
    uint8_t kind; /* HoldKind */
} CallHold;

unsigned call_hold_count(const Call *call);
const CallHold *call_hold(const Call *call, unsigned index);
/* When it ended, by resumption or with the call; TIME_UNKNOWN: it goes on. */
int64_t call_hold_end(const Call *call, const CallHold *hold);
/* In which a party held the other, or both did; TIME_UNKNOWN without a hold. What goes on counts up
 * to @clock_ns. */
int64_t call_hold_time(const Call *call, int64_t clock_ns);
/* Did whoever holds send media meanwhile (music on hold)? Seconds at the edges do not count. */
bool call_hold_has_media(const Model *model, const Call *call, const CallHold *hold);

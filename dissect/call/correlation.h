/* dissect/call/correlation.h - finds the calls that belong together (relation.h): each first INVITE
 * is compared with signs that earlier messages left. Looks at INVITE, REFER and NOTIFY requests and
 * at final responses only, in constant time. */
#pragma once
#include "dissect/call/relation.h"

/* Header names between commas: what stands in these headers is the Call-ID of another leg, or a
 * value that all legs share. */
#define CORRELATION_HEADERS                                                                        \
    "X-Call-ID, X-CID, X-Correlation-ID, X-Asterisk-Linkedid, X-Genesys-CallUUID, "                \
    "X-BroadWorks-Correlation-Info, Av-Global-Session-ID, Cisco-Guid"

#define CORRELATION_HEADERS_MAX 16

typedef struct {
    bool off;            /* legs of back-to-back user agents are not joined */
    const char *headers; /* NULL: CORRELATION_HEADERS; names beyond the 16th are ignored */
} CorrelationOptions;

/* Before the first packet. */
void correlation_configure(Model *model, const CorrelationOptions *options);

/* dissect/call/reliable.h - reliable provisional responses and their PRACK (RFC 3262). */
#pragma once
#include "dissect/call/structure.h"

#define PROVISIONALS_MAX 64 /* of one call */

typedef struct {
    int64_t time_ns;
    int64_t prack_ns; /* PRACK that names it; TIME_UNKNOWN: none */
    uint32_t frame;
    uint32_t rseq, cseq; /* of the response */
    uint32_t prack_cseq;
    uint32_t source, destination; /* private: the hop where it was seen first */
    uint16_t retransmissions;     /* there */
    uint16_t status;
    uint16_t prack_status; /* final response to the PRACK; 0: none */
    uint16_t dialog;
} ReliableProvisional;

unsigned call_provisional_count(const Call *call);
const ReliableProvisional *call_provisional(const Call *call, unsigned index);
/* Those that no PRACK named. */
unsigned call_unacknowledged(const Call *call);

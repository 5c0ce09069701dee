/* dissect/session/hep.h - Homer encapsulation protocol: what a capture agent saw, with its
 * addresses and time. Version 3 (HEP3, revision 37) and its precursors 1 and 2. Pure functions over
 * captured bytes.
 *
 * As all receivers do, chunks of any vendor are told by their type alone; unknown ones are skipped.
 */
#pragma once
#include "dissect/base/address.h"
#include "dissect/base/anomaly.h"
#include "dissect/base/status.h"

/* Of the payload; the ones that mean something here. */
typedef enum {
    HEP_TYPE_SIP = 1,
    HEP_TYPE_RTP = 4,
    HEP_TYPE_RTCP = 5, /* JSON, or the packet itself */
    HEP_TYPE_QOS = 34, /* JSON: the report of a stream that ended, and ... */
    HEP_TYPE_QOS_SHORT = 35,
    HEP_TYPE_LOG = 100,
} HepType;

#define HEP_HEADER_BYTES 6u

typedef struct {
    uint8_t version;     /* 1, 2 or 3 */
    uint8_t ip_protocol; /* that carried the payload; 0: not told */
    uint8_t type;        /* HepType, or another number */
    uint8_t tos;
    uint16_t vlan;                /* 0: not told */
    uint32_t agent;               /* capture id; 0: not told */
    int64_t time_ns;              /* TIME_UNKNOWN: not told */
    Endpoint source, destination; /* of the payload */
    Slice node, key, correlation; /* names; empty: not told */
    Slice payload;
    bool compressed; /* the payload was, and is not read */
    bool truncated;  /* the snap length cut it */
    AnomalySet anomalies;
} HepPacket;

/* Whether a datagram of which @on_wire bytes were sent is HEP: by its magic and length, of versions
 * 1 and 2 by their header and SIP behind it. */
bool hep_looks_like(Slice bytes, size_t on_wire);
/* Takes one packet. DISSECT_NOT_MINE: not HEP. DISSECT_TRUNCATED: cut before addresses and payload
 * were known. DISSECT_MALFORMED: lengths that contradict, or no addresses or payload; see
 * out->anomalies. */
DissectStatus hep_parse(Slice bytes, size_t on_wire, HepPacket *out);
/* How long the packet is that a stream's bytes begin with: 0 when that is not known yet.
 * DISSECT_NOT_MINE when it is no HEP3. */
DissectStatus hep_frame(Slice bytes, size_t *ret_length);
/* "sip", "rtcp" ...; "type-N" has no name: NULL. */
const char *hep_type_name(uint8_t type);

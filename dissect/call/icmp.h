/* dissect/call/icmp.h - which call an ICMP error is about: it quotes a packet of one of its
 * streams, one of its messages, or one to an address that it announced. */
#pragma once
#include "dissect/call/model.h"
#include "dissect/net/flow.h"
#include "dissect/net/icmp.h"

typedef enum {
    ICMP_ABOUT_OTHER, /* to or from an address that the call announced */
    ICMP_ABOUT_SIP,
    ICMP_ABOUT_RTP,
    ICMP_ABOUT_RTCP,
} IcmpSubject;
const char *icmp_subject_name(IcmpSubject subject); /* "RTP"; ICMP_ABOUT_OTHER: "media" */

/* The same error about packets of the same path, however many there were one after the other: those
 * of before an answer are not those of after a hang-up. */
typedef struct {
    IcmpError error;  /* of the first; quotes nothing */
    IpAddress origin; /* the router or host that sent it */
    uint32_t frame;   /* number of the packet that brought the first, from 1 */
    uint32_t stream;  /* number of the stream it is about; 0: none */
    IcmpSubject subject;
    int64_t first_ns, last_ns;
    uint64_t count;
} CallIcmp;

/* Packets of a stream that meet one are no further apart: the kernel of a host sends few of them.
 */
#define ICMP_APART_NS (5 * NS_PER_S)

/* Different ones kept of a call; others are not told. */
#define CALL_ICMP_MAX 32

/* How an error came. */
typedef struct {
    IpAddress origin;
    int64_t time_ns;
    uint32_t frame;
    bool is_copy; /* the mirror port's: net/sighting.h */
} IcmpArrival;

/* Notes @error, unless it is a copy. False: it is about no call that is known. */
bool icmp_follow(Model *model, const FlowTable *flows, const IcmpError *error,
                 const IcmpArrival *arrival);

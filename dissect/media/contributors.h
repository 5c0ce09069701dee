/* dissect/media/contributors.h - the contributing sources that a mixer names in its packets (RFC
 * 3550 sections 5.1 and 7.1). */
#pragma once
#include "dissect/base/slice.h"

#define CONTRIBUTORS_MAX 32 /* sources told apart; further ones are only counted */

/* Start with zeroes. */
typedef struct {
    uint64_t packets;                   /* that name any */
    unsigned most;                      /* in one packet */
    unsigned count;                     /* of @sources */
    bool more;                          /* there were others */
    uint32_t sources[CONTRIBUTORS_MAX]; /* in order of appearance */
} Contributors;

/* @csrcs: the CSRC list of a packet, not empty. */
void contributors_add(Contributors *contributors, Slice csrcs);

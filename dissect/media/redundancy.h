/* dissect/media/redundancy.h - what redundancy in a stream repairs: RED (RFC 2198) and ULPFEC
 * (RFC 5109). It says which lost packets a receiver could have had back; they stay lost.
 * Private to dissect/media/, but for the figures. */
#pragma once
#include "dissect/media/red.h"
#include "dissect/media/sequence.h"

#define REDUNDANCY_HISTORY 64 /* packets back that are remembered */

typedef struct {
    uint64_t red_packets;   /* with at least one older block */
    uint64_t red_blocks;    /* older blocks, empty ones too */
    uint64_t red_octets;    /* in them */
    uint64_t red_recovered; /* lost packets that an older block holds */
    uint64_t fec_packets;
    uint64_t fec_recovered; /* lost packets that one FEC packet and the others give back */
    uint64_t malformed;

    /* Private. */
    bool started;
    uint8_t primary_type;
    uint32_t first_ts_ticks;
    unsigned next;
    struct {
        uint32_t ts_ticks;
        bool held, recovered;
    } history[REDUNDANCY_HISTORY]; /* a ring of timestamps, played or recovered */
    uint16_t recovered_seqs[REDUNDANCY_HISTORY];
    unsigned recovered_count;
} Redundancy;

/* A packet of encoding "red" whose blocks are @red, in order of arrival. */
void redundancy_add_red(Redundancy *redundancy, const RedPacket *red);
/* The payload of a FEC packet; @sequence says which packets are there. */
void redundancy_add_fec(Redundancy *redundancy, Slice payload, const Sequence *sequence);

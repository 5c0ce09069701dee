/* dissect/net/capture_point.h - where packets were seen: a VLAN and a pair of MAC addresses. A
 * mirror port that copies both sides of a router, or one VLAN twice, shows here. Constant memory:
 * points beyond CAPTURE_POINTS_MAX are counted together. */
#pragma once
#include "dissect/net/net_packet.h"

#define CAPTURE_POINTS_MAX 512u

typedef struct {
    uint64_t link; /* NetPacket.link */
    uint16_t vlan;
    bool has_macs;
    uint8_t destination_mac[6], source_mac[6];
    uint64_t packets;
    uint64_t copies; /* of packets that were seen before, here or at another point */
} CapturePoint;

typedef struct {
    unsigned count;
    CapturePoint points[CAPTURE_POINTS_MAX]; /* in order of appearance */
    CapturePoint other;                      /* all that found no place */
    uint16_t slots[2 * CAPTURE_POINTS_MAX];  /* private: index + 1; 0: empty */
    CapturePoint *last;                      /* private */
} CapturePoints;

/* The point of a packet, counted. */
CapturePoint *capture_points_count(CapturePoints *points, const NetPacket *packet);

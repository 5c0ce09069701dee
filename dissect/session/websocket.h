/* dissect/session/websocket.h - WebSocket connections (RFC 6455), as SIP uses them (RFC 7118):
 * their messages, unmasked, put together and decompressed (permessage-deflate, RFC 7692), go to the
 * layer above one by one. A capture may begin after the HTTP upgrade: frames that bear SIP or MSRP
 * are recognised. A message of more than 1 MiB, compressed or not, is passed over and counted. */
#pragma once
#include "dissect/session/stack.h"

typedef struct {
    uint64_t connections;
    uint64_t upgrades;   /* whose HTTP handshake was captured, either direction */
    uint64_t messages;   /* text and binary */
    uint64_t fragmented; /* of them, those in several frames */
    uint64_t compressed; /* of them */
    uint64_t control;    /* frames: close, ping, pong */
    uint64_t unreadable; /* messages that could not be decompressed, or were too large */
} WebSocketStats;

/* For a StreamRow; its context is a WebSocketStats. */
extern const StreamProtocol websocket_protocol;

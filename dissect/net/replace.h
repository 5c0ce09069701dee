/* dissect/net/replace.h - another UDP payload in the place of that of a packet, all headers around
 * it made to fit: lengths and checksums of IP and UDP, and of tunnels that have any. No state. */
#pragma once
#include "dissect/net/decode_as.h"
#include "dissect/net/net_packet.h"
#include <glib.h>

typedef enum {
    REPLACE_DONE,
    REPLACE_SEALED,  /* a header around it vouches for what it holds by a key: AH, ESP, MACsec */
    REPLACE_NOT_UDP, /* no whole UDP payload: a fragment, cut, another protocol */
} ReplaceResult;

/* Fills @frame with @packet, whose payload (as net_decode_as() finds it with @rules, or NULL) is
 * @payload instead, no longer than before. A UDP checksum that was not there stays away. */
ReplaceResult net_replace_payload(const Packet *packet, const DecodeRules *rules, Slice payload,
                                  GByteArray *frame);

/* dissect/media/relay_address.h - the relayed transport addresses that TURN servers gave to their
 * clients (RFC 8656 section 7.3): what SDP and peers know a client by. Bounded: at
 * RELAY_ADDRESSES_MAX all are forgotten. Private to dissect/media/. */
#pragma once
#include "dissect/base/address.h"

#define RELAY_ADDRESSES_MAX 65536u

typedef struct RelayAddresses RelayAddresses;

RelayAddresses *relay_addresses_new(void);
void relay_addresses_free(RelayAddresses *addresses);
/* @client, where its server answered to, has @relayed from now on. */
void relay_addresses_note(RelayAddresses *addresses, Endpoint client, Endpoint relayed);
/* False when none is known. */
bool relay_addresses_find(const RelayAddresses *addresses, Endpoint client, Endpoint *out);

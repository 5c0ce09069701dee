/* dissect/call/endpoint_watch.h - how the tracker feeds endpoint.h. */
#pragma once
#include "dissect/call/call_private.h"
#include "dissect/call/endpoint.h"

EndpointWatch *endpoint_watch_new(void);
void endpoint_watch_free(EndpointWatch *watch);
/* INVITE, REGISTER, OPTIONS and their final responses, no retransmissions. Bounded work. */
void endpoint_follow(MessageContext *context);

/* A host relays media. Where no SIP was seen of it, it becomes an endpoint without a port. */
void endpoint_follow_relay(Model *model, const MediaHost *host);

/* Two calls were found to be legs of one. Where the first came to one address and the other was
 * sent from another before the first was answered, both are arms of a B2BUA. */
void endpoint_follow_join(Model *model, const Call *a, const Call *b);

/* Begins to fetch from memory where that is which is known of @id; then that. */
void endpoint_fetch_slot(const Model *model, uint32_t id);
void endpoint_fetch(const Model *model, uint32_t id);

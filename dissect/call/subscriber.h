/* dissect/call/subscriber.h - SUBSCRIBE, NOTIFY and PUBLISH into subscriptions. */
#pragma once
#include "dissect/call/call_private.h"

/* SUBSCRIBE, NOTIFY, PUBLISH and their responses, no retransmissions. */
void subscriber_follow(MessageContext *context);
void subscription_free(Subscription *subscription);

/* dissect/call/subscriber.h - SUBSCRIBE, NOTIFY and PUBLISH into subscriptions. */
#pragma once
#include "dissect/call/call_private.h"

void subscriber_follow(const MessageContext *context);
void subscription_free(Subscription *subscription);

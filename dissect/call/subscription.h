/* dissect/call/subscription.h - event subscriptions (RFC 6665) and publications (RFC 3903). */
#pragma once
#include "dissect/base/address.h"
#include "dissect/base/clock.h"

typedef enum {
    SUBSCRIPTION_PENDING,
    SUBSCRIPTION_ACTIVE,
    SUBSCRIPTION_TERMINATED,
    SUBSCRIPTION_FAILED,
    SUBSCRIPTION_EXPIRED,
    SUBSCRIPTION_STATES
} SubscriptionState;
const char *subscription_state_name(SubscriptionState state);

typedef struct Subscription {
    char *event, *subscriber, *resource; /* owned */
    char *reason;                        /* owned: of Subscription-State; NULL */
    char *content_type;                  /* owned: of the last NOTIFY's body; NULL */
    bool publication;                    /* PUBLISH */
    SubscriptionState state;
    uint32_t call; /* number of the Call-ID's record; 0 when evicted */
    uint32_t source, destination;
    int64_t first_ns, last_ns;
    int64_t expires_s; /* -1: not known */
    uint32_t notifications;
    uint16_t last_status;
} Subscription;

SubscriptionState subscription_state(const Subscription *subscription, int64_t clock_ns);

/* dissect/call/msrp_table.h - the MSRP sessions of the model: found by URIs and hosts, and by the
 * requests that wait for a response. Private to dissect/call. */
#pragma once
#include "dissect/call/msrp_tracker.h"

struct MsrpTracker {
    GPtrArray *sessions; /* owns MsrpSession, by number; dropped ones are NULL */
    uint32_t base;       /* number of the first of them, less 1 */
    unsigned kept;
    GHashTable *index;          /* MsrpSession -> the same, by URIs and hosts; borrows */
    GHashTable *by_transaction; /* uint64_t, owned -> number of the session of a Pending */
    uint64_t pieces, events;
};

/* A message that more chunks may come of. */
typedef struct {
    uint64_t id; /* hash of the Message-ID and its sender */
    uint32_t event;
} MsrpOpenMessage;

/* A request that waits for its response; or, where a hole in the other direction held the request
 * up, a response that waits for its request. */
typedef struct {
    uint64_t transaction;
    int64_t sent_ns;
    uint32_t event;
    uint8_t side;          /* of the request */
    uint16_t early_status; /* of that response; 0: none */
} MsrpPending;

/* Are the ends of @a those of @b, in the same order or @crossed? */
bool msrp_same_sides(const MsrpSession *a, const MsrpSession *b, bool crossed);
/* A new session with the hosts and URIs of @wanted, which are copied; NULL when there is no room.
 */
MsrpSession *msrp_table_add(Model *model, const MsrpSession *wanted, int64_t time_ns);
/* The oldest whose call is over or not known goes, but not @kept; false when the oldest ones all
 * live. */
bool msrp_table_evict(Model *model, const MsrpSession *kept);

/* The oldest goes when there are too many. */
void msrp_pending_add(const Model *model, MsrpSession *session, const MsrpPending *pending);
void msrp_pending_remove(const Model *model, MsrpSession *session, unsigned index);
/* Of a request of @side; NULL: nothing waits. */
MsrpPending *msrp_pending_find(const MsrpSession *session, uint64_t transaction, unsigned side,
                               unsigned *out_index);

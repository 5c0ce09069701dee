/* dissect/media/fax/tracker.h - finds T.38 in UDP flows and keeps its sessions: both directions of
 * a fax make one. Flows whose address an SDP named for T.38 are believed at their first fitting
 * datagram, others after several that agree. */
#pragma once
#include "dissect/media/fax/stream.h"
#include "dissect/media/tracker.h"

typedef struct FaxTracker FaxTracker;

/* What an SDP said about a flow. */
typedef struct {
    uint32_t call;    /* 0: none announced it */
    bool from_caller; /* the flow's sender */
    IfpSyntax syntax;
} FaxAnnounced;

typedef struct {
    void (*announced)(FlowKey key, FaxAnnounced *out, void *context);
    void (*session_found)(FaxSession *session, void *context); /* its call is set, if known */
    void *context;
} FaxEvents;

FaxTracker *fax_tracker_new(const FaxEvents *events);
void fax_tracker_free(FaxTracker *tracker);

/* At most 32768 sessions at once; beyond them the newest are left out (fax.table-full).
 *
 * A datagram of a flow with flow->t38. True when it was T.38; what is wrong with it is
 * added to @anomalies. */
bool fax_tracker_datagram(FaxTracker *tracker, Flow *flow, const MediaDatagram *datagram,
                          AnomalySet *anomalies);
/* A datagram of a new flow that nothing announced and that is no RTP: true when it, and what was
 * held of those before it, is T.38. */
bool fax_tracker_guess(FaxTracker *tracker, Flow *flow, const MediaDatagram *datagram,
                       AnomalySet *anomalies);
/* The flow goes, or its address is now another call's: the session stays. */
void fax_tracker_flow_gone(FaxTracker *tracker, Flow *flow);

/* By number; NULL when it was dropped or never was. */
FaxSession *fax_tracker_session(const FaxTracker *tracker, uint32_t number);
uint32_t fax_tracker_last(const FaxTracker *tracker);
/* The directions of a session; NULL: nothing came from that side, or it came as audio. */
const FaxStream *fax_tracker_stream(const FaxTracker *tracker, uint32_t number, unsigned side);
/* The call of a session was evicted. */
void fax_tracker_drop(FaxTracker *tracker, uint32_t number);
/* Takes a session that was found in audio, and numbers it. False when there is no room: the caller
 * keeps it. */
bool fax_tracker_adopt(FaxTracker *tracker, FaxSession *session);
/* The input is over. */
void fax_tracker_finish(FaxTracker *tracker);

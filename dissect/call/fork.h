/* dissect/call/fork.h - the branches of a forked INVITE (RFC 3261 sections 13.2.2.4, 16.7; RFC
 * 6228).
 *
 * A branch is who was tried: an INVITE that a proxy sent on beside others of the same CSeq, or,
 * where that hop was not captured, a To-tag that answered one INVITE beside others. Middleboxes
 * that keep the Call-ID and change the tags fork nothing: each of their hops has one tag. */
#pragma once
#include "dissect/call/structure.h"

typedef enum {
    BRANCH_TRYING,
    BRANCH_RINGING,
    BRANCH_EARLY_MEDIA, /* a provisional response had an SDP */
    BRANCH_ANSWERED,
    BRANCH_CANCELLED,  /* CANCEL, or 487 */
    BRANCH_FAILED,     /* another final response */
    BRANCH_TERMINATED, /* 199 Early Dialog Terminated (RFC 6228) */
    BRANCH_ENDED, /* nothing was seen of its end, but another one answered or the call failed */
    BRANCH_STATES
} BranchState;
const char *branch_state_name(BranchState state); /* "early-media" */

typedef enum {
    FORK_NONE,
    FORK_PARALLEL,
    FORK_SERIAL, /* each began when the one before it had ended */
    FORK_MIXED,
    FORK_UNKNOWN, /* To-tags alone do not tell */
    FORK_KINDS
} ForkKind;
const char *fork_kind_name(ForkKind kind); /* "parallel"; NULL for none and unknown */

#define BRANCHES_MAX 64 /* of one call */
#define MESSAGE_NONE UINT32_MAX

/* Times are TIME_UNKNOWN where nothing was seen. */
typedef struct {
    int64_t invite_ns;          /* INVITE of this branch; unknown: that hop was not captured */
    int64_t provisional_ns;     /* first response 101 to 199 */
    int64_t early_media_ns;     /* first of them with an SDP */
    int64_t answer_ns;          /* first 2xx */
    int64_t cancel_ns;          /* CANCEL */
    int64_t end_ns;             /* final failure or 199 */
    int64_t last_ns;            /* last provisional response */
    uint64_t transaction;       /* private: the INVITE that it answers */
    uint32_t target;            /* endpoint id: who was asked, or who answered */
    uint32_t request, response; /* of call->messages: its INVITE, a response with its Contact;
                                   MESSAGE_NONE */
    uint32_t cseq;
    uint16_t dialog; /* DIALOG_NONE: no To-tag that is a dialog */
    uint16_t status; /* newest; 0: none */
    uint8_t state;   /* BranchState of its own messages */
    bool captured;   /* that INVITE is its own; else other branches answer it as well */
} CallBranch;

unsigned call_branch_count(const Call *call);
const CallBranch *call_branch(const Call *call, unsigned index);
/* With what the rest of the call says of it. */
BranchState call_branch_state(const Call *call, const CallBranch *branch);
/* Answered first; -1: none. */
int call_branch_winner(const Call *call);
ForkKind call_fork_kind(const Call *call);
/* 2xx of other branches than the winner: each has to be acknowledged and ended (13.2.2.4). */
bool call_branch_is_surplus(const Call *call, unsigned index);

/* dissect/call/msrp_match.h - MSRP sessions to the calls whose SDP announced them: by the URI of an
 * end (a=path), by its session id alone where somebody rewrote the host, or by address and port. */
#pragma once
#include "dissect/call/call_private.h"
#include "dissect/call/msrp.h"

/* What a party said of a line, for as long as its call is kept. */
typedef struct MsrpTerms {
    struct MsrpTerms *of_call; /* the one before it, of the same call */
    Call *call;
    uint8_t party, line;
    bool is_offer, cema, existing;
    SdpDirection direction;
    Endpoint endpoint; /* of m= and c=; port 0: none */
    uint64_t max_size; /* 0: not given */
    MsrpUri uri;       /* the endpoint's, the last of the path; borrows @path */
    char *path, *protocol, *setup, *accept_types,
        *accept_wrapped_types;                                 /* owned; NULL: not given */
    char *file_selector, *file_transfer_id, *file_disposition; /* likewise, RFC 5547 */
} MsrpTerms;

/* The newest that @party said of @line, or NULL. */
const MsrpTerms *msrp_terms_of(const Call *call, unsigned line, Party party);

void msrp_match_new(Model *model);
void msrp_match_free(Model *model);
/* @party announces the MSRP lines of @sdp. */
void msrp_match_announce(const MessageContext *context, const Sdp *sdp, Party party);
/* A session was found: joins it to its call, if that is known. */
void msrp_match_session(Model *model, MsrpSession *session);
/* The call is about to go, with its sessions. */
void msrp_match_release(Model *model, Call *call);
void msrp_match_drop(Model *model, const Call *call);

/* export/exchange.h - the request transactions of a record that is no call: each request with its
 * final response, per hop. Not for use outside export/. */
#pragma once
#include "dissect/call/call.h"

typedef struct {
    const CallMessage *request; /* borrowed from the record */
    const CallMessage *answer;  /* its first final response; NULL: none seen */
    unsigned retransmissions;   /* of the request */
} Exchange;

/* In order of the requests; the caller frees the array. ACK is part of no exchange. */
GArray *exchanges_of(const Call *call);

/* dissect/call/transfer.h - transfers that a call's REFER requests asked for (RFC 3515, RFC 5589),
 * and how they went: the answer to the REFER, then the status lines in its NOTIFY requests. */
#pragma once
#include "dissect/call/call.h"

typedef enum {
    TRANSFER_ASKED,    /* no final answer to the REFER */
    TRANSFER_ACCEPTED, /* it was accepted; how it ended is not known */
    TRANSFER_REFUSED,
    TRANSFER_SUCCEEDED, /* the sipfrag of a NOTIFY was a 2xx */
    TRANSFER_FAILED,    /* it was a failure */
    TRANSFER_RESULTS
} TransferResult;
const char *transfer_result_name(TransferResult result); /* "accepted" */

#define TRANSFERS_MAX 32 /* of one call */

/* Of Call.transfers. */
typedef struct {
    int64_t time_ns, result_ns; /* of the REFER; of what decided the result: TIME_UNKNOWN */
    uint32_t frame;             /* of the REFER */
    uint32_t cseq;              /* of the REFER */
    uint64_t from_key;          /* private: hash of its From tag */
    Party by;                   /* who asked */
    bool attended;              /* the Refer-To has a Replaces */
    uint16_t refer_status;      /* final response to the REFER; 0: none */
    uint16_t status;            /* newest status in a NOTIFY; 0: none */
    uint32_t call;              /* number of the call it led to; 0: none seen */
    uint32_t replaced;          /* number of the call that was to be replaced; 0: none seen */
    char *target;               /* owned: URI of Refer-To, without its headers */
} CallTransfer;

TransferResult transfer_result(const CallTransfer *transfer);
unsigned call_transfer_count(const Call *call);
const CallTransfer *call_transfer(const Call *call, unsigned index);
void transfers_clear(Call *call);

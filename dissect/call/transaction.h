/* dissect/call/transaction.h - transactions seen from beside the wire (RFC 3261 section 17): what
 * belongs together, and what is a retransmission. A call owns its own; those too old to matter by
 * the packet clock go when a new one comes. */
#pragma once
#include "dissect/call/call_private.h"

#define TRANSACTION_RESPONSES 4

/* Small: every message of a call looks at all its transactions. */
typedef struct Transaction {
    uint64_t branch;  /* hash of what identifies it (section 17.2.3) */
    int64_t first_ns; /* the request */
    uint32_t last_s;  /* requests and responses: seconds, for how long it is kept */
    uint32_t cseq;
    uint32_t source, destination; /* endpoint ids of the request */
    uint16_t final_status;        /* 0: none yet */
    uint16_t dialog;              /* the request's: DIALOG_NONE outside */
    uint8_t method;               /* SipMethod */
    uint8_t vias;                 /* of the request */
    uint8_t response_count;
    bool in_dialog;                            /* the request had a To-tag */
    bool with_credentials;                     /* and Authorization or Proxy-Authorization */
    uint32_t responses[TRANSACTION_RESPONSES]; /* hashes of those seen, newest last */
} Transaction;
_Static_assert(sizeof(Transaction) <= 64, "a Transaction is no more than a cache line");

/* Finds the transaction of context->sip, making it for a request, and tells a retransmission:
 * fills context->transaction, valid until the next message of the call, and
 * context->retransmission. */
void transaction_match(MessageContext *context);

/* Of an INVITE that was forked here: 0 while another branch with the same CSeq has no final
 * response, else the status that stands for all (section 16.7, step 6). */
unsigned transaction_best_failure(const Call *call, const Transaction *transaction,
                                  unsigned status);

void transactions_clear(Model *model, Call *call);

/* dissect/call/transaction.h - transactions seen from beside the wire (RFC 3261 section 17): what
 * belongs together, and what is a retransmission. Kept while they can still matter, by the packet
 * clock; owned by the tracker's queue, listed by their call. */
#pragma once
#include "dissect/call/call_private.h"

#define TRANSACTION_RESPONSES 6

typedef struct Transaction {
    struct Transaction *next;                  /* of the call, newest first */
    struct Transaction *later;                 /* of the tracker's queue, oldest first */
    Call *call;                                /* NULL: the call is gone */
    uint64_t branch;                           /* hash of what identifies it (section 17.2.3) */
    int64_t first_ns, last_ns;                 /* requests and responses */
    uint64_t responses[TRANSACTION_RESPONSES]; /* hashes of those seen, newest last */
    uint32_t cseq;
    uint32_t source, destination; /* endpoint ids of the request */
    uint16_t final_status;        /* 0: none yet */
    uint16_t dialog;              /* the request's: DIALOG_NONE outside */
    uint8_t method;               /* SipMethod */
    uint8_t vias;                 /* of the request */
    uint8_t response_count;
    bool in_dialog; /* the request had a To-tag */
} Transaction;

typedef struct {
    Transaction *oldest, *newest;
} TransactionQueue;

/* Finds the transaction of context->sip, making it for a request, and tells a retransmission:
 * fills context->transaction and context->retransmission. */
void transaction_match(TransactionQueue *queue, MessageContext *context);

/* Of an INVITE that was forked here: 0 while another branch with the same CSeq has no final
 * response, else the status that stands for all (section 16.7, step 6). */
unsigned transaction_best_failure(const Call *call, const Transaction *transaction,
                                  unsigned status);

/* Forgets what is too old to matter. */
void transaction_expire(TransactionQueue *queue, int64_t clock_ns);
void transaction_queue_clear(TransactionQueue *queue);
/* The call goes: its transactions forget it. */
void transaction_detach(Call *call);

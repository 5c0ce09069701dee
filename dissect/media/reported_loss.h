/* dissect/media/reported_loss.h - the losses that a receiver tells packet by packet (RFC 3611 4.1),
 * put together from its reports: runs of lost packets, to stand beside those that are seen here. */
#pragma once
#include "dissect/media/burst.h"
#include "dissect/media/rtcp_xr.h"

typedef struct {
    uint32_t blocks;                 /* loss RLE */
    uint64_t packets, lost;          /* that they tell of, each once */
    uint32_t runs[LOSS_RUN_LENGTHS]; /* lost in a row: 1, 2, ... 9, 10 or more */

    uint32_t run; /* private, as what follows: that goes on at @next_seq */
    uint16_t next_seq;
    bool started;
} ReportedLoss;

/* Packets that an earlier block told of are passed over; a thinned block (4.1: every 2^T-th packet)
 * tells no runs and is only counted. Any block of another type does nothing. */
void reported_loss_add(ReportedLoss *loss, const RtcpXrBlock *block);
/* With the run that goes on. */
void reported_loss_runs(const ReportedLoss *loss, uint32_t out[LOSS_RUN_LENGTHS]);

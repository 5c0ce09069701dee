#include "dissect/media/reported_loss.h"

static void end_run(uint32_t runs[LOSS_RUN_LENGTHS], uint32_t run)
{
    if (run > 0)
        runs[MIN(run, LOSS_RUN_LENGTHS) - 1]++;
}

static void add_run(ReportedLoss *loss, unsigned length, bool received)
{
    loss->packets += length;
    if (received) {
        end_run(loss->runs, loss->run);
        loss->run = 0;
        return;
    }
    loss->lost += length;
    loss->run += length;
}

void reported_loss_add(ReportedLoss *loss, const RtcpXrBlock *block)
{
    RtcpXrRunReader reader;
    unsigned length;
    bool received;

    if (block->type != RTCP_XR_LOSS_RLE || rtcp_xr_run_reader(block, &reader) != DISSECT_OK)
        return;
    loss->blocks++;
    if (reader.thinning > 0)
        return;
    int16_t known = loss->started ? (int16_t)(loss->next_seq - reader.begin_seq) : 0;
    if (known < 0) { /* packets between the two are told of by nobody */
        end_run(loss->runs, loss->run);
        loss->run = 0;
    }
    unsigned skip = known > 0 ? (unsigned)known : 0, at = 0;
    while (rtcp_xr_next_run(&reader, &length, &received)) {
        unsigned before = at < skip ? MIN(length, skip - at) : 0;
        at += length;
        if (length > before)
            add_run(loss, length - before, received);
    }
    if (at <= skip)
        return;
    loss->next_seq = (uint16_t)(reader.begin_seq + at);
    loss->started = true;
}

void reported_loss_runs(const ReportedLoss *loss, uint32_t out[LOSS_RUN_LENGTHS])
{
    memcpy(out, loss->runs, sizeof loss->runs);
    end_run(out, loss->run);
}

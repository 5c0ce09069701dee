/* ui/tui/packet_job.h - reads the packets of one stream again, in a thread of its own. */
#pragma once
#include "capture/packet_store.h"
#include "dissect/media/packet_trace.h"
#include "ui/tui/screen.h"

#define PACKET_JOB_MAX 1000000u /* packets that are kept: 64 MB */

typedef struct PacketJob PacketJob;

/* tui_wake() is called as it goes on, and at the end. Locks the model for a moment. */
PacketJob *packet_job_start(const Ui *ui, uint32_t stream);
/* Moves what has been read so far to the end of @rows (PacketRow). True: there may be more. */
bool packet_job_take(PacketJob *job, GArray *rows);
double packet_job_progress(PacketJob *job); /* 0..1 */
/* Stops it when it is not done, waits for it and frees it. NULL, or one line on what went wrong,
 * which the caller frees. */
char *packet_job_finish(PacketJob *job);

/* ui/tui/save_job.h - a save that runs in a thread. */
#pragma once
#include "capture/packet_store.h"
#include "dissect/call/model.h"
#include "export/audio.h"

typedef struct SaveJob SaveJob;

typedef struct {
    Model *model;
    PacketStore *store;
    const char *path; /* .txt: messages as text; .wav and its like: sound; with / at its
                         end a folder for fax pages or MSRP; else packets */
    bool with_media, secrets, decrypted; /* as in SaveSelection */
    bool chat;                           /* the folder is for MSRP chat and files */
    AudioStyle audio;                    /* of sound, but for its format */
} SaveRequest;

/* Where sound goes: @path for one call, else a folder, which is @path without its suffix; the
 * caller frees it. */
char *save_job_place(const char *path, unsigned call_count);

/* @calls: uint32_t numbers; taken over. tui_wake() is called as it goes on, and at the end. */
SaveJob *save_job_start(const SaveRequest *request, GArray *calls);
double save_job_progress(SaveJob *job); /* 0..1 */
bool save_job_is_done(SaveJob *job);
/* Asks it to end early; what was written so far stays a valid file. */
void save_job_stop(SaveJob *job);
/* Waits for the end and frees it. NULL: saved; else one line why not; the caller frees. What is not
 * to be heard in saved sound stands in @out_remark, wire text, which the caller frees; NULL:
 * nothing.
 */
char *save_job_finish(SaveJob *job, char **out_remark);

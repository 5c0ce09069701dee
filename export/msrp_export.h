/* export/msrp_export.h - chat and files of MSRP sessions: "-r F --msrp DIR". One text a session
 * with everything that was said, and every file it carried. What a file lacks is filled with zeros,
 * its name ends in .incomplete, and a line says what is missing. */
#pragma once
#include "capture/packet_store.h"
#include "dissect/call/model.h"

typedef struct {
    const uint32_t *calls; /* numbers */
    unsigned call_count;
    bool all_sessions;  /* those of no call as well */
    const char *folder; /* made when it is not there */
    /* Called every so often with 0..1; returning false stops, leaving what was written. May be
     * NULL. */
    bool (*progress)(double done, void *context);
    /* One line about what is missing or differs; may be NULL. */
    void (*remark)(const char *line, void *context);
    void *context;
} MsrpExportOptions;

/* Takes the model's lock to learn what a session said, and reads it again without. @out_files:
 * texts and files written. False when one cannot be written. */
bool msrp_export(Model *model, PacketStore *store, const MsrpExportOptions *options,
                 unsigned *out_files, GError **error);

/* export/msrp_file_writer.h - one file of an MSRP session to a folder. Not for use outside export/.
 */
#pragma once
#include "dissect/call/msrp_file.h"
#include "export/msrp_read.h"

typedef struct {
    PacketStore *store;
    const char *folder;
    const char *stem; /* the beginning of its name, safe */
    const MsrpFile *file;
    const MsrpReading *reading;
    void (*remark)(const char *line, void *context); /* or NULL */
    void *context;
} MsrpFileJob;

/* The name it was given: @stem, what the sender calls it, made safe, and .incomplete when it is;
 * the caller frees. NULL with an error when it cannot be written. */
char *msrp_file_write(const MsrpFileJob *job, GError **error);

/* Writes a file in @folder, replacing one of that name; a symbolic link is refused. */
bool msrp_write_bytes(const char *folder, const char *name, const char *bytes, size_t len,
                      GError **error);

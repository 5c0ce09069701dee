/* capture/file.h - a capture file as a source of packets. Its bytes are read straight into the
 * caller's blocks and described where they stand. */
#pragma once
#include "capture/byte_reader.h"
#include "capture/secrets.h"
#include "capture/source.h"

typedef struct {
    const char *name; /* for messages; copied */
    uint16_t source;  /* for Packet.source */
    uint32_t file;    /* for PacketRef, when @in_place */
    bool in_place;
    bool follow;           /* an empty file may become a capture later */
    SecretsQueue *secrets; /* borrowed; where decryption secrets go, or NULL */
} FileSourceOptions;

/* Takes @reader. CAPTURE_ERROR_OPEN when the bytes are no capture. */
PacketSource *file_source_new(ByteReader *reader, const FileSourceOptions *options, GError **error);

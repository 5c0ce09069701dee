/* capture/byte_reader_private.h - what the kinds of byte reader share with one another. */
#pragma once
#include "capture/byte_reader.h"

typedef struct {
    ByteStatus (*read)(ByteReader *self, uint8_t *out, size_t size, size_t *out_read);
    void (*progress)(const ByteReader *self, uint64_t *out_read, uint64_t *out_total);
    void (*free)(ByteReader *self); /* what the kind added */
} ByteReaderOps;

/* The first member of every kind. */
struct ByteReader {
    const ByteReaderOps *ops;
    char *failure; /* owned */
    ByteReaderOptions options;
    int in_place_fd; /* -1, or borrowed from the kind */
    int poll_fd;
    uint64_t start;
    bool stream;
};

#define BYTE_READER_MAGIC_BYTES 6u

/* Whether these first bytes are those of a compression that byte_reader_decompress() undoes. */
bool byte_reader_is_compressed(const uint8_t *magic, size_t size);
/* Takes @compressed. NULL with CAPTURE_ERROR_OPEN when this build cannot. */
ByteReader *byte_reader_decompress(ByteReader *compressed, GError **error);

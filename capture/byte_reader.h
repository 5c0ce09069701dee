/* capture/byte_reader.h - the bytes of a capture file, wherever they come from: a file, a pipe,
 * either of them compressed (recognised by content), or memory. Used by one thread. */
#pragma once
#include <glib.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    BYTES_OK,
    BYTES_NONE_YET, /* a pipe or a growing file has no more at the moment */
    BYTES_END,
    BYTES_FAILED, /* byte_reader_failure() says why */
} ByteStatus;

typedef struct {
    bool follow;             /* the end of a regular file is no end: wait for it to grow */
    const atomic_bool *stop; /* NULL, or: set when a wait must end; borrowed */
} ByteReaderOptions;

typedef struct ByteReader ByteReader;

/* @path "-" is standard input. Waits for a pipe's first bytes. CAPTURE_ERROR_OPEN on failure. */
ByteReader *byte_reader_open(const char *path, ByteReaderOptions options, GError **error);
/* @bytes are borrowed for the reader's life. */
ByteReader *byte_reader_new_memory(const uint8_t *bytes, size_t size);
/* The first @size bytes of a file by position, so that others may read it too; takes @fd. */
ByteReader *byte_reader_new_at(int fd, uint64_t size);
void byte_reader_free(ByteReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ByteReader, byte_reader_free)

/* With BYTES_OK @out_read is 1..size. */
ByteStatus byte_reader_read(ByteReader *reader, uint8_t *out, size_t size, size_t *out_read);
const char *byte_reader_failure(const ByteReader *reader); /* borrowed */

/* The descriptor under which a regular, uncompressed file can be read in place, or -1; borrowed. */
int byte_reader_in_place_fd(const ByteReader *reader);
/* The first byte's offset in that file: not 0 when standard input was read from before. */
uint64_t byte_reader_start(const ByteReader *reader);
/* The descriptor to wait on after BYTES_NONE_YET, or -1. */
int byte_reader_poll_fd(const ByteReader *reader);
/* Waits a while for more; false when it has been asked to stop. */
bool byte_reader_wait(const ByteReader *reader);
/* Bytes come as somebody produces them: what is there should be handed on. */
bool byte_reader_is_stream(const ByteReader *reader);
/* For progress: bytes read of the file as it stands on disk, and its size (0: not known). */
void byte_reader_progress(const ByteReader *reader, uint64_t *out_read, uint64_t *out_total);

/* capture/byte_reader_at.c - a file read by position, whatever others do with its descriptor. */
#include "capture/byte_reader_private.h"
#include <errno.h>
#include <unistd.h>

typedef struct {
    ByteReader base;
    int fd; /* owned */
    uint64_t size, used;
} PositionReader;

static ByteStatus position_read(ByteReader *base, uint8_t *out, size_t size, size_t *out_read)
{
    PositionReader *self = (PositionReader *)base;
    size_t wanted = (size_t)MIN((uint64_t)size, self->size - self->used);
    ssize_t got;

    if (wanted == 0)
        return BYTES_END;
    do
        got = pread(self->fd, out, wanted, (off_t)self->used);
    while (got < 0 && errno == EINTR);
    if (got < 0) {
        base->failure = g_strdup(g_strerror(errno));
        return BYTES_FAILED;
    }
    if (got == 0)
        return BYTES_END;
    self->used += (uint64_t)got;
    *out_read = (size_t)got;
    return BYTES_OK;
}

static void position_progress(const ByteReader *base, uint64_t *out_read, uint64_t *out_total)
{
    const PositionReader *self = (const PositionReader *)base;
    *out_read = self->used;
    *out_total = self->size;
}

static void position_free(ByteReader *base)
{
    close(((PositionReader *)base)->fd);
}

static const ByteReaderOps position_ops = { position_read, position_progress, position_free };

ByteReader *byte_reader_new_at(int fd, uint64_t size)
{
    PositionReader *self = g_new0(PositionReader, 1);

    self->base = (ByteReader){ .ops = &position_ops, .in_place_fd = -1, .poll_fd = -1 };
    self->fd = fd;
    self->size = size;
    return &self->base;
}

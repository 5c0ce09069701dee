/* capture/byte_reader.c - plain descriptors and memory; see byte_reader.h. */
#include "capture/byte_reader.h"
#include "capture/byte_reader_private.h"
#include "capture/capture.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    ByteReader base;
    int fd; /* owned, unless it is standard input */
    bool regular;
    uint64_t read_bytes;
    uint8_t head[BYTE_READER_MAGIC_BYTES]; /* a pipe's first bytes, read ahead to be recognised */
    size_t head_size, head_used;
} PlainReader;

typedef struct {
    ByteReader base;
    const uint8_t *bytes; /* borrowed */
    size_t size, used;
} MemoryReader;

ByteStatus byte_reader_read(ByteReader *reader, uint8_t *out, size_t size, size_t *out_read)
{
    return reader->ops->read(reader, out, size, out_read);
}

const char *byte_reader_failure(const ByteReader *reader)
{
    return reader->failure;
}

int byte_reader_in_place_fd(const ByteReader *reader)
{
    return reader->in_place_fd;
}

uint64_t byte_reader_start(const ByteReader *reader)
{
    return reader->start;
}

int byte_reader_poll_fd(const ByteReader *reader)
{
    return reader->poll_fd;
}

bool byte_reader_is_stream(const ByteReader *reader)
{
    return reader->stream;
}

bool byte_reader_wait(const ByteReader *reader)
{
    if (reader->options.stop && atomic_load(reader->options.stop))
        return false;
    struct pollfd wait = { .fd = reader->poll_fd, .events = POLLIN };
    poll(&wait, 1, 100);
    return true;
}

void byte_reader_progress(const ByteReader *reader, uint64_t *out_read, uint64_t *out_total)
{
    reader->ops->progress(reader, out_read, out_total);
}

void byte_reader_free(ByteReader *reader)
{
    if (!reader)
        return;
    reader->ops->free(reader);
    g_free(reader->failure);
    g_free(reader);
}

static bool is_readable_now(int fd)
{
    struct pollfd wait = { .fd = fd, .events = POLLIN };
    return poll(&wait, 1, 0) > 0;
}

static size_t take_head(PlainReader *self, uint8_t *out, size_t size)
{
    size_t taken = MIN(size, self->head_size - self->head_used);
    memcpy(out, self->head + self->head_used, taken);
    self->head_used += taken;
    return taken;
}

/* A followed file that became shorter was rotated: what follows is not what went before. */
static ByteStatus at_file_end(PlainReader *self)
{
    struct stat info;
    if (!self->base.options.follow)
        return BYTES_END;
    if (fstat(self->fd, &info) == 0 && (uint64_t)info.st_size >= self->read_bytes)
        return BYTES_NONE_YET;
    self->base.failure = g_strdup("was cut or replaced while it was followed");
    return BYTES_FAILED;
}

static ByteStatus plain_read(ByteReader *base, uint8_t *out, size_t size, size_t *out_read)
{
    PlainReader *self = (PlainReader *)base;
    if (self->head_used < self->head_size) {
        *out_read = take_head(self, out, size);
        return BYTES_OK;
    }
    if (!self->regular && !is_readable_now(self->fd))
        return BYTES_NONE_YET;
    ssize_t got;
    do
        got = read(self->fd, out, size);
    while (got < 0 && errno == EINTR);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return BYTES_NONE_YET;
    if (got < 0) {
        base->failure = g_strdup(g_strerror(errno));
        return BYTES_FAILED;
    }
    if (got == 0)
        return self->regular ? at_file_end(self) : BYTES_END;
    self->read_bytes += (uint64_t)got;
    *out_read = (size_t)got;
    return BYTES_OK;
}

static void plain_progress(const ByteReader *base, uint64_t *out_read, uint64_t *out_total)
{
    const PlainReader *self = (const PlainReader *)base;
    struct stat info;
    *out_read = self->read_bytes;
    *out_total = self->regular && fstat(self->fd, &info) == 0 ? (uint64_t)info.st_size : 0;
}

static void plain_free(ByteReader *base)
{
    PlainReader *self = (PlainReader *)base;
    if (self->fd != STDIN_FILENO)
        close(self->fd);
}

static const ByteReaderOps plain_ops = { plain_read, plain_progress, plain_free };

static PlainReader *plain_new(int fd, ByteReaderOptions options, const struct stat *info)
{
    PlainReader *self = g_new0(PlainReader, 1);
    self->base = (ByteReader){
        .ops = &plain_ops, .options = options, .in_place_fd = -1, .poll_fd = fd, .stream = true
    };
    self->fd = fd;
    off_t start = lseek(fd, 0, SEEK_CUR);
    if (S_ISREG(info->st_mode) && start >= 0) {
        self->regular = true;
        self->read_bytes = self->base.start = (uint64_t)start;
        self->base.in_place_fd = fd;
        self->base.poll_fd = -1;
        self->base.stream = options.follow;
        posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    }
    return self;
}

/* Reads a pipe's first bytes ahead; they are handed out again by plain_read(). */
static void fill_head(PlainReader *self)
{
    size_t have = 0;
    ByteStatus status = BYTES_OK;
    while (have < sizeof self->head) {
        size_t got = 0;
        status = plain_read(&self->base, self->head + have, sizeof self->head - have, &got);
        if (status != BYTES_OK && !(status == BYTES_NONE_YET && byte_reader_wait(&self->base)))
            break;
        have += got;
    }
    self->head_size = have;
}

/* How many of the first bytes could be seen, without moving on. */
static size_t peek_magic(PlainReader *self, uint8_t *out)
{
    if (self->regular) {
        ssize_t got = pread(self->fd, out, BYTE_READER_MAGIC_BYTES, (off_t)self->base.start);
        return got < 0 ? 0 : (size_t)got;
    }
    fill_head(self);
    memcpy(out, self->head, self->head_size);
    return self->head_size;
}

static int open_path(const char *path, struct stat *info, GError **error)
{
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    int failed = fd < 0 || fstat(fd, info) < 0 ? errno : 0;
    if (!failed && S_ISDIR(info->st_mode))
        failed = EISDIR;
    if (!failed)
        return fd;
    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: cannot be opened: %s",
                is_stdin ? "standard input" : path, g_strerror(failed));
    if (fd > STDIN_FILENO)
        close(fd);
    return -1;
}

ByteReader *byte_reader_open(const char *path, ByteReaderOptions options, GError **error)
{
    struct stat info;
    int fd = open_path(path, &info, error);
    if (fd < 0)
        return NULL;
    PlainReader *plain = plain_new(fd, options, &info);
    uint8_t magic[BYTE_READER_MAGIC_BYTES];
    size_t size = peek_magic(plain, magic);
    if (!byte_reader_is_compressed(magic, size))
        return &plain->base;
    GError *cause = NULL;
    ByteReader *reader = byte_reader_decompress(&plain->base, &cause);
    if (!reader)
        g_propagate_prefixed_error(error, cause, "%s: ", path);
    return reader;
}

static ByteStatus memory_read(ByteReader *base, uint8_t *out, size_t size, size_t *out_read)
{
    MemoryReader *self = (MemoryReader *)base;
    size_t got = MIN(size, self->size - self->used);
    if (got == 0)
        return BYTES_END;
    memcpy(out, self->bytes + self->used, got);
    self->used += got;
    *out_read = got;
    return BYTES_OK;
}

static void memory_progress(const ByteReader *base, uint64_t *out_read, uint64_t *out_total)
{
    const MemoryReader *self = (const MemoryReader *)base;
    *out_read = self->used;
    *out_total = self->size;
}

static void memory_free(ByteReader *base)
{
    (void)base;
}

static const ByteReaderOps memory_ops = { memory_read, memory_progress, memory_free };

ByteReader *byte_reader_new_memory(const uint8_t *bytes, size_t size)
{
    MemoryReader *self = g_new0(MemoryReader, 1);
    self->base = (ByteReader){ .ops = &memory_ops, .in_place_fd = -1, .poll_fd = -1 };
    self->bytes = bytes;
    self->size = size;
    return &self->base;
}

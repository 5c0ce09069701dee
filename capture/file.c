/* capture/file.c - see file.h. */
#include "capture/file.h"
#include "capture/file_format.h"
#include <string.h>

#define READ_BYTES (256u << 10) /* at once: stays in the second-level cache while it is walked */

static const FileFormat *const formats[] = { &pcap_file_format, &pcapng_file_format };

typedef struct {
    PacketSource base;
    char *name;                /* owned */
    ByteReader *reader;        /* owned */
    FileSourceOptions options; /* its name is unset */
    const FileFormat *format;  /* NULL until enough bytes of a followed file are there */
    void *state;               /* owned by @format */
    uint8_t *tail;             /* owned; what was read and not yet walked */
    size_t tail_size, tail_room;
    uint64_t position; /* in the file, of the tail's first byte */
    uint64_t packets;
    char *failure; /* owned */
} FileSource;

static void file_free(PacketSource *base)
{
    FileSource *self = (FileSource *)base;
    if (self->format)
        self->format->close(self->state);
    byte_reader_free(self->reader);
    g_free(self->name);
    g_free(self->tail);
    g_free(self->failure);
    g_free(self);
}

static void file_stats(PacketSource *base, SourceStats *out)
{
    FileSource *self = (FileSource *)base;
    byte_reader_progress(self->reader, &out->bytes_read, &out->bytes_total);
    if (self->format) {
        FileFormatStats told;
        self->format->stats(self->state, &told);
        out->kernel_drops = told.kernel_drops;
        out->interface_drops = told.interface_drops;
    }
    out->failure = self->failure;
}

/* Puts block->data[@at..used) aside for the next block. */
static void save_tail(FileSource *self, PacketBlock *block, size_t at)
{
    size_t size = block->used - at;
    if (size > self->tail_room) {
        self->tail = g_realloc(self->tail, size);
        self->tail_room = size;
    }
    if (size > 0)
        memcpy(self->tail, block->data + at, size);
    self->tail_size = size;
    self->position += at;
    block->used = at;
}

static void restore_tail(FileSource *self, PacketBlock *block)
{
    packet_block_grow(block, self->tail_size);
    if (self->tail_size > 0)
        memcpy(block->data, self->tail, self->tail_size);
    block->used = self->tail_size;
    self->tail_size = 0;
    if (self->tail_room > READ_BYTES * 4) {
        g_clear_pointer(&self->tail, g_free);
        self->tail_room = 0;
    }
}

/* Makes room behind the bytes of a block that holds no packet yet. */
static void make_room(FileSource *self, PacketBlock *block, FileWalk *walk)
{
    size_t size = block->used - walk->at;
    if (walk->at > 0)
        memmove(block->data, block->data + walk->at, size);
    self->position += walk->at;
    walk->base = self->position;
    walk->at = 0;
    block->used = size;
    if (block->size - size < READ_BYTES && walk->wanted > block->size)
        packet_block_grow(block, MIN(walk->wanted, block->size * 2));
}

/* The file ended at @at with the record there not whole. */
static SourceStatus fail(FileSource *self, uint64_t at, const char *what)
{
    self->failure = g_strdup_printf("%s: damaged at byte %" G_GUINT64_FORMAT
                                    ": %s, %" G_GUINT64_FORMAT " packets read before",
                                    self->name, at, what, self->packets);
    return SOURCE_END;
}

static SourceStatus at_end(FileSource *self, const FileWalk *walk)
{
    size_t left = walk->block->used - walk->at;
    if (left == 0 && self->format->is_complete(self->state))
        return SOURCE_END;
    g_autofree char *what =
        left == 0 ? g_strdup("the file is cut")
                  : g_strdup_printf("the file is cut: %zu of at least %zu bytes of a record", left,
                                    MAX(walk->wanted, left + 1));
    return fail(self, walk->base + walk->at, what);
}

/* Reads behind the block's bytes. */
static SourceStatus read_more(FileSource *self, FileWalk *walk)
{
    PacketBlock *block = walk->block;
    size_t got = 0;
    size_t room = MIN(block->size - block->used, READ_BYTES);
    switch (byte_reader_read(self->reader, block->data + block->used, room, &got)) {
    case BYTES_OK:
        block->used += got;
        return SOURCE_MORE;
    case BYTES_NONE_YET:
        return SOURCE_IDLE;
    case BYTES_END:
        return at_end(self, walk);
    default:
        return fail(self, walk->base + walk->at, byte_reader_failure(self->reader));
    }
}

static bool find_format(FileSource *self, const uint8_t *bytes)
{
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++)
        if (formats[i]->probe(bytes)) {
            self->format = formats[i];
            self->state = formats[i]->open();
            return true;
        }
    return false;
}

/* A block that is full enough is handed over before a small read or a move of bytes. */
static bool is_full(const FileSource *self, const PacketBlock *block)
{
    if (block->count == 0)
        return false;
    return block->count == block->capacity || block->size - block->used < READ_BYTES / 4 ||
           byte_reader_is_stream(self->reader);
}

static SourceStatus walk_block(FileSource *self, FileWalk *walk)
{
    PacketBlock *block = walk->block;
    for (;;) {
        unsigned before = block->count;
        self->format->walk(self->state, walk);
        self->packets += block->count - before;
        if (walk->damage)
            return fail(self, walk->base + walk->at, walk->damage);
        if (is_full(self, block))
            return SOURCE_MORE;
        if (block->count == 0 && walk->at + MAX(walk->wanted, READ_BYTES) > block->size)
            make_room(self, block, walk);
        SourceStatus status = read_more(self, walk);
        if (status != SOURCE_MORE)
            return status;
    }
}

static SourceStatus read_tail_for_probe(FileSource *self);

static SourceStatus file_fill(PacketSource *base, PacketBlock *block)
{
    FileSource *self = (FileSource *)base;
    if (self->failure)
        return SOURCE_END;
    if (!self->format) {
        SourceStatus status = read_tail_for_probe(self);
        if (!self->format)
            return status;
    }
    restore_tail(self, block);
    FileWalk walk = {
        .block = block,
        .base = self->position,
        .file = self->options.file,
        .source = self->options.source,
        .in_place = self->options.in_place,
        .secrets = self->options.secrets,
    };
    SourceStatus status = walk_block(self, &walk);
    save_tail(self, block, walk.at);
    if (status == SOURCE_END)
        base->poll_fd = -1;
    return status;
}

static const PacketSourceOps file_ops = { file_fill, file_stats, file_free };

static SourceStatus refuse(FileSource *self, const char *what)
{
    self->failure = g_strdup_printf("%s: %s", self->name, what);
    return SOURCE_END;
}

/* Reads until the format can be told: SOURCE_MORE then, SOURCE_END with a failure otherwise. */
static SourceStatus read_tail_for_probe(FileSource *self)
{
    ByteStatus status = BYTES_OK;
    while (self->tail_size < FILE_FORMAT_PROBE_BYTES && status == BYTES_OK) {
        size_t got = 0;
        status = byte_reader_read(self->reader, self->tail + self->tail_size,
                                  self->tail_room - self->tail_size, &got);
        self->tail_size += got;
    }
    if (self->tail_size >= FILE_FORMAT_PROBE_BYTES)
        return find_format(self, self->tail)
                   ? SOURCE_MORE
                   : refuse(self, "not a capture: neither pcap nor pcapng, plain or compressed");
    if (status == BYTES_NONE_YET)
        return SOURCE_IDLE;
    if (status == BYTES_FAILED)
        return refuse(self, byte_reader_failure(self->reader));
    return refuse(self,
                  self->tail_size == 0 ? "is empty, not a capture" : "is too short for a capture");
}

PacketSource *file_source_new(ByteReader *reader, const FileSourceOptions *options, GError **error)
{
    FileSource *self = g_new0(FileSource, 1);
    self->base = (PacketSource){ .ops = &file_ops, .poll_fd = byte_reader_poll_fd(reader) };
    self->name = g_strdup(options->name);
    self->reader = reader;
    self->options = *options;
    self->options.name = NULL;
    self->position = byte_reader_start(reader);
    self->tail_room = READ_BYTES;
    self->tail = g_malloc(self->tail_room);
    SourceStatus status;
    do
        status = read_tail_for_probe(self);
    while (status == SOURCE_IDLE && !options->follow && byte_reader_wait(reader));
    if (status != SOURCE_END)
        return &self->base;
    g_set_error_literal(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, self->failure);
    file_free(&self->base);
    return NULL;
}

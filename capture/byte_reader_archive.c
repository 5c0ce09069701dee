/* capture/byte_reader_archive.c - compressed input through libarchive, streamed: memory does not
 * grow with the file. */
#include "capture/byte_reader_private.h"
#include "capture/capture.h"
#include <string.h>

static const struct {
    const char *magic;
    size_t size;
} compressions[] = {
    { "\x1f\x8b", 2 },             /* gzip, RFC 1952 */
    { "\x28\xb5\x2f\xfd", 4 },     /* Zstandard, RFC 8878 */
    { "\x04\x22\x4d\x18", 4 },     /* LZ4 frame */
    { "\xfd\x37\x7a\x58\x5a", 5 }, /* xz; its sixth byte is 0 */
    { "BZh", 3 },                  /* bzip2 */
};

bool byte_reader_is_compressed(const uint8_t *magic, size_t size)
{
    for (size_t i = 0; i < G_N_ELEMENTS(compressions); i++)
        if (size >= compressions[i].size &&
            memcmp(magic, compressions[i].magic, compressions[i].size) == 0)
            return true;
    return false;
}

#ifdef RUNG_HAVE_ARCHIVE
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>

#define INPUT_BYTES (256u << 10)

typedef struct {
    ByteReader base;
    ByteReader *compressed;  /* owned */
    struct archive *archive; /* owned */
    uint8_t *input;          /* owned; what libarchive reads from */
    const uint8_t *output;   /* borrowed from libarchive until its next block */
    size_t output_size;
} ArchiveReader;

static la_ssize_t read_input(struct archive *archive, void *user, const void **out)
{
    ArchiveReader *self = user;
    size_t got = 0;
    ByteStatus status;
    do
        status = byte_reader_read(self->compressed, self->input, INPUT_BYTES, &got);
    while (status == BYTES_NONE_YET && byte_reader_wait(self->compressed));
    if (status == BYTES_FAILED) {
        archive_set_error(archive, EIO, "%s", self->compressed->failure);
        return ARCHIVE_FATAL;
    }
    *out = self->input;
    return status == BYTES_OK ? (la_ssize_t)got : 0;
}

static const char *archive_cause(struct archive *archive)
{
    const char *text = archive_error_string(archive);
    return text ? text : "not a valid compressed file";
}

static ByteStatus decompress_read(ByteReader *base, uint8_t *out, size_t size, size_t *out_read)
{
    ArchiveReader *self = (ArchiveReader *)base;
    while (self->output_size == 0) {
        const void *block = NULL;
        la_int64_t offset;
        int status = archive_read_data_block(self->archive, &block, &self->output_size, &offset);
        if (status == ARCHIVE_EOF)
            return BYTES_END;
        if (status < ARCHIVE_WARN) {
            base->failure =
                g_strdup_printf("cannot be decompressed further: %s", archive_cause(self->archive));
            return BYTES_FAILED;
        }
        self->output = block;
    }
    size_t got = MIN(size, self->output_size);
    memcpy(out, self->output, got);
    self->output += got;
    self->output_size -= got;
    *out_read = got;
    return BYTES_OK;
}

static void decompress_progress(const ByteReader *base, uint64_t *out_read, uint64_t *out_total)
{
    byte_reader_progress(((const ArchiveReader *)base)->compressed, out_read, out_total);
}

static void decompress_free(ByteReader *base)
{
    ArchiveReader *self = (ArchiveReader *)base;
    archive_read_free(self->archive);
    byte_reader_free(self->compressed);
    g_free(self->input);
}

static const ByteReaderOps decompress_ops = { decompress_read, decompress_progress,
                                              decompress_free };

static bool open_archive(ArchiveReader *self)
{
    struct archive_entry *entry;
    self->archive = archive_read_new();
    archive_read_support_format_raw(self->archive);
    archive_read_support_filter_gzip(self->archive);
    archive_read_support_filter_zstd(self->archive);
    archive_read_support_filter_lz4(self->archive);
    archive_read_support_filter_xz(self->archive);
    archive_read_support_filter_bzip2(self->archive);
    return archive_read_open(self->archive, self, NULL, read_input, NULL) == ARCHIVE_OK &&
           archive_read_next_header(self->archive, &entry) == ARCHIVE_OK;
}

ByteReader *byte_reader_decompress(ByteReader *compressed, GError **error)
{
    ArchiveReader *self = g_new0(ArchiveReader, 1);
    self->base = (ByteReader){
        .ops = &decompress_ops, .in_place_fd = -1, .poll_fd = -1, .stream = compressed->stream
    };
    compressed->options.follow = false; /* a compressed file ends where its last frame does */
    self->compressed = compressed;
    self->input = g_malloc(INPUT_BYTES);
    if (open_archive(self))
        return &self->base;
    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "cannot be decompressed: %s",
                archive_cause(self->archive));
    byte_reader_free(&self->base);
    return NULL;
}
#else
ByteReader *byte_reader_decompress(ByteReader *compressed, GError **error)
{
    byte_reader_free(compressed);
    g_set_error_literal(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN,
                        "is compressed, and this rung was built without libarchive; decompress it "
                        "and pipe it in: zcat FILE | rung -r -");
    return NULL;
}
#endif

#include "export/tiff_file.h"
#include "capture/capture.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define HEADER_OCTETS  8u
#define FIRST_IFD_AT   4u /* offset of the first directory */
#define FIELD_OCTETS   12u
#define PACKBITS_RUN   128u
#define TYPE_SHORT     3u
#define TYPE_LONG      4u
#define TYPE_RATIONAL  5u
#define PACKED         32773u /* Compression */
#define WHITE_IS_ZERO  0u     /* PhotometricInterpretation */
#define INCHES         2u     /* ResolutionUnit */
#define ONE_OF_SEVERAL 2u     /* NewSubfileType */

struct TiffFile {
    FILE *file;
    char *path;
    uint32_t size;    /* so far */
    uint32_t link_at; /* where the offset of the next directory belongs */
    unsigned pages;
};

static bool fail(const TiffFile *file, int code, GError **error)
{
    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE, "%s: %s", file->path,
                g_strerror(code ? code : EIO));
    return false;
}

static void append16(GByteArray *out, unsigned value)
{
    const uint8_t bytes[] = { (uint8_t)value, (uint8_t)(value >> 8) };
    g_byte_array_append(out, bytes, sizeof bytes);
}

static void append32(GByteArray *out, uint32_t value)
{
    append16(out, value & 0xffff);
    append16(out, value >> 16);
}

TiffFile *tiff_file_open(const char *path, GError **error)
{
    static const uint8_t header[HEADER_OCTETS] = { 'I', 'I', 42, 0 };
    TiffFile *file = g_new0(TiffFile, 1);

    file->path = g_strdup(path);
    file->file = fopen(path, "wb");
    file->size = HEADER_OCTETS;
    file->link_at = FIRST_IFD_AT;
    if (file->file && fwrite(header, 1, sizeof header, file->file) == sizeof header)
        return file;
    fail(file, errno, error);
    tiff_file_close(file, NULL);
    return NULL;
}

/* TIFF 6.0 section 9: a run of equal octets, or of others, behind its length. */
static void pack_row(GByteArray *out, const uint8_t *row, size_t count)
{
    for (size_t at = 0; at < count;) {
        size_t run = 1, other = 0;
        while (at + run < count && run < PACKBITS_RUN && row[at + run] == row[at])
            run++;
        while (at + other < count && other < PACKBITS_RUN &&
               (at + other + 1 >= count || row[at + other] != row[at + other + 1]))
            other++;
        uint8_t head = (uint8_t)(run > 1 ? 257 - run : other - 1);
        g_byte_array_append(out, &head, 1);
        g_byte_array_append(out, &row[at], (guint)(run > 1 ? 1 : other));
        at += run > 1 ? run : other;
    }
}

static void append_field(GByteArray *out, unsigned tag, unsigned type, uint32_t value)
{
    append16(out, tag);
    append16(out, type);
    append32(out, 1);
    append32(out, value); /* a SHORT stands in its first half: little endian */
}

/* Of an unknown number of pages. */
static void append_page_number(GByteArray *out, unsigned page)
{
    append16(out, 297);
    append16(out, TYPE_SHORT);
    append32(out, 2);
    append16(out, page);
    append16(out, 0);
}

/* The directory, in order of its tags; the two fractions stand behind it. */
static void append_directory(GByteArray *out, const TiffFile *file, const BilevelPage *page,
                             uint32_t packed, uint32_t directory_at)
{
    enum { FIELDS = 14 };
    uint32_t behind = directory_at + 2 + FIELDS * FIELD_OCTETS + 4;

    append16(out, FIELDS);
    append_field(out, 254, TYPE_LONG, ONE_OF_SEVERAL);
    append_field(out, 256, TYPE_LONG, page->width);
    append_field(out, 257, TYPE_LONG, page->height);
    append_field(out, 258, TYPE_SHORT, 1); /* BitsPerSample */
    append_field(out, 259, TYPE_SHORT, PACKED);
    append_field(out, 262, TYPE_SHORT, WHITE_IS_ZERO);
    append_field(out, 273, TYPE_LONG, file->size); /* StripOffsets */
    append_field(out, 277, TYPE_SHORT, 1);         /* SamplesPerPixel */
    append_field(out, 278, TYPE_LONG, page->height);
    append_field(out, 279, TYPE_LONG, packed);
    append_field(out, 282, TYPE_RATIONAL, behind);
    append_field(out, 283, TYPE_RATIONAL, behind + 8);
    append_field(out, 296, TYPE_SHORT, INCHES);
    append_page_number(out, file->pages);
    append32(out, 0);
    append32(out, page->x_dpi);
    append32(out, 1);
    append32(out, page->y_dpi);
    append32(out, 1);
}

bool tiff_file_add(TiffFile *file, const BilevelPage *page, GError **error)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    g_autoptr(GByteArray) link = g_byte_array_new();

    for (unsigned y = 0; y < page->height; y++)
        pack_row(out, page->rows + y * page->row_octets, page->row_octets);
    uint32_t packed = out->len;
    if (out->len % 2) /* directories begin at even offsets */
        g_byte_array_append(out, (const uint8_t *)"", 1);
    uint32_t directory_at = file->size + out->len;
    append_directory(out, file, page, packed, directory_at);
    append32(link, directory_at);
    errno = 0;
    bool written = fseek(file->file, (long)file->size, SEEK_SET) == 0 &&
                   fwrite(out->data, 1, out->len, file->file) == out->len &&
                   fseek(file->file, (long)file->link_at, SEEK_SET) == 0 &&
                   fwrite(link->data, 1, link->len, file->file) == link->len;
    file->link_at = directory_at + 2 + 14 * FIELD_OCTETS;
    file->size += out->len;
    file->pages++;
    return written || fail(file, errno, error);
}

bool tiff_file_close(TiffFile *file, GError **error)
{
    errno = 0;
    bool closed = !file->file || fclose(file->file) == 0 || fail(file, errno, error);

    g_free(file->path);
    g_free(file);
    return closed;
}

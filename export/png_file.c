#include "export/png_file.h"
#include "capture/capture.h"
#include <gio/gio.h>
#include <string.h>

#define PER_METRE_OF_DPI(dpi) ((uint32_t)((dpi) / 0.0254 + 0.5))

static void append32(GByteArray *out, uint32_t value)
{
    const uint8_t bytes[] = { (uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                              (uint8_t)value };
    g_byte_array_append(out, bytes, sizeof bytes);
}

/* CRC-32 of ISO 3309, as PNG annex D has it. */
static uint32_t crc_of(const uint8_t *bytes, size_t count)
{
    uint32_t table[256], crc = 0xffffffffu;

    for (uint32_t i = 0; i < G_N_ELEMENTS(table); i++) {
        uint32_t c = i;
        for (unsigned bit = 0; bit < 8; bit++)
            c = c & 1 ? 0xedb88320u ^ c >> 1 : c >> 1;
        table[i] = c;
    }
    for (size_t i = 0; i < count; i++)
        crc = table[(crc ^ bytes[i]) & 0xff] ^ crc >> 8;
    return ~crc;
}

static void append_chunk(GByteArray *out, const char *type, const uint8_t *data, size_t count)
{
    append32(out, (uint32_t)count);
    guint begin = out->len;
    g_byte_array_append(out, (const uint8_t *)type, 4);
    if (count)
        g_byte_array_append(out, data, (guint)count);
    append32(out, crc_of(out->data + begin, out->len - begin));
}

/* Every row behind its filter type, none. In PNG 0 is black. */
static GByteArray *raw_rows(const BilevelPage *page)
{
    GByteArray *raw = g_byte_array_new();

    g_byte_array_set_size(raw, (guint)(page->height * (page->row_octets + 1)));
    for (unsigned y = 0; y < page->height; y++) {
        uint8_t *to = raw->data + y * (page->row_octets + 1);
        const uint8_t *from = page->rows + y * page->row_octets;
        to[0] = 0;
        for (size_t i = 0; i < page->row_octets; i++)
            to[1 + i] = (uint8_t)~from[i];
    }
    return raw;
}

static GByteArray *packed(const GByteArray *raw, GError **error)
{
    g_autoptr(GZlibCompressor) zlib = g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 6);
    g_autoptr(GByteArray) out = g_byte_array_new();
    gsize from = 0;
    GConverterResult result = G_CONVERTER_CONVERTED;
    uint8_t piece[32768];

    while (result != G_CONVERTER_FINISHED) {
        gsize read = 0, written = 0;
        result =
            g_converter_convert(G_CONVERTER(zlib), raw->data + from, raw->len - from, piece,
                                sizeof piece, G_CONVERTER_INPUT_AT_END, &read, &written, error);
        if (result == G_CONVERTER_ERROR)
            return NULL;
        from += read;
        g_byte_array_append(out, piece, (guint)written);
    }
    return g_steal_pointer(&out);
}

static void append_head(GByteArray *out, const BilevelPage *page)
{
    static const uint8_t form[] = { 1, 0, 0, 0, 0 }; /* one bit of grey, no interlace */
    static const uint8_t metre = 1;
    g_autoptr(GByteArray) head = g_byte_array_new(), density = g_byte_array_new();

    append32(head, page->width);
    append32(head, page->height);
    g_byte_array_append(head, form, sizeof form);
    append_chunk(out, "IHDR", head->data, head->len);
    append32(density, PER_METRE_OF_DPI(page->x_dpi));
    append32(density, PER_METRE_OF_DPI(page->y_dpi));
    g_byte_array_append(density, &metre, 1);
    append_chunk(out, "pHYs", density->data, density->len);
}

bool png_file_write(const char *path, const BilevelPage *page, GError **error)
{
    static const uint8_t signature[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
    g_autoptr(GByteArray) out = g_byte_array_new();
    g_autoptr(GByteArray) raw = raw_rows(page);
    g_autoptr(GByteArray) data = packed(raw, error);

    if (!data)
        return false;
    g_byte_array_append(out, signature, sizeof signature);
    append_head(out, page);
    append_chunk(out, "IDAT", data->data, data->len);
    append_chunk(out, "IEND", NULL, 0);
    return g_file_set_contents(path, (const char *)out->data, (gssize)out->len, error);
}

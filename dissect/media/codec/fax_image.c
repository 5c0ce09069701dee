#include "dissect/media/codec/fax_image.h"
#include "dissect/media/fax/bit_order.h"

#define PIXEL_OCTETS_MAX (64u << 20)

#ifdef RUNG_HAVE_SPANDSP
#include <glib/gstdio.h>
/* One by one and in their order: <spandsp.h> has names of T.30 of its own. */
/* clang-format off */
#include <spandsp/telephony.h>
#include <spandsp/t4_rx.h>
/* clang-format on */

struct FaxImage {
    t4_rx_state_t *decoder;
    char *folder, *file; /* of its own, temporary; owned */
    T30Terms terms;
    GByteArray *rows;
    size_t row_octets;
    bool over;    /* end of the page was met */
    bool missing; /* octets were */
    bool full;
    bool finished;
};

static int take_row(void *context, const uint8_t row[], size_t length)
{
    FaxImage *image = context;
    static const uint8_t white[1024];
    size_t octets = MIN(length, image->row_octets);

    if (length == 0) /* the end of the page */
        return 0;
    if (image->rows->len + image->row_octets > PIXEL_OCTETS_MAX) {
        image->full = true;
        return -1;
    }
    g_byte_array_append(image->rows, row, (guint)octets);
    g_byte_array_append(image->rows, white, (guint)(image->row_octets - octets));
    return 0;
}

static int encoding_of(T30Coding coding)
{
    switch (coding) {
    case T30_MH:
        return T4_COMPRESSION_ITU_T4_1D;
    case T30_MR:
        return T4_COMPRESSION_ITU_T4_2D;
    case T30_MMR:
        return T4_COMPRESSION_ITU_T6;
    default:
        return 0;
    }
}

/* The decoder insists on a file, though the rows go elsewhere, and deletes it in the end when it
 * stayed empty: never a name that is anybody else's. */
static bool open_decoder(FaxImage *image)
{
    image->folder = g_dir_make_tmp("rung-fax-XXXXXX", NULL);
    if (!image->folder)
        return false;
    image->file = g_build_filename(image->folder, "page.tif", NULL);
    image->decoder = t4_rx_init(NULL, image->file, T4_COMPRESSION_ITU_T6);
    return image->decoder != NULL;
}

static void close_decoder(FaxImage *image)
{
    if (image->decoder)
        t4_rx_free(image->decoder);
    if (image->file)
        g_unlink(image->file);
    if (image->folder)
        g_rmdir(image->folder);
    g_free(image->file);
    g_free(image->folder);
}

FaxImage *fax_image_new(const T30Terms *terms, const char **out_refusal)
{
    int encoding = encoding_of(terms->coding);

    *out_refusal = encoding ? NULL : "coded in a way that is not decoded";
    if (!encoding)
        return NULL;
    FaxImage *image = g_new0(FaxImage, 1);
    image->terms = *terms;
    image->row_octets = (terms->width + 7u) / 8;
    image->rows = g_byte_array_new();
    if (!open_decoder(image)) {
        *out_refusal = "the decoder could not be started: is there no place for temporary files?";
        fax_image_free(image);
        return NULL;
    }
    t4_rx_set_rx_encoding(image->decoder, encoding);
    t4_rx_set_image_width(image->decoder, terms->width);
    t4_rx_set_row_write_handler(image->decoder, take_row, image);
    t4_rx_start_page(image->decoder);
    return image;
}

void fax_image_free(FaxImage *image)
{
    if (!image)
        return;
    close_decoder(image);
    g_byte_array_unref(image->rows);
    g_free(image);
}

void fax_image_add(FaxImage *image, Slice octets)
{
    uint8_t turned[256];

    while (octets.len > 0 && !image->over && !image->full) {
        size_t count = MIN(octets.len, sizeof turned);
        for (size_t i = 0; i < count; i++)
            turned[i] = bit_order_turned(octets.data[i]);
        image->over = t4_rx_put_chunk(image->decoder, turned, (int)count);
        octets = slice_from(octets, count);
    }
}

/* Every row of MMR hangs on the one above it. */
void fax_image_skip(FaxImage *image, unsigned count)
{
    (void)count;
    image->missing = true;
    if (image->terms.coding == T30_MMR)
        image->over = true;
}

void fax_image_finish(FaxImage *image, FaxPixels *out)
{
    t4_stats_t statistics;

    if (!image->finished)
        t4_rx_end_page(image->decoder);
    image->finished = true;
    t4_rx_get_transfer_statistics(image->decoder, &statistics);
    *out = (FaxPixels){
        .width = image->terms.width,
        .height = (unsigned)(image->rows->len / MAX(image->row_octets, 1)),
        .row_octets = image->row_octets,
        .rows = image->rows->data,
        .bad_rows = (unsigned)MAX(statistics.bad_rows, 0),
        .cut = image->full || (image->missing && image->terms.coding == T30_MMR),
    };
}
#else
FaxImage *fax_image_new(const T30Terms *terms, const char **out_refusal)
{
    (void)terms;
    *out_refusal = "built without spandsp";
    return NULL;
}

void fax_image_free(FaxImage *image)
{
    (void)image;
}

void fax_image_add(FaxImage *image, Slice octets)
{
    (void)image, (void)octets;
}

void fax_image_skip(FaxImage *image, unsigned count)
{
    (void)image, (void)count;
}

void fax_image_finish(FaxImage *image, FaxPixels *out)
{
    (void)image;
    *out = (FaxPixels){ 0 };
}
#endif

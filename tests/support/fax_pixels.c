/* tests/support/fax_pixels.c - the pixels of a bilevel TIFF, for tests/peers/run_fax.py: per page a
 * line "width height sha256", of rows of whole octets, black as 1. Links with libtiff and nothing
 * of the project. */
#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <tiffio.h>

static void add_row(GChecksum *sum, uint8_t *row, uint32_t width, bool white_is_1)
{
    size_t octets = (width + 7) / 8;

    for (size_t i = 0; white_is_1 && i < octets; i++)
        row[i] = (uint8_t)~row[i];
    if (width % 8)
        row[octets - 1] &= (uint8_t)(0xff << (8 - width % 8));
    g_checksum_update(sum, row, (gssize)octets);
}

static bool print_page(TIFF *tiff)
{
    uint32_t width = 0, height = 0;
    uint16_t photometric = PHOTOMETRIC_MINISWHITE, bits = 1;

    TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
    TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric);
    TIFFGetField(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
    if (bits != 1)
        return false;
    g_autofree uint8_t *row = g_malloc0((gsize)TIFFScanlineSize(tiff) + 1);
    GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
    for (uint32_t y = 0; y < height; y++) {
        if (TIFFReadScanline(tiff, row, y, 0) < 0)
            return false;
        add_row(sum, row, width, photometric == PHOTOMETRIC_MINISBLACK);
    }
    printf("%u %u %s\n", width, height, g_checksum_get_string(sum));
    g_checksum_free(sum);
    return true;
}

int main(int argc, char **argv)
{
    TIFF *tiff = argc == 2 ? TIFFOpen(argv[1], "r") : NULL;

    if (!tiff)
        return 2;
    do {
        if (!print_page(tiff))
            return 1;
    } while (TIFFReadDirectory(tiff));
    TIFFClose(tiff);
    return 0;
}

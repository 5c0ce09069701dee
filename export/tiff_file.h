/* export/tiff_file.h - black and white pages as one TIFF 6.0 file, packed with PackBits, which any
 * reader knows. Not for use outside export/. */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    unsigned width, height;
    size_t row_octets;
    const uint8_t *rows; /* a bit a pixel, the left one in the highest place; 1 is black */
    unsigned x_dpi, y_dpi;
} BilevelPage;

typedef struct TiffFile TiffFile;

TiffFile *tiff_file_open(const char *path, GError **error);
/* False when it cannot be written; it is of no use then, but has to be closed. */
bool tiff_file_add(TiffFile *file, const BilevelPage *page, GError **error);
bool tiff_file_close(TiffFile *file, GError **error);

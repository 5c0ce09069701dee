/* dissect/media/codec/fax_image.h - a page of a fax as pixels: MH, MR (ITU-T T.4) and MMR (T.6),
 * decoded by spandsp. Bounded: a page ends after 64 MiB of pixels. */
#pragma once
#include "dissect/media/fax/t30.h"

typedef struct FaxImage FaxImage;

/* NULL, with why in @out_refusal (static), when pages coded like that cannot be decoded. */
FaxImage *fax_image_new(const T30Terms *terms, const char **out_refusal);
void fax_image_free(FaxImage *image);
/* Octets of the page in the order of the line, the first bit in the highest place. */
void fax_image_add(FaxImage *image, Slice octets);
/* @count octets are missing here: MH and MR go on at the next end of line, MMR cannot. */
void fax_image_skip(FaxImage *image, unsigned count);

/* Ends the page; what is pointed to belongs to the image. */
typedef struct {
    unsigned width, height;
    size_t row_octets;
    const uint8_t *rows; /* a bit a pixel, the left one in the highest place; 1 is black */
    unsigned bad_rows;   /* that were damaged: the one above stands for them */
    bool cut;            /* rows are missing at the end */
} FaxPixels;
void fax_image_finish(FaxImage *image, FaxPixels *out);

/* dissect/media/codec/mlt.h - the modulated lapped transform of ITU-T G.722.1 (05/2005) clause 4,
 * backwards: coefficients of a frame to samples. It is a DCT of type IV of twice overlapping
 * frames under a sine window. Private to dissect/media/codec/. */
#pragma once
#include <stdint.h>

#define MLT_LENGTH_MAX 640u

typedef struct Mlt Mlt;

/* @length coefficients and samples a frame: 10 times a power of two, at most MLT_LENGTH_MAX. */
Mlt *mlt_new(unsigned length);
void mlt_free(Mlt *mlt);
unsigned mlt_length(const Mlt *mlt);
/* The first half of what @coefficients make, over the second half of what those before made. The
 * transform is orthonormal: energy stays what it is. */
void mlt_synthesise(Mlt *mlt, const float *coefficients, int16_t *out);

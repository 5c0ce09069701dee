#include "dissect/media/codec/mlt.h"
#include <glib.h>
#include <math.h>
#include <string.h>

#define PI       3.14159265358979323846
#define ODD_BASE 5u

typedef struct {
    float re, im;
} Complex;

struct Mlt {
    unsigned length;
    float window[MLT_LENGTH_MAX];
    float second_half[MLT_LENGTH_MAX / 2]; /* of the frame before */
    Complex turn[MLT_LENGTH_MAX / 2];      /* of the DCT, before and after the DFT */
    Complex root[MLT_LENGTH_MAX / 2];      /* of unity, for the DFT of half the length */
};

static Complex at_angle(double angle)
{
    return (Complex){ (float)cos(angle), (float)sin(angle) };
}

static Complex times(Complex a, Complex b)
{
    return (Complex){ a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re };
}

Mlt *mlt_new(unsigned length)
{
    Mlt *mlt = g_new0(Mlt, 1);

    g_assert(length > 0 && length <= MLT_LENGTH_MAX && length % (2 * ODD_BASE) == 0);
    mlt->length = length;
    for (unsigned i = 0; i < length; i++)
        mlt->window[i] = (float)sin(PI * (i + 0.5) / (2.0 * length));
    for (unsigned i = 0; i < length / 2; i++) {
        mlt->turn[i] = at_angle(-PI * (8 * i + 1) / (8.0 * length));
        mlt->root[i] = at_angle(-2.0 * PI * i / (length / 2.0));
    }
    return mlt;
}

void mlt_free(Mlt *mlt)
{
    g_free(mlt);
}

unsigned mlt_length(const Mlt *mlt)
{
    return mlt->length;
}

/* Of every @stride-th of @in, @count of them: an odd number, so by the definition. */
static void transform_odd(const Mlt *mlt, const Complex *in, Complex *out, unsigned count,
                          unsigned stride)
{
    unsigned all = mlt->length / 2;

    for (unsigned k = 0; k < count; k++) {
        Complex sum = { 0, 0 };
        for (unsigned n = 0; n < count; n++) {
            Complex part = times(in[(size_t)n * stride], mlt->root[k * n * stride % all]);
            sum.re += part.re;
            sum.im += part.im;
        }
        out[k] = sum;
    }
}

/* The discrete Fourier transform, its even and its odd half by themselves (Cooley and Tukey). */
static void transform(const Mlt *mlt, const Complex *in, Complex *out, unsigned count,
                      unsigned stride)
{
    unsigned half = count / 2;

    if (count % 2 != 0) {
        transform_odd(mlt, in, out, count, stride);
        return;
    }
    transform(mlt, in, out, half, stride * 2);
    transform(mlt, in + stride, out + half, half, stride * 2);
    for (unsigned k = 0; k < half; k++) {
        Complex even = out[k], odd = times(out[half + k], mlt->root[k * stride]);
        out[k] = (Complex){ even.re + odd.re, even.im + odd.im };
        out[half + k] = (Complex){ even.re - odd.re, even.im - odd.im };
    }
}

/* DCT of type IV by a complex transform of half the length. */
static void cosine_transform(const Mlt *mlt, const float *in, float *out)
{
    Complex folded[MLT_LENGTH_MAX / 2] = { { 0 } }; /* GCC does not see that all is written */
    Complex turned[MLT_LENGTH_MAX / 2];
    unsigned length = mlt->length, half = length / 2;
    float scale = sqrtf(2.0f / (float)length);

    for (unsigned i = 0; i < half; i++)
        folded[i] = times((Complex){ in[2 * i], in[length - 1 - 2 * i] }, mlt->turn[i]);
    transform(mlt, folded, turned, half, 1);
    for (unsigned i = 0; i < half; i++) {
        Complex value = times(turned[i], mlt->turn[i]);
        out[2 * i] = value.re * scale;
        out[length - 1 - 2 * i] = -value.im * scale;
    }
}

static int16_t to_sample(float value)
{
    return (int16_t)lrintf(CLAMP(value, (float)INT16_MIN, (float)INT16_MAX));
}

void mlt_synthesise(Mlt *mlt, const float *coefficients, int16_t *out)
{
    float made[MLT_LENGTH_MAX];
    const float *rising = mlt->window;
    unsigned length = mlt->length, half = length / 2;

    cosine_transform(mlt, coefficients, made);
    for (unsigned i = 0; i < half; i++) {
        float before = mlt->second_half[i], mirrored = mlt->second_half[half - 1 - i];
        out[i] = to_sample(rising[i] * made[half - 1 - i] + rising[length - 1 - i] * before);
        out[half + i] = to_sample(rising[half + i] * made[i] - rising[half - 1 - i] * mirrored);
    }
    memcpy(mlt->second_half, made + half, half * sizeof *made);
}

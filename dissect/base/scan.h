/* dissect/base/scan.h - sixteen bytes compared at once: how parsers find what ends a run.
 * The vectors are the compilers' own (GCC and clang), so this is as portable as they are. Reads
 * nothing beyond the slices it is given. */
#pragma once
#include "dissect/base/slice.h"
#ifdef __SSE2__
#include <emmintrin.h>
#endif

typedef uint8_t ScanBytes __attribute__((vector_size(16)));
#define SCAN_WIDTH sizeof(ScanBytes)

/* @at[0..SCAN_WIDTH) must be there. */
static inline ScanBytes scan_load(const uint8_t *at)
{
    ScanBytes bytes;
    memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

static inline ScanBytes scan_all(uint8_t byte)
{
    return (ScanBytes){ byte, byte, byte, byte, byte, byte, byte, byte,
                        byte, byte, byte, byte, byte, byte, byte, byte };
}

static inline ScanBytes scan_equal(ScanBytes bytes, uint8_t byte)
{
    return (ScanBytes)(bytes == scan_all(byte));
}

static inline ScanBytes scan_below(ScanBytes bytes, uint8_t limit)
{
    return (ScanBytes)(bytes < scan_all(limit));
}

/* Those from @first to @last. */
static inline ScanBytes scan_range(ScanBytes bytes, uint8_t first, uint8_t last)
{
    return scan_below(bytes - scan_all(first), (uint8_t)(last - first + 1));
}

/* The @count bytes up to @last, as scan_range() finds them, in fewer instructions: those are moved
 * to the top of the signed numbers. */
static inline ScanBytes scan_top(ScanBytes bytes, uint8_t last, uint8_t count)
{
    typedef int8_t Signed __attribute__((vector_size(16)));
    Signed moved = (Signed)(bytes + scan_all((uint8_t)(INT8_MAX - last)));

    return (ScanBytes)(moved > (Signed)scan_all((uint8_t)(INT8_MAX - count)));
}

/* A bit for each byte of @found, which are all 0 or 0xff. */
static inline unsigned scan_mask(ScanBytes found)
{
#ifdef __SSE2__
    return (unsigned)_mm_movemask_epi8((__m128i)found);
#else
    uint64_t halves[2];
    unsigned mask = 0;
    memcpy(halves, &found, sizeof halves);
    for (unsigned i = 0; i < 2; i++) {
        uint64_t tops = GUINT64_FROM_LE(halves[i]) & UINT64_C(0x8080808080808080);
        mask |= (unsigned)(tops * UINT64_C(0x0002040810204081) >> 56) << i * 8;
    }
    return mask;
#endif
}

/* slice_find() for what is expected to be near. */
static inline size_t scan_find(Slice s, uint8_t byte)
{
    if (s.len < SCAN_WIDTH)
        return slice_find(s, byte);
    unsigned found = scan_mask(scan_equal(scan_load(s.data), byte));
    if (found)
        return (size_t)__builtin_ctz(found);
    return SCAN_WIDTH + slice_find(slice_of(s.data + SCAN_WIDTH, s.len - SCAN_WIDTH), byte);
}

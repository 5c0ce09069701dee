/* dissect/base/bit_reader.h - bits of codecs' headers, the highest of a byte first; past the end a
 * read yields 0 and sets @failed. */
#pragma once
#include "dissect/base/slice.h"

typedef struct {
    Slice bytes;
    size_t at; /* bit */
    bool failed;
    bool unescape; /* 00 00 03: the 03 is no data (H.264 7.4.1, H.265 7.4.2) */
} BitReader;

static inline BitReader bit_reader_over(Slice bytes)
{
    return (BitReader){ .bytes = bytes };
}

static inline unsigned bit_reader_bit(BitReader *reader)
{
    size_t byte = reader->at / 8;

    if (reader->unescape && reader->at % 8 == 0 && byte >= 2 && byte < reader->bytes.len &&
        reader->bytes.data[byte] == 3 && reader->bytes.data[byte - 1] == 0 &&
        reader->bytes.data[byte - 2] == 0) {
        reader->at += 8;
        byte++;
    }
    if (byte >= reader->bytes.len) {
        reader->failed = true;
        return 0;
    }
    unsigned bit = reader->bytes.data[byte] >> (7 - reader->at % 8) & 1;
    reader->at++;
    return bit;
}

/* At most 32. */
static inline uint32_t bit_reader_bits(BitReader *reader, unsigned count)
{
    uint32_t value = 0;
    while (count-- > 0)
        value = value << 1 | bit_reader_bit(reader);
    return value;
}

static inline void bit_reader_skip(BitReader *reader, unsigned count)
{
    while (count-- > 0 && !reader->failed)
        bit_reader_bit(reader);
}

/* To the next whole byte. */
static inline void bit_reader_align(BitReader *reader)
{
    reader->at = (reader->at + 7) / 8 * 8;
}

/* @bytes whole bytes from where it stands, which must be the beginning of one. */
static inline Slice bit_reader_slice(BitReader *reader, size_t bytes)
{
    size_t from = reader->at / 8;

    if (reader->failed || from > reader->bytes.len || bytes > reader->bytes.len - from) {
        reader->failed = true;
        return SLICE_EMPTY;
    }
    reader->at += bytes * 8;
    return slice_sub(reader->bytes, from, bytes);
}

/* Exp-Golomb, ue(v): H.264 9.1. */
static inline uint32_t bit_reader_ue(BitReader *reader)
{
    unsigned zeros = 0;

    while (!reader->failed && bit_reader_bit(reader) == 0)
        zeros++;
    if (reader->failed || zeros > 31) {
        reader->failed = true;
        return 0;
    }
    return ((uint32_t)1 << zeros) - 1 + bit_reader_bits(reader, zeros);
}

/* dissect/media/codec/prefix_code.h - complete prefix codes (Huffman's) as tables: each code word
 * in front of zeros to 16 bits, in ascending order. A word's length follows from the next one.
 * Private to dissect/media/codec/. */
#pragma once
#include "dissect/base/bit_reader.h"

typedef struct {
    uint16_t word;
    uint16_t value;
} PrefixWord;

typedef struct {
    const PrefixWord *words; /* the first is 0; together they take up all of 16 bits */
    unsigned count;
} PrefixCode;

/* The value of the word that stands next. Past the end bits are 0 and @reader has failed. */
unsigned prefix_code_read(const PrefixCode *code, BitReader *reader);

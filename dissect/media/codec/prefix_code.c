#include "dissect/media/codec/prefix_code.h"

#define WORD_BITS 16u

static unsigned length_of(const PrefixCode *code, unsigned at)
{
    unsigned next = at + 1 < code->count ? code->words[at + 1].word : 1u << WORD_BITS;
    unsigned span = next - code->words[at].word, bits = WORD_BITS;

    while (span > 1) {
        span /= 2;
        bits--;
    }
    return bits;
}

unsigned prefix_code_read(const PrefixCode *code, BitReader *reader)
{
    BitReader ahead = *reader;
    unsigned bits = bit_reader_bits(&ahead, WORD_BITS);
    unsigned low = 0, high = code->count;

    while (high - low > 1) {
        unsigned middle = (low + high) / 2;
        if (code->words[middle].word <= bits)
            low = middle;
        else
            high = middle;
    }
    bit_reader_skip(reader, length_of(code, low));
    return code->words[low].value;
}

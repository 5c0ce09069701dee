#include "dissect/base/base64.h"

#define PADDING_MAX 2
#define NO_DIGIT    64u

static unsigned digit_of(uint8_t byte)
{
    if (byte >= 'A' && byte <= 'Z')
        return byte - 'A';
    if (byte >= 'a' && byte <= 'z')
        return byte - 'a' + 26u;
    if (byte >= '0' && byte <= '9')
        return byte - '0' + 52u;
    if (byte == '+')
        return 62;
    return byte == '/' ? 63 : NO_DIGIT;
}

bool base64_decode(Slice text, uint8_t *out, size_t size, size_t *ret_length)
{
    uint32_t bits = 0;
    unsigned held = 0; /* bits that are no whole byte yet */
    size_t length = 0;

    for (unsigned i = 0; i < PADDING_MAX && slice_last(text) == '='; i++)
        text.len--;
    if (text.len % 4 == 1)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        unsigned digit = digit_of(text.data[i]);
        if (digit == NO_DIGIT)
            return false;
        bits = (bits << 6 | digit) & 0xffff;
        held += 6;
        if (held < 8)
            continue;
        held -= 8;
        if (length == size)
            return false;
        out[length++] = (uint8_t)(bits >> held);
    }
    *ret_length = length;
    return true;
}

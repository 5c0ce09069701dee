#include "dissect/call/same_user.h"

#define DIGITS_MAX 32

/* RFC 3966 visual separators. */
static bool is_separator(uint8_t byte)
{
    return byte == '-' || byte == '.' || byte == '(' || byte == ')';
}

static Slice without_parameters(Slice user)
{
    return slice_sub(user, 0, slice_find(user, ';'));
}

/* The digits of a number, last one first; 0 when it is none or too long. */
static size_t reversed_digits(Slice user, char digits[DIGITS_MAX])
{
    size_t count = 0;

    for (size_t i = user.len; i-- > 0;) {
        uint8_t byte = user.data[i];
        if (byte >= '0' && byte <= '9' && count < DIGITS_MAX)
            digits[count++] = (char)byte;
        else if (!is_separator(byte) && (byte != '+' || i > 0))
            return 0;
    }
    return count;
}

static size_t without_trunk_prefix(const char *digits, size_t count)
{
    while (count > SAME_USER_DIGITS && digits[count - 1] == '0')
        count--;
    return count;
}

bool same_user(Slice a, Slice b)
{
    char digits_a[DIGITS_MAX], digits_b[DIGITS_MAX];

    a = without_parameters(a);
    b = without_parameters(b);
    if (a.len == 0 || b.len == 0)
        return false;
    if (slice_equal(a, b))
        return true;
    size_t count_a = without_trunk_prefix(digits_a, reversed_digits(a, digits_a));
    size_t count_b = without_trunk_prefix(digits_b, reversed_digits(b, digits_b));
    size_t shorter = MIN(count_a, count_b);
    return shorter >= SAME_USER_DIGITS && memcmp(digits_a, digits_b, shorter) == 0;
}

Slice same_user_tail(Slice user, char buffer[SAME_USER_DIGITS])
{
    char digits[DIGITS_MAX];

    user = without_parameters(user);
    if (reversed_digits(user, digits) < SAME_USER_DIGITS)
        return user;
    memcpy(buffer, digits, SAME_USER_DIGITS);
    return slice_of(buffer, SAME_USER_DIGITS);
}

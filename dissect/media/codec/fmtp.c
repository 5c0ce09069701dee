#include "dissect/media/codec/fmtp.h"

Slice fmtp_text(const char *fmtp, const char *name)
{
    Slice rest = slice_from_string(fmtp);

    while (rest.len > 0) {
        Slice parameter = slice_split(&rest, ';');
        Slice key = slice_trim(slice_split(&parameter, '='));
        if (slice_equal_nocase(key, slice_from_string(name)))
            return slice_trim(parameter);
    }
    return SLICE_EMPTY;
}

uint32_t fmtp_number(const char *fmtp, const char *name, uint32_t fallback)
{
    uint64_t value;

    return slice_to_uint(fmtp_text(fmtp, name), UINT32_MAX, &value) ? (uint32_t)value : fallback;
}

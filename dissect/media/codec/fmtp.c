#include "dissect/media/codec/fmtp.h"
#include "dissect/base/slice.h"

uint32_t fmtp_number(const char *fmtp, const char *name, uint32_t fallback)
{
    Slice rest = slice_from_string(fmtp);

    while (rest.len > 0) {
        Slice parameter = slice_split(&rest, ';');
        Slice key = slice_trim(slice_split(&parameter, '='));
        uint64_t value;
        if (slice_equal_nocase(key, slice_from_string(name)))
            return slice_to_uint(slice_trim(parameter), UINT32_MAX, &value) ? (uint32_t)value
                                                                            : fallback;
    }
    return fallback;
}

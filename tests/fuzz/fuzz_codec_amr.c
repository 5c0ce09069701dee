#include "dissect/media/codec/amr_payload.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AmrFrame frames[AMR_FRAMES_MAX];

    if (size == 0)
        return 0;
    const AmrFormat format = { .wideband = data[0] & 1, .octet_aligned = data[0] & 2 };
    unsigned count = amr_payload_parse(format, slice_of(data + 1, size - 1), frames);
    return count > AMR_FRAMES_MAX;
}

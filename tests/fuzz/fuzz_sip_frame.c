#include "dissect/sip/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte says how the stream is cut into segments. Progress is made on whatever comes, and
 * what is framed begins a message. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    Slice stream = slice_of(data + 1, size - 1);
    size_t segment = 1 + data[0] % 64u;
    size_t consumed = 0;
    for (size_t end = MIN(segment, stream.len);; end = MIN(end + segment, stream.len)) {
        DissectStatus status = DISSECT_OK;
        while (status == DISSECT_OK) {
            size_t skipped, length;
            g_autofree uint8_t *exact = g_memdup2(stream.data + consumed, end - consumed);
            status = sip_frame(slice_of(exact, end - consumed), &skipped, &length);
            g_assert(skipped <= end - consumed);
            g_assert(status != DISSECT_OK || (length > 0 && skipped + length <= end - consumed));
            g_assert(status != DISSECT_NOT_MINE || skipped > 0);
            if (status == DISSECT_OK)
                g_assert(sip_looks_like(slice_sub(stream, consumed + skipped, length)));
            consumed += skipped + (status == DISSECT_OK ? length : 0);
        }
        if (end == stream.len)
            return 0;
    }
}

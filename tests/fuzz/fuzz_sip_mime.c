#include "dissect/sip/mime.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first line is the Content-Type. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Slice body = slice_of(data, size);
    Slice content_type = slice_split(&body, '\n');
    size_t position = 0;
    unsigned count = 0;
    MimePart part;
    Slice found;
    while (mime_next_part(content_type, body, &position, &part)) {
        g_assert(part.body.len <= size);
        g_free(slice_dup(part.body));
        g_assert(++count <= 64);
    }
    mime_find(content_type, body, SLICE_LITERAL("application/sdp"), &found);
    return 0;
}

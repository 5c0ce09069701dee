#include "dissect/session/hep.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte says how much the snap length cut. Whatever is found lies in the packet. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    Slice bytes = slice_of(data + 1, size - 1);
    size_t length;
    HepPacket hep;

    hep_looks_like(bytes, bytes.len + data[0]);
    if (hep_frame(bytes, &length) == DISSECT_OK)
        g_assert(length <= bytes.len && length >= HEP_HEADER_BYTES);
    if (hep_parse(bytes, bytes.len + data[0], &hep) != DISSECT_OK)
        return 0;
    const Slice parts[] = { hep.payload, hep.key, hep.correlation, hep.node };
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        g_assert(!parts[i].len || (parts[i].data >= bytes.data &&
                                   parts[i].data + parts[i].len <= bytes.data + bytes.len));
    return 0;
}

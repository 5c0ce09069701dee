#include "dissect/session/hep.h"
#include "dissect/session/hep_quality.h"
#include "dissect/session/hep_rtcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the JSON of a report becomes is whole RTCP, or nothing. */
static void read_report(Slice json)
{
    g_autoptr(GByteArray) packets = g_byte_array_new();
    g_auto(HepQuality) quality;

    if (hep_rtcp_rebuild(json, packets) == DISSECT_NOT_MINE)
        g_assert(packets->len == 0);
    g_assert(packets->len % 4 == 0 && packets->len <= 2048);
    if (hep_quality_parse(json, &quality) != DISSECT_NOT_MINE)
        g_free(hep_quality_text(&quality));
}

/* The first byte says how much the snap length cut. Whatever is found lies in the packet. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    Slice bytes = slice_of(data + 1, size - 1);
    size_t length;
    HepPacket hep;

    read_report(bytes);
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

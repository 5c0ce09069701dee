/* The depacketisers: AMR, AAC (the format's parameters before a line feed, the payload behind it)
 * and MPEG audio. */
#include "dissect/media/codec/aac_payload.h"
#include "dissect/media/codec/amr_payload.h"
#include "dissect/media/codec/mpa_payload.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_amr(uint8_t flags, Slice payload)
{
    AmrFrame frames[AMR_FRAMES_MAX];
    const AmrFormat format = { .wideband = flags & 1, .octet_aligned = flags & 2 };

    g_assert_cmpuint(amr_payload_parse(format, payload, frames), <=, AMR_FRAMES_MAX);
}

static void read_aac(uint8_t flags, Slice input)
{
    AacFormat format;
    AacUnit units[AAC_UNITS_MAX];
    g_autofree char *fmtp = slice_dup(slice_split(&input, '\n'));

    if (!aac_format_parse(fmtp, flags & 1, &format))
        return;
    g_assert_cmpuint(format.config_bytes, <=, AAC_CONFIG_BYTES_MAX);
    unsigned count = aac_payload_parse(&format, input, units);
    for (unsigned i = 0; i < count; i++)
        g_assert_cmpuint(units[i].data.len, <=, MIN(units[i].bytes, input.len));
}

static void read_mpa(Slice payload)
{
    MpaPayload parsed;

    if (!mpa_payload_parse(payload, &parsed))
        return;
    for (size_t bytes; (bytes = mpa_frame_bytes(parsed.data)) > 0;)
        parsed.data = slice_from(parsed.data, bytes);
}

static void read_adus(Slice payload)
{
    MpaAdu adu;

    for (size_t left = payload.len; mpa_adu_next(&payload, &adu); left = payload.len) {
        g_assert_cmpuint(payload.len, <, left);
        g_assert_cmpuint(adu.data.len, <=, adu.bytes);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Slice rest = slice_from(slice_of(data, size), 1);

    if (size == 0)
        return 0;
    read_amr(data[0], rest);
    read_aac(data[0], rest);
    read_mpa(rest);
    read_adus(rest);
    return 0;
}

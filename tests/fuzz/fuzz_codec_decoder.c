/* Any payloads through any codec, with losses between them: the first byte chooses the codec. */
#include "dissect/media/codec/codec.h"
#include "dissect/media/codec/decoder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int16_t out[DECODER_SAMPLES_MAX];
    static const char *const fmtps[] = {
        NULL,
        "octet-align=1",
        "sizelength=13;indexlength=3;indexdeltalength=3;config=1188",
        "cpresent=0;config=40002610",
    };
    unsigned count;
    const CodecRow *rows = codec_table(&count);
    Slice rest = slice_of(data, size);

    if (size < 2)
        return 0;
    PayloadFormat format = { .kind = PAYLOAD_AUDIO,
                             .channels = (uint8_t)(1 + data[1] % 2),
                             .clock_hz = 8000u << (data[1] >> 1) % 3,
                             .encoding = rows[data[0] % count].encoding,
                             .fmtp = fmtps[data[1] >> 6] };
    g_autoptr(Decoder) decoder = decoder_new(&format);
    rest = slice_from(rest, 2);
    for (unsigned packets = 0; decoder && rest.len > 1 && packets < 64; packets++) {
        Slice payload = slice_sub(rest, 1, rest.data[0] & 0x7f);
        if (rest.data[0] & 0x80)
            decoder_conceal(decoder, payload, out, 500);
        decoder_decode(decoder, payload, out);
        rest = slice_from(rest, 1 + payload.len);
    }
    return 0;
}

#include "dissect/media/codec/amr.h"
#include "dissect/media/codec/fmtp.h"

bool amr_format(const CodecSetup *setup, bool wideband, AmrFormat *out)
{
    const char *fmtp = setup->fmtp;

    *out = (AmrFormat){ wideband, fmtp_number(fmtp, "octet-align", 0) == 1 };
    return fmtp_number(fmtp, "crc", 0) == 0 && fmtp_number(fmtp, "interleaving", 0) == 0 &&
           fmtp_number(fmtp, "robust-sorting", 0) == 0;
}

size_t amr_decode(void *state, Slice payload, int16_t *out, size_t capacity)
{
    const Amr *amr = state;
    AmrFrame frames[AMR_FRAMES_MAX];
    unsigned count = amr_payload_parse(amr->format, payload, frames);
    size_t done = 0;

    for (unsigned i = 0; i < count && capacity - done >= amr->frame_samples; i++) {
        amr->decode_frame(amr->decoder, frames[i].bytes, out + done, !frames[i].good);
        done += amr->frame_samples;
    }
    return done;
}

size_t amr_conceal(void *state, int16_t *out, size_t capacity)
{
    static const uint8_t no_data[AMR_FRAME_BYTES_MAX] = { AMR_NO_DATA << 3 | 4 };
    const Amr *amr = state;

    if (capacity < amr->frame_samples)
        return 0;
    amr->decode_frame(amr->decoder, no_data, out, false);
    return amr->frame_samples;
}

/* G.722.1 and Siren 7 (RFC 5577): frames of 20 ms, one after the other, by an own decoder. */
#include "dissect/media/codec/codec.h"
#include "dissect/media/codec/fmtp.h"
#include "dissect/media/codec/g7221_frame.h"
#include "dissect/media/codec/mlt.h"

#define FRAMES_A_SECOND     50u
#define NARROW_HZ           16000u /* main body: up to 7 kHz */
#define WIDE_HZ             32000u /* Annex C: up to 14 kHz */
#define SIREN_BITS_A_SECOND 16000u
#define EVIDENCE_MAX        4
#define COEFFICIENTS_MAX    (G7221_REGIONS_MAX * G7221_REGION_SIZE)

typedef struct {
    G7221Layout layout;
    G7221Noise noise;
    Mlt *mlt;
    size_t frame_bytes; /* 0: no payload has told yet */
    bool may_be_framed;
    int framed_evidence; /* of the frames so far: above 0 they have Microsoft's code and checksum */
    bool has_last;
    float last[COEFFICIENTS_MAX]; /* of the frame before, for one that is lost */
} G7221;

static void *open_g7221(const CodecSetup *setup)
{
    bool wide = setup->rate_hz == WIDE_HZ;

    if (!wide && setup->rate_hz != NARROW_HZ)
        return NULL;
    G7221 *codec = g_new0(G7221, 1);
    codec->layout.regions = wide ? G7221_REGIONS_MAX : G7221_REGIONS;
    codec->may_be_framed = setup->variant == G7221_PERHAPS_FRAMED;
    codec->frame_bytes =
        fmtp_number(setup->fmtp, "bitrate", codec->may_be_framed ? SIREN_BITS_A_SECOND : 0) /
        FRAMES_A_SECOND / 8;
    codec->mlt = mlt_new(setup->rate_hz / FRAMES_A_SECOND);
    g7221_noise_init(&codec->noise);
    return codec;
}

static void close_g7221(void *state)
{
    G7221 *codec = state;
    mlt_free(codec->mlt);
    g_free(codec);
}

static bool fits(const G7221 *codec, size_t bytes, size_t payload_bytes)
{
    size_t least = codec->layout.regions > G7221_REGIONS ? 60 : 40;
    size_t most = codec->layout.regions > G7221_REGIONS ? 120 : 80;
    return bytes >= least && bytes <= most && payload_bytes % bytes == 0;
}

/* An answer may have chosen another rate than this side's SDP says: the payload itself tells. */
static bool fit_size(G7221 *codec, size_t payload_bytes)
{
    static const uint8_t sizes[] = { 120, 80, 60, 40 }; /* 48, 32, 24 and 16 kbit/s */

    bool found = fits(codec, codec->frame_bytes, payload_bytes);
    for (unsigned i = 0; !found && i < G_N_ELEMENTS(sizes); i++) {
        found = fits(codec, sizes[i], payload_bytes);
        if (found)
            codec->frame_bytes = sizes[i];
    }
    return found;
}

static bool decode_frame(G7221 *codec, Slice frame, int16_t *out)
{
    float coefficients[MLT_LENGTH_MAX] = { 0 };

    if (codec->may_be_framed) {
        int evidence = codec->framed_evidence + (g7221_frame_is_framed(frame) ? 1 : -1);
        codec->framed_evidence = CLAMP(evidence, -EVIDENCE_MAX, EVIDENCE_MAX);
        codec->layout.framed = codec->framed_evidence > 0;
    }
    if (!g7221_frame_decode(codec->layout, frame, &codec->noise, coefficients))
        return false;
    memcpy(codec->last, coefficients, sizeof codec->last);
    codec->has_last = true;
    mlt_synthesise(codec->mlt, coefficients, out);
    return true;
}

/* The frame before once more, and then silence: as the standard does it. */
static size_t conceal(void *state, int16_t *out, size_t capacity)
{
    G7221 *codec = state;
    float coefficients[MLT_LENGTH_MAX] = { 0 };

    if (mlt_length(codec->mlt) > capacity)
        return 0;
    if (codec->has_last)
        memcpy(coefficients, codec->last, sizeof codec->last);
    codec->has_last = false;
    mlt_synthesise(codec->mlt, coefficients, out);
    return mlt_length(codec->mlt);
}

static size_t decode(void *state, Slice payload, int16_t *out, size_t capacity)
{
    G7221 *codec = state;
    size_t length = mlt_length(codec->mlt), done = 0, whole = 0;

    if (!fit_size(codec, payload.len))
        return 0;
    for (; payload.len > 0 && done + length <= capacity; done += length) {
        if (decode_frame(codec, slice_sub(payload, 0, codec->frame_bytes), out + done))
            whole++;
        else
            conceal(codec, out + done, length);
        payload = slice_from(payload, codec->frame_bytes);
    }
    return whole > 0 ? done : 0;
}

const CodecOps codec_g7221 = {
    .open = open_g7221, .close = close_g7221, .decode = decode, .conceal = conceal
};

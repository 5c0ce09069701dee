/* GSM enhanced full rate (ETSI TS 101 318, RFC 3551 4.5.9), by opencore-amr: its frames are those
 * of AMR at 12.2 kbit/s, bit for bit, in the order of the encoder (3GPP TS 26.071). */
#include "dissect/base/bit_reader.h"
#include "dissect/media/codec/amr_payload.h"
#include "dissect/media/codec/codec.h"

#ifdef RUNG_HAVE_AMR_NB
#include <opencore-amrnb/interf_dec.h>

#define FRAME_BYTES    31u
#define FRAME_SAMPLES  160u
#define FRAME_BITS     244u
#define SIGNATURE      0xcu
#define SIGNATURE_BITS 4u
#define AMR_12_2       7u
#define AMR_GOOD       4u

/* 3GPP TS 26.101 table B.8: the bit of the encoder that is sent as each bit of AMR. */
static const uint8_t order[FRAME_BITS] = {
    0,   1,   2,   3,   4,   5,   6,   7,   8,   9,   10,  11,  12,  13,  14,  23,  15,  16,  17,
    18,  19,  20,  21,  22,  24,  25,  26,  27,  28,  38,  141, 39,  142, 40,  143, 41,  144, 42,
    145, 43,  146, 44,  147, 45,  148, 46,  149, 47,  97,  150, 200, 48,  98,  151, 201, 49,  99,
    152, 202, 86,  136, 189, 239, 87,  137, 190, 240, 88,  138, 191, 241, 91,  194, 92,  195, 93,
    196, 94,  197, 95,  198, 29,  30,  31,  32,  33,  34,  35,  50,  100, 153, 203, 89,  139, 192,
    242, 51,  101, 154, 204, 55,  105, 158, 208, 90,  140, 193, 243, 59,  109, 162, 212, 63,  113,
    166, 216, 67,  117, 170, 220, 36,  37,  54,  53,  52,  58,  57,  56,  62,  61,  60,  66,  65,
    64,  70,  69,  68,  104, 103, 102, 108, 107, 106, 112, 111, 110, 116, 115, 114, 120, 119, 118,
    157, 156, 155, 161, 160, 159, 165, 164, 163, 169, 168, 167, 173, 172, 171, 207, 206, 205, 211,
    210, 209, 215, 214, 213, 219, 218, 217, 223, 222, 221, 73,  72,  71,  76,  75,  74,  79,  78,
    77,  82,  81,  80,  85,  84,  83,  123, 122, 121, 126, 125, 124, 129, 128, 127, 132, 131, 130,
    135, 134, 133, 176, 175, 174, 179, 178, 177, 182, 181, 180, 185, 184, 183, 188, 187, 186, 226,
    225, 224, 229, 228, 227, 232, 231, 230, 235, 234, 233, 238, 237, 236, 96,  199,
};

static void *open_efr(const CodecSetup *setup)
{
    (void)setup;
    return Decoder_Interface_init();
}

static void close_efr(void *state)
{
    Decoder_Interface_exit(state);
}

static unsigned bit_at(Slice frame, unsigned at)
{
    BitReader reader = bit_reader_over(frame);
    reader.at = SIGNATURE_BITS + at;
    return bit_reader_bit(&reader);
}

/* A description of silence (3GPP TS 46.061): ones where the pulses of the four subframes begin. */
static bool is_silence(Slice frame)
{
    static const uint8_t pulses[] = { 51, 101, 154, 204 };

    for (unsigned i = 0; i < G_N_ELEMENTS(pulses); i++)
        for (unsigned at = 0; at < 18; at++)
            if (bit_at(frame, pulses[i] + at) == 0)
                return false;
    return true;
}

static size_t conceal(void *state, int16_t *out, size_t capacity)
{
    static const uint8_t no_data[AMR_FRAME_BYTES_MAX] = { AMR_NO_DATA << 3 | AMR_GOOD };

    if (capacity < FRAME_SAMPLES)
        return 0;
    Decoder_Interface_Decode(state, no_data, out, 0);
    return FRAME_SAMPLES;
}

static void decode_frame(void *state, Slice frame, int16_t *out)
{
    uint8_t bytes[AMR_FRAME_BYTES_MAX] = { AMR_12_2 << 3 | AMR_GOOD };

    for (unsigned i = 0; i < FRAME_BITS; i++)
        bytes[1 + i / 8] |= (uint8_t)(bit_at(frame, order[i]) << (7 - i % 8));
    Decoder_Interface_Decode(state, bytes, out, 0);
}

static size_t decode(void *state, Slice payload, int16_t *out, size_t capacity)
{
    size_t done = 0, whole = 0;

    for (; payload.len >= FRAME_BYTES && capacity - done >= FRAME_SAMPLES; done += FRAME_SAMPLES) {
        Slice frame = slice_sub(payload, 0, FRAME_BYTES);
        bool good = frame.data[0] >> SIGNATURE_BITS == SIGNATURE;
        whole += good;
        if (good && !is_silence(frame))
            decode_frame(state, frame, out + done);
        else
            conceal(state, out + done, FRAME_SAMPLES);
        payload = slice_from(payload, FRAME_BYTES);
    }
    return whole > 0 ? done : 0;
}

const CodecOps codec_gsm_efr = {
    .open = open_efr, .close = close_efr, .decode = decode, .conceal = conceal
};
#else
const CodecOps codec_gsm_efr = { 0 };
#endif

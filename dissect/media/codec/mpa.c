/* MPEG audio, layers I to III (RFC 2250), by libavcodec. The clock is that of video, 90 kHz: each
 * frame tells its own sampling rate. */
#include "dissect/media/codec/codec.h"
#include "dissect/media/codec/libav.h"
#include "dissect/media/codec/mpa_payload.h"

#ifdef RUNG_HAVE_AVCODEC
typedef struct {
    Libav *libav;
    unsigned channels;
    GByteArray *part; /* of a frame that comes in several packets; empty: none does */
} Mpa;

static void *open_mpa(const CodecSetup *setup)
{
    const LibavSetup libav_setup = {
        .decoder = "mp3float", /* it takes the other layers as well */
        .rate_hz = setup->rate_hz,
        .channels = setup->channels,
    };
    Libav *libav = libav_open(&libav_setup);

    if (!libav)
        return NULL;
    Mpa *mpa = g_new(Mpa, 1);
    *mpa = (Mpa){ libav, setup->channels, g_byte_array_new() };
    return mpa;
}

static void close_mpa(void *state)
{
    Mpa *mpa = state;
    libav_close(mpa->libav);
    g_byte_array_unref(mpa->part);
    g_free(mpa);
}

static bool waits(const void *state)
{
    const Mpa *mpa = state;
    return mpa->part->len > 0;
}

static uint32_t rate_hz(const void *state)
{
    const Mpa *mpa = state;
    return libav_rate_hz(mpa->libav);
}

/* The whole frames of what is there; the beginning of one is kept for the packets that follow. */
static size_t decode_frames(Mpa *mpa, Slice data, int16_t *out, size_t capacity)
{
    size_t done = 0, bytes;

    while ((bytes = mpa_frame_bytes(data)) > 0 && bytes <= data.len) {
        done += libav_decode(mpa->libav, slice_sub(data, 0, bytes), out + done * mpa->channels,
                             capacity - done);
        data = slice_from(data, bytes);
    }
    g_byte_array_set_size(mpa->part, 0);
    if (bytes > 0 && data.len > 0)
        g_byte_array_append(mpa->part, data.data, (guint)data.len);
    return done;
}

static size_t decode(void *state, Slice payload, int16_t *out, size_t capacity)
{
    Mpa *mpa = state;
    MpaPayload parsed;

    if (!mpa_payload_parse(payload, &parsed))
        return 0;
    if (parsed.offset == 0)
        return decode_frames(mpa, parsed.data, out, capacity);
    if (parsed.offset != mpa->part->len) {
        g_byte_array_set_size(mpa->part, 0); /* what came before it is lost */
        return 0;
    }
    g_byte_array_append(mpa->part, parsed.data.data, (guint)parsed.data.len);
    g_autofree uint8_t *whole = g_memdup2(mpa->part->data, mpa->part->len);
    return decode_frames(mpa, slice_of(whole, mpa->part->len), out, capacity);
}

const CodecOps codec_mpa = { .open = open_mpa,
                             .exists = libav_exists,
                             .close = close_mpa,
                             .decode = decode,
                             .waits = waits,
                             .rate_hz = rate_hz };
#else
const CodecOps codec_mpa = { .exists = libav_exists };
#endif

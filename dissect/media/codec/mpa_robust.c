/* MP3 in units that stand alone (RFC 5219, before that RFC 3119), by libavcodec. Those that are
 * interleaved cannot be played: no sender of them is known. */
#include "dissect/media/codec/codec.h"
#include "dissect/media/codec/libav.h"
#include "dissect/media/codec/mpa_payload.h"

#ifdef RUNG_HAVE_AVCODEC
typedef struct {
    Libav *libav;
    unsigned channels;
    GByteArray *part; /* of a unit that comes in several packets; empty: none does */
} MpaRobust;

static void *open_mpa_robust(const CodecSetup *setup)
{
    const LibavSetup libav_setup = {
        .decoder = "mp3adufloat",
        .rate_hz = setup->rate_hz,
        .channels = setup->channels,
    };
    Libav *libav = libav_open(&libav_setup);

    if (!libav)
        return NULL;
    MpaRobust *mpa = g_new(MpaRobust, 1);
    *mpa = (MpaRobust){ libav, setup->channels, g_byte_array_new() };
    return mpa;
}

static void close_mpa_robust(void *state)
{
    MpaRobust *mpa = state;
    libav_close(mpa->libav);
    g_byte_array_unref(mpa->part);
    g_free(mpa);
}

static bool waits(const void *state)
{
    const MpaRobust *mpa = state;
    return mpa->part->len > 0;
}

static uint32_t rate_hz(const void *state)
{
    const MpaRobust *mpa = state;
    return libav_rate_hz(mpa->libav);
}

/* @adu is not whole; its other parts are in other packets. */
static size_t add_part(MpaRobust *mpa, const MpaAdu *adu, int16_t *out, size_t capacity)
{
    size_t frames = 0;

    if (!adu->goes_on)
        g_byte_array_set_size(mpa->part, 0); /* the rest of another one is lost */
    else if (mpa->part->len == 0)
        return 0; /* its beginning is */
    g_byte_array_append(mpa->part, adu->data.data, (guint)adu->data.len);
    if (mpa->part->len < adu->bytes)
        return 0;
    if (mpa->part->len == adu->bytes)
        frames = libav_decode(mpa->libav, slice_of(mpa->part->data, mpa->part->len), out, capacity);
    g_byte_array_set_size(mpa->part, 0);
    return frames;
}

static size_t decode(void *state, Slice payload, int16_t *out, size_t capacity)
{
    MpaRobust *mpa = state;
    size_t done = 0;
    MpaAdu adu;

    while (mpa_adu_next(&payload, &adu)) {
        int16_t *at = out + done * mpa->channels;
        if (adu.interleaved)
            continue;
        if (adu.goes_on || adu.data.len < adu.bytes)
            done += add_part(mpa, &adu, at, capacity - done);
        else
            done += libav_decode(mpa->libav, adu.data, at, capacity - done);
    }
    return done;
}

const CodecOps codec_mpa_robust = { .open = open_mpa_robust,
                                    .exists = libav_exists,
                                    .close = close_mpa_robust,
                                    .decode = decode,
                                    .waits = waits,
                                    .rate_hz = rate_hz };
#else
const CodecOps codec_mpa_robust = { .exists = libav_exists };
#endif

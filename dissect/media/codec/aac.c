/* AAC in RTP as mpeg4-generic (RFC 3640) and MP4A-LATM (RFC 6416), by libavcodec. */
#include "dissect/media/codec/aac_payload.h"
#include "dissect/media/codec/codec.h"
#include "dissect/media/codec/libav.h"

#ifdef RUNG_HAVE_AVCODEC
#define UNIT_BYTES_MAX 8191u /* 13 bits: of RFC 3640's AAC-hbr, and of LOAS */
#define LOAS_SYNC      0x2b7u
#define UNIT_FRAMES    2048u /* at most, of every channel: with SBR */

typedef struct {
    Libav *libav;
    AacFormat format;
    unsigned channels;
    GByteArray *part;             /* of a unit that comes in several packets; empty: none does */
    size_t whole;                 /* bytes of that */
    AacUnit units[AAC_UNITS_MAX]; /* of the last payload, borrowed from it */
    unsigned unit_count, unit_next;
} Aac;

static void *open_aac(const CodecSetup *setup)
{
    AacFormat format;

    if (!aac_format_parse(setup->fmtp, setup->variant == AAC_LATM, &format))
        return NULL;
    const LibavSetup libav_setup = {
        .decoder = format.config_in_stream ? "aac_latm" : "aac",
        .rate_hz = setup->rate_hz,
        .channels = setup->channels,
        .config = slice_of(format.config, format.config_bytes),
    };
    Libav *libav = libav_open(&libav_setup);
    if (!libav)
        return NULL;
    Aac *aac = g_new0(Aac, 1);
    aac->libav = libav;
    aac->format = format;
    aac->channels = setup->channels;
    aac->part = g_byte_array_new();
    return aac;
}

static void close_aac(void *state)
{
    Aac *aac = state;
    libav_close(aac->libav);
    g_byte_array_unref(aac->part);
    g_free(aac);
}

static bool waits(const void *state)
{
    const Aac *aac = state;
    return aac->part->len > 0;
}

static uint32_t rate_hz(const void *state)
{
    const Aac *aac = state;
    return libav_rate_hz(aac->libav);
}

static size_t decode_unit(Aac *aac, Slice unit, int16_t *out, size_t capacity)
{
    if (unit.len > UNIT_BYTES_MAX)
        return 0;
    if (!aac->format.config_in_stream)
        return libav_decode(aac->libav, unit, out, capacity);
    /* AudioSyncStream (ISO/IEC 14496-3 1.7.2): eleven bits of sync, thirteen of length. */
    uint8_t framed[3 + UNIT_BYTES_MAX];
    unsigned header = LOAS_SYNC << 13 | (unsigned)unit.len;
    framed[0] = (uint8_t)(header >> 16);
    framed[1] = (uint8_t)(header >> 8);
    framed[2] = (uint8_t)header;
    memcpy(framed + 3, unit.data, unit.len);
    return libav_decode(aac->libav, slice_of(framed, 3 + unit.len), out, capacity);
}

static size_t add_part(Aac *aac, const AacUnit *unit, int16_t *out, size_t capacity)
{
    size_t frames = 0;

    if (aac->part->len > 0 && aac->whole != unit->bytes)
        g_byte_array_set_size(aac->part, 0); /* the rest of that one is lost */
    aac->whole = unit->bytes;
    g_byte_array_append(aac->part, unit->data.data, (guint)unit->data.len);
    if (aac->part->len < aac->whole)
        return 0;
    if (aac->part->len == aac->whole)
        frames = decode_unit(aac, slice_of(aac->part->data, aac->part->len), out, capacity);
    g_byte_array_set_size(aac->part, 0);
    return frames;
}

static size_t more(void *state, int16_t *out, size_t capacity)
{
    Aac *aac = state;
    size_t done = 0;

    while (aac->unit_next < aac->unit_count && capacity - done >= UNIT_FRAMES)
        done += decode_unit(aac, aac->units[aac->unit_next++].data, out + done * aac->channels,
                            capacity - done);
    return done;
}

static size_t decode_payload(Aac *aac, Slice payload, int16_t *out, size_t capacity)
{
    unsigned count = aac_payload_parse(&aac->format, payload, aac->units);
    const AacUnit *first = aac->units;

    if (count == 1 && first->data.len < first->bytes)
        return first->bytes <= UNIT_BYTES_MAX ? add_part(aac, first, out, capacity) : 0;
    g_byte_array_set_size(aac->part, 0);
    aac->unit_count = count;
    return more(aac, out, capacity);
}

/* Fragments of LATM behind the first one bear no length (RFC 6416 section 6.3): one that does not
 * fit any more is the first of the next. */
static size_t decode(void *state, Slice payload, int16_t *out, size_t capacity)
{
    Aac *aac = state;
    const AacUnit rest = { payload, aac->whole };
    bool goes_on = aac->format.is_latm && aac->part->len > 0;

    aac->unit_count = aac->unit_next = 0;
    if (goes_on && aac->part->len + payload.len <= aac->whole)
        return add_part(aac, &rest, out, capacity);
    if (goes_on)
        g_byte_array_set_size(aac->part, 0);
    return decode_payload(aac, payload, out, capacity);
}

const CodecOps codec_aac = { .open = open_aac,
                             .exists = libav_exists,
                             .close = close_aac,
                             .decode = decode,
                             .more = more,
                             .waits = waits,
                             .rate_hz = rate_hz };
#else
const CodecOps codec_aac = { .exists = libav_exists };
#endif

/* G.726 at 16 to 40 kbit/s in both packings: RFC 3551 4.5.4 fills bytes from their low bits on,
 * ITU-T I.366.2 (AAL2-) from their high ones. By spandsp. */
#include "dissect/media/codec/codec.h"

#ifdef RUNG_HAVE_SPANDSP
#include <spandsp.h>

typedef struct {
    g726_state_t *state;
    unsigned bits; /* a sample */
} G726;

static void *open_g726(const CodecSetup *setup)
{
    G726 *g726 = g_new(G726, 1);

    g726->bits = setup->variant & 0xff;
    g726->state =
        g726_init(NULL, (int)(g726->bits * setup->rate_hz), G726_ENCODING_LINEAR,
                  setup->variant & G726_VARIANT(0, true) ? G726_PACKING_LEFT : G726_PACKING_RIGHT);
    return g726;
}

static void close_g726(void *state)
{
    G726 *g726 = state;
    g726_free(g726->state);
    g_free(g726);
}

static size_t decode(void *state, Slice payload, int16_t *out, size_t capacity)
{
    G726 *g726 = state;
    size_t bytes = MIN(payload.len, capacity * g726->bits / 8);
    return (size_t)g726_decode(g726->state, out, payload.data, (int)bytes);
}

const CodecOps codec_g726 = { .open = open_g726, .close = close_g726, .decode = decode };
#else
const CodecOps codec_g726 = { 0 };
#endif

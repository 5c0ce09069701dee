/* G.726 at 16 to 40 kbit/s, by spandsp. RFC 3551 4.5.4 fills bytes from their low bits on, ITU-T
 * I.366.2 Annex E (AAL2-) from their high ones; and as many phones have it the wrong way round,
 * whatever name they give it, both are decoded and the smoother one is heard: codes in the wrong
 * order are noise. */
#include "dissect/media/codec/codec.h"

#ifdef RUNG_HAVE_SPANDSP
#include <spandsp.h>

#define BLOCK_SAMPLES 160u /* a whole number of bytes for every number of bits */
#define FORGET        0.98 /* a block: half of what is known is a second old at most */
#define AUDIBLE       (50.0 * 50 * BLOCK_SAMPLES)
#define CLEARLY       0.9 /* the other order's share of roughness that makes it the right one */

enum { FROM_LOW_BITS, FROM_HIGH_BITS, ORDERS };

typedef struct {
    g726_state_t *state;
    int16_t last;
    double energy, steps; /* of the samples, and of the differences between them */
    int16_t samples[BLOCK_SAMPLES + 8];
} Order;

typedef struct {
    unsigned bits; /* a sample */
    unsigned chosen;
    Order orders[ORDERS];
} G726;

static void *open_g726(const CodecSetup *setup)
{
    static const int packings[ORDERS] = { G726_PACKING_RIGHT, G726_PACKING_LEFT };
    G726 *g726 = g_new0(G726, 1);

    g726->bits = setup->variant & 0xff;
    g726->chosen = setup->variant & G726_VARIANT(0, true) ? FROM_HIGH_BITS : FROM_LOW_BITS;
    for (unsigned i = 0; i < ORDERS; i++)
        g726->orders[i].state =
            g726_init(NULL, (int)(g726->bits * setup->rate_hz), G726_ENCODING_LINEAR, packings[i]);
    return g726;
}

static void close_g726(void *state)
{
    G726 *g726 = state;

    for (unsigned i = 0; i < ORDERS; i++)
        g726_free(g726->orders[i].state);
    g_free(g726);
}

static size_t decode_block(Order *order, const uint8_t *codes, size_t bytes)
{
    size_t count = (size_t)g726_decode(order->state, order->samples, codes, (int)bytes);

    order->energy *= FORGET;
    order->steps *= FORGET;
    for (size_t i = 0; i < count; i++) {
        double step = order->samples[i] - order->last;
        order->last = order->samples[i];
        order->energy += (double)order->last * order->last;
        order->steps += step * step;
    }
    return count;
}

static void choose(G726 *g726)
{
    const Order *now = &g726->orders[g726->chosen], *other = &g726->orders[!g726->chosen];

    if (now->energy > AUDIBLE && other->energy > AUDIBLE &&
        other->steps * now->energy < now->steps * other->energy * CLEARLY)
        g726->chosen = !g726->chosen;
}

static size_t decode(void *state, Slice payload, int16_t *out, size_t capacity)
{
    G726 *g726 = state;
    size_t done = 0;

    while (payload.len > 0 && capacity - done >= BLOCK_SAMPLES) {
        Slice block = slice_sub(payload, 0, BLOCK_SAMPLES * g726->bits / 8);
        size_t count = 0;
        for (unsigned i = 0; i < ORDERS; i++)
            count = decode_block(&g726->orders[i], block.data, block.len);
        choose(g726);
        memcpy(out + done, g726->orders[g726->chosen].samples, count * sizeof *out);
        done += count;
        payload = slice_from(payload, block.len);
    }
    return done;
}

const CodecOps codec_g726 = { .open = open_g726, .close = close_g726, .decode = decode };
#else
const CodecOps codec_g726 = { 0 };
#endif

#include "dissect/media/codec/g7221_categories.h"
#include <glib.h>
#include <string.h>

#define COARSEST       (G7221_CATEGORIES - 1)
#define OFFSET_MIN     (-32)
#define MARGIN_BITS    32
#define FRAME_BITS     320u /* of 14 regions */
#define STEPS_MAX      32u
#define NO_REGION      UINT_MAX
#define STEPS(regions) ((regions) > G7221_REGIONS ? 31u : 15u)
#define SIZE(regions)  (FRAME_BITS * ((regions) / G7221_REGIONS))

typedef struct {
    const int *power;
    unsigned regions;
    int offset; /* between a region's power and twice its category */
} Frame;

/* One of the ways to quantise all regions. */
typedef struct {
    uint8_t category[G7221_REGIONS_MAX];
    unsigned bits; /* that it is expected to take */
} Way;

/* Expected of a region in each category. */
static const uint8_t bits_of[G7221_CATEGORIES] = { 52, 47, 43, 37, 29, 22, 16, 0 };

static Way uniform_way(const Frame *frame)
{
    Way way = { .bits = 0 };

    for (unsigned i = 0; i < frame->regions; i++) {
        int distance = frame->offset - frame->power[i];
        int category = distance < 0 ? 0 : distance / 2;
        way.category[i] = (uint8_t)MIN(category, (int)COARSEST);
        way.bits += bits_of[way.category[i]];
    }
    return way;
}

/* The largest offset with which about all bits are used. */
static Way find_offset(Frame *frame, int bits)
{
    frame->offset = OFFSET_MIN;
    for (int step = -OFFSET_MIN; step > 0; step /= 2) {
        Frame tried = *frame;
        tried.offset += step;
        if ((int)uniform_way(&tried).bits >= bits - MARGIN_BITS)
            frame->offset = tried.offset;
    }
    return uniform_way(frame);
}

static int distance_of(const Frame *frame, const Way *way, unsigned region)
{
    return frame->offset - frame->power[region] - 2 * way->category[region];
}

/* Where a finer category does most: of equals the lowest region. */
static unsigned worst_region(const Frame *frame, const Way *way)
{
    unsigned found = NO_REGION;

    for (unsigned i = 0; i < frame->regions; i++)
        if (way->category[i] > 0 &&
            (found == NO_REGION || distance_of(frame, way, i) < distance_of(frame, way, found)))
            found = i;
    return found;
}

/* Where a coarser category does least harm: of equals the highest region. */
static unsigned best_region(const Frame *frame, const Way *way)
{
    unsigned found = NO_REGION;

    for (unsigned i = frame->regions; i-- > 0;)
        if (way->category[i] < COARSEST &&
            (found == NO_REGION || distance_of(frame, way, i) > distance_of(frame, way, found)))
            found = i;
    return found;
}

static void move(Way *way, unsigned region, int by)
{
    way->bits -= bits_of[way->category[region]];
    way->category[region] = (uint8_t)(way->category[region] + by);
    way->bits += bits_of[way->category[region]];
}

/* At higher rates most categories take more than is expected of them: as if there were fewer. */
static unsigned usable(unsigned bits, unsigned regions)
{
    unsigned size = SIZE(regions);
    return bits > size ? size + (bits - size) * 5 / 8 : bits;
}

bool g7221_categorize(const int *power, unsigned regions, unsigned bits, unsigned control,
                      uint8_t *out)
{
    uint8_t coarser[2 * STEPS_MAX]; /* the region of each step from the finest way on */
    unsigned first = STEPS_MAX, end = STEPS_MAX, all = usable(bits, regions);
    Frame frame = { .power = power, .regions = regions };
    Way finest = find_offset(&frame, (int)all), coarsest = finest;

    g_assert(regions <= G7221_REGIONS_MAX && control <= STEPS(regions));
    while (end - first < STEPS(regions)) {
        bool finer = finest.bits + coarsest.bits <= 2 * all;
        unsigned region = finer ? worst_region(&frame, &finest) : best_region(&frame, &coarsest);
        if (region == NO_REGION)
            return false;
        move(finer ? &finest : &coarsest, region, finer ? -1 : 1);
        coarser[finer ? --first : end++] = (uint8_t)region;
    }
    memcpy(out, finest.category, regions);
    for (unsigned i = 0; i < control; i++)
        out[coarser[first + i]]++;
    return true;
}

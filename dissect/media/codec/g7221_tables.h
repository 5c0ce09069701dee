/* dissect/media/codec/g7221_tables.h - the code words and magnitudes of ITU-T G.722.1 (05/2005),
 * which its main body and Annex C share. Private to dissect/media/codec/. */
#pragma once
#include "dissect/media/codec/prefix_code.h"

#define G7221_CODED_CATEGORIES 7u
#define G7221_LEVELS_MAX       14u

/* How the coefficients of a region are quantised, several of them in one word. */
typedef struct {
    unsigned dimension; /* coefficients a vector */
    unsigned levels;    /* a coefficient's magnitudes, and the base of the words' values */
    PrefixCode vectors; /* the first coefficient is the highest digit of a value */
    float magnitude[G7221_LEVELS_MAX]; /* as a multiple of the region's standard deviation */
} G7221Category;

/* NULL for the last one, of which nothing is sent but the power. */
const G7221Category *g7221_category(unsigned category);
/* Of the difference of power between @region, from 1 on, and the one below it, plus 12. */
PrefixCode g7221_power_code(unsigned region);

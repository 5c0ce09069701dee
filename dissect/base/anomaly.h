/* dissect/base/anomaly.h - named protocol faults, one row each in anomaly.def.
 * A parser notes what it found in an AnomalySet and goes on as far as it can; the model counts. */
#pragma once
#include "dissect/base/unrolled.h"
#include <stdbool.h>
#include <stdint.h>

typedef enum {
#define ANOMALY(id, name, meaning) ANOMALY_##id,
#include "dissect/base/anomaly.def"
#undef ANOMALY
    ANOMALY_COUNT
} Anomaly;

#define ANOMALY_WORDS 4
_Static_assert(ANOMALY_COUNT <= ANOMALY_WORDS * 64, "AnomalySet is too small");

typedef struct {
    uint64_t bits[ANOMALY_WORDS];
} AnomalySet;

static inline void anomaly_note(AnomalySet *set, Anomaly anomaly)
{
    set->bits[anomaly / 64] |= UINT64_C(1) << anomaly % 64;
}

static inline bool anomaly_has(const AnomalySet *set, Anomaly anomaly)
{
    return set->bits[anomaly / 64] >> anomaly % 64 & 1;
}

static inline void anomaly_merge(AnomalySet *into, const AnomalySet *from)
{
    UNROLLED
    for (int i = 0; i < ANOMALY_WORDS; i++)
        into->bits[i] |= from->bits[i];
}

static inline bool anomaly_any(const AnomalySet *set)
{
    uint64_t all = 0;
    UNROLLED
    for (int i = 0; i < ANOMALY_WORDS; i++)
        all |= set->bits[i];
    return all != 0;
}

/* "sip.content-length-mismatch". */
const char *anomaly_name(Anomaly anomaly);
/* One sentence for people. */
const char *anomaly_meaning(Anomaly anomaly);

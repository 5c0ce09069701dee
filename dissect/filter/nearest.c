#include "dissect/filter/nearest.h"

#define LENGTH_MAX   40u
#define DISTANCE_MAX 3u

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
    return MIN(a, MIN(b, c));
}

/* Levenshtein's distance, without regard to case. */
static unsigned distance(Slice a, Slice b)
{
    unsigned row[LENGTH_MAX + 1];

    if (a.len > LENGTH_MAX || b.len > LENGTH_MAX)
        return UINT32_MAX;
    for (unsigned j = 0; j <= b.len; j++)
        row[j] = j;
    for (unsigned i = 1; i <= a.len; i++) {
        unsigned diagonal = row[0];
        row[0] = i;
        for (unsigned j = 1; j <= b.len; j++) {
            bool same =
                g_ascii_tolower((char)a.data[i - 1]) == g_ascii_tolower((char)b.data[j - 1]);
            unsigned here = min3(row[j] + 1, row[j - 1] + 1, diagonal + !same);
            diagonal = row[j];
            row[j] = here;
        }
    }
    return row[b.len];
}

const char *nearest_text(Slice word, const char *(*at)(unsigned index))
{
    const char *nearest = NULL, *text;
    unsigned best = MIN(DISTANCE_MAX, (unsigned)(word.len / 2)) + 1;

    for (unsigned i = 0; (text = at(i)); i++) {
        unsigned changes = distance(word, slice_from_string(text));
        if (changes < best) {
            best = changes;
            nearest = text;
        }
    }
    return nearest;
}

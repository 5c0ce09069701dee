/* dissect/net/dscp.c - see dscp.h */
#include "dissect/net/dscp.h"

#define DSCP_VALUES 64u

const char *dscp_name(uint8_t dscp)
{
    static const char *const names[DSCP_VALUES] = {
        [0] = "CS0",   [1] = "LE",    [8] = "CS1",   [10] = "AF11", [12] = "AF12", [14] = "AF13",
        [16] = "CS2",  [18] = "AF21", [20] = "AF22", [22] = "AF23", [24] = "CS3",  [26] = "AF31",
        [28] = "AF32", [30] = "AF33", [32] = "CS4",  [34] = "AF41", [36] = "AF42", [38] = "AF43",
        [40] = "CS5",  [44] = "VA",   [46] = "EF",   [48] = "CS6",  [56] = "CS7",
    };
    return dscp < DSCP_VALUES ? names[dscp] : NULL;
}

void dscp_append_one(GString *out, uint8_t dscp)
{
    const char *name = dscp_name(dscp);

    if (name)
        g_string_append(out, name);
    else
        g_string_append_printf(out, "%u", dscp);
}

void dscp_append(GString *out, uint64_t values)
{
    for (uint8_t dscp = 0; dscp < DSCP_VALUES; dscp++) {
        if (!(values & UINT64_C(1) << dscp))
            continue;
        g_string_append(out, out->len ? ", " : "");
        dscp_append_one(out, dscp);
    }
}

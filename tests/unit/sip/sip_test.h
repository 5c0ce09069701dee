/* tests/unit/sip/sip_test.h - what the tests of the SIP parsers share. */
#pragma once
#include <glib.h>

#include "dissect/base/anomaly.h"
#include "dissect/base/slice.h"

#define assert_slice(actual, expected)                                                             \
    do {                                                                                           \
        g_autofree char *slice_text = slice_dup(actual);                                           \
        g_assert_cmpstr(slice_text, ==, expected);                                                 \
    } while (0)

/* A heap copy of exactly the first @len bytes, so that ASan guards the byte behind them. */
static inline uint8_t *exact_copy(const void *bytes, size_t len)
{
    uint8_t *copy = g_malloc(len ? len : 1);
    if (len)
        memcpy(copy, bytes, len);
    return len ? copy : (g_free(copy), NULL);
}

/* The names of the anomalies in @set, joined by spaces, in the order of anomaly.def. */
static inline char *anomalies_text(const AnomalySet *set)
{
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < ANOMALY_COUNT; i++) {
        if (anomaly_has(set, (Anomaly)i))
            g_string_append_printf(text, "%s%s", text->len ? " " : "", anomaly_name((Anomaly)i));
    }
    return g_string_free(text, FALSE);
}

#define assert_anomalies(set, expected)                                                            \
    do {                                                                                           \
        g_autofree char *anomaly_names = anomalies_text(set);                                      \
        g_assert_cmpstr(anomaly_names, ==, expected);                                              \
    } while (0)

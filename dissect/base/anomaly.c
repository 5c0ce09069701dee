#include "dissect/base/anomaly.h"
#include <glib.h>

static const struct {
    const char *name;
    const char *meaning;
} anomalies[] = {
#define ANOMALY(id, name, meaning) [ANOMALY_##id] = { name, meaning },
#include "dissect/base/anomaly.def"
#undef ANOMALY
};

const char *anomaly_name(Anomaly anomaly)
{
    g_assert(anomaly < ANOMALY_COUNT);
    return anomalies[anomaly].name;
}

const char *anomaly_meaning(Anomaly anomaly)
{
    g_assert(anomaly < ANOMALY_COUNT);
    return anomalies[anomaly].meaning;
}

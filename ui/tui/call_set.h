/* ui/tui/call_set.h - a set of call numbers: one bit a call. */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    GArray *words; /* uint64_t; NULL while empty */
    unsigned count;
} CallSet;

void call_set_clear(CallSet *set);
bool call_set_has(const CallSet *set, uint32_t call);
void call_set_put(CallSet *set, uint32_t call, bool in);
/* All of them in order; free with g_array_unref(). */
GArray *call_set_list(const CallSet *set);

#include "ui/tui/call_set.h"

void call_set_clear(CallSet *set)
{
    if (set->words)
        g_array_unref(set->words);
    *set = (CallSet){ 0 };
}

bool call_set_has(const CallSet *set, uint32_t call)
{
    unsigned word = call / 64;
    return set->words && word < set->words->len &&
           (g_array_index(set->words, uint64_t, word) >> call % 64 & 1);
}

void call_set_put(CallSet *set, uint32_t call, bool in)
{
    unsigned word = call / 64;

    if (call_set_has(set, call) == in)
        return;
    if (!set->words)
        set->words = g_array_new(false, true, sizeof(uint64_t));
    if (word >= set->words->len)
        g_array_set_size(set->words, word + 1);
    g_array_index(set->words, uint64_t, word) ^= UINT64_C(1) << call % 64;
    set->count += in ? 1u : -1u;
}

GArray *call_set_list(const CallSet *set)
{
    GArray *list = g_array_new(false, false, sizeof(uint32_t));

    for (unsigned word = 0; set->words && word < set->words->len; word++) {
        uint64_t bits = g_array_index(set->words, uint64_t, word);
        for (; bits; bits &= bits - 1) {
            uint32_t call = word * 64 + (uint32_t)__builtin_ctzll(bits);
            g_array_append_val(list, call);
        }
    }
    return list;
}

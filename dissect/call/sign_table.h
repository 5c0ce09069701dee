/* dissect/call/sign_table.h - signs by which a later call can be known as belonging to an earlier
 * one: a hash of what both carry, to who carried it and when. A ring of SIGNS_MAX, the oldest goes
 * first; adding and finding take constant time, however many share a key. */
#pragma once
#include "dissect/base/address.h"

#define SIGNS_MAX 65536u /* a power of two */

typedef struct {
    uint64_t key; /* a hash under a secret seed */
    int64_t time_ns;
    IpAddress source; /* who sent the message */
    uint32_t call, frame;
    uint32_t older; /* private: serial of the one before in its bucket */
} Sign;

/* Serials count from 1, and tell the place in the ring as well as whether a sign is still there. */
typedef struct {
    uint32_t *newest; /* owned: serial of the newest of each bucket; 0: none */
    Sign *signs;      /* owned; @allocated of them */
    uint32_t allocated;
    uint32_t serial; /* of the newest of all */
} SignTable;

void sign_table_init(SignTable *table);
void sign_table_clear(SignTable *table);

/* A call that repeats its own newest sign refreshes it. */
void sign_table_add(SignTable *table, const Sign *sign);
/* The newest sign with @key, or NULL; then the one before @sign, or NULL. */
const Sign *sign_table_find(const SignTable *table, uint64_t key);
const Sign *sign_table_older(const SignTable *table, const Sign *sign);
/* Begins to fetch from memory what finding @key needs first; then the rest of it. */
void sign_table_fetch_bucket(const SignTable *table, uint64_t key);
void sign_table_fetch(const SignTable *table, uint64_t key);

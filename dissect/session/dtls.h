/* dissect/session/dtls.h - DTLS handshakes between two addresses, followed from the side: records
 * and fragments of their first flights, retransmitted and out of order (RFC 6347 section 4.2).
 * Bounded: 65,536 pairs of addresses, of which the oldest goes first, and 16 KiB of fragments each.
 * One thread. */
#pragma once
#include "dissect/base/address.h"
#include "dissect/base/anomaly.h"
#include "dissect/session/dtls_handshake.h"

/* What an end showed of itself: digests of its certificate as a=fingerprint may name them. */
typedef struct {
    bool seen;
    uint8_t sha1[20], sha256[32], sha384[48], sha512[64];
} DtlsCertificate;

typedef struct {
    Endpoint client, server;
    bool client_seen, server_seen; /* the hellos below are valid */
    DtlsHello client_hello, server_hello;
    DtlsCertificate client_certificate, server_certificate;
    unsigned generation; /* grows with what was learnt */
} DtlsHandshake;

/* Does a UDP payload begin like a DTLS record (RFC 7983, RFC 6347 section 4.1)? */
bool dtls_looks_like(Slice bytes);

typedef struct DtlsTable DtlsTable;

DtlsTable *dtls_table_new(void);
void dtls_table_free(DtlsTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DtlsTable, dtls_table_free)

/* Takes a datagram. The handshake it is of when it told something new, else NULL; what is wrong
 * with it is noted in @anomalies. Borrowed; later handshakes of the pair take its place. */
const DtlsHandshake *dtls_table_datagram(DtlsTable *table, Endpoint source, Endpoint destination,
                                         Slice payload, AnomalySet *anomalies);
/* The newest handshake between two addresses, in whichever roles; NULL when none was seen. */
const DtlsHandshake *dtls_table_find(const DtlsTable *table, Endpoint a, Endpoint b);

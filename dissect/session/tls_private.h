/* dissect/session/tls_private.h - shared by the files of TLS; nobody else's. */
#pragma once
#include "dissect/session/tls.h"
#include "dissect/session/tls_keys.h"

enum {
    TLS_CHANGE_CIPHER_SPEC = 20,
    TLS_ALERT = 21,
    TLS_HANDSHAKE = 22,
    TLS_APPLICATION_DATA = 23,
    TLS_HEARTBEAT = 24,
};

typedef enum {
    TLS_SIDE_CLEAR,   /* not protected yet */
    TLS_SIDE_WAITING, /* protected, and its keys are not known yet */
    TLS_SIDE_OPEN,    /* its records are decrypted */
    TLS_SIDE_CLOSED,  /* given up: its records are counted */
} TlsSideState;

/* A record that waits for its key. */
typedef struct {
    StreamMoment moment;
    bool gap;
    uint8_t type;
    uint16_t version;
    size_t len;
    uint8_t bytes[];
} TlsHeldRecord;

/* One direction. */
typedef struct {
    TlsSideState state;
    TlsCipher *cipher;  /* owned; of the present epoch; NULL: to be made with the next record */
    TlsEpoch epoch;     /* TLS 1.3 */
    uint8_t secret[64]; /* TLS 1.3: of the present epoch */
    size_t secret_len;
    bool lost_alignment; /* where the next record begins has to be found */
    size_t skip;         /* bytes of a record that is not wanted, still to come */
    bool gap;            /* records may be missing before the next one */
    bool gap_above;      /* and content, before what is fed next */
    unsigned failures;   /* records in a row that were not authentic */
    GByteArray *message; /* owned; a handshake message of which more has to come, or NULL */
    GQueue held;         /* owns each TlsHeldRecord */
    size_t held_bytes;
    bool stuck; /* while all that waits is tried: the first of them has no key */
} TlsSide;

typedef struct {
    StreamLayer *layer;  /* borrowed */
    TlsDecoder *decoder; /* borrowed */
    TlsSession *session; /* a reference */
    int client;          /* which side; -1: not known */
    TlsSide sides[2];
    TlsParameters parameters; /* of the newest handshake */
    bool has_first_hello;
    GList waiting; /* in decoder->waiting while something is held */
    bool is_waiting;
} Tls;

/* tls_message.c: whole handshake messages and what they change. @bytes begins with the header. */
void tls_use_handshake(Tls *tls, unsigned side, Slice content);

static inline bool tls_is_client(const Tls *tls, unsigned side)
{
    return tls->client == (int)side;
}

/* A new epoch of TLS 1.3 begins with the next record of @side. */
static inline void tls_begin_epoch(TlsSide *side, TlsEpoch epoch)
{
    tls_cipher_free(side->cipher);
    side->cipher = NULL;
    side->epoch = epoch;
}

/* The key that follows the present one (RFC 8446 section 7.2); NULL when there is none. */
TlsCipher *tls_next_generation(const Tls *tls, const TlsSide *side, uint8_t ret_secret[64]);

/* dissect/session/tls_session.h - what is known of each TLS session, with or without its keys, for
 * people to look at. Written by the dissect thread under the model's lock. */
#pragma once
#include "dissect/base/address.h"
#include "dissect/base/slice.h"

/* Why a session cannot be read, the best reason of those seen. */
typedef enum {
    TLS_READ,          /* it can */
    TLS_NO_DATA,       /* nothing encrypted came */
    TLS_NO_HANDSHAKE,  /* the capture begins after its hellos */
    TLS_NO_KEY,        /* nothing in the key logs for its client random */
    TLS_NOT_SUPPORTED, /* a version or cipher suite that rung does not decrypt */
    TLS_WRONG_KEY,     /* what the key log has for it opens no record */
    TLS_LOST,          /* records are missing in the capture, and it could not be found back */
    TLS_OUTCOMES
} TlsOutcome;
const char *tls_outcome_name(TlsOutcome outcome); /* "no-key" */
const char *tls_outcome_text(TlsOutcome outcome); /* for people */

/* Of the server's end-entity certificate. Texts are as they came: to be escaped. */
typedef struct {
    char *subject, *issuer; /* RFC 2253 */
    char **names;           /* subjectAltName: DNS, IP, URI; NULL-terminated, 32 at most */
    int64_t not_before_s, not_after_s; /* since the epoch */
} TlsCertificate;

typedef enum {
    TLS_CERTIFICATE_VALID,
    TLS_CERTIFICATE_EXPIRED,
    TLS_CERTIFICATE_NOT_YET_VALID,
    TLS_VALIDITIES
} TlsValidity;
/* At @time_ns, by the clock of the packets; a bound that is not known is none. */
TlsValidity tls_certificate_validity(const TlsCertificate *certificate, int64_t time_ns);
const char *tls_validity_name(TlsValidity validity); /* "not-yet-valid" */
/* Whether one of its names fits @host: RFC 6125 section 6.4, a wild card as the whole first label.
 */
bool tls_certificate_is_for(const TlsCertificate *certificate, const char *host);

typedef struct {
    bool from_client;
    uint8_t level, description; /* RFC 8446 section 6 */
} TlsAlert;
const char *tls_alert_name(uint8_t description); /* "handshake_failure"; NULL: not known */

#define TLS_ALERTS_MAX 4u

typedef struct TlsSession {
    Endpoint client, server; /* when the hellos are missing, the lower port is the server's */
    int64_t first_ns, last_ns;
    uint32_t first_frame;
    bool open; /* its connection is still followed */
    bool has_random;
    uint8_t client_random[32]; /* of the first handshake: what key logs are searched for */
    uint16_t version_offered, version, suite; /* 0: not known */
    const char *suite_name;                   /* NULL: not known */
    char *server_name, *alpn;                 /* owned; NULL: none */
    TlsCertificate *certificate;              /* owned; NULL: none seen */
    bool resumed, early_data;
    unsigned handshakes; /* beyond 1: renegotiated */
    TlsAlert alerts[TLS_ALERTS_MAX];
    unsigned alert_count;            /* seen; the first ones are kept */
    uint64_t decrypted, undecrypted; /* records, both directions */
    TlsOutcome outcome;
    struct TlsSession *older; /* borrowed; the one before it between the same ends; private */
} TlsSession;

TlsSession *tls_session_ref(TlsSession *session);
void tls_session_unref(TlsSession *session);

/* All of them. Beyond 10,000 the oldest that is over goes, its outcome still counted. */
typedef struct {
    GPtrArray *sessions; /* owns a reference to each TlsSession, in order of arrival */
    GHashTable *newest;  /* borrows each: the newest between two ends; private */
    uint64_t seen;
    uint64_t gone[TLS_OUTCOMES];
} TlsSessionTable;

TlsSessionTable *tls_session_table_new(void);
void tls_session_table_free(TlsSessionTable *table);
/* The table's and the caller's. Its ends are those of the connection, in either order. */
TlsSession *tls_session_add(TlsSessionTable *table, Endpoint client, Endpoint server);
/* The one that bore what went between @a and @b at @time_ns; NULL when there is none. */
const TlsSession *tls_session_find(const TlsSessionTable *table, Endpoint a, Endpoint b,
                                   int64_t time_ns);
/* By outcome, those that are gone included. */
void tls_session_count(const TlsSessionTable *table, uint64_t out[TLS_OUTCOMES]);

/* Parses DER; NULL when it is no certificate. */
TlsCertificate *tls_certificate_parse(Slice der);
void tls_certificate_free(TlsCertificate *certificate);

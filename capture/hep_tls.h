/* capture/hep_tls.h - the server's side of TLS (1.2 and 1.3) for capture agents. Nothing here ever
 * waits: the socket does not block, and what a connection lacks is told. Used by one thread. */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* PEM files. */
typedef struct {
    const char *certificate; /* with those that lead to its authority; NULL: none */
    const char *private_key; /* NULL: in the same file */
    const char
        *authorities; /* agents need a certificate of one of these; NULL: any agent will do */
} HepTlsFiles;

typedef struct HepTls HepTls;               /* what all connections share */
typedef struct HepTlsSession HepTlsSession; /* one connection */

/* Reads the files, so that the right to may be given up. CAPTURE_ERROR_OPEN in one line that begins
 * with @name and says which file and why. */
HepTls *hep_tls_new(const HepTlsFiles *files, const char *name, GError **error);
/* After its sessions. */
void hep_tls_free(HepTls *tls);

/* @fd stays the caller's. NULL: no memory. */
HepTlsSession *hep_tls_accept(HepTls *tls, int fd);
void hep_tls_session_free(HepTlsSession *session);

typedef enum {
    HEP_TLS_BYTES,
    HEP_TLS_WANTS_READ,  /* more from the other end */
    HEP_TLS_WANTS_WRITE, /* room in the socket: the handshake has something to say */
    HEP_TLS_END,         /* the other end is through */
    HEP_TLS_BROKEN,      /* no TLS, refused, not authentic, or the connection is lost */
} HepTlsStatus;
/* Goes on with the handshake, then takes up to @room (not 0) bytes. */
HepTlsStatus hep_tls_read(HepTlsSession *session, uint8_t *bytes, size_t room, size_t *ret_size);
/* Whether bytes are there that no further event of the socket will tell of. */
bool hep_tls_has_bytes(const HepTlsSession *session);
/* The handshake is over. */
bool hep_tls_is_open(const HepTlsSession *session);

/* dissect/session/keylog.h - secrets of TLS and DTLS connections, as the programs that know them
 * write them down: the SSLKEYLOGFILE format (draft-ietf-tls-keylogfile), one line a secret, from a
 * file that may grow and from the decryption secrets of pcapng. Used by the dissect thread only. */
#pragma once
#include "dissect/base/slice.h"
#include <glib.h>

#define KEYLOG_SECRET_MAX 512u /* bytes; a premaster secret of a large DH group is the longest */

typedef enum {
    KEYLOG_CLIENT_RANDOM, /* master secret of (D)TLS up to 1.2 */
    KEYLOG_PREMASTER,     /* PMS_CLIENT_RANDOM: premaster secret, by client random */
    KEYLOG_RSA,           /* premaster secret, by the first 8 bytes of its encrypted form */
    KEYLOG_SESSION_ID,    /* master secret, by session ID (RSA Session-ID:... Master-Key:...) */
    KEYLOG_TICKET,        /* master secret, by the SHA-256 of its ticket; from keylog_put() only */
    KEYLOG_CLIENT_EARLY,
    KEYLOG_CLIENT_HANDSHAKE,
    KEYLOG_SERVER_HANDSHAKE,
    KEYLOG_CLIENT_TRAFFIC, /* CLIENT_TRAFFIC_SECRET_0; later ones follow from it */
    KEYLOG_SERVER_TRAFFIC,
    KEYLOG_EXPORTER,
    KEYLOG_EARLY_EXPORTER,
    KEYLOG_LABELS
} KeyLogLabel;

typedef struct KeyLog KeyLog;

KeyLog *keylog_new(void);
void keylog_free(KeyLog *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeyLog, keylog_free)

/* Takes whole lines; comments and labels without use here are passed over, what is no line of a key
 * log is counted. Of two secrets with one name the later counts. Beyond a million secrets the
 * oldest go first. */
void keylog_add(KeyLog *log, Slice text);

/* Keeps one secret: what was found out here and serves a resumed session, or whoever has no private
 * key. It counts as one of a file. Nothing that is empty, or longer than 32 bytes of @id and
 * KEYLOG_SECRET_MAX. */
void keylog_put(KeyLog *log, KeyLogLabel label, Slice id, Slice secret);

/* Reads @path, and keeps it open for keylog_refresh(). A file is opened once, so that it is read
 * even after the program gave up the right to. False with G_FILE_ERROR when it cannot be opened. */
bool keylog_open(KeyLog *log, const char *path, GError **error);
/* Reads what was appended to the open files. A file that became shorter is read from its start. */
void keylog_refresh(KeyLog *log);

/* The secret that @id names (a client random, unless the label says otherwise); empty when there is
 * none. Valid until secrets are added. */
Slice keylog_find(const KeyLog *log, KeyLogLabel label, Slice id);

/* Appends, as lines of a key log, the secrets that a client random names; with @captured only those
 * that came with the capture: keylog_add(), not files. */
void keylog_write(const KeyLog *log, Slice client_random, bool captured, GString *out);

typedef struct {
    uint64_t added;   /* grows whenever something may be found that was not before */
    uint64_t dropped; /* the oldest, for want of room */
    uint64_t faulty;  /* lines that are none of a key log */
    unsigned kept;    /* secrets at present */
    unsigned files;   /* open ones */
} KeyLogStats;
void keylog_stats(const KeyLog *log, KeyLogStats *out);

/* capture/hep_tls.c - see hep_tls.h. */
#include "capture/hep_tls.h"
#include "capture/capture.h"
#include <openssl/err.h>
#include <openssl/ssl.h>

struct HepTls {
    SSL_CTX *context;
};

struct HepTlsSession {
    SSL *ssl;
    bool broken;
};

static bool refuse(const char *name, const char *file, const char *what, GError **error)
{
    unsigned long code = ERR_peek_last_error(); /* the first is about the way, the last the cause */
    const char *cause = code ? ERR_reason_error_string(code) : NULL;

    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: %s: %s: %s", name, file, what,
                cause ? cause : "unknown cause");
    ERR_clear_error();
    return false;
}

/* A key that wants a pass phrase is refused rather than asked about. */
static int no_pass_phrase(char *buffer, int size, int writing, void *context)
{
    (void)buffer, (void)size, (void)writing, (void)context;
    return -1;
}

static bool load(SSL_CTX *context, const HepTlsFiles *files, const char *name, GError **error)
{
    const char *key = files->private_key ? files->private_key : files->certificate;

    if (SSL_CTX_use_certificate_chain_file(context, files->certificate) != 1)
        return refuse(name, files->certificate, "no certificate (PEM)", error);
    if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1)
        return refuse(name, key, "no private key (PEM, without a pass phrase) of the certificate",
                      error);
    if (!files->authorities)
        return true;
    if (SSL_CTX_load_verify_locations(context, files->authorities, NULL) != 1)
        return refuse(name, files->authorities, "no certificates of authorities (PEM)", error);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    return true;
}

/* Nothing that costs memory or time without being needed to receive. */
static void configure(SSL_CTX *context)
{
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                                     SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_max_cert_list(context, 32L << 10);
    SSL_CTX_set_default_passwd_cb(context, no_pass_phrase);
}

HepTls *hep_tls_new(const HepTlsFiles *files, const char *name, GError **error)
{
    if (!files->certificate) {
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN,
                    "%s: a server of TLS needs a certificate: -o hep.certificate:FILE and, unless "
                    "it is in the same file, -o hep.private_key:FILE",
                    name);
        return NULL;
    }
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    g_assert(context); /* no memory */
    configure(context);
    if (!load(context, files, name, error)) {
        SSL_CTX_free(context);
        return NULL;
    }
    HepTls *tls = g_new0(HepTls, 1);
    tls->context = context;
    return tls;
}

void hep_tls_free(HepTls *tls)
{
    if (!tls)
        return;
    SSL_CTX_free(tls->context);
    g_free(tls);
}

HepTlsSession *hep_tls_accept(HepTls *tls, int fd)
{
    SSL *ssl = SSL_new(tls->context);

    if (!ssl || SSL_set_fd(ssl, fd) != 1) {
        SSL_free(ssl);
        ERR_clear_error();
        return NULL;
    }
    SSL_set_accept_state(ssl);
    HepTlsSession *session = g_new0(HepTlsSession, 1);
    session->ssl = ssl;
    return session;
}

void hep_tls_session_free(HepTlsSession *session)
{
    if (!session)
        return;
    if (!session->broken && hep_tls_is_open(session))
        SSL_shutdown(session->ssl);
    ERR_clear_error();
    SSL_free(session->ssl);
    g_free(session);
}

HepTlsStatus hep_tls_read(HepTlsSession *session, uint8_t *bytes, size_t room, size_t *ret_size)
{
    ERR_clear_error();
    if (SSL_read_ex(session->ssl, bytes, room, ret_size) == 1)
        return HEP_TLS_BYTES;
    *ret_size = 0;
    switch (SSL_get_error(session->ssl, 0)) {
    case SSL_ERROR_WANT_READ:
        return HEP_TLS_WANTS_READ;
    case SSL_ERROR_WANT_WRITE:
        return HEP_TLS_WANTS_WRITE;
    case SSL_ERROR_ZERO_RETURN:
        return hep_tls_is_open(session) ? HEP_TLS_END : HEP_TLS_BROKEN;
    default:
        session->broken = true;
        ERR_clear_error();
        return HEP_TLS_BROKEN;
    }
}

bool hep_tls_has_bytes(const HepTlsSession *session)
{
    return SSL_pending(session->ssl) > 0;
}

bool hep_tls_is_open(const HepTlsSession *session)
{
    return SSL_is_init_finished(session->ssl) == 1;
}

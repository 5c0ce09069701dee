/* tests/support/tls_pair.h - a TLS client and server of libssl that talk over memory, and what a
 * capture of them would hold. Needs libssl; for tests only. */
#pragma once
#include <glib.h>
#include <glib/gstdio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <string.h>

typedef struct {
    unsigned from; /* 0: client, 1: server */
    GBytes *bytes;
} TlsFlight;

typedef struct {
    int version;         /* TLS1_2_VERSION; 0: whatever both like best */
    const char *suite;   /* OpenSSL's name up to TLS 1.2; NULL: any */
    const char *suite13; /* and of TLS 1.3 */
    const char *groups;  /* of the server */
    uint64_t options;    /* SSL_OP_... of both */
    unsigned fragment;   /* largest record; 0: as usual */
    SSL_SESSION *resume;
    bool early_data;
} TlsPairOptions;

typedef struct {
    SSL_CTX *contexts[2];
    SSL *ends[2];
    GArray *flights;  /* TlsFlight */
    GString *log;     /* the key log */
    GString *sent[2]; /* what each side sent */
} TlsPair;

typedef struct {
    EVP_PKEY *rsa, *ec;
    X509 *rsa_certificate, *ec_certificate;
} TlsIdentity;

static inline X509 *tls_identity_certificate(EVP_PKEY *key)
{
    X509 *certificate = X509_new();
    X509_NAME *name = X509_get_subject_name(certificate);

    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    ASN1_TIME_set(X509_getm_notBefore(certificate), 1600000000);
    ASN1_TIME_set(X509_getm_notAfter(certificate), 4000000000);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const uint8_t *)"sip.example.org", -1, -1,
                               0);
    X509_set_issuer_name(certificate, name);
    X509_EXTENSION *names =
        X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "DNS:sip.example.org,IP:192.0.2.1");
    X509_add_ext(certificate, names, -1);
    X509_EXTENSION_free(names);
    g_assert(X509_sign(certificate, key, EVP_sha256()) > 0);
    return certificate;
}

static inline const TlsIdentity *tls_identity(void)
{
    static TlsIdentity identity;

    if (!identity.rsa) {
        identity.rsa = EVP_RSA_gen(2048);
        identity.ec = EVP_EC_gen("P-256");
        identity.rsa_certificate = tls_identity_certificate(identity.rsa);
        identity.ec_certificate = tls_identity_certificate(identity.ec);
    }
    return &identity;
}

static inline void tls_pair_log_key(const SSL *ssl, const char *line)
{
    TlsPair *pair = SSL_get_app_data(ssl);

    if (!SSL_is_server(ssl))
        g_string_append_printf(pair->log, "%s\n", line);
}

static inline unsigned tls_pair_client_psk(SSL *ssl, const char *hint, char *identity,
                                           unsigned identity_max, unsigned char *psk,
                                           unsigned psk_max)
{
    (void)ssl;
    (void)hint;
    g_strlcpy(identity, "phone", identity_max);
    memset(psk, 7, MIN(psk_max, 16));
    return 16;
}

static inline unsigned tls_pair_server_psk(SSL *ssl, const char *identity, unsigned char *psk,
                                           unsigned psk_max)
{
    (void)ssl;
    (void)identity;
    memset(psk, 7, MIN(psk_max, 16));
    return 16;
}

static inline int tls_pair_choose_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_len,
                                       const unsigned char *in, unsigned in_len, void *context)
{
    (void)ssl;
    (void)in_len;
    (void)context;
    *out = in + 1;
    *out_len = in[0];
    return SSL_TLSEXT_ERR_OK;
}

static inline SSL_CTX *tls_pair_context(const TlsPairOptions *options, bool server)
{
    SSL_CTX *context = SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
    g_autofree char *list =
        g_strdup_printf("%s:@SECLEVEL=0", options->suite ? options->suite : "ALL");

    g_assert(SSL_CTX_set_cipher_list(context, list) == 1);
    if (options->suite13)
        g_assert(SSL_CTX_set_ciphersuites(context, options->suite13) == 1);
    if (options->version) {
        SSL_CTX_set_min_proto_version(context, options->version);
        SSL_CTX_set_max_proto_version(context, options->version);
    }
    SSL_CTX_set_options(context, options->options | SSL_OP_ALLOW_CLIENT_RENEGOTIATION);
    SSL_CTX_set_keylog_callback(context, tls_pair_log_key);
    if (options->fragment)
        SSL_CTX_set_max_send_fragment(context, options->fragment);
    SSL_CTX_set_dh_auto(context, 1);
    bool psk = options->suite && strstr(options->suite, "PSK");
    if (psk && server)
        SSL_CTX_set_psk_server_callback(context, tls_pair_server_psk);
    else if (psk)
        SSL_CTX_set_psk_client_callback(context, tls_pair_client_psk);
    if (!server)
        return context;
    const TlsIdentity *identity = tls_identity();
    SSL_CTX_use_certificate(context, identity->rsa_certificate);
    SSL_CTX_use_PrivateKey(context, identity->rsa);
    SSL_CTX_use_certificate(context, identity->ec_certificate);
    SSL_CTX_use_PrivateKey(context, identity->ec);
    SSL_CTX_set_alpn_select_cb(context, tls_pair_choose_alpn, NULL);
    SSL_CTX_set_session_id_context(context, (const unsigned char *)"rung", 4);
    SSL_CTX_set_max_early_data(context, 16384);
    if (options->groups)
        g_assert(SSL_CTX_set1_groups_list(context, options->groups) == 1);
    return context;
}

/* @server: the context of another pair, so that its sessions can be resumed; NULL: a new one. */
static inline TlsPair *tls_pair_new(const TlsPairOptions *options, SSL_CTX *server)
{
    TlsPair *pair = g_new0(TlsPair, 1);

    pair->flights = g_array_new(FALSE, FALSE, sizeof(TlsFlight));
    pair->log = g_string_new(NULL);
    pair->contexts[0] = tls_pair_context(options, false);
    pair->contexts[1] = server ? server : tls_pair_context(options, true);
    if (server)
        SSL_CTX_up_ref(server);
    for (unsigned side = 0; side < 2; side++) {
        pair->sent[side] = g_string_new(NULL);
        pair->ends[side] = SSL_new(pair->contexts[side]);
        SSL_set_app_data(pair->ends[side], pair);
        SSL_set_bio(pair->ends[side], BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    }
    SSL_set_connect_state(pair->ends[0]);
    SSL_set_accept_state(pair->ends[1]);
    SSL_set_tlsext_host_name(pair->ends[0], "sip.example.org");
    SSL_set_alpn_protos(pair->ends[0], (const unsigned char *)"\3sip", 4);
    if (options->resume)
        SSL_set_session(pair->ends[0], options->resume);
    return pair;
}

static inline void tls_pair_free(TlsPair *pair)
{
    for (unsigned side = 0; side < 2; side++) {
        SSL_free(pair->ends[side]);
        SSL_CTX_free(pair->contexts[side]);
        g_string_free(pair->sent[side], TRUE);
    }
    for (unsigned i = 0; i < pair->flights->len; i++)
        g_bytes_unref(g_array_index(pair->flights, TlsFlight, i).bytes);
    g_array_free(pair->flights, TRUE);
    g_string_free(pair->log, TRUE);
    g_free(pair);
}

/* What @from has written becomes a flight, and the other side's input. */
static inline void tls_pair_carry(TlsPair *pair, unsigned from)
{
    char *bytes;
    BIO *out = SSL_get_wbio(pair->ends[from]);
    long len = BIO_get_mem_data(out, &bytes);

    if (len <= 0)
        return;
    TlsFlight flight = { from, g_bytes_new(bytes, (gsize)len) };
    g_array_append_val(pair->flights, flight);
    BIO_write(SSL_get_rbio(pair->ends[!from]), bytes, (int)len);
    (void)BIO_reset(out);
}

static inline void tls_pair_read(TlsPair *pair, unsigned side)
{
    char bytes[4096];

    while (SSL_read(pair->ends[side], bytes, sizeof bytes) > 0)
        ;
}

/* False when the two cannot agree. */
static inline bool tls_pair_handshake(TlsPair *pair)
{
    for (int round = 0; round < 10; round++) {
        for (unsigned side = 0; side < 2; side++) {
            SSL_do_handshake(pair->ends[side]);
            tls_pair_carry(pair, side);
        }
        if (SSL_is_init_finished(pair->ends[0]) && SSL_is_init_finished(pair->ends[1])) {
            tls_pair_read(pair, 0); /* the tickets of TLS 1.3 */
            return true;
        }
    }
    ERR_clear_error();
    return false;
}

static inline void tls_pair_send_bytes(TlsPair *pair, unsigned from, const void *bytes, size_t len)
{
    g_assert(SSL_write(pair->ends[from], bytes, (int)len) == (int)len);
    g_string_append_len(pair->sent[from], bytes, (gssize)len);
    tls_pair_carry(pair, from);
    tls_pair_read(pair, !from);
    tls_pair_carry(pair, !from);
}

static inline void tls_pair_send(TlsPair *pair, unsigned from, const char *text)
{
    tls_pair_send_bytes(pair, from, text, strlen(text));
}

/* What was written by SSL_write_early_data() counts as sent. */
static inline void tls_pair_send_early(TlsPair *pair, const char *text)
{
    size_t written = 0, got = 0;
    char bytes[256];

    g_assert(SSL_write_early_data(pair->ends[0], text, strlen(text), &written) == 1);
    g_string_append(pair->sent[0], text);
    tls_pair_carry(pair, 0);
    SSL_read_early_data(pair->ends[1], bytes, sizeof bytes, &got);
    g_assert(got == strlen(text));
    tls_pair_carry(pair, 1);
    SSL_read_early_data(pair->ends[1], bytes, sizeof bytes, &got);
}

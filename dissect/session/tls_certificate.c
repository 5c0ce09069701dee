#include "dissect/base/clock.h"
#include "dissect/base/cursor.h"
#include "dissect/session/tls_session.h"
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <time.h>

#define NAMES_MAX    32u
#define NAME_LEN_MAX 512u
#define DER_MAX      (64u << 10)

static char *name_text(const X509_NAME *name)
{
    BIO *out = BIO_new(BIO_s_mem());
    char *bytes = NULL, *text = NULL;

    if (out && X509_NAME_print_ex(out, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
        long len = BIO_get_mem_data(out, &bytes);
        text = g_strndup(bytes, (gsize)CLAMP(len, 0, (long)NAME_LEN_MAX));
    }
    BIO_free(out);
    return text;
}

static int64_t seconds_of(const ASN1_TIME *time)
{
    struct tm parts = { 0 };

    return time && ASN1_TIME_to_tm(time, &parts) == 1 ? (int64_t)timegm(&parts) : 0;
}

static char *string_text(const ASN1_STRING *string)
{
    int len = ASN1_STRING_length(string);

    return g_strndup((const char *)ASN1_STRING_get0_data(string),
                     (gsize)CLAMP(len, 0, (int)NAME_LEN_MAX));
}

static char *address_text(const ASN1_STRING *string)
{
    const uint8_t *bytes = ASN1_STRING_get0_data(string);
    char text[ADDRESS_TEXT_SIZE];
    Cursor c = cursor_over(slice_of(bytes, 4));
    IpAddress ip;

    if (ASN1_STRING_length(string) == 4)
        ip = ip_from_v4(cursor_be32(&c));
    else if (ASN1_STRING_length(string) == 16)
        ip = ip_from_v6(bytes);
    else
        return NULL;
    return g_strdup(ip_format(ip, text, sizeof text));
}

static char *alternative_text(const GENERAL_NAME *name)
{
    int type = 0;
    const ASN1_STRING *value = GENERAL_NAME_get0_value(name, &type);

    if (type == GEN_DNS || type == GEN_URI || type == GEN_EMAIL)
        return string_text(value);
    return type == GEN_IPADD ? address_text(value) : NULL;
}

static char **alternative_names(const X509 *certificate)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    GPtrArray *texts = g_ptr_array_new();

    for (int i = 0; i < sk_GENERAL_NAME_num(names) && texts->len < NAMES_MAX; i++) {
        char *text = alternative_text(sk_GENERAL_NAME_value(names, i));
        if (text)
            g_ptr_array_add(texts, text);
    }
    GENERAL_NAMES_free(names);
    g_ptr_array_add(texts, NULL);
    return (char **)g_ptr_array_free(texts, FALSE);
}

TlsCertificate *tls_certificate_parse(Slice der)
{
    const unsigned char *at = der.data;
    X509 *certificate =
        der.len > 0 && der.len <= DER_MAX ? d2i_X509(NULL, &at, (long)der.len) : NULL;
    TlsCertificate *out = NULL;

    if (certificate) {
        out = g_new0(TlsCertificate, 1);
        out->subject = name_text(X509_get_subject_name(certificate));
        out->issuer = name_text(X509_get_issuer_name(certificate));
        out->names = alternative_names(certificate);
        out->not_before_s = seconds_of(X509_get0_notBefore(certificate));
        out->not_after_s = seconds_of(X509_get0_notAfter(certificate));
    }
    X509_free(certificate);
    ERR_clear_error();
    return out;
}

void tls_certificate_free(TlsCertificate *certificate)
{
    if (!certificate)
        return;
    g_free(certificate->subject);
    g_free(certificate->issuer);
    g_strfreev(certificate->names);
    g_free(certificate);
}

/* A bound of 0 is not known. */
TlsValidity tls_certificate_validity(const TlsCertificate *certificate, int64_t time_ns)
{
    int64_t time_s = time_ns / NS_PER_S;

    if (certificate->not_after_s > 0 && time_s > certificate->not_after_s)
        return TLS_CERTIFICATE_EXPIRED;
    return time_s < certificate->not_before_s ? TLS_CERTIFICATE_NOT_YET_VALID
                                              : TLS_CERTIFICATE_VALID;
}

const char *tls_validity_name(TlsValidity validity)
{
    static const char *const names[TLS_VALIDITIES] = { "valid", "expired", "not-yet-valid" };

    return names[validity];
}

static bool name_fits(const char *name, const char *host)
{
    if (g_str_has_prefix(name, "*.") && strchr(host, '.'))
        return g_ascii_strcasecmp(name + 1, strchr(host, '.')) == 0;
    return g_ascii_strcasecmp(name, host) == 0;
}

bool tls_certificate_is_for(const TlsCertificate *certificate, const char *host)
{
    for (char **name = certificate->names; *name; name++)
        if (name_fits(*name, host))
            return true;
    return false;
}

#include "dissect/media/srtp_session.h"
#include "dissect/media/srtp_transform.h"

#ifdef RUNG_HAVE_SRTP
#include <srtp2/crypto_types.h>
#include <srtp2/srtp.h>

#define REPLAY_WINDOW 1024
#define SHORT_TAG     4
#define RTCP_INDEX    4u
#define MASTER_MAX    SRTP_MAX_KEY_LEN

struct SrtpSession {
    srtp_t srtp;
    SrtpTransform *own; /* instead of @srtp; owned; NULL: libsrtp2 does it */
    uint32_t ssrc;
    bool with_mki;
    uint16_t least_rtp, least_rtcp; /* bytes behind the header: tag, MKI, index */
};

/* A session that stays: libsrtp2 on NSS would start NSS anew with the first session after the last
 * one was freed, which takes 1.5 ms. NULL when the library does not start. */
static gpointer start_library(gpointer unused)
{
    uint8_t master[MASTER_MAX] = { 0 };
    srtp_policy_t policy = { .ssrc = { ssrc_specific, 0 }, .key = master };
    srtp_t anchor = NULL;

    (void)unused;
    if (srtp_init() != srtp_err_status_ok)
        return NULL;
    srtp_crypto_policy_set_rtp_default(&policy.rtp);
    srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
    return srtp_create(&anchor, &policy) == srtp_err_status_ok ? anchor : NULL;
}

bool srtp_session_available(void)
{
    static GOnce once = G_ONCE_INIT;
    return g_once(&once, start_library, NULL) != NULL;
}

static void set_aes_cm(srtp_crypto_policy_t *policy, unsigned key_bytes)
{
    if (key_bytes == 16)
        srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(policy);
    else if (key_bytes == 24)
        srtp_crypto_policy_set_aes_cm_192_hmac_sha1_80(policy);
    else
        srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80(policy);
}

static void set_aes_gcm(srtp_crypto_policy_t *policy, unsigned key_bytes, unsigned tag_bytes)
{
    if (key_bytes == 16 && tag_bytes == 8)
        srtp_crypto_policy_set_aes_gcm_128_8_auth(policy);
    else if (key_bytes == 16)
        srtp_crypto_policy_set_aes_gcm_128_16_auth(policy);
    else if (tag_bytes == 8)
        srtp_crypto_policy_set_aes_gcm_256_8_auth(policy);
    else
        srtp_crypto_policy_set_aes_gcm_256_16_auth(policy);
}

static void set_policy(srtp_crypto_policy_t *policy, const SrtpKey *key, unsigned tag_bytes,
                       bool clear, bool unauthenticated)
{
    const SrtpSuite *suite = key->suite;

    if (suite->cipher == SRTP_CIPHER_AES_GCM) {
        set_aes_gcm(policy, suite->key_bytes, tag_bytes);
        if (clear)
            policy->sec_serv = sec_serv_auth;
        return;
    }
    if (suite->cipher == SRTP_CIPHER_NULL)
        srtp_crypto_policy_set_null_cipher_hmac_sha1_80(policy);
    else
        set_aes_cm(policy, suite->key_bytes);
    policy->auth_tag_len = (int)tag_bytes;
    bool encrypted = suite->cipher != SRTP_CIPHER_NULL && !clear;
    if (unauthenticated) {
        policy->auth_type = SRTP_NULL_AUTH;
        policy->auth_key_len = policy->auth_tag_len = 0;
        policy->sec_serv = encrypted ? sec_serv_conf : sec_serv_none;
    } else if (!encrypted) {
        policy->sec_serv = sec_serv_auth;
    }
}

bool srtp_rtcp_form_differs(const SrtpKey *key, SrtpRtcpForm form)
{
    switch (form) {
    case SRTP_RTCP_AS_SUITE:
        return true;
    case SRTP_RTCP_SHORT_TAG:
        return key->suite->rtp_tag_bytes == SHORT_TAG;
    case SRTP_RTCP_CLEAR:
        return !key->clear_rtcp && key->suite->cipher != SRTP_CIPHER_NULL;
    case SRTP_RTCP_FORMS:
        break;
    }
    return false;
}

static srtp_t create(const SrtpKey *key, uint32_t ssrc, SrtpRtcpForm form, unsigned rtcp_tag)
{
    uint8_t master[MASTER_MAX] = { 0 };
    uint8_t mki[SRTP_MKI_BYTES_MAX];
    srtp_master_key_t master_key = { master, mki, key->mki_bytes };
    srtp_master_key_t *master_keys[] = { &master_key };
    srtp_policy_t policy = { .ssrc = { ssrc_specific, ssrc }, .window_size = REPLAY_WINDOW };
    srtp_t srtp = NULL;

    memcpy(master, key->master, srtp_suite_master_bytes(key->suite));
    memcpy(mki, key->mki, key->mki_bytes);
    set_policy(&policy.rtp, key, key->suite->rtp_tag_bytes, key->clear_rtp, key->unauthenticated);
    set_policy(&policy.rtcp, key, rtcp_tag, key->clear_rtcp || form == SRTP_RTCP_CLEAR, false);
    if (key->mki_bytes) {
        policy.keys = master_keys;
        policy.num_master_keys = 1;
    } else {
        policy.key = master;
    }
    return srtp_create(&srtp, &policy) == srtp_err_status_ok ? srtp : NULL;
}

SrtpSession *srtp_session_new(const SrtpKey *key, uint32_t ssrc, SrtpRtcpForm form)
{
    unsigned rtp_tag = key->unauthenticated ? 0 : key->suite->rtp_tag_bytes;
    unsigned rtcp_tag = form == SRTP_RTCP_SHORT_TAG ? SHORT_TAG : key->suite->rtcp_tag_bytes;
    SrtpSession session = {
        .ssrc = ssrc,
        .with_mki = key->mki_bytes > 0,
        .least_rtp = (uint16_t)(rtp_tag + key->mki_bytes),
        .least_rtcp = (uint16_t)(rtcp_tag + key->mki_bytes + RTCP_INDEX),
    };

    if (!srtp_session_available())
        return NULL;
    if (srtp_transform_is_for(key))
        session.own = srtp_transform_new(key, rtcp_tag);
    else
        session.srtp = create(key, ssrc, form, rtcp_tag);
    return session.own || session.srtp ? g_memdup2(&session, sizeof session) : NULL;
}

void srtp_session_free(SrtpSession *session)
{
    if (!session)
        return;
    srtp_transform_free(session->own);
    if (session->srtp)
        srtp_dealloc(session->srtp);
    g_free(session);
}

static SrtpVerdict verdict_of(srtp_err_status_t status)
{
    switch (status) {
    case srtp_err_status_ok:
        return SRTP_OPEN;
    case srtp_err_status_replay_fail:
    case srtp_err_status_replay_old:
        return SRTP_REPLAYED;
    default:
        return SRTP_FAILED;
    }
}

SrtpVerdict srtp_session_rtp(SrtpSession *session, uint8_t *bytes, size_t *length, uint32_t roc)
{
    int size = (int)*length;
    uint32_t now;

    if (*length < 12u + session->least_rtp)
        return SRTP_FAILED;
    if (session->own)
        return srtp_transform_rtp(session->own, bytes, length, roc);
    /* A counter that was set stays set until it is 0 (libsrtp2 2.5), so it goes before and after.
     */
    if (srtp_get_stream_roc(session->srtp, session->ssrc, &now) != srtp_err_status_ok)
        return SRTP_FAILED;
    if (now != roc)
        srtp_set_stream_roc(session->srtp, session->ssrc, roc);
    srtp_err_status_t status = srtp_unprotect_mki(session->srtp, bytes, &size, session->with_mki);
    if (now != roc)
        srtp_set_stream_roc(session->srtp, session->ssrc, 0);
    if (status == srtp_err_status_ok)
        *length = (size_t)size;
    return verdict_of(status);
}

SrtpVerdict srtp_session_rtcp(SrtpSession *session, uint8_t *bytes, size_t *length)
{
    int size = (int)*length;

    if (*length < 8u + session->least_rtcp)
        return SRTP_FAILED;
    if (session->own)
        return srtp_transform_rtcp(session->own, bytes, length);
    srtp_err_status_t status =
        srtp_unprotect_rtcp_mki(session->srtp, bytes, &size, session->with_mki);
    if (status == srtp_err_status_ok)
        *length = (size_t)size;
    return verdict_of(status);
}

#else

struct SrtpSession {
    bool unused;
};

bool srtp_session_available(void)
{
    return false;
}

bool srtp_rtcp_form_differs(const SrtpKey *key, SrtpRtcpForm form)
{
    (void)key;
    return form == SRTP_RTCP_AS_SUITE;
}

SrtpSession *srtp_session_new(const SrtpKey *key, uint32_t ssrc, SrtpRtcpForm form)
{
    (void)key;
    (void)ssrc;
    (void)form;
    return NULL;
}

void srtp_session_free(SrtpSession *session)
{
    g_free(session);
}

SrtpVerdict srtp_session_rtp(SrtpSession *session, uint8_t *bytes, size_t *length, uint32_t roc)
{
    (void)session;
    (void)bytes;
    (void)length;
    (void)roc;
    return SRTP_FAILED;
}

SrtpVerdict srtp_session_rtcp(SrtpSession *session, uint8_t *bytes, size_t *length)
{
    return srtp_session_rtp(session, bytes, length, 0);
}
#endif

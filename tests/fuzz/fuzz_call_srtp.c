/* A crypto attribute, a zero byte, and packets (two bytes of length each) that are said to be under
 * its keys. */
#include "dissect/base/base64.h"
#include "dissect/base/cursor.h"
#include "dissect/media/srtp_context.h"
#include "dissect/sip/sdp_crypto.h"
#include "dissect/sip/text.h"

static bool read_key(Slice line, SrtpKey *key)
{
    Slice suite = text_cut_word(&line);
    Slice params = text_cut_word(&line);
    SdpCryptoSession session;
    SdpCryptoKey crypto;
    size_t length;

    sdp_crypto_session(line, &session);
    *key = (SrtpKey){ .suite = srtp_suite_named(suite),
                      .clear_rtp = session.clear_srtp,
                      .clear_rtcp = session.clear_srtcp,
                      .unauthenticated = session.unauthenticated };
    if (!key->suite || key->suite->cipher == SRTP_CIPHER_UNSUPPORTED ||
        sdp_crypto_next_key(&params, &crypto) != DISSECT_OK)
        return false;
    base64_decode(crypto.key, key->master, sizeof key->master, &length);
    key->mki_bytes = (uint8_t)MIN(crypto.mki_bytes, SRTP_MKI_BYTES_MAX);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Slice rest = slice_of(data, size);
    SrtpKey key;

    if (!read_key(slice_split(&rest, '\0'), &key))
        return 0;
    SrtpPool *pool = srtp_pool_new();
    SrtpContext *context = srtp_context_new(pool, 0);
    srtp_context_add_keys(context, &key, 1);
    Cursor c = cursor_over(rest);
    while (c.rest.len > 2) {
        size_t length = cursor_be16(&c);
        Slice packet = cursor_slice(&c, MIN(length, c.rest.len)), out;
        srtp_context_rtp(context, packet, true, &out);
        srtp_context_rtcp(context, packet, true, &out);
        srtp_context_rtp_again(context, packet, &out);
    }
    srtp_context_free(context);
    srtp_pool_free(pool);
    return 0;
}

#include "dissect/sip/sdp_crypto.h"
#include "dissect/sip/text.h"

#define LIFETIME_BITS_MAX 48

static bool read_lifetime(Slice text, uint64_t *out)
{
    uint64_t exponent;

    if (slice_starts_with_nocase(text, SLICE_LITERAL("2^"))) {
        if (!slice_to_uint(slice_from(text, 2), LIFETIME_BITS_MAX, &exponent))
            return false;
        *out = (uint64_t)1 << exponent;
        return true;
    }
    return slice_to_uint(text, (uint64_t)1 << LIFETIME_BITS_MAX, out);
}

static bool read_mki(Slice text, SdpCryptoKey *key)
{
    Slice length = text;
    Slice value = slice_split(&length, ':');
    uint64_t bytes;

    if (!slice_to_uint(value, UINT64_MAX, &key->mki) ||
        !slice_to_uint(length, SDP_MKI_BYTES_MAX, &bytes) || bytes == 0)
        return false;
    key->mki_bytes = (uint8_t)bytes;
    return true;
}

DissectStatus sdp_crypto_next_key(Slice *params, SdpCryptoKey *out)
{
    Slice rest = slice_split(params, ';');
    Slice method = slice_split(&rest, ':');
    SdpCryptoKey key = { .mki_bytes = 0 };

    if (!slice_equal_nocase(method, SLICE_LITERAL("inline")))
        return DISSECT_NOT_MINE;
    key.key = slice_split(&rest, '|');
    if (key.key.len == 0)
        return DISSECT_MALFORMED;
    while (rest.len > 0) {
        Slice part = slice_split(&rest, '|');
        bool is_mki = slice_find(part, ':') < part.len;
        if (!(is_mki ? read_mki(part, &key) : read_lifetime(part, &key.lifetime)))
            return DISSECT_MALFORMED;
    }
    *out = key;
    return DISSECT_OK;
}

static void read_parameter(Slice name, Slice value, SdpCryptoSession *out)
{
    uint64_t number;

    if (slice_equal_nocase(name, SLICE_LITERAL("UNENCRYPTED_SRTP")))
        out->clear_srtp = true;
    else if (slice_equal_nocase(name, SLICE_LITERAL("UNENCRYPTED_SRTCP")))
        out->clear_srtcp = true;
    else if (slice_equal_nocase(name, SLICE_LITERAL("UNAUTHENTICATED_SRTP")))
        out->unauthenticated = true;
    else if (slice_equal_nocase(name, SLICE_LITERAL("KDR")))
        out->derivation_bits = slice_to_uint(value, SDP_KDR_MAX, &number) ? (uint8_t)number : 0;
    else if (slice_equal_nocase(name, SLICE_LITERAL("WSH")))
        out->window = slice_to_uint(value, UINT32_MAX, &number) ? (unsigned)number : 0;
    else if (name.len > 0 && name.data[0] != '-' &&
             !slice_starts_with_nocase(name, SLICE_LITERAL("FEC_")))
        out->unknown++; /* section 6.3.7: only with a "-" may it be passed over */
}

void sdp_crypto_session(Slice params, SdpCryptoSession *out)
{
    Slice word;

    *out = (SdpCryptoSession){ .window = 0 };
    while ((word = text_cut_word(&params)).len > 0) {
        Slice value = word;
        Slice name = slice_split(&value, '=');
        read_parameter(name, value, out);
    }
}

#include "dissect/session/dtls_handshake.h"
#include "dissect/base/cursor.h"

#define EXTENSION_USE_SRTP           14
#define EXTENSION_SUPPORTED_VERSIONS 43

/* SHA-256 of "HelloRetryRequest". */
static const uint8_t retry_random[DTLS_RANDOM_BYTES] = {
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
};

static Slice vector_8(Cursor *c)
{
    return cursor_slice(c, cursor_u8(c));
}

static Slice vector_16(Cursor *c)
{
    return cursor_slice(c, cursor_be16(c));
}

static bool read_use_srtp(Slice body, DtlsHello *hello)
{
    Cursor c = cursor_over(body);
    Cursor profiles = cursor_over(vector_16(&c));
    Slice mki = vector_8(&c);

    if (c.failed || profiles.rest.len % 2 != 0)
        return false;
    while (profiles.rest.len > 0 && hello->profile_count < DTLS_PROFILES_MAX)
        hello->profiles[hello->profile_count++] = cursor_be16(&profiles);
    if (mki.len > 0 && mki.len <= sizeof hello->mki) {
        memcpy(hello->mki, mki.data, mki.len);
        hello->mki_bytes = (uint8_t)mki.len;
    }
    return true;
}

static bool read_extensions(Cursor *c, bool of_server, DtlsHello *hello)
{
    if (c->rest.len == 0) /* RFC 5246 section 7.4.1.2: they may be missing */
        return !c->failed;
    Cursor list = cursor_over(vector_16(c));
    while (list.rest.len > 0 && !list.failed) {
        uint16_t type = cursor_be16(&list);
        Slice body = vector_16(&list);
        if (type == EXTENSION_USE_SRTP && !list.failed && !read_use_srtp(body, hello))
            return false;
        if (type == EXTENSION_SUPPORTED_VERSIONS && of_server && body.len == 2)
            hello->version = (uint16_t)((unsigned)body.data[0] << 8 | body.data[1]);
    }
    return !c->failed && !list.failed;
}

static void read_head(Cursor *c, DtlsHello *hello)
{
    hello->version = cursor_be16(c);
    Slice random = cursor_slice(c, DTLS_RANDOM_BYTES);
    if (random.len == DTLS_RANDOM_BYTES)
        memcpy(hello->random, random.data, random.len);
    vector_8(c); /* session ID */
}

DissectStatus dtls_client_hello(Slice body, DtlsHello *out)
{
    Cursor c = cursor_over(body);
    DtlsHello hello = { .version = 0 };

    read_head(&c, &hello);
    vector_8(&c);  /* cookie */
    vector_16(&c); /* cipher suites */
    vector_8(&c);  /* compression methods */
    if (c.failed)
        return DISSECT_TRUNCATED;
    if (!read_extensions(&c, false, &hello))
        return DISSECT_MALFORMED;
    *out = hello;
    return DISSECT_OK;
}

DissectStatus dtls_server_hello(Slice body, DtlsHello *out)
{
    Cursor c = cursor_over(body);
    DtlsHello hello = { .version = 0 };

    read_head(&c, &hello);
    hello.cipher_suite = cursor_be16(&c);
    cursor_u8(&c); /* compression method */
    if (c.failed)
        return DISSECT_TRUNCATED;
    if (!read_extensions(&c, true, &hello))
        return DISSECT_MALFORMED;
    hello.retry = memcmp(hello.random, retry_random, sizeof retry_random) == 0;
    *out = hello;
    return DISSECT_OK;
}

DissectStatus dtls_certificate(Slice body, Slice *out)
{
    Cursor c = cursor_over(body);
    Cursor list = cursor_over(cursor_slice(&c, cursor_be24(&c)));
    Slice first = cursor_slice(&list, cursor_be24(&list));

    if (c.failed || list.failed)
        return DISSECT_TRUNCATED;
    if (first.len == 0)
        return DISSECT_MALFORMED; /* a client may have none (RFC 5246 section 7.4.6) */
    *out = first;
    return DISSECT_OK;
}

#include "dissect/session/tls_handshake.h"
#include "dissect/session/tls_cipher.h"

#define RANDOM_LEN     32u
#define SESSION_ID_MAX 32u

enum {
    EXTENSION_SERVER_NAME = 0,
    EXTENSION_ALPN = 16,
    EXTENSION_ENCRYPT_THEN_MAC = 22,
    EXTENSION_EXTENDED_MASTER_SECRET = 23,
    EXTENSION_SESSION_TICKET = 35,
    EXTENSION_PRE_SHARED_KEY = 41,
    EXTENSION_EARLY_DATA = 42,
    EXTENSION_SUPPORTED_VERSIONS = 43,
};

/* SHA-256 of "HelloRetryRequest", RFC 8446 section 4.1.3. */
static const uint8_t retry_random[RANDOM_LEN] = {
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
};

/* The first host name (RFC 6066 section 3); the server's answer is empty. */
static Slice parse_server_name(Slice bytes)
{
    Cursor c = cursor_over(bytes);

    cursor_skip(&c, 2);
    uint8_t type = cursor_u8(&c);
    Slice name = cursor_slice(&c, cursor_be16(&c));
    return type == 0 ? name : SLICE_EMPTY;
}

static Slice parse_alpn(Slice bytes) /* RFC 7301 section 3.1 */
{
    Cursor c = cursor_over(bytes);

    cursor_skip(&c, 2);
    return cursor_slice(&c, cursor_u8(&c));
}

/* A list in the client's hello, of which others than TLS 1.0 to 1.3 are passed over: drafts, and
 * values that only test the other side (RFC 8701). One version in the server's. */
static uint16_t parse_versions(Slice bytes, bool is_list)
{
    Cursor c = cursor_over(bytes);
    uint16_t highest = 0;

    if (!is_list)
        return cursor_be16(&c);
    cursor_skip(&c, 1);
    while (cursor_rest(&c).len >= 2) {
        uint16_t version = cursor_be16(&c);
        if (version >= TLS_1_0 && version <= TLS_1_3 && version > highest)
            highest = version;
    }
    return highest;
}

static void use_extension(uint16_t type, Slice bytes, bool from_client, TlsExtensions *out)
{
    switch (type) {
    case EXTENSION_SERVER_NAME:
        out->server_name = parse_server_name(bytes);
        break;
    case EXTENSION_ALPN:
        out->alpn = parse_alpn(bytes);
        break;
    case EXTENSION_ENCRYPT_THEN_MAC:
        out->encrypt_then_mac = true;
        break;
    case EXTENSION_EXTENDED_MASTER_SECRET:
        out->extended_master_secret = true;
        break;
    case EXTENSION_SESSION_TICKET:
        out->ticket = bytes;
        break;
    case EXTENSION_PRE_SHARED_KEY:
        out->pre_shared_key = true;
        break;
    case EXTENSION_EARLY_DATA:
        out->early_data = true;
        break;
    case EXTENSION_SUPPORTED_VERSIONS:
        out->version = parse_versions(bytes, from_client);
        break;
    default:
        break;
    }
}

/* None at all is right in hellos up to TLS 1.2. */
static void parse_extensions(Cursor *c, bool from_client, TlsExtensions *out)
{
    if (cursor_rest(c).len == 0)
        return;
    Cursor list = cursor_over(cursor_slice(c, cursor_be16(c)));
    while (cursor_rest(&list).len > 0) {
        uint16_t type = cursor_be16(&list);
        Slice bytes = cursor_slice(&list, cursor_be16(&list));
        if (!list.failed)
            use_extension(type, bytes, from_client, out);
    }
    c->failed |= list.failed;
}

static void parse_begin(Cursor *c, TlsHello *out)
{
    out->version = cursor_be16(c);
    out->random = cursor_slice(c, RANDOM_LEN);
    uint8_t len = cursor_u8(c);
    out->session_id = cursor_slice(c, len);
    c->failed |= len > SESSION_ID_MAX;
}

DissectStatus tls_parse_client_hello(Slice body, TlsHello *out)
{
    Cursor c = cursor_over(body);
    TlsHello hello = { 0 };

    parse_begin(&c, &hello);
    cursor_skip(&c, cursor_be16(&c)); /* cipher suites */
    cursor_skip(&c, cursor_u8(&c));   /* compression methods */
    parse_extensions(&c, true, &hello.extensions);
    if (c.failed)
        return DISSECT_TRUNCATED;
    hello.version = MAX(hello.version, hello.extensions.version);
    *out = hello;
    return DISSECT_OK;
}

/* Up to draft 21 TLS 1.3 had a ServerHello without session ID and compression. */
static bool is_old_draft(Slice body)
{
    return body.len >= 2 && body.data[0] == TLS_DRAFT_MAJOR && body.data[1] < 22;
}

DissectStatus tls_parse_server_hello(Slice body, TlsHello *out)
{
    Cursor c = cursor_over(body);
    TlsHello hello = { 0 };

    if (is_old_draft(body)) {
        hello.version = cursor_be16(&c);
        hello.random = cursor_slice(&c, RANDOM_LEN);
        hello.suite = cursor_be16(&c);
    } else {
        parse_begin(&c, &hello);
        hello.suite = cursor_be16(&c);
        hello.compression = cursor_u8(&c);
    }
    parse_extensions(&c, false, &hello.extensions);
    if (c.failed)
        return DISSECT_TRUNCATED;
    if (hello.extensions.version)
        hello.version = hello.extensions.version;
    hello.is_retry = slice_equal(hello.random, slice_of(retry_random, RANDOM_LEN));
    *out = hello;
    return DISSECT_OK;
}

DissectStatus tls_parse_encrypted_extensions(Slice body, TlsExtensions *out)
{
    Cursor c = cursor_over(body);
    TlsExtensions extensions = { 0 };

    parse_extensions(&c, false, &extensions);
    if (c.failed)
        return DISSECT_TRUNCATED;
    *out = extensions;
    return DISSECT_OK;
}

DissectStatus tls_parse_certificate(Slice body, uint16_t version, Slice *out)
{
    Cursor c = cursor_over(body);

    if (version == TLS_1_3)
        cursor_skip(&c, cursor_u8(&c)); /* certificate_request_context */
    Cursor list = cursor_over(cursor_slice(&c, cursor_be24(&c)));
    Slice first = SLICE_EMPTY;
    if (cursor_rest(&list).len > 0)
        first = cursor_slice(&list, cursor_be24(&list));
    if (c.failed || list.failed)
        return DISSECT_TRUNCATED;
    *out = first;
    return DISSECT_OK;
}

DissectStatus tls_parse_ticket(Slice body, Slice *out)
{
    Cursor c = cursor_over(body);

    cursor_skip(&c, 4); /* lifetime */
    Slice ticket = cursor_slice(&c, cursor_be16(&c));
    if (c.failed)
        return DISSECT_TRUNCATED;
    *out = ticket;
    return DISSECT_OK;
}

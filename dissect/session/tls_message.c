/* The handshake's messages: what they agree, and what of it people want to see. */
#include "dissect/session/tls_private.h"

#define MESSAGE_MAX (128u << 10)
#define PART_MAX    (256u << 10)
#define TEXT_MAX    255u
#define HEADER_LEN  4u
#define SERVER_DONE 14u

static char *text_of(Slice bytes)
{
    return bytes.len ? slice_dup(slice_sub(bytes, 0, TEXT_MAX)) : NULL;
}

static void set_text(char **text, Slice bytes)
{
    if (!*text)
        *text = text_of(bytes);
}

static void keep_part(TlsParameters *parameters, TlsPart part, Slice message)
{
    GByteArray **bytes = &parameters->parts[part];

    if (!*bytes)
        *bytes = g_byte_array_new();
    if ((*bytes)->len + message.len <= PART_MAX)
        g_byte_array_append(*bytes, message.data, (guint)message.len);
}

/* The messages of which the session hash is made (RFC 7627 section 3). */
static void keep_for_hash(Tls *tls, unsigned side, uint8_t type, Slice message)
{
    TlsParameters *parameters = &tls->parameters;

    if (type == TLS_HELLO_REQUEST || parameters->version == TLS_1_3)
        return;
    if (type == TLS_CLIENT_HELLO)
        keep_part(parameters, TLS_PART_HELLO, message);
    else if (!tls_is_client(tls, side) && !parameters->server_part_over)
        keep_part(parameters, TLS_PART_SERVER, message);
    else if (tls_is_client(tls, side) && !parameters->has_key_exchange)
        keep_part(parameters, TLS_PART_CLIENT, message);
    parameters->server_part_over |= type == SERVER_DONE;
}

static void set_client(Tls *tls, unsigned side)
{
    StreamOrigin origin = stream_layer_origin(tls->layer, side);

    tls->client = (int)side;
    tls->session->client = origin.source;
    tls->session->server = origin.destination;
}

static void begin_handshake(Tls *tls, const TlsHello *hello)
{
    TlsParameters *parameters = &tls->parameters;
    TlsSession *session = tls->session;

    parameters->has_client = true;
    memcpy(parameters->client_random, hello->random.data, TLS_RANDOM_LEN);
    parameters->early_data = hello->extensions.early_data;
    parameters->has_offered_ticket = hello->extensions.ticket.len > 0;
    if (parameters->has_offered_ticket)
        tls_sha256(hello->extensions.ticket, parameters->offered_ticket);
    session->handshakes++;
    if (tls->has_first_hello)
        return;
    tls->has_first_hello = true;
    session->has_random = true;
    memcpy(session->client_random, hello->random.data, TLS_RANDOM_LEN);
    session->version_offered = hello->version;
    set_text(&session->server_name, hello->extensions.server_name);
    set_text(&session->alpn, hello->extensions.alpn);
}

static void use_client_hello(Tls *tls, unsigned side, Slice body)
{
    TlsParameters *parameters = &tls->parameters;
    TlsHello hello;

    bool too_late =
        parameters->has_client && parameters->has_server && parameters->version == TLS_1_3;
    if (too_late || tls_parse_client_hello(body, &hello) != DISSECT_OK) {
        stream_layer_note(tls->layer, ANOMALY_TLS_BAD_HANDSHAKE);
        return;
    }
    if (tls->client < 0)
        set_client(tls, side);
    bool again = parameters->has_client && !parameters->has_server &&
                 slice_equal(hello.random, slice_of(parameters->client_random, TLS_RANDOM_LEN));
    if (again) /* the answer to a HelloRetryRequest */
        return;
    bool server_first = parameters->has_server && !parameters->has_client;
    if (!server_first)
        tls_parameters_clear(parameters);
    else if (hello.extensions.early_data && parameters->version == TLS_1_3)
        tls->sides[side].epoch = TLS_EPOCH_EARLY;
    begin_handshake(tls, &hello);
}

static void tell_server_hello(TlsSession *session, const TlsHello *hello, const TlsSuite *suite)
{
    session->version = hello->version;
    session->suite = suite->id;
    session->suite_name = suite->name;
    session->resumed |= hello->extensions.pre_shared_key;
    if (hello->extensions.alpn.len) {
        g_clear_pointer(&session->alpn, g_free);
        set_text(&session->alpn, hello->extensions.alpn);
    }
}

static void protect_from_now(TlsSide *side, TlsEpoch epoch)
{
    if (side->state == TLS_SIDE_CLEAR)
        side->state = TLS_SIDE_WAITING;
    side->epoch = epoch;
}

static void use_server_hello(Tls *tls, unsigned side, Slice body)
{
    TlsParameters *parameters = &tls->parameters;
    TlsHello hello;

    if (tls_parse_server_hello(body, &hello) != DISSECT_OK) {
        stream_layer_note(tls->layer, ANOMALY_TLS_BAD_HANDSHAKE);
        return;
    }
    if (tls->client < 0)
        set_client(tls, !side);
    parameters->version = hello.version;
    tls_suite_find(hello.suite, &parameters->suite);
    if (hello.is_retry)
        return;
    parameters->has_server = true;
    memcpy(parameters->server_random, hello.random.data, TLS_RANDOM_LEN);
    parameters->compression = hello.compression;
    parameters->extended_master_secret = hello.extensions.extended_master_secret;
    parameters->encrypt_then_mac = hello.extensions.encrypt_then_mac;
    parameters->session_id_len = (uint8_t)hello.session_id.len;
    if (hello.session_id.len)
        memcpy(parameters->session_id, hello.session_id.data, hello.session_id.len);
    tell_server_hello(tls->session, &hello, &parameters->suite);
    if (hello.version != TLS_1_3)
        return;
    TlsSide *client = &tls->sides[!side];
    protect_from_now(&tls->sides[side], TLS_EPOCH_HANDSHAKE);
    protect_from_now(client, parameters->early_data ? TLS_EPOCH_EARLY : TLS_EPOCH_HANDSHAKE);
}

static void note_certificate(Tls *tls, unsigned side, TlsCertificate *certificate)
{
    int64_t now_ns = stream_layer_origin(tls->layer, side).moment.time_ns;

    tls->session->certificate = certificate;
    if (certificate && tls_certificate_validity(certificate, now_ns) == TLS_CERTIFICATE_EXPIRED)
        stream_layer_note(tls->layer, ANOMALY_TLS_CERTIFICATE_EXPIRED);
}

static void use_certificate(Tls *tls, unsigned side, Slice body)
{
    Slice der;

    if (tls_is_client(tls, side) || tls->session->certificate)
        return;
    if (tls_parse_certificate(body, tls->parameters.version, &der) != DISSECT_OK)
        stream_layer_note(tls->layer, ANOMALY_TLS_BAD_HANDSHAKE);
    else if (der.len)
        note_certificate(tls, side, tls_certificate_parse(der));
}

/* RFC 5246 section 7.4.7.1: two bytes of length, then the encrypted premaster secret. */
static void use_key_exchange(TlsParameters *parameters, Slice body)
{
    Cursor c = cursor_over(body);

    parameters->has_key_exchange = true;
    if (!parameters->suite.rsa)
        return;
    Slice encrypted = cursor_slice(&c, cursor_be16(&c));
    if (c.failed || parameters->encrypted_premaster)
        return;
    parameters->encrypted_premaster = g_byte_array_new();
    g_byte_array_append(parameters->encrypted_premaster, encrypted.data, (guint)encrypted.len);
}

static void use_ticket(TlsParameters *parameters, Slice body)
{
    Slice ticket;

    if (parameters->version == TLS_1_3 || tls_parse_ticket(body, &ticket) != DISSECT_OK)
        return;
    parameters->has_new_ticket = true;
    tls_sha256(ticket, parameters->new_ticket);
}

static void use_encrypted_extensions(Tls *tls, Slice body)
{
    TlsExtensions extensions;

    if (tls_parse_encrypted_extensions(body, &extensions) != DISSECT_OK)
        return;
    if (extensions.alpn.len) {
        g_clear_pointer(&tls->session->alpn, g_free);
        set_text(&tls->session->alpn, extensions.alpn);
    }
    tls->session->early_data |= extensions.early_data;
}

/* Messages behind which TLS 1.3 goes on with other keys. */
static void change_keys(Tls *tls, unsigned side, uint8_t type)
{
    TlsSide *state = &tls->sides[side];
    uint8_t secret[64];

    if (type == TLS_END_OF_EARLY_DATA && state->epoch == TLS_EPOCH_EARLY)
        tls_begin_epoch(state, TLS_EPOCH_HANDSHAKE);
    else if (type == TLS_FINISHED && state->epoch != TLS_EPOCH_TRAFFIC)
        tls_begin_epoch(state, TLS_EPOCH_TRAFFIC);
    if (type != TLS_KEY_UPDATE || state->epoch != TLS_EPOCH_TRAFFIC)
        return;
    TlsCipher *next = tls_next_generation(tls, state, secret);
    if (!next)
        return;
    tls_cipher_free(state->cipher);
    state->cipher = next;
    memcpy(state->secret, secret, state->secret_len);
}

static void use_message(Tls *tls, unsigned side, uint8_t type, Slice message)
{
    Slice body = slice_from(message, HEADER_LEN);

    switch (type) {
    case TLS_CLIENT_HELLO:
        use_client_hello(tls, side, body);
        break;
    case TLS_SERVER_HELLO:
        use_server_hello(tls, side, body);
        break;
    case TLS_CERTIFICATE:
        use_certificate(tls, side, body);
        break;
    case TLS_ENCRYPTED_EXTENSIONS:
        use_encrypted_extensions(tls, body);
        break;
    case TLS_NEW_SESSION_TICKET:
        use_ticket(&tls->parameters, body);
        break;
    default:
        break;
    }
    keep_for_hash(tls, side, type, message);
    if (type == TLS_CLIENT_KEY_EXCHANGE)
        use_key_exchange(&tls->parameters, body);
    if (tls->parameters.version == TLS_1_3)
        change_keys(tls, side, type);
}

/* Uses the whole messages at the front; returns how many bytes that was. */
static size_t use_whole_messages(Tls *tls, unsigned side, Slice bytes)
{
    size_t used = 0;

    for (;;) {
        Slice rest = slice_from(bytes, used);
        Cursor c = cursor_over(rest);
        uint8_t type = cursor_u8(&c);
        size_t len = cursor_be24(&c);
        if (c.failed)
            return used;
        if (len > MESSAGE_MAX) {
            stream_layer_note(tls->layer, ANOMALY_TLS_BAD_HANDSHAKE);
            return bytes.len;
        }
        if (cursor_rest(&c).len < len)
            return used;
        use_message(tls, side, type, slice_sub(rest, 0, HEADER_LEN + len));
        used += HEADER_LEN + len;
    }
}

void tls_use_handshake(Tls *tls, unsigned side, Slice content)
{
    TlsSide *state = &tls->sides[side];

    if (!state->message) {
        content = slice_from(content, use_whole_messages(tls, side, content));
        if (content.len == 0)
            return;
        state->message = g_byte_array_new();
        g_byte_array_append(state->message, content.data, (guint)content.len);
        return;
    }
    g_byte_array_append(state->message, content.data, (guint)content.len);
    GByteArray *bytes = g_steal_pointer(&state->message);
    size_t used = use_whole_messages(tls, side, slice_of(bytes->data, bytes->len));
    if (used < bytes->len) {
        g_byte_array_remove_range(bytes, 0, (guint)used);
        state->message = bytes;
    } else {
        g_byte_array_unref(bytes);
    }
}

#include "dissect/sip/sdp_attribute.h"

#include "dissect/sip/text.h"

typedef struct {
    SdpBuffer *buffer;
    Sdp *sdp; /* of the buffer */
    SdpDefaults *defaults;
    SdpMedia *media; /* NULL at session level */
    Slice value;
} Attribute;

static void note(const Attribute *attribute, Anomaly anomaly)
{
    anomaly_note(&attribute->sdp->anomalies, anomaly);
}

/* A number that ends the value; 0 and an anomaly when it is none. */
static uint32_t read_number(const Attribute *attribute, uint32_t max)
{
    uint64_t number;
    if (slice_to_uint(slice_trim(attribute->value), max, &number))
        return (uint32_t)number;
    note(attribute, ANOMALY_SDP_BAD_ATTRIBUTE);
    return 0;
}

bool sdp_connection_parse(Slice value, SdpConnection *out)
{
    Slice rest = value;
    Slice network = text_cut_word(&rest);
    Slice type = text_cut_word(&rest);
    SdpConnection connection = { .text = text_cut_word(&rest) };
    bool is_ip = slice_equal_nocase(type, SLICE_LITERAL("IP4")) ||
                 slice_equal_nocase(type, SLICE_LITERAL("IP6"));
    if (network.len == 0 || type.len == 0 || connection.text.len == 0)
        return false;
    Slice address = slice_sub(connection.text, 0, slice_find(connection.text, '/'));
    connection.present = is_ip && ip_parse(address, &connection.ip);
    *out = connection;
    return is_ip;
}

SdpFormat *sdp_format_find(SdpMedia *media, Slice text)
{
    SdpFormat *const end = media->formats + media->format_count;

    for (SdpFormat *format = media->formats; format < end; format++) {
        if (sdp_format_is(format, text))
            return format;
    }
    return NULL;
}

/* Reads encoding/clock[/channels] into @out. */
static void read_encoding(const Attribute *attribute, SdpFormat *out)
{
    Slice rest = slice_trim(attribute->value);
    Slice encoding = slice_split(&rest, '/');
    Slice clock = slice_split(&rest, '/');
    uint64_t clock_hz = 0, channels = 1;

    if (encoding.len == 0 || clock.len == 0 ||
        (rest.len > 0 && !slice_to_uint(rest, 255, &channels)))
        note(attribute, ANOMALY_SDP_BAD_RTPMAP);
    else if (!slice_to_uint(clock, UINT32_MAX, &clock_hz) || clock_hz == 0)
        note(attribute, ANOMALY_SDP_BAD_CLOCK);
    out->encoding = encoding;
    out->clock_hz = (uint32_t)clock_hz;
    out->channels = (uint8_t)MAX(channels, 1);
}

/* RFC 8866 section 6.6: payload type SP encoding/clock[/channels]. */
static void read_rtpmap(Attribute *attribute)
{
    SdpFormat *format = sdp_format_find(attribute->media, text_cut_word(&attribute->value));
    SdpFormat mapped;
    read_encoding(attribute, &mapped);
    if (!format) {
        note(attribute, ANOMALY_SDP_UNLISTED_FORMAT);
    } else if (format->encoding.len == 0) {
        format->encoding = mapped.encoding;
        format->clock_hz = mapped.clock_hz;
        format->channels = mapped.channels;
    } else if (format->clock_hz != mapped.clock_hz ||
               !slice_equal_nocase(format->encoding, mapped.encoding)) {
        note(attribute, ANOMALY_SDP_DUPLICATE_RTPMAP);
    }
}

static void read_fmtp(Attribute *attribute)
{
    SdpFormat *format = sdp_format_find(attribute->media, text_cut_word(&attribute->value));
    if (format)
        format->fmtp = slice_trim(attribute->value);
    else
        note(attribute, ANOMALY_SDP_UNLISTED_FORMAT);
}

static void set_direction(Attribute *attribute, SdpDirection direction)
{
    if (attribute->media)
        attribute->media->direction = direction;
    else
        attribute->defaults->direction = direction;
}

static void read_sendrecv(Attribute *attribute)
{
    set_direction(attribute, SDP_SENDRECV);
}

static void read_sendonly(Attribute *attribute)
{
    set_direction(attribute, SDP_SENDONLY);
}

static void read_recvonly(Attribute *attribute)
{
    set_direction(attribute, SDP_RECVONLY);
}

static void read_inactive(Attribute *attribute)
{
    set_direction(attribute, SDP_INACTIVE);
}

static uint16_t read_milliseconds(Attribute *attribute)
{
    Slice rest = attribute->value; /* "20.0" is seen in the field */
    attribute->value = slice_split(&rest, '.');
    return (uint16_t)read_number(attribute, UINT16_MAX);
}

static void read_ptime(Attribute *attribute)
{
    attribute->media->ptime_ms = read_milliseconds(attribute);
}

static void read_maxptime(Attribute *attribute)
{
    attribute->media->maxptime_ms = read_milliseconds(attribute);
}

/* RFC 3605: port [SP nettype SP addrtype SP address]. */
static void read_rtcp(Attribute *attribute)
{
    Slice rest = attribute->value;
    uint64_t port;
    if (!slice_to_uint(text_cut_word(&rest), UINT16_MAX, &port)) {
        note(attribute, ANOMALY_SDP_BAD_PORT);
        return;
    }
    attribute->media->rtcp_port = (uint16_t)port;
    if (rest.len > 0 && !sdp_connection_parse(rest, &attribute->media->rtcp_connection))
        note(attribute, ANOMALY_SDP_BAD_CONNECTION);
}

static void read_rtcp_mux(Attribute *attribute)
{
    attribute->media->rtcp_mux = true;
}

static void read_bundle_only(Attribute *attribute)
{
    attribute->media->bundle_only = true;
}

static void read_mid(Attribute *attribute)
{
    attribute->media->mid = slice_trim(attribute->value);
}

static void read_label(Attribute *attribute)
{
    attribute->media->label = slice_trim(attribute->value);
}

static bool read_candidate_fields(Slice rest, SdpCandidate *out)
{
    SdpCandidate candidate = { 0 };
    uint64_t component = 0, priority = 0, port = 0;

    candidate.foundation = text_cut_word(&rest);
    bool valid = slice_to_uint(text_cut_word(&rest), 255, &component);
    candidate.transport = text_cut_word(&rest);
    valid = slice_to_uint(text_cut_word(&rest), UINT32_MAX, &priority) && valid;
    Slice address = text_cut_word(&rest);
    valid = slice_to_uint(text_cut_word(&rest), UINT16_MAX, &port) && valid;
    Slice typ = text_cut_word(&rest);
    candidate.type = text_cut_word(&rest);
    if (!valid || candidate.foundation.len == 0 || candidate.type.len == 0 ||
        !slice_equal_nocase(typ, SLICE_LITERAL("typ")))
        return false;
    candidate.component = (uint8_t)component;
    candidate.priority = (uint32_t)priority;
    if (ip_parse(address, &candidate.endpoint.ip))
        candidate.endpoint.port = (uint16_t)port;
    *out = candidate;
    return true;
}

static void read_candidate(Attribute *attribute)
{
    SdpMedia *media = attribute->media;
    if (media->candidate_count == SDP_CANDIDATES_MAX)
        note(attribute, ANOMALY_SDP_TOO_MANY_CANDIDATES);
    else if (read_candidate_fields(attribute->value, &media->candidates[media->candidate_count]))
        media->candidate_count++;
    else
        note(attribute, ANOMALY_SDP_BAD_CANDIDATE);
}

static void read_ice_ufrag(Attribute *attribute)
{
    SdpMedia *media = attribute->media;
    Slice *out = media ? &media->ice_ufrag : &attribute->defaults->ice_ufrag;
    *out = slice_trim(attribute->value);
}

static void read_ice_pwd(Attribute *attribute)
{
    SdpMedia *media = attribute->media;
    Slice *out = media ? &media->ice_pwd : &attribute->defaults->ice_pwd;
    *out = slice_trim(attribute->value);
}

static void read_fingerprint(Attribute *attribute)
{
    SdpMedia *media = attribute->media;
    Slice *out = media ? &media->fingerprint : &attribute->defaults->fingerprint;
    *out = slice_trim(attribute->value);
}

static void read_setup(Attribute *attribute)
{
    SdpMedia *media = attribute->media;
    Slice *out = media ? &media->setup : &attribute->defaults->setup;
    *out = slice_trim(attribute->value);
}

static void read_ice_lite(Attribute *attribute)
{
    attribute->sdp->ice_lite = true;
}

static void read_group(Attribute *attribute)
{
    Slice rest = attribute->value;
    if (slice_equal_nocase(text_cut_word(&rest), SLICE_LITERAL("BUNDLE")) &&
        attribute->sdp->bundle.len == 0)
        attribute->sdp->bundle = slice_trim(rest);
}

static void read_ssrc(Attribute *attribute)
{
    SdpMedia *media = attribute->media;
    Slice rest = attribute->value;
    uint64_t ssrc;
    if (!slice_to_uint(text_cut_word(&rest), UINT32_MAX, &ssrc)) {
        note(attribute, ANOMALY_SDP_BAD_SSRC);
        return;
    }
    for (unsigned i = 0; i < media->ssrc_count; i++) {
        if (media->ssrcs[i] == ssrc)
            return;
    }
    if (media->ssrc_count == SDP_SSRC_MAX)
        note(attribute, ANOMALY_SDP_TOO_MANY_SSRC);
    else
        media->ssrcs[media->ssrc_count++] = (uint32_t)ssrc;
}

/* RFC 4568 section 9.1: tag SP suite SP key-params *(SP session-param); key-params joined by ";".
 */
static void read_crypto(Attribute *attribute)
{
    SdpMedia *media = attribute->media;
    Slice rest = attribute->value;
    uint64_t tag;
    if (media->crypto_count == SDP_CRYPTO_MAX) {
        note(attribute, ANOMALY_SDP_TOO_MANY_CRYPTO);
        return;
    }
    bool has_tag = slice_to_uint(text_cut_word(&rest), UINT32_MAX, &tag);
    Slice suite = text_cut_word(&rest);
    Slice key_params = text_cut_word(&rest);
    if (!has_tag || suite.len == 0 || slice_find(key_params, ':') == key_params.len) {
        note(attribute, ANOMALY_SDP_BAD_CRYPTO);
        return;
    }
    media->crypto[media->crypto_count++] =
        (SdpCrypto){ (uint32_t)tag, suite, key_params, slice_trim(rest) };
}

static void read_t38_version(Attribute *attribute)
{
    attribute->media->has_t38 = true;
    attribute->media->t38_version = read_number(attribute, UINT32_MAX);
}

static void read_t38_bit_rate(Attribute *attribute)
{
    attribute->media->has_t38 = true;
    attribute->media->t38_max_bit_rate = read_number(attribute, UINT32_MAX);
}

static void read_t38_datagram(Attribute *attribute)
{
    attribute->media->has_t38 = true;
    attribute->media->t38_max_datagram = read_number(attribute, UINT32_MAX);
}

static void read_t38_udp_ec(Attribute *attribute)
{
    attribute->media->has_t38 = true;
    attribute->media->t38_udp_ec = slice_trim(attribute->value);
}

static void read_t38_rate_management(Attribute *attribute)
{
    attribute->media->has_t38 = true;
    attribute->media->t38_rate_management = slice_trim(attribute->value);
}

static Slice *extensions_of(const Attribute *attribute)
{
    SdpMedia *media = attribute->media;

    if (!media->extensions) {
        media->extensions = attribute->buffer->extensions[media - attribute->sdp->media];
        memset(media->extensions, 0, sizeof attribute->buffer->extensions[0]);
    }
    return media->extensions;
}

static Slice next_word(Slice *rest)
{
    *rest = slice_trim(*rest);
    return slice_split(rest, ' ');
}

/* RFC 8285 section 8: "1/sendonly URI attributes"; RFC 6904 section 4: "1 URI URI attributes", of
 * which the first says that the second is encrypted. */
static void read_extmap(Attribute *attribute)
{
    const Slice encrypt = SLICE_LITERAL("urn:ietf:params:rtp-hdrext:encrypt");
    Slice rest = slice_trim(attribute->value);
    Slice id_text = slice_split(&rest, ' ');
    Slice uri = next_word(&rest);
    bool encrypted = slice_equal_nocase(uri, encrypt);
    uint64_t id;

    if (encrypted)
        uri = next_word(&rest);
    if (!slice_to_uint(slice_sub(id_text, 0, slice_find(id_text, '/')), SDP_EXTENSION_IDS - 1,
                       &id) ||
        id == 0 || uri.len == 0)
        return;
    extensions_of(attribute)[id] = uri;
    attribute->media->encrypted_extensions &= (uint16_t) ~(1u << id);
    attribute->media->encrypted_extensions |= (uint16_t)((unsigned)encrypted << id);
}

static SdpMessaging *messaging_of(const Attribute *attribute)
{
    SdpMedia *media = attribute->media;

    if (!media->has_messaging)
        media->messaging = (SdpMessaging){ 0 };
    media->has_messaging = true;
    return &media->messaging;
}

static void read_path(Attribute *attribute)
{
    messaging_of(attribute)->path = slice_trim(attribute->value);
}

static void read_accept_types(Attribute *attribute)
{
    messaging_of(attribute)->accept_types = slice_trim(attribute->value);
}

static void read_accept_wrapped_types(Attribute *attribute)
{
    messaging_of(attribute)->accept_wrapped_types = slice_trim(attribute->value);
}

static void read_max_size(Attribute *attribute)
{
    uint64_t bytes;
    if (slice_to_uint(slice_trim(attribute->value), INT64_MAX, &bytes))
        messaging_of(attribute)->max_size = bytes;
    else
        note(attribute, ANOMALY_SDP_BAD_ATTRIBUTE);
}

static void read_msrp_cema(Attribute *attribute)
{
    messaging_of(attribute)->cema = true;
}

static void read_connection_reuse(Attribute *attribute)
{
    messaging_of(attribute)->existing =
        slice_equal_nocase(slice_trim(attribute->value), SLICE_LITERAL("existing"));
}

static void read_file_selector(Attribute *attribute)
{
    SdpFile file;

    messaging_of(attribute)->file_selector = slice_trim(attribute->value);
    if (!sdp_file_parse(attribute->value, &file))
        note(attribute, ANOMALY_SDP_BAD_ATTRIBUTE);
}

static void read_file_transfer_id(Attribute *attribute)
{
    messaging_of(attribute)->file_transfer_id = slice_trim(attribute->value);
}

static void read_file_disposition(Attribute *attribute)
{
    messaging_of(attribute)->file_disposition = slice_trim(attribute->value);
}

typedef struct {
    const char *name;
    bool is_media_only;
    void (*read)(Attribute *attribute);
} Reader;

/* By the length of the name, commonest first: a name is compared with few others. */
static const Reader readers[][9] = {
    [3] = { { "mid", true, read_mid } },
    [4] = {
        { "fmtp", true, read_fmtp },
        { "ssrc", true, read_ssrc },
        { "rtcp", true, read_rtcp },
        { "path", true, read_path },
    },
    [5] = {
        { "ptime", true, read_ptime },
        { "setup", false, read_setup },
        { "group", false, read_group },
        { "label", true, read_label },
    },
    [6] = {
        { "rtpmap", true, read_rtpmap },
        { "crypto", true, read_crypto },
        { "extmap", true, read_extmap },
    },
    [7] = { { "ice-pwd", false, read_ice_pwd } },
    [8] = {
        { "sendrecv", false, read_sendrecv },
        { "sendonly", false, read_sendonly },
        { "recvonly", false, read_recvonly },
        { "inactive", false, read_inactive },
        { "maxptime", true, read_maxptime },
        { "rtcp-mux", true, read_rtcp_mux },
        { "ice-lite", false, read_ice_lite },
        { "max-size", true, read_max_size },
    },
    [9] = {
        { "candidate", true, read_candidate },
        { "ice-ufrag", false, read_ice_ufrag },
        { "msrp-cema", true, read_msrp_cema },
    },
    [10] = { { "connection", true, read_connection_reuse } },
    [11] = {
        { "fingerprint", false, read_fingerprint },
        { "bundle-only", true, read_bundle_only },
        { "T38FaxUdpEC", true, read_t38_udp_ec },
    },
    [12] = { { "accept-types", true, read_accept_types } },
    [13] = {
        { "rtcp-mux-only", true, read_rtcp_mux }, /* RFC 8858 */
        { "T38FaxVersion", true, read_t38_version },
        { "T38MaxBitRate", true, read_t38_bit_rate },
        { "file-selector", true, read_file_selector },
    },
    [16] = {
        { "file-transfer-id", true, read_file_transfer_id },
        { "file-disposition", true, read_file_disposition },
    },
    [17] = { { "T38FaxMaxDatagram", true, read_t38_datagram } },
    [20] = {
        { "T38FaxRateManagement", true, read_t38_rate_management },
        { "accept-wrapped-types", true, read_accept_wrapped_types },
    },
};

/* Names are case-sensitive (RFC 8866 section 5.13), but those of T.38 are seen in every case. */
static bool is_named(Slice name, const char *candidate)
{
    Slice other = slice_of(candidate, name.len);

    if (candidate[0] == 'T')
        return text_is_named(name, other);
    return name.data[0] == other.data[0] && memcmp(name.data, other.data, name.len) == 0;
}

static const Reader *find_reader(Slice name)
{
    if (name.len >= G_N_ELEMENTS(readers))
        return NULL;
    const Reader *reader = readers[name.len];
    while (reader->name && !is_named(name, reader->name))
        reader++;
    return reader->name ? reader : NULL;
}

void sdp_attribute_read(SdpBuffer *buffer, SdpDefaults *defaults, SdpMedia *media, Slice line)
{
    Attribute attribute = { buffer, &buffer->sdp, defaults, media, line };
    const Reader *reader = find_reader(slice_split(&attribute.value, ':'));
    if (reader && (media || !reader->is_media_only))
        reader->read(&attribute);
}

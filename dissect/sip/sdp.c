#include "dissect/sip/sdp.h"

#include "dissect/sip/sdp_attribute.h"
#include "dissect/sip/sdp_usual.h"
#include "dissect/sip/text.h"

typedef struct {
    SdpBuffer *buffer;
    Sdp *sdp; /* of the buffer */
    SdpDefaults defaults;
    SdpMedia *media; /* the one being described; NULL at session level */
    bool is_ignored; /* a media description there is no room for */
    bool has_name, has_time;
    const uint8_t *ranks; /* of the lines in this section */
    uint8_t rank;         /* of the last line */
} Parser;

/* Places of the lines within a section (RFC 8866 section 5); 0 for an unknown type, and for the one
 * that may follow on anything. */
static const uint8_t session_ranks[UINT8_MAX + 1] = {
    ['v'] = 1, ['o'] = 2, ['s'] = 3,  ['i'] = 4,  ['u'] = 5,  ['e'] = 6,  ['p'] = 7,
    ['c'] = 8, ['b'] = 9, ['t'] = 10, ['r'] = 11, ['z'] = 12, ['k'] = 13, ['a'] = 14,
};
static const uint8_t media_ranks[UINT8_MAX + 1] = {
    ['i'] = 2, ['c'] = 3, ['b'] = 4, ['k'] = 5, ['a'] = 6,
};

static void note(Parser *parser, Anomaly anomaly)
{
    anomaly_note(&parser->sdp->anomalies, anomaly);
}

const char *sdp_direction_name(SdpDirection direction)
{
    static const char *const names[] = { "sendrecv", "sendonly", "recvonly", "inactive" };
    return names[(unsigned)direction < G_N_ELEMENTS(names) ? direction : 0];
}

/* RFC 8866 section 5.2: username sess-id sess-version nettype addrtype address. */
static void read_origin(Parser *parser, Slice value)
{
    Sdp *sdp = parser->sdp;
    sdp->origin_user = text_cut_word(&value);
    sdp->origin_session_id = text_cut_word(&value);
    sdp->origin_version = text_cut_word(&value);
    text_cut_word(&value);
    text_cut_word(&value);
    sdp->origin_address = text_cut_word(&value);
}

static SdpConnection *connection_of(Parser *parser)
{
    return parser->media ? &parser->media->connection : &parser->sdp->connection;
}

static void read_connection(Parser *parser, Slice value)
{
    if (!sdp_connection_parse(value, connection_of(parser)))
        note(parser, ANOMALY_SDP_BAD_CONNECTION);
}

static void read_bandwidth(Parser *parser, Slice value)
{
    Slice type = slice_split(&value, ':');
    uint64_t number;
    if (!slice_to_uint(slice_trim(value), UINT64_MAX, &number)) {
        note(parser, ANOMALY_SDP_BAD_BANDWIDTH);
        return;
    }
    if (!parser->media)
        return;
    int32_t amount = (int32_t)MIN(number, INT32_MAX);
    if (slice_equal(type, SLICE_LITERAL("AS")))
        parser->media->bandwidth_as_kbps = amount;
    else if (slice_equal(type, SLICE_LITERAL("TIAS")) && parser->media->bandwidth_as_kbps < 0)
        parser->media->bandwidth_as_kbps = amount / 1000;
    else if (slice_equal(type, SLICE_LITERAL("RS")))
        parser->media->bandwidth_rs = amount;
    else if (slice_equal(type, SLICE_LITERAL("RR")))
        parser->media->bandwidth_rr = amount;
}

/* Everything but the arrays, whose elements are set when they are counted. */
static void media_init(SdpBuffer *buffer, unsigned index, const SdpDefaults *defaults)
{
    const Sdp *sdp = &buffer->sdp;
    SdpMedia *media = &buffer->media[index];

    media->formats = buffer->formats[index];
    media->candidates = buffer->candidates[index];
    media->crypto = buffer->crypto[index];
    media->ssrcs = buffer->ssrcs[index];
    media->extensions = NULL;
    media->encrypted_extensions = 0;
    media->media = media->protocol = SLICE_EMPTY;
    media->port = 0;
    media->port_count = 1;
    media->format_count = 0;
    media->connection = sdp->connection;
    media->direction = defaults->direction;
    media->mid = media->label = SLICE_EMPTY;
    media->ptime_ms = media->maxptime_ms = 0;
    media->rtcp_mux = media->bundle_only = false;
    media->rtcp_port = 0;
    media->rtcp_connection = (SdpConnection){ 0 };
    media->bandwidth_as_kbps = media->bandwidth_rs = media->bandwidth_rr = -1;
    media->ice_ufrag = defaults->ice_ufrag;
    media->ice_pwd = defaults->ice_pwd;
    media->candidate_count = media->ssrc_count = media->crypto_count = 0;
    media->fingerprint = defaults->fingerprint;
    media->setup = defaults->setup;
    media->has_t38 = false;
    media->t38_udp_ec = media->t38_rate_management = SLICE_EMPTY;
    media->t38_version = media->t38_max_bit_rate = media->t38_max_datagram = 0;
    media->has_messaging = false;
}

static void read_port(Parser *parser, Slice value)
{
    Slice count = value;
    Slice port = slice_split(&count, '/');
    uint64_t number;
    if (slice_to_uint(port, UINT16_MAX, &number))
        parser->media->port = (uint16_t)number;
    else
        note(parser, ANOMALY_SDP_BAD_PORT);
    if (count.len > 0 && slice_to_uint(count, UINT16_MAX, &number))
        parser->media->port_count = (uint16_t)number;
}

static void read_formats(Parser *parser, Slice rest)
{
    SdpMedia *media = parser->media;
    bool is_rtp = sdp_protocol_is_rtp(media->protocol);
    Slice word;
    while ((word = text_cut_word(&rest)).len > 0) {
        uint64_t number;
        bool is_payload_type = slice_to_uint(word, 127, &number);
        if (media->format_count == SDP_FORMATS_MAX) {
            note(parser, ANOMALY_SDP_TOO_MANY_FORMATS);
            return;
        }
        if (sdp_format_find(media, word)) {
            note(parser, ANOMALY_SDP_DUPLICATE_FORMAT);
            continue;
        }
        if (is_rtp && !is_payload_type)
            note(parser, ANOMALY_SDP_BAD_FORMAT);
        sdp_format_add(media, word, is_payload_type ? (int16_t)number : -1);
    }
}

/* The next media description; NULL when there is no room for one. */
static SdpMedia *new_media(Parser *parser)
{
    unsigned index = parser->sdp->media_count;

    if (index == SDP_MEDIA_MAX)
        return NULL;
    media_init(parser->buffer, index, &parser->defaults);
    return &parser->buffer->media[index];
}

static void begin_media(Parser *parser, SdpMedia *media)
{
    parser->media = media;
    parser->ranks = media_ranks;
    parser->sdp->media_count++;
}

static void read_media(Parser *parser, Slice value)
{
    SdpMedia *media = new_media(parser);
    parser->is_ignored = !media;
    if (!media) {
        note(parser, ANOMALY_SDP_TOO_MANY_MEDIA);
        return;
    }
    begin_media(parser, media);
    media->media = text_cut_word(&value);
    read_port(parser, text_cut_word(&value));
    media->protocol = text_cut_word(&value);
    read_formats(parser, value);
    if (media->protocol.len == 0 || media->format_count == 0)
        note(parser, ANOMALY_SDP_BAD_MEDIA);
}

static inline void check_order(Parser *parser, uint8_t type)
{
    uint8_t rank = parser->ranks[type];
    bool repeats = type == 'r' || type == 't'; /* several t=, each with its own r= lines */

    if (rank >= parser->rank)
        parser->rank = rank;
    else if (type == 'm')
        parser->rank = 1;
    else if (rank == 0 || !repeats)
        note(parser, ANOMALY_SDP_BAD_ORDER);
}

static void read_line(Parser *parser, uint8_t type, Slice value)
{
    check_order(parser, type);
    if (parser->is_ignored && type != 'm')
        return;
    switch (type) {
    case 'v':
        if (!slice_equal(slice_trim(value), SLICE_LITERAL("0")))
            note(parser, ANOMALY_SDP_BAD_VERSION);
        break;
    case 'o':
        read_origin(parser, value);
        break;
    case 's':
        parser->sdp->session_name = value;
        parser->has_name = true;
        break;
    case 't':
        parser->has_time = true;
        break;
    case 'c':
        read_connection(parser, value);
        break;
    case 'b':
        read_bandwidth(parser, value);
        break;
    case 'm':
        read_media(parser, value);
        break;
    case 'a':
        sdp_attribute_read(parser->buffer, &parser->defaults, parser->media, value);
        break;
    default:
        break;
    }
}

static inline Slice trim_end(Slice line)
{
    while (line.len && text_is_space(slice_last(line)))
        line.len--;
    return line;
}

/* The first control byte of a line is its end, in all but a few. */
static Slice cut_line(Parser *parser, Slice *rest)
{
    Slice line;

    if (text_cut_plain_line(rest, &line))
        return trim_end(line);
    line = trim_end(slice_split(rest, '\n'));
    if (text_has_control(line))
        note(parser, ANOMALY_SDP_CONTROL_BYTE);
    return line;
}

static void read_next_line(Parser *parser, Slice *rest)
{
    Slice line = cut_line(parser, rest);

    if (line.len == 0)
        return;
    if (line.len < 2 || line.data[1] != '=')
        note(parser, ANOMALY_SDP_BAD_LINE);
    else
        read_line(parser, line.data[0], slice_of(line.data + 2, line.len - 2));
}

static inline bool read_usual_name(Parser *parser, Slice *rest)
{
    if (!sdp_usual_name(rest, &parser->sdp->session_name))
        return false;
    parser->has_name = true;
    return true;
}

static inline bool read_usual_time(Parser *parser, Slice *rest)
{
    if (!sdp_usual_time(rest))
        return false;
    parser->has_time = true;
    return true;
}

static inline bool read_usual_media(Parser *parser, Slice *rest)
{
    SdpMedia *media = new_media(parser);

    if (!media || !sdp_usual_media(rest, media))
        return false;
    begin_media(parser, media);
    return true;
}

/* What sdp_usual.h has of @type; false for any other line. */
static inline bool read_usual(Parser *parser, uint8_t type, Slice *rest)
{
    if (type == 'a') /* as most are */
        return parser->media && sdp_usual_attribute(rest, parser->media);
    switch (type) {
    case 'o':
        return sdp_usual_origin(rest, parser->sdp);
    case 's':
        return read_usual_name(parser, rest);
    case 't':
        return read_usual_time(parser, rest);
    case 'c':
        return sdp_usual_connection(rest, connection_of(parser));
    case 'm':
        return read_usual_media(parser, rest);
    default:
        return false;
    }
}

/* Cuts and reads the next line when it is of usual form; false and no change when it is not. */
static inline bool read_usual_line(Parser *parser, Slice *rest)
{
    Slice line = *rest;
    uint8_t type = line.data[0];

    if (parser->is_ignored || !read_usual(parser, type, &line))
        return false;
    check_order(parser, type);
    *rest = line;
    return true;
}

static void read_lines(Parser *parser, Slice rest)
{
    while (rest.len > 0) {
        if (!read_usual_line(parser, &rest))
            read_next_line(parser, &rest);
    }
}

static void check_whole(Parser *parser)
{
    const Sdp *sdp = parser->sdp;
    if (sdp->origin_address.len == 0)
        note(parser, ANOMALY_SDP_MISSING_ORIGIN);
    if (!parser->has_name)
        note(parser, ANOMALY_SDP_MISSING_NAME);
    if (!parser->has_time)
        note(parser, ANOMALY_SDP_MISSING_TIME);
    for (unsigned i = 0; i < sdp->media_count; i++) {
        if (sdp->media[i].connection.text.len == 0)
            note(parser, ANOMALY_SDP_NO_CONNECTION);
    }
}

DissectStatus sdp_parse(Slice body, SdpBuffer *buffer)
{
    Sdp *out = &buffer->sdp;
    Parser parser = { .buffer = buffer, .sdp = out, .ranks = session_ranks, .rank = 1 };

    body = text_skip_space(body);
    if (!text_begins_with(body, SLICE_LITERAL("v=")))
        return DISSECT_NOT_MINE;
    sdp_usual_version(&body);
    *out = (Sdp){ .media = buffer->media };
    read_lines(&parser, body);
    check_whole(&parser);
    bool is_usable =
        out->media_count > 0 || out->connection.text.len > 0 || out->origin_address.len > 0;
    return is_usable ? DISSECT_OK : DISSECT_MALFORMED;
}

typedef struct {
    char *at;
    size_t left;
    bool failed;
} Room;

static void *copy_some(Room *room, const void *data, size_t size)
{
    size_t rounded = (size + 7) / 8 * 8;

    if (room->failed || rounded > room->left) {
        room->failed = true;
        return NULL;
    }
    void *copy = memcpy(room->at, data, size);
    room->at += rounded;
    room->left -= rounded;
    return copy;
}

/* Most arrays are empty. */
static inline void *copy_to(Room *room, const void *data, size_t size)
{
    return data && size ? copy_some(room, data, size) : NULL;
}

static void copy_arrays(Room *room, SdpMedia *media)
{
    media->formats = copy_to(room, media->formats, media->format_count * sizeof(SdpFormat));
    media->candidates =
        copy_to(room, media->candidates, media->candidate_count * sizeof(SdpCandidate));
    media->crypto = copy_to(room, media->crypto, media->crypto_count * sizeof(SdpCrypto));
    media->ssrcs = copy_to(room, media->ssrcs, media->ssrc_count * sizeof(uint32_t));
    media->extensions = copy_to(room, media->extensions, SDP_EXTENSION_IDS * sizeof(Slice));
}

const Sdp *sdp_copy(const Sdp *sdp, void *at, size_t size, size_t *used)
{
    Room room = { at, size, false };
    Sdp *copy = copy_to(&room, sdp, sizeof *sdp);

    *used = 0;
    if (!copy)
        return NULL;
    copy->media = copy_to(&room, sdp->media, sdp->media_count * sizeof(SdpMedia));
    for (unsigned i = 0; i < copy->media_count && !room.failed; i++)
        copy_arrays(&room, &copy->media[i]);
    *used = size - room.left;
    return room.failed ? NULL : copy;
}

/* What follows "RTP/" of RTP/AVP, UDP/TLS/RTP/SAVPF and so on; empty when it is no RTP. */
static Slice profile_of(Slice protocol)
{
    Slice rtp = SLICE_LITERAL("RTP/");
    size_t at = text_begins_with(protocol, rtp) ? 0 : slice_search(protocol, rtp);

    return slice_from(protocol, at + rtp.len);
}

bool sdp_protocol_is_rtp(Slice protocol)
{
    Slice profile = profile_of(protocol);

    return text_begins_with(profile, SLICE_LITERAL("AVP")) ||
           text_begins_with(profile, SLICE_LITERAL("SAVP"));
}

bool sdp_protocol_is_secure(Slice protocol)
{
    return text_begins_with(profile_of(protocol), SLICE_LITERAL("SAVP"));
}

static bool make_endpoint(const SdpConnection *connection, unsigned port, Endpoint *out)
{
    if (!connection->present || ip_is_unspecified(connection->ip) || port == 0 || port > UINT16_MAX)
        return false;
    *out = (Endpoint){ connection->ip, (uint16_t)port };
    return true;
}

bool sdp_media_rtp_endpoint(const SdpMedia *media, Endpoint *out)
{
    return make_endpoint(&media->connection, media->port, out);
}

bool sdp_media_rtcp_endpoint(const SdpMedia *media, Endpoint *out)
{
    if (media->port == 0)
        return false;
    if (media->rtcp_mux)
        return sdp_media_rtp_endpoint(media, out);
    const SdpConnection *connection =
        media->rtcp_connection.text.len ? &media->rtcp_connection : &media->connection;
    return make_endpoint(connection, media->rtcp_port ? media->rtcp_port : media->port + 1u, out);
}

#include "dissect/media_secrets.h"
#include "dissect/call/media_fingerprint.h"
#include "dissect/media/stream_obstacle.h"
#include "dissect/session/dtls_srtp.h"

#define WAITING_MAX 65536u

/* A path whose streams have no key because the key log lacks one so far. */
typedef struct {
    Endpoint client, server;
} Waiting;

struct MediaSecrets {
    Model *model;    /* borrowed */
    GArray *waiting; /* Waiting */
    uint64_t known;  /* KeyLogStats.added when they were last looked for */
};

static StreamObstacle obstacle_of(const MediaSecrets *secrets, DtlsSrtpStatus status)
{
    KeyLogStats stats;

    switch (status) {
    case DTLS_SRTP_OK:
        return OBSTACLE_NONE;
    case DTLS_SRTP_OPEN:
        return OBSTACLE_HANDSHAKE_OPEN;
    case DTLS_SRTP_NO_PROFILE:
        return OBSTACLE_NO_PROFILE;
    case DTLS_SRTP_UNSUPPORTED:
        return OBSTACLE_DTLS_VERSION;
    case DTLS_SRTP_NO_SECRET:
        break;
    }
    keylog_stats(secrets->model->keys, &stats);
    return stats.added > 0 ? OBSTACLE_NOT_IN_KEY_LOG : OBSTACLE_NO_KEY_LOG;
}

/* --- keys --- */

typedef struct {
    SrtpKey client[DTLS_PROFILES_MAX], server[DTLS_PROFILES_MAX];
    unsigned count;
} PathKeys;

static SrtpKey key_like(const SrtpSuite *suite, const DtlsHandshake *handshake)
{
    SrtpKey key = { .suite = suite, .origin = SRTP_KEY_FROM_DTLS };

    G_STATIC_ASSERT(SRTP_MKI_BYTES_MAX >= DTLS_MKI_BYTES_MAX);
    key.mki_bytes = handshake->server_hello.mki_bytes;
    memcpy(key.mki, handshake->server_hello.mki, key.mki_bytes);
    return key;
}

static StreamObstacle make_keys(const MediaSecrets *secrets, const DtlsHandshake *handshake,
                                PathKeys *out)
{
    const uint16_t *profiles;
    unsigned count = dtls_srtp_profiles(handshake, &profiles);
    StreamObstacle obstacle = count ? OBSTACLE_NONE : OBSTACLE_NO_PROFILE;

    if (!handshake->client_seen || !handshake->server_seen)
        return OBSTACLE_HANDSHAKE_OPEN;
    out->count = 0;
    for (unsigned i = 0; i < count; i++) {
        const SrtpSuite *suite = srtp_suite_of_profile(profiles[i]);
        if (!suite || suite->cipher == SRTP_CIPHER_UNSUPPORTED) {
            obstacle = OBSTACLE_SUITE;
            continue;
        }
        SrtpKey client = key_like(suite, handshake), server = client;
        const DtlsSrtpKeys wanted = { suite->key_bytes, suite->salt_bytes, client.master,
                                      server.master };
        DtlsSrtpStatus status = dtls_srtp_export(handshake, secrets->model->keys, &wanted);
        if (status != DTLS_SRTP_OK)
            return obstacle_of(secrets, status);
        out->client[out->count] = client;
        out->server[out->count++] = server;
    }
    return out->count ? OBSTACLE_NONE : obstacle;
}

static void give_to(MediaSecrets *secrets, Stream *stream, const DtlsHandshake *handshake,
                    Endpoint source)
{
    PathKeys keys;
    StreamObstacle obstacle = make_keys(secrets, handshake, &keys);
    bool from_client = endpoint_equal(source, handshake->client);

    stream->dtls_agreed |= handshake->client_seen && handshake->server_seen;
    stream->obstacle = (uint8_t)obstacle;
    if (obstacle == OBSTACLE_NONE)
        media_tracker_offer_keys(secrets->model->media, stream,
                                 from_client ? keys.client : keys.server, keys.count);
    else if ((obstacle == OBSTACLE_NO_KEY_LOG || obstacle == OBSTACLE_NOT_IN_KEY_LOG) &&
             secrets->waiting->len < WAITING_MAX)
        g_array_append_vals(secrets->waiting, &(Waiting){ handshake->client, handshake->server },
                            1);
}

static Endpoint beside(Endpoint rtp)
{
    return (Endpoint){ rtp.ip, (uint16_t)(rtp.port + 1) };
}

/* The handshake of its path, and where RTCP has ports of its own, that one's (RFC 5764 section
 * 4.1). */
static void give_keys(MediaSecrets *secrets, Stream *stream)
{
    Endpoint source = stream->key.source, destination = stream->key.destination;
    const DtlsHandshake *own = dtls_table_find(secrets->model->dtls, source, destination);
    const DtlsHandshake *rtcp =
        dtls_table_find(secrets->model->dtls, beside(source), beside(destination));

    if (rtcp && own)
        give_to(secrets, stream, rtcp, beside(source));
    if (own)
        give_to(secrets, stream, own, source);
}

/* --- certificates --- */

static void check(const MediaSecrets *secrets, const Stream *stream,
                  const DtlsCertificate *certificate)
{
    const CertificateDigests digests = {
        { slice_of(certificate->sha1, sizeof certificate->sha1),
          slice_of(certificate->sha256, sizeof certificate->sha256),
          slice_of(certificate->sha384, sizeof certificate->sha384),
          slice_of(certificate->sha512, sizeof certificate->sha512) },
    };

    Call *call = model_call(secrets->model, stream->call);
    if (certificate->seen && call)
        media_fingerprint_check(secrets->model, call, stream->key.source, &digests);
}

static void stream_found(Stream *stream, void *context)
{
    MediaSecrets *secrets = context;

    if (stream->security == STREAM_SECURITY_DTLS)
        give_keys(secrets, stream);
}

static void stream_joined(Stream *stream, void *context)
{
    const MediaSecrets *secrets = context;
    const DtlsHandshake *handshake =
        dtls_table_find(secrets->model->dtls, stream->key.source, stream->key.destination);

    if (!handshake)
        return;
    bool from_client = endpoint_equal(stream->key.source, handshake->client);
    check(secrets, stream,
          from_client ? &handshake->client_certificate : &handshake->server_certificate);
}

/* --- all of it --- */

MediaSecrets *media_secrets_new(Model *model)
{
    MediaSecrets *secrets = g_new0(MediaSecrets, 1);

    secrets->model = model;
    secrets->waiting = g_array_new(FALSE, FALSE, sizeof(Waiting));
    model->secrets = (ModelSecrets){ stream_found, stream_joined, secrets };
    return secrets;
}

void media_secrets_free(MediaSecrets *secrets)
{
    if (!secrets)
        return;
    secrets->model->secrets = (ModelSecrets){ .context = NULL };
    g_array_unref(secrets->waiting);
    g_free(secrets);
}

typedef struct {
    MediaSecrets *secrets;
    Endpoint source;
} PathSearch;

static void give_if_from(Stream *stream, void *context)
{
    const PathSearch *search = context;

    if (endpoint_equal(stream->key.source, search->source))
        give_keys(search->secrets, stream);
}

static void give_to_path(MediaSecrets *secrets, Endpoint a, Endpoint b)
{
    MediaTracker *media = secrets->model->media;

    media_tracker_each_to(media, a, give_if_from, &(PathSearch){ secrets, b });
    media_tracker_each_to(media, b, give_if_from, &(PathSearch){ secrets, a });
}

static Endpoint before(Endpoint rtcp)
{
    return (Endpoint){ rtcp.ip, (uint16_t)(rtcp.port - 1) };
}

void media_secrets_datagram(MediaSecrets *secrets, const FlowKey *flow, Slice payload)
{
    AnomalySet anomalies = { 0 };
    const DtlsHandshake *handshake = dtls_table_datagram(secrets->model->dtls, flow->source,
                                                         flow->destination, payload, &anomalies);

    model_note_anomalies(secrets->model, &anomalies);
    if (!handshake)
        return;
    give_to_path(secrets, flow->source, flow->destination);
    give_to_path(secrets, before(flow->source), before(flow->destination));
}

void media_secrets_refresh(MediaSecrets *secrets)
{
    KeyLogStats stats;

    keylog_stats(secrets->model->keys, &stats);
    if (secrets->waiting->len == 0 || stats.added == secrets->known)
        return;
    secrets->known = stats.added;
    g_autoptr(GArray) waiting = secrets->waiting;
    secrets->waiting = g_array_new(FALSE, FALSE, sizeof(Waiting));
    for (unsigned i = 0; i < waiting->len; i++) {
        const Waiting *path = &g_array_index(waiting, Waiting, i);
        give_to_path(secrets, path->client, path->server);
        give_to_path(secrets, before(path->client), before(path->server));
    }
}

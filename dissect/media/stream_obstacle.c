#include "dissect/media/stream_obstacle.h"

static const struct {
    const char *name, *text;
} obstacles[] = {
    [OBSTACLE_NONE] = { NULL, "" },
    [OBSTACLE_NO_KEY] = { "no-key", "no key was seen: its SDP is missing here, or encrypted" },
    [OBSTACLE_BAD_KEY] = { "bad-key", "the key in its SDP is damaged" },
    [OBSTACLE_SUITE] = { "unsupported-suite", "its crypto suite is not supported" },
    [OBSTACLE_KEY_DERIVATION] = { "key-derivation-rate",
                                  "a key derivation rate (KDR) with AES-GCM is not supported" },
    [OBSTACLE_NO_HANDSHAKE] = { "no-handshake", "its DTLS handshake was not seen" },
    [OBSTACLE_HANDSHAKE_OPEN] = { "handshake-incomplete", "its DTLS handshake was not seen whole" },
    [OBSTACLE_DTLS_VERSION] = { "unsupported-dtls",
                                "its DTLS version or cipher suite is not supported" },
    [OBSTACLE_NO_PROFILE] = { "no-srtp-profile", "its DTLS handshake agreed on no SRTP profile" },
    [OBSTACLE_NO_KEY_LOG] = { "no-key-log", "DTLS: no TLS key log was given (-k FILE)" },
    [OBSTACLE_NOT_IN_KEY_LOG] = { "not-in-key-log",
                                  "DTLS: the key log lacks the client random of its handshake" },
    [OBSTACLE_ZRTP] = { "zrtp", "ZRTP: its keys are known to nobody but the two ends" },
    [OBSTACLE_KEYS_DO_NOT_FIT] = { "keys-do-not-fit",
                                   "the known keys do not fit: authentication fails" },
    [OBSTACLE_CUT] = { "cut", "the snap length cut its packets" },
    [OBSTACLE_NO_LIBRARY] = { "no-libsrtp2", "rung was built without libsrtp2" },
};

static StreamObstacle obstacle_of_keys(const SrtpContext *context)
{
    const SrtpCounts *counts = srtp_context_counts(context);

    if (!srtp_is_available())
        return OBSTACLE_NO_LIBRARY;
    if (srtp_context_key(context))
        return OBSTACLE_NONE;
    if (counts->failed > 0)
        return OBSTACLE_KEYS_DO_NOT_FIT;
    return counts->cut > 0 ? OBSTACLE_CUT : OBSTACLE_NONE;
}

StreamObstacle stream_obstacle(const Stream *stream)
{
    if (stream->security == STREAM_SECURITY_ZRTP)
        return OBSTACLE_ZRTP;
    if (stream->srtp)
        return obstacle_of_keys(stream->srtp);
    if (stream->security == STREAM_SECURITY_NONE || stream->obstacle != OBSTACLE_NONE)
        return (StreamObstacle)stream->obstacle;
    return stream->security == STREAM_SECURITY_DTLS ? OBSTACLE_NO_HANDSHAKE : OBSTACLE_NO_KEY;
}

const char *stream_obstacle_name(StreamObstacle obstacle)
{
    return obstacles[(unsigned)obstacle < G_N_ELEMENTS(obstacles) ? obstacle : 0].name;
}

const char *stream_obstacle_text(StreamObstacle obstacle)
{
    return obstacles[(unsigned)obstacle < G_N_ELEMENTS(obstacles) ? obstacle : 0].text;
}

#include "dissect/call/media_keys.h"
#include "dissect/base/base64.h"
#include "dissect/sip/sdp_crypto.h"

#define KEYS_MAX 64u

typedef struct {
    SrtpKey key; /* valid when @obstacle is OBSTACLE_NONE */
    Endpoint rtp;
    int64_t time_ns;
    uint32_t tag;
    uint16_t dialog;
    uint8_t party, line;
    uint8_t obstacle; /* StreamObstacle: the line was there and cannot be used */
} MediaKey;

struct MediaKeys {
    unsigned count, next; /* a ring */
    MediaKey keys[];
};

/* --- from SDP --- */

static StreamObstacle read_key(const SrtpSuite *suite, const SdpCryptoKey *from, SrtpKey *key)
{
    size_t length = 0;

    if (from->mki_bytes > SRTP_MKI_BYTES_MAX)
        return OBSTACLE_SUITE;
    if (!base64_decode(from->key, key->master, sizeof key->master, &length) ||
        length != srtp_suite_master_bytes(suite))
        return OBSTACLE_BAD_KEY;
    key->suite = suite;
    key->mki_bytes = from->mki_bytes;
    for (unsigned i = 0; i < key->mki_bytes && i < sizeof from->mki; i++)
        key->mki[key->mki_bytes - 1 - i] = (uint8_t)(from->mki >> 8 * i);
    return OBSTACLE_NONE;
}

static StreamObstacle obstacle_of(const SrtpSuite *suite, const SdpCryptoSession *session)
{
    if (!suite || suite->cipher == SRTP_CIPHER_UNSUPPORTED)
        return OBSTACLE_SUITE;
    return session->derivation_bits && suite->cipher == SRTP_CIPHER_AES_GCM
               ? OBSTACLE_KEY_DERIVATION
               : OBSTACLE_NONE;
}

static void add(Call *call, const MediaKey *wanted)
{
    struct MediaKeys *all = call->extras->media_keys;

    for (unsigned i = 0; all && i < all->count; i++) {
        MediaKey *known = &all->keys[i];
        if (known->obstacle != wanted->obstacle || known->dialog != wanted->dialog ||
            known->party != wanted->party || known->line != wanted->line ||
            !endpoint_equal(known->rtp, wanted->rtp))
            continue;
        if (wanted->obstacle != OBSTACLE_NONE || srtp_key_equal(&known->key, &wanted->key)) {
            known->time_ns = wanted->time_ns;
            return;
        }
    }
    if (!all || (all->count < KEYS_MAX && (all->count & (all->count - 1)) == 0)) {
        unsigned count = all ? all->count : 0;
        all = g_realloc(all, sizeof *all + MAX(2 * count, 1) * sizeof *all->keys);
        if (count == 0)
            all->count = all->next = 0;
        call_own_extras(call)->media_keys = all;
    }
    all->keys[all->next] = *wanted;
    all->count = MAX(all->count, all->next + 1);
    all->next = (all->next + 1) % KEYS_MAX;
}

static void note_line(Call *call, const SdpCrypto *crypto, MediaKey like)
{
    const SrtpSuite *suite = srtp_suite_named(crypto->suite);
    SdpCryptoSession session;
    SdpCryptoKey key;
    Slice params = crypto->key_params;
    DissectStatus status;

    sdp_crypto_session(crypto->session_params, &session);
    like.tag = crypto->tag;
    StreamObstacle obstacle = obstacle_of(suite, &session);
    if (obstacle != OBSTACLE_NONE) {
        like.obstacle = (uint8_t)obstacle;
        add(call, &like);
        return;
    }
    while ((status = sdp_crypto_next_key(&params, &key)) != DISSECT_NOT_MINE) {
        like.key = (SrtpKey){ .origin = SRTP_KEY_FROM_SDES,
                              .clear_rtp = session.clear_srtp,
                              .clear_rtcp = session.clear_srtcp,
                              .derivation_bits = session.derivation_bits,
                              .unauthenticated =
                                  session.unauthenticated && suite->cipher != SRTP_CIPHER_AES_GCM };
        like.obstacle =
            (uint8_t)(status == DISSECT_OK ? read_key(suite, &key, &like.key) : OBSTACLE_BAD_KEY);
        add(call, &like);
    }
}

bool media_keys_note(Call *call, unsigned dialog, Party party, const Sdp *sdp, int64_t time_ns)
{
    bool any = false;

    for (unsigned i = 0; i < sdp->media_count; i++) {
        const SdpMedia *media = &sdp->media[i];
        if (media->crypto_count == 0)
            continue;
        MediaKey like = { .dialog = (uint16_t)dialog,
                          .party = (uint8_t)party,
                          .line = (uint8_t)i,
                          .time_ns = time_ns };
        sdp_media_rtp_endpoint(media, &like.rtp);
        for (unsigned k = 0; k < media->crypto_count; k++)
            note_line(call, &media->crypto[k], like);
        any = true;
    }
    return any;
}

void media_keys_release(Call *call)
{
    if (call->extras->media_keys)
        g_free(g_steal_pointer(&call_own_extras(call)->media_keys));
}

/* --- to streams --- */

/* The tag that the other side said last about this line: what it chose, if it answered. */
static bool is_chosen(const struct MediaKeys *all, const MediaKey *key)
{
    const MediaKey *newest = NULL;

    for (unsigned i = 0; i < all->count; i++) {
        const MediaKey *other = &all->keys[i];
        if (other->party != key->party && other->dialog == key->dialog &&
            other->line == key->line && (!newest || other->time_ns >= newest->time_ns))
            newest = other;
    }
    return newest && newest->tag == key->tag;
}

/* RTP/AVP with a key is an offer (best effort): it counts when the SDP of both ends has one. */
static bool is_taken(const struct MediaKeys *all, const Stream *stream)
{
    bool here = false, there = false;

    for (unsigned i = 0; i < all->count; i++) {
        here |= endpoint_equal(all->keys[i].rtp, stream->key.source);
        there |= endpoint_equal(all->keys[i].rtp, stream->key.destination);
    }
    return here && there;
}

/* May @stream's sender use it? Below 0: no. */
static int fitness(const struct MediaKeys *all, const MediaKey *key, const Stream *stream)
{
    Party sender = stream->from_caller ? PARTY_CALLER : PARTY_CALLEE;
    bool here = endpoint_equal(key->rtp, stream->key.source);
    int score = 0;

    if (!here && (key->party != sender || key->line != stream->media_line))
        return -1;
    score += here ? 8 : 0;
    score += key->dialog == stream->dialog ? 4 : 0;
    score += is_chosen(all, key) ? 2 : 0;
    return score;
}

typedef struct {
    const MediaKey *key;
    int score;
} Ranked;

static int compare_ranked(const void *a, const void *b)
{
    const Ranked *first = a, *second = b;

    if (first->score != second->score)
        return second->score - first->score;
    return (first->key->time_ns < second->key->time_ns) -
           (first->key->time_ns > second->key->time_ns);
}

void media_keys_offer(Model *model, Stream *stream, const Call *call)
{
    const struct MediaKeys *all = call->extras->media_keys;
    Ranked ranked[KEYS_MAX];
    SrtpKey keys[SRTP_KEYS_MAX];
    unsigned ranked_count = 0;
    unsigned count = 0;

    if (!all || stream->dtls_agreed ||
        (stream->security == STREAM_SECURITY_NONE && !is_taken(all, stream)))
        return;
    for (unsigned i = 0; i < all->count; i++) {
        int score = fitness(all, &all->keys[i], stream);
        if (score >= 0)
            ranked[ranked_count++] = (Ranked){ &all->keys[i], score };
    }
    if (ranked_count == 0)
        return;
    qsort(ranked, ranked_count, sizeof *ranked, compare_ranked);
    for (unsigned i = 0; i < ranked_count && count < SRTP_KEYS_MAX; i++)
        if (ranked[i].key->obstacle == OBSTACLE_NONE)
            keys[count++] = ranked[i].key->key;
    stream->obstacle = ranked[0].key->obstacle;
    media_tracker_offer_keys(model->media, stream, keys, count);
}

#include "dissect/session/tls.h"
#include "dissect/session/tls_prf.h"
#include "dissect/session/tls_private.h"

#define HEADER_LEN         5u
#define LOST_RECORDS_MAX   256u /* numbers tried behind a gap */
#define FAILURES_MAX       64u  /* records in a row, then a direction is given up */
#define HELD_BYTES_MAX     (256u << 10)
#define ALL_HELD_BYTES_MAX (16u << 20)

struct TlsDecoder {
    TlsSecrets secrets;
    TlsSessionTable *sessions; /* borrowed */
    GQueue waiting;            /* intrusive; each Tls with held records */
    size_t held_bytes;         /* of all */
    uint64_t keys_seen;        /* KeyLogStats.added when it was last tried */
};

TlsDecoder *tls_decoder_new(KeyLog *log, const ServerKeys *server_keys, TlsSessionTable *sessions)
{
    TlsDecoder *decoder = g_new0(TlsDecoder, 1);

    decoder->secrets = (TlsSecrets){ log, server_keys };
    decoder->sessions = sessions;
    return decoder;
}

void tls_decoder_free(TlsDecoder *decoder)
{
    g_free(decoder);
}

/* Whether keys may still come: a key log is open, or secrets were found in the capture. */
static bool has_key_source(const TlsDecoder *decoder)
{
    KeyLogStats stats;

    keylog_stats(decoder->secrets.log, &stats);
    return stats.files > 0 || stats.kept > 0;
}

static bool is_version(uint16_t version)
{
    return version >= 0x0300 && version <= TLS_1_3;
}

/* Type, version and length of a record (RFC 8446 section 5.1, RFC 5246 section 6.2.1). */
static bool is_header(Slice bytes)
{
    Cursor c = cursor_over(bytes);
    uint8_t type = cursor_u8(&c);
    uint16_t version = cursor_be16(&c), len = cursor_be16(&c);

    if (c.failed || type < TLS_CHANGE_CIPHER_SPEC || type > TLS_HEARTBEAT || !is_version(version))
        return false;
    return len <= TLS_FRAGMENT_MAX && len > 0;
}

static size_t record_len(Slice bytes)
{
    return HEADER_LEN + ((size_t)bytes.data[3] << 8 | bytes.data[4]);
}

static StreamProbe tls_probe(Slice bytes)
{
    if (bytes.len >= HEADER_LEN)
        return is_header(bytes) ? STREAM_YES : STREAM_NO;
    if (bytes.len > 0 && (bytes.data[0] < TLS_CHANGE_CIPHER_SPEC || bytes.data[0] > TLS_HEARTBEAT))
        return STREAM_NO;
    return bytes.len > 1 && bytes.data[1] != 3 ? STREAM_NO : STREAM_MAYBE;
}

static void *tls_open(StreamLayer *layer, void *context)
{
    Tls *tls = g_new0(Tls, 1);
    StreamOrigin origin = stream_layer_origin(layer, 0);
    bool to_server = origin.source.port >= origin.destination.port;

    tls->layer = layer;
    tls->decoder = context;
    tls->client = -1;
    tls->waiting.data = tls;
    tls->session = to_server
                       ? tls_session_add(tls->decoder->sessions, origin.source, origin.destination)
                       : tls_session_add(tls->decoder->sessions, origin.destination, origin.source);
    tls->session->first_ns = tls->session->last_ns = origin.moment.time_ns;
    tls->session->first_frame = origin.moment.frame;
    return tls;
}

static void set_outcome(Tls *tls, TlsOutcome outcome)
{
    TlsOutcome *now = &tls->session->outcome;

    if (*now != TLS_READ || outcome == TLS_LOST)
        *now = outcome;
}

static void close_side(Tls *tls, unsigned side, TlsOutcome why)
{
    TlsSide *state = &tls->sides[side];

    state->state = TLS_SIDE_CLOSED;
    g_clear_pointer(&state->cipher, tls_cipher_free);
    set_outcome(tls, why);
}

static void count_undecrypted(Tls *tls, unsigned side)
{
    tls->session->undecrypted++;
    tls->sides[side].gap_above = true;
}

static void use_alert(Tls *tls, unsigned side, Slice content)
{
    TlsSession *session = tls->session;

    if (content.len != 2)
        return;
    if (session->alert_count < TLS_ALERTS_MAX)
        session->alerts[session->alert_count] = (TlsAlert){
            .from_client = tls->client < 0 ? side == 0 : tls_is_client(tls, side),
            .level = content.data[0],
            .description = content.data[1],
        };
    session->alert_count++;
}

/* Up to TLS 1.2 the next record has new keys; in 1.3 it means nothing (RFC 8446 appendix D.4). */
static void change_cipher_spec(Tls *tls, unsigned side)
{
    TlsSide *state = &tls->sides[side];

    if (tls->parameters.version == TLS_1_3 || state->state == TLS_SIDE_CLOSED)
        return;
    g_clear_pointer(&state->cipher, tls_cipher_free);
    state->state = TLS_SIDE_WAITING;
    state->failures = 0;
}

static void use_content(Tls *tls, unsigned side, uint8_t type, Slice content)
{
    TlsSide *state = &tls->sides[side];

    switch (type) {
    case TLS_CHANGE_CIPHER_SPEC:
        change_cipher_spec(tls, side);
        break;
    case TLS_ALERT:
        use_alert(tls, side, content);
        break;
    case TLS_HANDSHAKE:
        tls_use_handshake(tls, side, content);
        break;
    case TLS_APPLICATION_DATA:
        if (content.len > 0) {
            bool gap = state->gap_above;
            state->gap_above = false;
            stream_layer_feed(tls->layer, side, content, gap);
        }
        break;
    default:
        break;
    }
}

/* A record was opened. */
static void use_plain(Tls *tls, unsigned side, uint8_t type, Slice content)
{
    TlsSide *state = &tls->sides[side];

    state->gap = false;
    state->failures = 0;
    tls->session->decrypted++;
    set_outcome(tls, TLS_READ);
    use_content(tls, side, type, content);
}

/* A record was not authentic under any key that it could have. */
static void use_failed(Tls *tls, unsigned side, Slice fragment)
{
    TlsSide *state = &tls->sides[side];

    count_undecrypted(tls, side);
    stream_layer_note(tls->layer, ANOMALY_TLS_NOT_AUTHENTIC);
    if (state->cipher)
        tls_cipher_skip(state->cipher, fragment);
    if (tls->session->outcome != TLS_READ)
        set_outcome(tls, state->gap ? TLS_LOST : TLS_WRONG_KEY);
    if (++state->failures >= FAILURES_MAX)
        close_side(tls, side, tls->session->decrypted ? TLS_LOST : tls->session->outcome);
}

static unsigned records_lost(const TlsSide *state)
{
    return state->gap ? LOST_RECORDS_MAX : 0;
}

TlsCipher *tls_next_generation(const Tls *tls, const TlsSide *side, uint8_t ret_secret[64])
{
    const TlsSuite *suite = &tls->parameters.suite;
    Slice secret = slice_of(side->secret, side->secret_len);

    if (secret.len > 64 || !tls_expand_label(suite->prf, secret, "tls13 traffic upd", SLICE_EMPTY,
                                             ret_secret, secret.len))
        return NULL;
    return tls_cipher_new_13(suite, slice_of(ret_secret, secret.len));
}

static void adopt_cipher(TlsSide *state, TlsCipher *cipher, TlsEpoch epoch, Slice secret)
{
    tls_cipher_free(state->cipher);
    state->cipher = cipher;
    state->epoch = epoch;
    state->secret_len = MIN(secret.len, sizeof state->secret);
    memcpy(state->secret, secret.data, state->secret_len);
}

typedef enum { TRIED_OPEN, TRIED_FAILED, TRIED_NO_KEY } Tried;

/* A later epoch's key, when the present one does not fit: what changed it was not captured, or not
 * readable. */
static Tried try_later_epochs(Tls *tls, unsigned side, const TlsRecord *record, uint8_t *plain,
                              uint8_t *type, Slice *content)
{
    TlsSide *state = &tls->sides[side];
    TlsEpoch first = state->cipher ? state->epoch + 1 : state->epoch;
    bool any_key = state->cipher != NULL, missing = false;

    for (TlsEpoch epoch = first; epoch <= TLS_EPOCH_TRAFFIC; epoch++) {
        Slice secret = tls_keys_secret(&tls->decoder->secrets, &tls->parameters, epoch,
                                       tls_is_client(tls, side));
        TlsCipher *cipher = secret.len ? tls_cipher_new_13(&tls->parameters.suite, secret) : NULL;
        any_key |= cipher != NULL;
        missing |= !cipher && epoch != TLS_EPOCH_EARLY;
        if (!cipher)
            continue;
        if (tls_cipher_open(cipher, record, records_lost(state), plain, type, content)) {
            adopt_cipher(state, cipher, epoch, secret);
            return TRIED_OPEN;
        }
        tls_cipher_free(cipher);
    }
    return missing || !any_key ? TRIED_NO_KEY : TRIED_FAILED;
}

/* The message that told of the new key may be among the lost records. */
static bool try_next_generation(Tls *tls, TlsSide *state, const TlsRecord *record, uint8_t *plain,
                                uint8_t *type, Slice *content)
{
    uint8_t secret[64];

    if (!state->gap || state->epoch != TLS_EPOCH_TRAFFIC || !state->cipher)
        return false;
    g_autoptr(TlsCipher) next = tls_next_generation(tls, state, secret);
    if (!next || !tls_cipher_open(next, record, LOST_RECORDS_MAX, plain, type, content))
        return false;
    adopt_cipher(state, g_steal_pointer(&next), TLS_EPOCH_TRAFFIC,
                 slice_of(secret, state->secret_len));
    return true;
}

static Tried try_13(Tls *tls, unsigned side, const TlsRecord *record, uint8_t *plain, uint8_t *type,
                    Slice *content)
{
    TlsSide *state = &tls->sides[side];

    if (state->cipher &&
        tls_cipher_open(state->cipher, record, records_lost(state), plain, type, content))
        return TRIED_OPEN;
    Tried tried = try_later_epochs(tls, side, record, plain, type, content);
    if (tried == TRIED_FAILED && try_next_generation(tls, state, record, plain, type, content))
        return TRIED_OPEN;
    return tried;
}

static Tried try_12(Tls *tls, unsigned side, const TlsRecord *record, uint8_t *plain, uint8_t *type,
                    Slice *content)
{
    TlsSide *state = &tls->sides[side];

    if (!state->cipher) {
        if (!tls_keys_find_master(&tls->decoder->secrets, &tls->parameters))
            return TRIED_NO_KEY;
        tls->session->resumed |= !tls->parameters.has_key_exchange;
        state->cipher = tls_keys_cipher(&tls->parameters, tls_is_client(tls, side));
    }
    if (state->cipher &&
        tls_cipher_open(state->cipher, record, records_lost(state), plain, type, content))
        return TRIED_OPEN;
    return TRIED_FAILED;
}

/* False when the record has to wait for its key. */
static bool use_protected(Tls *tls, unsigned side, const TlsRecord *record)
{
    TlsSide *state = &tls->sides[side];
    const TlsParameters *parameters = &tls->parameters;

    bool keyed = state->cipher && parameters->version != TLS_1_3; /* maybe a new handshake runs */
    if (!keyed && (!parameters->has_client || !parameters->has_server))
        return false;
    if (!keyed && !tls_parameters_supported(parameters)) {
        close_side(tls, side, TLS_NOT_SUPPORTED);
        count_undecrypted(tls, side);
        return true;
    }
    g_autofree uint8_t *plain = g_malloc(record->fragment.len + 32);
    uint8_t type = 0;
    Slice content = SLICE_EMPTY;
    Tried tried = parameters->version == TLS_1_3
                      ? try_13(tls, side, record, plain, &type, &content)
                      : try_12(tls, side, record, plain, &type, &content);
    if (tried == TRIED_NO_KEY)
        return false;
    state->state = TLS_SIDE_OPEN;
    if (tried == TRIED_OPEN)
        use_plain(tls, side, type, content);
    else
        use_failed(tls, side, record->fragment);
    return true;
}

/* TLS 1.3 protects what has the type of application data, all before it from change cipher spec
 * on. */
static bool is_protected(const Tls *tls, unsigned side, uint8_t type)
{
    if (type == TLS_APPLICATION_DATA)
        return true;
    return tls->parameters.version != TLS_1_3 && tls->sides[side].state != TLS_SIDE_CLEAR &&
           type != TLS_CHANGE_CIPHER_SPEC;
}

/* False when the record has to wait for its key. */
static bool use_record(Tls *tls, unsigned side, const TlsRecord *record)
{
    TlsSide *state = &tls->sides[side];

    if (!is_protected(tls, side, record->type)) {
        use_content(tls, side, record->type, record->fragment);
        return true;
    }
    if (state->state == TLS_SIDE_CLEAR) { /* 1.2: no change cipher spec came; 1.3: early data */
        state->state = TLS_SIDE_WAITING;
        if (!tls->parameters.has_client && !tls->parameters.has_server)
            close_side(tls, side, TLS_NO_HANDSHAKE);
    }
    if (state->state != TLS_SIDE_CLOSED)
        return use_protected(tls, side, record);
    count_undecrypted(tls, side);
    return true;
}

static void update_waiting(Tls *tls)
{
    TlsDecoder *decoder = tls->decoder;
    bool waits = tls->sides[0].held.length || tls->sides[1].held.length;

    if (waits == tls->is_waiting)
        return;
    if (waits)
        g_queue_push_tail_link(&decoder->waiting, &tls->waiting);
    else
        g_queue_unlink(&decoder->waiting, &tls->waiting);
    tls->is_waiting = waits;
}

static void drop_first_held(Tls *tls, TlsSide *state)
{
    TlsHeldRecord *held = g_queue_pop_head(&state->held);

    state->held_bytes -= held->len;
    tls->decoder->held_bytes -= held->len;
    g_free(held);
}

/* Uses the first record that was held; false when there is none, or its key is not known. */
static bool drain_first(Tls *tls, unsigned side)
{
    TlsSide *state = &tls->sides[side];
    const TlsHeldRecord *held = g_queue_peek_head(&state->held);

    if (!held)
        return false;
    TlsRecord record = { held->type, held->version, slice_of(held->bytes, held->len) };
    bool gap = state->gap;
    state->gap |= held->gap;
    StreamMoment now = stream_layer_set_moment(tls->layer, held->moment);
    bool used = use_record(tls, side, &record);
    stream_layer_set_moment(tls->layer, now);
    if (used)
        drop_first_held(tls, state);
    else
        state->gap = gap;
    return used;
}

/* Uses what was held, as far as its keys are known now. */
static void drain(Tls *tls, unsigned side)
{
    while (drain_first(tls, side))
        ;
    update_waiting(tls);
}

/* No key has come, and none will in time. */
static void give_up(Tls *tls, unsigned side)
{
    TlsSide *state = &tls->sides[side];
    const TlsParameters *parameters = &tls->parameters;
    bool hellos = parameters->has_client && parameters->has_server;

    close_side(tls, side, hellos ? TLS_NO_KEY : TLS_NO_HANDSHAKE);
    while (state->held.length > 0) {
        drop_first_held(tls, state);
        count_undecrypted(tls, side);
    }
    update_waiting(tls);
}

static void hold(Tls *tls, unsigned side, const TlsRecord *record)
{
    TlsSide *state = &tls->sides[side];
    TlsDecoder *decoder = tls->decoder;
    bool known = tls->parameters.has_client && tls->parameters.has_server;

    set_outcome(tls, known ? TLS_NO_KEY : TLS_NO_HANDSHAKE);
    if (known && !has_key_source(decoder)) {
        give_up(tls, side);
        count_undecrypted(tls, side);
        return;
    }
    size_t len = record->fragment.len;
    if (state->held_bytes + len > HELD_BYTES_MAX ||
        decoder->held_bytes + len > ALL_HELD_BYTES_MAX) {
        stream_layer_note(tls->layer, ANOMALY_TLS_HELD_LIMIT);
        give_up(tls, side);
        count_undecrypted(tls, side);
        return;
    }
    TlsHeldRecord *held = g_malloc(sizeof *held + len);
    held->moment = stream_layer_origin(tls->layer, side).moment;
    held->gap = state->gap;
    held->type = record->type;
    held->version = record->version;
    held->len = len;
    memcpy(held->bytes, record->fragment.data, len);
    state->gap = false;
    state->held_bytes += len;
    decoder->held_bytes += len;
    g_queue_push_tail(&state->held, held);
    update_waiting(tls);
}

static void take_record(Tls *tls, unsigned side, const TlsRecord *record)
{
    TlsSide *state = &tls->sides[side];

    if (state->held.length > 0)
        drain(tls, side);
    if (state->held.length > 0 || !use_record(tls, side, record))
        hold(tls, side, record);
    if (tls->sides[!side].held.length > 0)
        drain(tls, !side); /* it may have waited for this */
}

/* Bytes of which nobody needs more than their number. */
static bool is_wanted(const Tls *tls, unsigned side, uint8_t type)
{
    const TlsSide *state = &tls->sides[side];

    if (state->state == TLS_SIDE_CLOSED)
        return !is_protected(tls, side, type);
    return state->state != TLS_SIDE_OPEN || type != TLS_APPLICATION_DATA ||
           stream_layer_feeds(tls->layer, side);
}

/* Where a record begins in bytes that follow a hole: at the front, or where two in a row fit. */
static size_t find_record(Slice bytes)
{
    for (size_t at = 0; at + HEADER_LEN <= bytes.len; at++) {
        Slice rest = slice_from(bytes, at);
        if (!is_header(rest))
            continue;
        Slice next = slice_from(rest, record_len(rest));
        if (at == 0 || is_header(next) || record_len(rest) == rest.len)
            return at;
    }
    return bytes.len;
}

/* Takes the record at the front of @bytes, or as much of it as is not wanted; 0: more has to
 * come. */
static size_t take_front(Tls *tls, unsigned side, Slice bytes)
{
    TlsSide *state = &tls->sides[side];
    TlsRecord record = { .type = bytes.data[0],
                         .version = (uint16_t)((unsigned)bytes.data[1] << 8 | bytes.data[2]) };
    size_t len = record_len(bytes);

    if (!is_wanted(tls, side, record.type)) {
        tls->session->undecrypted += state->state == TLS_SIDE_CLOSED;
        state->skip = len - MIN(len, bytes.len);
        return MIN(len, bytes.len);
    }
    if (bytes.len < len)
        return 0;
    record.fragment = slice_sub(bytes, HEADER_LEN, len - HEADER_LEN);
    take_record(tls, side, &record);
    return len;
}

static void begin_behind_gap(TlsSide *state)
{
    state->gap = state->gap_above = state->lost_alignment = true;
    state->skip = 0;
    if (state->message)
        g_byte_array_unref(g_steal_pointer(&state->message));
}

/* How much of @bytes stands before the next record; all when none begins there. */
static size_t align(Tls *tls, TlsSide *state, Slice bytes)
{
    size_t at = find_record(bytes);

    state->lost_alignment = at == bytes.len;
    if (at > 0)
        stream_layer_note(tls->layer, ANOMALY_TLS_BAD_RECORD);
    return at;
}

static size_t tls_deliver(void *user, unsigned side, Slice bytes, bool gap, bool end)
{
    Tls *tls = user;
    TlsSide *state = &tls->sides[side];
    size_t used = 0;

    tls->session->last_ns = stream_layer_origin(tls->layer, side).moment.time_ns;
    if (gap)
        begin_behind_gap(state);
    while (used < bytes.len) {
        Slice rest = slice_from(bytes, used);
        size_t step = MIN(state->skip, rest.len);
        if (step > 0) {
            state->skip -= step;
        } else if (rest.len < HEADER_LEN) {
            break;
        } else if (state->lost_alignment || !is_header(rest)) {
            step = align(tls, state, rest);
            state->gap = true;
        } else {
            step = take_front(tls, side, rest);
            if (step == 0)
                break;
        }
        used += step;
    }
    return end ? bytes.len : used;
}

static void tls_close(void *user)
{
    Tls *tls = user;

    for (unsigned side = 0; side < 2; side++) {
        TlsSide *state = &tls->sides[side];
        if (state->held.length > 0)
            give_up(tls, side);
        tls_cipher_free(state->cipher);
        if (state->message)
            g_byte_array_unref(state->message);
    }
    tls_parameters_clear(&tls->parameters);
    tls->session->open = false;
    tls_session_unref(tls->session);
    g_free(tls);
}

/* For keys that come late. */
static bool tls_waits(const void *user)
{
    const Tls *tls = user;

    return tls->is_waiting && has_key_source(tls->decoder);
}

/* A record that waits, by the packet it came in. */
typedef struct {
    Tls *tls;
    unsigned side;
    uint32_t frame;
} Waiting;

static gint compare_waiting(gconstpointer a, gconstpointer b)
{
    const Waiting *one = a, *other = b;

    return (one->frame > other->frame) - (one->frame < other->frame);
}

static void add_waiting(GArray *waiting, Tls *tls)
{
    for (unsigned side = 0; side < 2; side++) {
        tls->sides[side].stuck = false;
        for (GList *link = tls->sides[side].held.head; link; link = link->next) {
            const TlsHeldRecord *held = link->data;
            g_array_append_vals(waiting, &(Waiting){ tls, side, held->moment.frame }, 1);
        }
    }
}

/* In the order of the packets, over all connections: requests before what answers them. What is
 * stuck may have waited for the other direction. */
static void drain_all(GArray *waiting)
{
    for (unsigned i = 0; i < waiting->len; i++) {
        const Waiting *next = &g_array_index(waiting, Waiting, i);
        TlsSide *state = &next->tls->sides[next->side];
        state->stuck = state->stuck || !drain_first(next->tls, next->side);
    }
    for (unsigned i = 0; i < waiting->len; i++) {
        const Waiting *one = &g_array_index(waiting, Waiting, i);
        if (one->tls->sides[one->side].stuck)
            drain(one->tls, one->side);
        one->tls->sides[one->side].stuck = false;
        update_waiting(one->tls);
    }
}

void tls_decoder_retry(TlsDecoder *decoder)
{
    KeyLogStats stats;

    keylog_stats(decoder->secrets.log, &stats);
    if (stats.added == decoder->keys_seen)
        return;
    decoder->keys_seen = stats.added;
    g_autoptr(GArray) waiting = g_array_new(FALSE, FALSE, sizeof(Waiting));
    for (GList *link = decoder->waiting.head; link; link = link->next)
        add_waiting(waiting, link->data);
    g_array_sort(waiting, compare_waiting);
    drain_all(waiting);
}

const StreamProtocol tls_protocol = {
    .name = "tls",
    .carrier = STREAM_IN_TLS,
    .probe = tls_probe,
    .open = tls_open,
    .deliver = tls_deliver,
    .close = tls_close,
    .waits = tls_waits,
};

#include "dissect/media/srtp_context.h"
#include "dissect/media/srtp_extension.h"
#include "dissect/media/srtp_session.h"

#define SESSIONS_MAX   1024u /* open at once in a pool: libsrtp2 on NSS slows down with each */
#define RTP_HEADER     12u
#define RTCP_HEADER    8u
#define SEARCH_STEP    128u /* indexes tried on one packet, over all keys */
#define SEARCH_LEAST   16u  /* of one key */
#define EAGER_FAILURES 8u   /* in a row, each of which is searched; then every power of two */
#define LOST_AFTER     64u  /* failures in a row: not even near the index that was known */
#define NEAR_ROCS      4u   /* wraps in a pause of the capture */
#define SEQ_HALF       32768
#define STEADY_AFTER   64u /* packets in a row that could be opened */

struct SrtpPool {
    GQueue open;      /* SrtpContext with a session, that which opened first at the head */
    uint8_t *scratch; /* SRTP_PACKET_BYTES */
};

struct SrtpContext {
    SrtpPool *pool; /* borrowed */
    GList link;     /* of pool->open while @rtp or @rtcp is open */
    bool linked;
    uint32_t ssrc;
    SrtpKey *keys; /* owned; likeliest first */
    unsigned key_count;
    SrtpKey key; /* that which fits; valid when @fits */
    bool fits;
    SrtpSession *rtp, *rtcp;    /* under @key; NULL: closed */
    SrtpExtensions *extensions; /* under @key; NULL: closed */
    SrtpKey rtcp_key;           /* of @rtcp, if not @key itself */
    SrtpRtcpForm rtcp_form;
    bool rtcp_fits;
    int64_t index; /* highest of what was opened: 2^16 * ROC + SEQ */
    uint32_t search_from;
    uint32_t steady;                  /* packets opened in a row */
    uint32_t failures, rtcp_failures; /* in a row */
    SrtpCounts counts;
};

bool srtp_key_equal(const SrtpKey *a, const SrtpKey *b)
{
    return a->suite == b->suite && a->mki_bytes == b->mki_bytes && a->clear_rtp == b->clear_rtp &&
           a->clear_rtcp == b->clear_rtcp && a->unauthenticated == b->unauthenticated &&
           a->padded == b->padded && a->derivation_bits == b->derivation_bits &&
           memcmp(a->master, b->master, srtp_suite_master_bytes(a->suite)) == 0 &&
           memcmp(a->mki, b->mki, a->mki_bytes) == 0;
}

bool srtp_is_available(void)
{
    return srtp_session_available();
}

/* --- pool --- */

SrtpPool *srtp_pool_new(void)
{
    SrtpPool *pool = g_new0(SrtpPool, 1);

    g_queue_init(&pool->open);
    return pool;
}

void srtp_pool_free(SrtpPool *pool)
{
    if (!pool)
        return;
    g_assert(pool->open.length == 0);
    g_free(pool->scratch);
    g_free(pool);
}

static void close_sessions(SrtpContext *context)
{
    g_clear_pointer(&context->rtp, srtp_session_free);
    g_clear_pointer(&context->rtcp, srtp_session_free);
    g_clear_pointer(&context->extensions, srtp_extensions_free);
    if (context->linked)
        g_queue_unlink(&context->pool->open, &context->link);
    context->linked = false;
}

static void note_open(SrtpContext *context)
{
    SrtpPool *pool = context->pool;

    if (context->linked)
        return;
    if (pool->open.length >= SESSIONS_MAX)
        close_sessions(pool->open.head->data);
    g_queue_push_tail_link(&pool->open, &context->link);
    context->linked = true;
}

/* libsrtp2 works in place. */
static uint8_t *copy_of(SrtpContext *context, Slice bytes)
{
    if (!context->pool->scratch)
        context->pool->scratch = g_malloc(SRTP_PACKET_BYTES);
    memcpy(context->pool->scratch, bytes.data, bytes.len);
    return context->pool->scratch;
}

/* --- context --- */

SrtpContext *srtp_context_new(SrtpPool *pool, uint32_t ssrc)
{
    SrtpContext *context = g_new0(SrtpContext, 1);

    context->pool = pool;
    context->ssrc = ssrc;
    context->link.data = context;
    return context;
}

void srtp_context_free(SrtpContext *context)
{
    if (!context)
        return;
    close_sessions(context);
    g_free(context->keys);
    g_free(context);
}

static bool knows_key(const SrtpContext *context, const SrtpKey *key)
{
    for (unsigned i = 0; i < context->key_count; i++)
        if (srtp_key_equal(&context->keys[i], key))
            return true;
    return false;
}

void srtp_context_add_keys(SrtpContext *context, const SrtpKey *keys, unsigned count)
{
    SrtpKey merged[SRTP_KEYS_MAX];
    unsigned merged_count = 0;

    for (unsigned i = 0; i < 2 * count && merged_count < SRTP_KEYS_MAX; i++) {
        SrtpKey key = keys[i / 2];
        key.padded = i % 2;
        if ((!key.padded || srtp_key_is_ambiguous(&key)) && !knows_key(context, &key))
            merged[merged_count++] = key;
    }
    if (merged_count == 0)
        return;
    for (unsigned i = 0; i < context->key_count && merged_count < SRTP_KEYS_MAX; i++)
        merged[merged_count++] = context->keys[i];
    g_free(context->keys);
    context->keys = g_memdup2(merged, merged_count * sizeof *merged);
    context->key_count = merged_count;
    context->failures = context->rtcp_failures = 0;
    context->search_from = 0;
}

unsigned srtp_context_keys(const SrtpContext *context, const SrtpKey **out)
{
    *out = context->keys;
    return context->key_count;
}

const SrtpCounts *srtp_context_counts(const SrtpContext *context)
{
    return &context->counts;
}

const SrtpKey *srtp_context_key(const SrtpContext *context)
{
    return context->fits ? &context->key : NULL;
}

uint32_t srtp_context_roc(const SrtpContext *context)
{
    return (uint32_t)(context->index >> 16);
}

bool srtp_context_is_steady(const SrtpContext *context, size_t *ret_trailer)
{
    if (context->steady < STEADY_AFTER)
        return false;
    *ret_trailer = context->key.mki_bytes;
    *ret_trailer += context->key.unauthenticated ? 0u : context->key.suite->rtp_tag_bytes;
    return true;
}

/* --- RTP --- */

static uint16_t seq_of(Slice bytes)
{
    return (uint16_t)((unsigned)bytes.data[2] << 8 | bytes.data[3]);
}

/* RFC 3711 section 3.3.1: the index nearest to the highest one. */
static uint32_t estimate_roc(const SrtpContext *context, uint16_t seq)
{
    int64_t roc = context->index >> 16;
    int64_t apart = (int64_t)seq - (context->index & 0xffff);

    if (apart > SEQ_HALF)
        roc--;
    else if (apart < -SEQ_HALF)
        roc++;
    return (uint32_t)MAX(roc, 0);
}

static void note_index(SrtpContext *context, uint32_t roc, uint16_t seq)
{
    context->index = MAX(context->index, (int64_t)roc << 16 | seq);
}

static SrtpVerdict try_index(SrtpContext *context, SrtpSession *session, Slice bytes, uint32_t roc,
                             Slice *out)
{
    uint8_t *copy = copy_of(context, bytes);
    size_t length = bytes.len;
    SrtpVerdict verdict = srtp_session_rtp(session, copy, &length, roc);

    if (verdict == SRTP_OPEN)
        *out = slice_of(copy, length);
    return verdict;
}

static bool is_search_due(uint32_t failures)
{
    return failures < EAGER_FAILURES || (failures & (failures - 1)) == 0;
}

static bool is_near(const SrtpContext *context)
{
    return context->fits && context->failures < LOST_AFTER;
}

/* What cannot be opened must not cost more the more keys are offered for it. */
static uint32_t search_step(const SrtpContext *context)
{
    return MAX(SEARCH_STEP / context->key_count, SEARCH_LEAST);
}

/* The roll-over counters worth a trial: near what is known, else from 0 on, some more each time. */
static unsigned list_rocs(const SrtpContext *context, uint16_t seq, uint32_t *rocs)
{
    unsigned count = 0;

    if (is_near(context)) {
        uint32_t likely = estimate_roc(context, seq);
        for (uint32_t i = 0; i < NEAR_ROCS; i++)
            rocs[count++] = likely + i;
        for (uint32_t i = 0; i < 2 && i < likely; i++) /* a new key, or a source that began anew */
            rocs[count++] = i;
        return count;
    }
    for (uint32_t i = 0; i < search_step(context); i++)
        rocs[count++] = (context->search_from + i) % SRTP_ROC_SEARCH_MAX;
    return count;
}

static void adopt(SrtpContext *context, const SrtpKey *key, SrtpSession *session, uint32_t roc,
                  uint16_t seq)
{
    if (context->fits && !srtp_key_equal(key, &context->key))
        context->counts.key_changes++;
    context->key = *key;
    g_clear_pointer(&context->rtp, srtp_session_free);
    g_clear_pointer(&context->extensions, srtp_extensions_free);
    context->rtp = session;
    context->fits = true;
    context->index = (int64_t)roc << 16 | seq;
    note_open(context);
}

static SrtpVerdict search_with(SrtpContext *context, const SrtpKey *key, Slice bytes, Slice *out)
{
    uint32_t rocs[SEARCH_STEP + NEAR_ROCS];
    uint16_t seq = seq_of(bytes);
    unsigned count = list_rocs(context, seq, rocs);
    SrtpSession *session = srtp_session_new(key, context->ssrc, SRTP_RTCP_AS_SUITE);

    for (unsigned i = 0; session && i < count; i++) {
        if (try_index(context, session, bytes, rocs[i], out) != SRTP_OPEN)
            continue;
        adopt(context, key, session, rocs[i], seq);
        return SRTP_OPEN;
    }
    srtp_session_free(session);
    return SRTP_FAILED;
}

static SrtpVerdict search(SrtpContext *context, Slice bytes, Slice *out)
{
    bool far = !is_near(context);

    if (!is_search_due(context->failures))
        return SRTP_FAILED;
    for (unsigned i = 0; i < context->key_count; i++)
        if (search_with(context, &context->keys[i], bytes, out) == SRTP_OPEN)
            return SRTP_OPEN;
    if (far)
        context->search_from = (context->search_from + search_step(context)) % SRTP_ROC_SEARCH_MAX;
    return SRTP_FAILED;
}

static SrtpVerdict open_rtp(SrtpContext *context, Slice bytes, Slice *out)
{
    if (context->fits && !context->rtp) {
        context->rtp = srtp_session_new(&context->key, context->ssrc, SRTP_RTCP_AS_SUITE);
        note_open(context);
    }
    if (context->rtp) {
        uint16_t seq = seq_of(bytes);
        uint32_t roc = estimate_roc(context, seq);
        SrtpVerdict verdict = try_index(context, context->rtp, bytes, roc, out);
        if (verdict == SRTP_OPEN)
            note_index(context, roc, seq);
        if (verdict != SRTP_FAILED)
            return verdict;
    }
    return search(context, bytes, out);
}

SrtpVerdict srtp_context_rtp(SrtpContext *context, Slice bytes, bool whole, Slice *out)
{
    if (!whole || bytes.len < RTP_HEADER || bytes.len > SRTP_PACKET_BYTES) {
        context->counts.cut++;
        return SRTP_CUT;
    }
    SrtpVerdict verdict = open_rtp(context, bytes, out);
    switch (verdict) {
    case SRTP_OPEN:
        context->counts.open++;
        context->failures = 0;
        context->steady++;
        break;
    case SRTP_REPLAYED:
        context->counts.replayed++;
        break;
    case SRTP_FAILED:
        context->counts.failed++;
        context->failures++;
        context->steady = 0;
        break;
    case SRTP_CUT:
        context->counts.cut++;
        break;
    }
    return verdict;
}

SrtpVerdict srtp_context_rtp_again(SrtpContext *context, Slice bytes, Slice *out)
{
    if (!context->fits || bytes.len < RTP_HEADER || bytes.len > SRTP_PACKET_BYTES)
        return SRTP_FAILED;
    SrtpSession *session = srtp_session_new(&context->key, context->ssrc, SRTP_RTCP_AS_SUITE);
    if (!session)
        return SRTP_FAILED;
    SrtpVerdict verdict =
        try_index(context, session, bytes, estimate_roc(context, seq_of(bytes)), out);
    srtp_session_free(session);
    return verdict;
}

void srtp_context_open_extension(SrtpContext *context, uint16_t ids, RtpPacket *packet)
{
    if (!context->fits)
        return;
    if (!context->extensions)
        context->extensions = srtp_extensions_new(&context->key);
    if (!context->extensions)
        return;
    note_open(context);
    packet->extension_open =
        srtp_extensions_open(context->extensions, estimate_roc(context, packet->seq), ids, packet);
}

/* --- RTCP --- */

static SrtpVerdict try_rtcp(SrtpContext *context, SrtpSession *session, Slice bytes, Slice *out)
{
    uint8_t *copy = copy_of(context, bytes);
    size_t length = bytes.len;
    SrtpVerdict verdict = srtp_session_rtcp(session, copy, &length);

    if (verdict == SRTP_OPEN)
        *out = slice_of(copy, length);
    return verdict;
}

/* The index stands in the packet (RFC 3711 section 3.4); only key and form have to be found. */
static SrtpVerdict search_rtcp(SrtpContext *context, Slice bytes, Slice *out)
{
    if (!is_search_due(context->rtcp_failures))
        return SRTP_FAILED;
    for (unsigned i = 0; i < context->key_count * SRTP_RTCP_FORMS; i++) {
        const SrtpKey *key = &context->keys[i / SRTP_RTCP_FORMS];
        SrtpRtcpForm form = (SrtpRtcpForm)(i % SRTP_RTCP_FORMS);
        if (!srtp_rtcp_form_differs(key, form))
            continue;
        SrtpSession *session = srtp_session_new(key, context->ssrc, form);
        if (!session || try_rtcp(context, session, bytes, out) != SRTP_OPEN) {
            srtp_session_free(session);
            continue;
        }
        g_clear_pointer(&context->rtcp, srtp_session_free);
        context->rtcp = session;
        context->rtcp_key = *key;
        context->rtcp_form = form;
        context->rtcp_fits = true;
        note_open(context);
        return SRTP_OPEN;
    }
    return SRTP_FAILED;
}

static SrtpVerdict open_rtcp(SrtpContext *context, Slice bytes, Slice *out)
{
    if (context->rtcp_fits && !context->rtcp) {
        context->rtcp = srtp_session_new(&context->rtcp_key, context->ssrc, context->rtcp_form);
        note_open(context);
    }
    SrtpVerdict verdict =
        context->rtcp ? try_rtcp(context, context->rtcp, bytes, out) : SRTP_FAILED;
    return verdict == SRTP_FAILED ? search_rtcp(context, bytes, out) : verdict;
}

SrtpVerdict srtp_context_rtcp(SrtpContext *context, Slice bytes, bool whole, Slice *out)
{
    if (!whole || bytes.len < RTCP_HEADER || bytes.len > SRTP_PACKET_BYTES)
        return SRTP_CUT;
    SrtpVerdict verdict = open_rtcp(context, bytes, out);
    if (verdict == SRTP_OPEN) {
        context->counts.rtcp_open++;
        context->rtcp_failures = 0;
    } else if (verdict == SRTP_FAILED) {
        context->counts.rtcp_failed++;
        context->rtcp_failures++;
    }
    return verdict;
}

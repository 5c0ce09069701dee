#include "dissect/call/msrp_match.h"
#include "dissect/call/msrp_tracker.h"

#define SESSIONS_PER_CALL_MAX 256u
#define TERMS_PER_CALL_MAX    64u
#define CANDIDATES_MAX        64u /* calls that announce one session id or address, newest first */
#define WAITING_MAX           64u /* newest sessions of no call that are looked at */
#define TELLING_ID            8u  /* bytes of a session id that no two sessions have by chance */

typedef struct MsrpMatcher {
    GHashTable *by_key; /* uint64_t -> GPtrArray of borrowed MsrpTerms, newest last; owns both */
} MsrpMatcher;

/* Of an announcement there are two keys; which one it was is told by comparing. */
static uint64_t key_of_uri(const MsrpUri *uri)
{
    return slice_hash(uri->session_id) | 1;
}

static uint64_t key_of_endpoint(Endpoint endpoint)
{
    return endpoint_hash(endpoint) & ~UINT64_C(1);
}

void msrp_match_new(Model *model)
{
    model->msrp_matcher = g_new0(MsrpMatcher, 1);
    model->msrp_matcher->by_key = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
                                                        (GDestroyNotify)g_ptr_array_unref);
}

void msrp_match_free(Model *model)
{
    g_hash_table_destroy(model->msrp_matcher->by_key);
    g_clear_pointer(&model->msrp_matcher, g_free);
}

static void index_terms(MsrpMatcher *matcher, uint64_t key, MsrpTerms *terms)
{
    GPtrArray *list = g_hash_table_lookup(matcher->by_key, &key);

    if (!list) {
        list = g_ptr_array_new();
        g_hash_table_insert(matcher->by_key, g_memdup2(&key, sizeof key), list);
    }
    g_ptr_array_add(list, terms);
}

static void unindex_terms(MsrpMatcher *matcher, uint64_t key, MsrpTerms *terms)
{
    GPtrArray *list = g_hash_table_lookup(matcher->by_key, &key);

    if (list && g_ptr_array_remove(list, terms) && list->len == 0)
        g_hash_table_remove(matcher->by_key, &key);
}

const MsrpTerms *msrp_terms_of(const Call *call, unsigned line, Party party)
{
    for (const MsrpTerms *t = call->extras->msrp_terms; t; t = t->of_call)
        if (t->line == line && t->party == party)
            return t;
    return NULL;
}

/* --- sessions --- */

typedef enum { MATCH_NONE, MATCH_ENDPOINT, MATCH_SESSION_ID, MATCH_URI } Match;

/* What was found for one end of a session. */
typedef struct {
    const MsrpTerms *terms;
    Match match;
    bool live; /* its call is not over */
    unsigned side;
} Found;

static void consider(const Model *model, Found *found, const MsrpTerms *terms, Match match,
                     unsigned side)
{
    bool live = !call_state_is_final(call_state(terms->call, model->clock_ns, false));

    if (match > found->match || (match == found->match && live && !found->live))
        *found = (Found){ terms, match, live, side };
}

static Match compare_uri(const MsrpTerms *terms, const MsrpUri *uri)
{
    if (terms->uri.text.len == 0)
        return MATCH_NONE;
    if (msrp_uri_equal(&terms->uri, uri))
        return MATCH_URI;
    bool same_id = slice_equal(terms->uri.session_id, uri->session_id);
    return same_id && uri->session_id.len >= TELLING_ID ? MATCH_SESSION_ID : MATCH_NONE;
}

static void search_uri(const Model *model, const MsrpUri *uri, unsigned side, Found *found)
{
    uint64_t key = key_of_uri(uri);
    const GPtrArray *list = g_hash_table_lookup(model->msrp_matcher->by_key, &key);

    for (unsigned i = 0; list && i < MIN(list->len, CANDIDATES_MAX); i++) {
        const MsrpTerms *terms = g_ptr_array_index(list, list->len - 1 - i);
        consider(model, found, terms, compare_uri(terms, uri), side);
    }
}

/* The address of a relay is announced by many calls: it tells nothing then. */
static void search_endpoint(const Model *model, Endpoint endpoint, unsigned side, Found *found)
{
    uint64_t key = key_of_endpoint(endpoint);
    const GPtrArray *list = g_hash_table_lookup(model->msrp_matcher->by_key, &key);
    Found only = { .match = MATCH_NONE };

    for (unsigned i = 0; list && i < MIN(list->len, CANDIDATES_MAX); i++) {
        const MsrpTerms *terms = g_ptr_array_index(list, list->len - 1 - i);
        if (!endpoint_equal(terms->endpoint, endpoint))
            continue;
        Found before = only;
        consider(model, &only, terms, MATCH_ENDPOINT, side);
        if (before.live && before.terms->call != terms->call &&
            !call_state_is_final(call_state(terms->call, model->clock_ns, false)))
            return;
    }
    if (only.match > found->match)
        *found = only;
}

static void join(Model *model, MsrpSession *session, const Found *found)
{
    Call *call = found->terms->call;
    bool by_caller = found->terms->party == PARTY_CALLER;

    if (!call->extras->msrp)
        call_own_extras(call)->msrp = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), 1);
    if (call->extras->msrp->len >= SESSIONS_PER_CALL_MAX) {
        model->facts.anomalies[ANOMALY_MSRP_TABLE_FULL]++;
        return;
    }
    g_array_append_val(call->extras->msrp, session->number);
    session->call = call->number;
    session->line = found->terms->line;
    session->from_caller[found->side] = by_caller;
    session->from_caller[!found->side] = !by_caller;
    call_note_anomalies(call, &session->anomalies);
    call->generation++;
}

void msrp_match_session(Model *model, MsrpSession *session)
{
    Found found = { .match = MATCH_NONE };

    for (unsigned side = 0; side < MSRP_ENDS; side++) {
        if (session->parsed[side].session_id.len > 0)
            search_uri(model, &session->parsed[side], side, &found);
        search_endpoint(model, session->ends[side], side, &found);
    }
    if (found.match != MATCH_NONE)
        join(model, session, &found);
}

/* A session's first messages may be captured before the SDP that announces it. */
static void join_waiting(Model *model)
{
    uint32_t last = msrp_tracker_last(model->msrp);

    for (uint32_t i = last; i > 0 && last - i < WAITING_MAX; i--) {
        MsrpSession *session = msrp_tracker_session(model->msrp, i);
        if (session && session->call == 0)
            msrp_match_session(model, session);
    }
}

/* --- announcements --- */

static char *dup_or_null(Slice text)
{
    return text.len ? slice_dup(text) : NULL;
}

static MsrpTerms *terms_new(const MessageContext *context, const SdpMedia *media, Party party,
                            unsigned line)
{
    const SdpMessaging none = { 0 };
    const SdpMessaging *said = media->has_messaging ? &media->messaging : &none;
    MsrpTerms *terms = g_new0(MsrpTerms, 1);

    *terms = (MsrpTerms){
        .call = context->call,
        .party = (uint8_t)party,
        .line = (uint8_t)line,
        .cema = said->cema,
        .existing = said->existing,
        .direction = media->direction,
        .max_size = said->max_size,
        .path = dup_or_null(said->path),
        .protocol = dup_or_null(media->protocol),
        .setup = dup_or_null(media->setup),
        .accept_types = dup_or_null(said->accept_types),
        .accept_wrapped_types = dup_or_null(said->accept_wrapped_types),
        .file_selector = dup_or_null(said->file_selector),
        .file_transfer_id = dup_or_null(said->file_transfer_id),
        .file_disposition = dup_or_null(said->file_disposition),
    };
    if (context->dialog != DIALOG_NONE)
        terms->is_offer = context->call->dialogs[context->dialog].sides[party].is_offer;
    if (!msrp_uri_parse(msrp_path_last(slice_from_string(terms->path)), &terms->uri))
        terms->uri = (MsrpUri){ 0 };
    sdp_media_rtp_endpoint(media, &terms->endpoint);
    return terms;
}

static void terms_free(MsrpTerms *terms)
{
    g_free(terms->path);
    g_free(terms->protocol);
    g_free(terms->setup);
    g_free(terms->accept_types);
    g_free(terms->accept_wrapped_types);
    g_free(terms->file_selector);
    g_free(terms->file_transfer_id);
    g_free(terms->file_disposition);
    g_free(terms);
}

static bool has_room(const Call *call)
{
    unsigned count = 0;

    for (const MsrpTerms *t = call->extras->msrp_terms; t; t = t->of_call)
        count++;
    return count < TERMS_PER_CALL_MAX;
}

static void announce_line(const MessageContext *context, const SdpMedia *media, Party party,
                          unsigned line)
{
    Model *model = context->model;
    Call *call = context->call;

    if (!sdp_protocol_is_msrp(media->protocol) || media->port == 0)
        return;
    if (!has_room(call)) {
        model->facts.anomalies[ANOMALY_MSRP_TABLE_FULL]++;
        return;
    }
    MsrpTerms *terms = terms_new(context, media, party, line);
    terms->of_call = call->extras->msrp_terms;
    call_own_extras(call)->msrp_terms = terms;
    if (terms->uri.session_id.len)
        index_terms(model->msrp_matcher, key_of_uri(&terms->uri), terms);
    if (terms->endpoint.port)
        index_terms(model->msrp_matcher, key_of_endpoint(terms->endpoint), terms);
    join_waiting(model);
}

void msrp_match_announce(const MessageContext *context, const Sdp *sdp, Party party)
{
    for (unsigned i = 0; i < sdp->media_count; i++)
        announce_line(context, &sdp->media[i], party, i);
}

void msrp_match_release(Model *model, Call *call)
{
    while (call->extras->msrp_terms) {
        MsrpTerms *terms = call->extras->msrp_terms;
        call_own_extras(call)->msrp_terms = terms->of_call;
        if (terms->uri.session_id.len)
            unindex_terms(model->msrp_matcher, key_of_uri(&terms->uri), terms);
        if (terms->endpoint.port)
            unindex_terms(model->msrp_matcher, key_of_endpoint(terms->endpoint), terms);
        terms_free(terms);
    }
}

void msrp_match_drop(Model *model, const Call *call)
{
    for (unsigned i = 0; call->extras->msrp && i < call->extras->msrp->len; i++)
        msrp_tracker_drop(model->msrp, g_array_index(call->extras->msrp, uint32_t, i));
}

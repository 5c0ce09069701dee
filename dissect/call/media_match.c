#include "dissect/call/media_match.h"
#include "dissect/base/pool.h"
#include "dissect/call/relayed_media.h"
#include "dissect/call/session.h"

#define STREAMS_PER_CALL_MAX 256
#define TARGETS_PER_CALL_MAX 512
/* Calls that announce one address, newest first, of which the fittest is chosen: a load generator
 * announces one for all its calls. */
#define CANDIDATES_MAX   64
#define TUNNELS_COMPARED 16u /* messages of a call whose tunnels are looked at */
#define LINES_FETCHED    2u  /* media lines whose addresses are asked for from memory ahead */
/* How long before its SDP media may begin: an answer that was lost and repeated, a queue that
 * delivers out of order. */
#define EARLY_NS (5 * NS_PER_S)

/* An address that a party of a call announced. */
typedef struct MediaTarget {
    Endpoint endpoint;
    Call *call;
    struct MediaTarget *of_call; /* the one before of the same call */
    uint32_t number;             /* in the pool */
    uint32_t older, newer;       /* of the same endpoint; 0 at the ends */
    uint16_t dialog;
    uint8_t party, line;
    uint8_t match; /* StreamMatch: SDP, ICE or SSRC */
    uint8_t security;
} MediaTarget;

_Static_assert(sizeof(MediaTarget) == 64, "a MediaTarget is a cache line");

typedef struct MediaMatcher {
    Pool targets;          /* owns each MediaTarget */
    SlotIndex by_endpoint; /* the newest of each endpoint */
    FlowTable *flows;      /* borrowed */
} MediaMatcher;

void media_match_new(Model *model)
{
    model->matcher = g_new0(MediaMatcher, 1);
    pool_init(&model->matcher->targets, sizeof(MediaTarget));
    slot_index_init(&model->matcher->by_endpoint);
}

void media_match_free(Model *model)
{
    slot_index_clear(&model->matcher->by_endpoint);
    pool_clear(&model->matcher->targets);
    g_clear_pointer(&model->matcher, g_free);
}

void media_match_set_flows(Model *model, FlowTable *flows)
{
    model->matcher->flows = flows;
}

/* An SSRC is kept in the same table as an address that cannot be one. */
static Endpoint endpoint_of_ssrc(uint32_t ssrc)
{
    return (Endpoint){ { UINT64_MAX, ssrc }, 0 };
}

/* NULL for the number 0. */
static MediaTarget *target_at(const MediaMatcher *matcher, uint32_t number)
{
    return number ? pool_at(&matcher->targets, number) : NULL;
}

/* The newest target of @endpoint or NULL; *@ret_position is its slot. */
static MediaTarget *find_newest(const MediaMatcher *matcher, Endpoint endpoint, uint32_t tag,
                                uint32_t *ret_position)
{
    const SlotIndex *index = &matcher->by_endpoint;
    uint32_t position = slot_index_start(index, tag);
    MediaTarget *target;

    for (;; position++) {
        target = target_at(matcher, slot_index_probe(index, tag, &position));
        if (!target || endpoint_equal(target->endpoint, endpoint))
            break;
    }
    *ret_position = position;
    return target;
}

static MediaTarget *targets_at(const Model *model, Endpoint endpoint)
{
    uint32_t position;

    return find_newest(model->matcher, endpoint, (uint32_t)endpoint_hash(endpoint), &position);
}

/* SDP names the client of a TURN server by its relayed address. */
static MediaTarget *targets_behind(const Model *model, Endpoint endpoint)
{
    MediaTarget *targets = targets_at(model, endpoint);
    Endpoint relayed;

    if (!targets && media_tracker_relayed(model->media, endpoint, &relayed))
        targets = targets_at(model, relayed);
    return targets;
}

Call *media_match_call(const Model *model, Endpoint endpoint)
{
    const MediaTarget *target = targets_behind(model, endpoint);

    return target ? target->call : NULL;
}

bool media_match_is_announced(const Model *model, Endpoint endpoint)
{
    return targets_behind(model, endpoint) != NULL;
}

static Call *call_of(const Model *model, const Stream *stream)
{
    return stream->call ? model_call(model, stream->call) : NULL;
}

static const MediaLine *line_of(const Call *call, unsigned dialog, unsigned party, unsigned line)
{
    if (dialog >= call->dialog_count)
        return NULL;
    const SessionSide *side = &call->dialogs[dialog].sides[party];
    return line < side->line_count ? &side->lines[line] : NULL;
}

static void add_entries(PayloadEntry *entries, unsigned *count, unsigned cap, const PayloadMap *map)
{
    for (unsigned i = 0; i < payload_map_count(map) && *count < cap; i++) {
        const PayloadFormat *f = payload_map_at(map, i);
        entries[(*count)++] = (PayloadEntry){
            .payload_type = f->payload_type,
            .channels = f->channels,
            .clock_hz = f->clock_hz,
            .encoding = slice_from_string(f->encoding),
            .fmtp = slice_from_string(f->fmtp),
        };
    }
}

static void add_extensions(uint8_t *extensions, const PayloadMap *map)
{
    const uint8_t *said = payload_map_extensions(map);

    for (unsigned id = 1; said && id < HEADER_EXTENSION_IDS; id++)
        if (extensions[id] == EXTENSION_NONE)
            extensions[id] = said[id];
}

/* Payload types mean what the receiver said (RFC 3264 section 5.1); a sender that uses numbers of
 * its own is understood by what it said itself. */
static void set_payloads(Model *model, Stream *stream, const Call *call)
{
    unsigned receiver = stream->from_caller ? PARTY_CALLEE : PARTY_CALLER;
    unsigned sender = stream->from_caller ? PARTY_CALLER : PARTY_CALLEE;
    const MediaLine *lines[] = { line_of(call, stream->dialog, receiver, stream->media_line),
                                 line_of(call, stream->dialog, sender, stream->media_line) };
    PayloadEntry entries[2 * SDP_FORMATS_MAX];
    unsigned count = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(lines); i++)
        if (lines[i])
            add_entries(entries, &count, G_N_ELEMENTS(entries), lines[i]->payloads);
    if (count == 0)
        return;
    uint8_t extensions[HEADER_EXTENSION_IDS] = { EXTENSION_NONE };
    for (unsigned i = 0; i < G_N_ELEMENTS(lines); i++)
        if (lines[i])
            add_extensions(extensions, lines[i]->payloads);
    PayloadMap *map = payload_map_get_extended(model->payloads, entries, count, extensions);
    PayloadMap *before = stream->payloads;
    if (map == before) {
        payload_map_unref(model->payloads, map);
        return;
    }
    stream_set_payloads(stream, map);
    stream->payloads = map;
    payload_map_unref(model->payloads, before);
}

/* The branches of a fork have one caller's address in common: the callee's tells whose a stream is.
 * Without such an address it stays where it is. */
static void choose_dialog(const Call *call, Stream *stream)
{
    Endpoint callee = stream->from_caller ? stream->key.destination : stream->key.source;
    const MediaLine *line;

    for (unsigned at = 0; call->dialog_count > 1 && at < call->dialog_count; at++) {
        line = line_of(call, at, PARTY_CALLEE, stream->media_line);
        if (line && line->rtp.port && endpoint_equal(line->rtp, callee)) {
            stream->dialog = (uint16_t)at;
            return;
        }
    }
}

static void join(Model *model, Stream *stream, const MediaTarget *target, StreamMatch match,
                 bool from_caller)
{
    Call *call = target->call;

    if (!call->streams)
        call->streams = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), 2);
    if (call->streams->len >= STREAMS_PER_CALL_MAX)
        return;
    g_array_append_val(call->streams, stream->number);
    stream->call = call->number;
    stream->dialog = target->dialog;
    stream->media_line = target->line;
    stream->from_caller = from_caller;
    stream->match = match;
    choose_dialog(call, stream);
    if (stream->security == STREAM_SECURITY_NONE) /* else its keys were agreed on its own path */
        stream->security = target->security;
    set_payloads(model, stream, call);
    media_keys_offer(model, stream, call);
    if (stream->passes)
        relayed_media_joined(model, stream);
    call->generation++;
}

/* Has the call a stream already that only its network tells from @stream? */
static bool has_twin(const Model *model, const Call *call, const Stream *stream)
{
    for (unsigned i = 0; stream->overlaps && call->streams && i < call->streams->len; i++) {
        const Stream *other = model_stream(model, g_array_index(call->streams, uint32_t, i));
        if (other && other->key.network != stream->key.network &&
            other->key.ssrc == stream->key.ssrc &&
            endpoint_equal(other->key.source, stream->key.source) &&
            endpoint_equal(other->key.destination, stream->key.destination))
            return true;
    }
    return false;
}

/* The same addresses may be in use in other networks: did the call come the stream's way? In both
 * directions of a tunnel, whose ids may differ, there are messages. */
static int nearness(const Model *model, const Call *call, const Stream *stream)
{
    const GArray *tunnels = call->extras->tunnels;
    TunnelLikeness best = TUNNELS_UNLIKE;

    for (unsigned i = 0; tunnels && i < MIN(tunnels->len, TUNNELS_COMPARED); i++) {
        uint32_t path = g_array_index(tunnels, CallTunnel, i).path;
        best = MAX(best, tunnel_table_likeness(model->tunnels, stream->tunnel, path));
    }
    int score = best == TUNNELS_UNLIKE ? 0 : 40 + (int)best;
    return has_twin(model, call, stream) ? score - 30 : score;
}

/* How well a target that names the stream's destination fits its source. Several calls may announce
 * one address (a user agent with a single media port): the other party's address decides. */
static int fitness(const Model *model, const MediaTarget *target, const Stream *stream,
                   int64_t first_ns)
{
    const Call *call = target->call;
    bool over = call_state_is_final(call_state(call, model->clock_ns, false));
    Party other = target->party == PARTY_CALLER ? PARTY_CALLEE : PARTY_CALLER;
    const MediaLine *peer = line_of(call, target->dialog, other, target->line);
    int score = 0;

    if (over && call->end_ns != TIME_UNKNOWN && call->end_ns < first_ns)
        score -= 100;
    if (!call->began_inside && first_ns < call->first_ns - EARLY_NS)
        score -= 100;
    if (peer && endpoint_equal(peer->rtp, stream->key.source))
        score += 20;
    else if (peer && ip_equal(peer->rtp.ip, stream->key.source.ip))
        score += 10;
    if (target->match == STREAM_MATCH_SDP)
        score += 1;
    return score + nearness(model, call, stream);
}

static const MediaTarget *best_target(const Model *model, const MediaTarget *list,
                                      const Stream *stream)
{
    const MediaTarget *best = NULL;
    int best_score = -50; /* below: it lived at another time */
    StreamReport report;

    if (!list)
        return NULL;
    stream_report(stream, &report);
    unsigned looked_at = 0;
    for (const MediaTarget *t = list; t && looked_at < CANDIDATES_MAX;
         t = target_at(model->matcher, t->older), looked_at++) {
        int score = fitness(model, t, stream, report.first_ns);
        if (score > best_score) {
            best = t;
            best_score = score;
        }
    }
    return best;
}

typedef struct {
    Model *model;
    const Stream *stream;
    const Stream *reverse;
} ReverseSearch;

static bool is_of_network(const ReverseSearch *search, const Stream *candidate)
{
    return tunnel_table_likeness(search->model->tunnels, search->stream->tunnel,
                                 candidate->tunnel) != TUNNELS_UNLIKE;
}

static void look_for_reverse(Stream *candidate, void *data)
{
    ReverseSearch *search = data;

    if (!candidate->call || !endpoint_equal(candidate->key.source, search->stream->key.destination))
        return;
    if (!search->reverse || !is_of_network(search, search->reverse))
        search->reverse = candidate;
}

/* NAT: the stream back along a matched one belongs to the same call, whatever its SDP said. */
static bool join_reverse(Model *model, Stream *stream)
{
    ReverseSearch search = { model, stream, NULL };

    media_tracker_each_to(model->media, stream->key.source, look_for_reverse, &search);
    Call *call = search.reverse ? call_of(model, search.reverse) : NULL;
    if (!call)
        return false;
    MediaTarget like = {
        .call = call,
        .dialog = search.reverse->dialog,
        .line = search.reverse->media_line,
        .security = (uint8_t)search.reverse->security,
    };
    join(model, stream, &like, STREAM_MATCH_LATCHED, !search.reverse->from_caller);
    return true;
}

static void join_waiting_reverse(Stream *candidate, void *data)
{
    ReverseSearch *search = data;

    if (!candidate->call && endpoint_equal(candidate->key.destination, search->stream->key.source))
        join_reverse(search->model, candidate);
}

void media_match_stream(Model *model, Stream *stream)
{
    const MediaTarget *target;

    if (stream->call)
        return;
    target = best_target(model, targets_behind(model, stream->key.destination), stream);
    if (target) {
        join(model, stream, target, target->match, target->party == PARTY_CALLEE);
    } else if (join_reverse(model, stream)) {
        return;
    } else if ((target = best_target(model, targets_behind(model, stream->key.source), stream))) {
        join(model, stream, target, STREAM_MATCH_SOURCE, target->party == PARTY_CALLER);
    } else if ((target = targets_at(model, endpoint_of_ssrc(stream->key.ssrc))) && !target->older) {
        /* a=ssrc names what its own party sends (RFC 5576) */
        join(model, stream, target, STREAM_MATCH_SSRC, target->party == PARTY_CALLER);
    }
    if (stream->call) {
        ReverseSearch search = { model, stream, NULL };
        media_tracker_each_from(model->media, stream->key.destination, join_waiting_reverse,
                                &search);
    }
}

typedef struct {
    Model *model;
    const Call *call;
    int64_t time_ns;
    bool busy; /* a stream to the endpoint is alive and not another, finished call's */
    unsigned streams;
} ReuseSearch;

static void look_for_reuse(Stream *stream, void *data)
{
    ReuseSearch *search = data;
    const Call *owner = call_of(search->model, stream);
    StreamReport report;

    search->streams++;
    stream_report(stream, &report);
    if (owner == search->call)
        search->busy = true;
    else if (owner && !call_state_is_final(call_state(owner, search->time_ns, false)))
        search->busy = true;
    else if (!owner && report.last_ns > search->time_ns - EARLY_NS)
        search->busy = true;
}

/* A later call on a port of an earlier one begins streams of its own. */
static void close_if_reused(const MessageContext *context, Endpoint endpoint)
{
    ReuseSearch search = { context->model, context->call, context->origin->time_ns, false, 0 };

    if (media_tracker_count(context->model->media) == 0)
        return;
    media_tracker_each_to(context->model->media, endpoint, look_for_reuse, &search);
    if (search.streams > 0 && !search.busy)
        media_tracker_close_streams_to(context->model->media, endpoint);
}

static void announce_flow(Flow *flow, void *context)
{
    (void)context;
    flow->announced = true;
    if (flow->kind == FLOW_OTHER) {
        flow->kind = FLOW_NEW;
        flow->probes = 0;
    }
}

/* True as well when the call has claimed enough. */
static bool already_claimed(const MediaTarget *wanted)
{
    unsigned of_call = 0;

    for (const MediaTarget *t = wanted->call->targets; t; t = t->of_call, of_call++)
        if (t->dialog == wanted->dialog && t->party == wanted->party && t->line == wanted->line &&
            endpoint_equal(t->endpoint, wanted->endpoint))
            return true;
    return of_call >= TARGETS_PER_CALL_MAX;
}

static MediaTarget *add_target(MediaMatcher *matcher, const MediaTarget *wanted)
{
    uint32_t tag = (uint32_t)endpoint_hash(wanted->endpoint), position;
    MediaTarget *older = find_newest(matcher, wanted->endpoint, tag, &position);
    uint32_t number = pool_take(&matcher->targets);
    MediaTarget *target = pool_at(&matcher->targets, number);

    *target = *wanted;
    target->number = number;
    target->newer = 0;
    target->older = older ? older->number : 0;
    if (older) {
        older->newer = number;
        matcher->by_endpoint.slots[position].entry = number;
    } else {
        slot_index_insert(&matcher->by_endpoint, tag, number);
    }
    return target;
}

static void claim(const MessageContext *context, const MediaTarget *wanted)
{
    Model *model = context->model;

    if (already_claimed(wanted))
        return;
    close_if_reused(context, wanted->endpoint);
    MediaTarget *target = add_target(model->matcher, wanted);
    target->of_call = context->call->targets;
    context->call->targets = target;
    if (model->matcher->flows && target->endpoint.port)
        flow_table_each_to(model->matcher->flows, target->endpoint, announce_flow, NULL);
}

typedef struct {
    Model *model;
    int64_t since_ns;
} WaitingSearch;

static void join_waiting(Stream *stream, void *data)
{
    WaitingSearch *search = data;
    StreamReport report;

    if (stream->call)
        return;
    stream_report(stream, &report);
    if (report.last_ns >= search->since_ns)
        media_match_stream(search->model, stream);
}

static void claim_media(const MessageContext *context, const SdpMedia *media, MediaTarget wanted)
{
    if (sdp_media_rtp_endpoint(media, &wanted.endpoint)) {
        wanted.match = STREAM_MATCH_SDP;
        claim(context, &wanted);
    }
    wanted.match = STREAM_MATCH_ICE;
    for (unsigned i = 0; i < media->candidate_count; i++) {
        wanted.endpoint = media->candidates[i].endpoint;
        if (wanted.endpoint.port && media->candidates[i].component == 1)
            claim(context, &wanted);
    }
    wanted.match = STREAM_MATCH_SSRC;
    for (unsigned i = 0; i < media->ssrc_count; i++) {
        wanted.endpoint = endpoint_of_ssrc(media->ssrcs[i]);
        claim(context, &wanted);
    }
}

static void join_what_waits(const MessageContext *context, const Sdp *sdp)
{
    WaitingSearch search = { context->model, context->origin->time_ns - EARLY_NS };

    if (media_tracker_count(context->model->media) == 0)
        return;
    for (unsigned i = 0; i < sdp->media_count; i++) {
        const SdpMedia *media = &sdp->media[i];
        Endpoint endpoint;
        if (sdp_media_rtp_endpoint(media, &endpoint)) {
            media_tracker_each_to(context->model->media, endpoint, join_waiting, &search);
            media_tracker_each_from(context->model->media, endpoint, join_waiting, &search);
        }
        for (unsigned k = 0; k < media->candidate_count; k++)
            if (media->candidates[k].endpoint.port)
                media_tracker_each_to(context->model->media, media->candidates[k].endpoint,
                                      join_waiting, &search);
        for (unsigned k = 0; k < media->ssrc_count; k++)
            media_tracker_each_ssrc(context->model->media, media->ssrcs[k], join_waiting, &search);
    }
}

void media_match_announce(const MessageContext *context, const Sdp *sdp, Party party)
{
    Model *model = context->model;
    Call *call = context->call;

    for (unsigned i = 0; i < sdp->media_count; i++) {
        MediaTarget wanted = {
            .call = call,
            .dialog = context->dialog,
            .party = (uint8_t)party,
            .line = (uint8_t)i,
            .security = (uint8_t)session_security(&sdp->media[i]),
        };
        claim_media(context, &sdp->media[i], wanted);
    }
    media_fingerprint_note(call, sdp);
    bool keyed = media_keys_note(call, context->dialog, party, sdp, context->origin->time_ns);
    join_what_waits(context, sdp);
    for (unsigned i = 0; call->streams && i < call->streams->len; i++) {
        Stream *stream = model_stream(model, g_array_index(call->streams, uint32_t, i));
        if (stream)
            choose_dialog(call, stream);
        if (stream && stream->dialog == context->dialog)
            set_payloads(model, stream, call);
        if (stream && keyed)
            media_keys_offer(model, stream, call);
    }
}

static void forget_target(MediaMatcher *matcher, const MediaTarget *target)
{
    MediaTarget *older = target_at(matcher, target->older);
    MediaTarget *newer = target_at(matcher, target->newer);
    uint32_t position;

    if (older)
        older->newer = target->newer;
    if (newer) {
        newer->older = target->older;
    } else {
        find_newest(matcher, target->endpoint, (uint32_t)endpoint_hash(target->endpoint),
                    &position);
        if (older)
            matcher->by_endpoint.slots[position].entry = older->number;
        else
            slot_index_remove(&matcher->by_endpoint, position);
    }
    pool_give_back(&matcher->targets, target->number);
}

static void fetch_slot(const MediaMatcher *matcher, Endpoint endpoint)
{
    slot_index_fetch(&matcher->by_endpoint, (uint32_t)endpoint_hash(endpoint));
}

void media_match_fetch_announced(const Model *model, const Sdp *sdp)
{
    Endpoint endpoint;

    for (unsigned i = 0; i < MIN(sdp->media_count, LINES_FETCHED); i++)
        if (sdp_media_rtp_endpoint(&sdp->media[i], &endpoint)) {
            fetch_slot(model->matcher, endpoint);
            if (model->matcher->flows)
                flow_table_fetch_to(model->matcher->flows, endpoint);
        }
}

void media_match_fetch(const Call *call)
{
    if (call->targets)
        cache_fetch(call->targets, sizeof *call->targets);
}

void media_match_fetch_slots(const Model *model, const Call *call)
{
    if (call->targets)
        fetch_slot(model->matcher, call->targets->endpoint);
    if (call->targets && call->targets->of_call)
        fetch_slot(model->matcher, call->targets->of_call->endpoint);
}

void media_match_release(Model *model, Call *call)
{
    media_keys_release(call);
    media_fingerprint_release(call);
    while (call->targets) {
        MediaTarget *target = call->targets;
        call->targets = target->of_call;
        forget_target(model->matcher, target);
    }
}

#include "dissect/call/session.h"
#include "dissect/call/dialog.h"
#include "dissect/call/fax_match.h"
#include "dissect/call/media_match.h"
#include "dissect/call/msrp_match.h"
#include "dissect/call/renegotiation_tracker.h"
#include "dissect/call/structure_tracker.h"
#include "dissect/call/tracker_private.h"
#include "dissect/call/transaction.h"
#include "dissect/sip/mime.h"

#define SUMMARY_MAX 96

void session_clear_side(Model *model, SessionSide *side)
{
    for (unsigned i = 0; i < side->line_count; i++)
        payload_map_unref(model->payloads, side->lines[i].payloads);
    slab_give_back(&model->slab, side->lines, side->line_count * sizeof *side->lines);
    side->lines = NULL;
    side->line_count = 0;
}

void session_copy_side(Model *model, SessionSide *to, const SessionSide *from)
{
    session_clear_side(model, to);
    *to = *from;
    to->lines = slab_copy(&model->slab, from->lines, from->line_count * sizeof *from->lines);
    for (unsigned i = 0; i < to->line_count; i++)
        if (to->lines[i].payloads)
            payload_map_ref(to->lines[i].payloads);
}

static uint8_t meaning_of(const SdpMedia *media, unsigned id)
{
    bool encrypted = media->encrypted_extensions >> id & 1;
    return (uint8_t)(header_extension_of(media->extensions[id]) |
                     (encrypted ? HEADER_EXTENSION_ENCRYPTED : 0));
}

static PayloadMap *payloads_of(PayloadMapTable *table, const SdpMedia *media)
{
    PayloadEntry entries[SDP_FORMATS_MAX];
    unsigned count = 0;

    for (unsigned i = 0; i < media->format_count; i++) {
        const SdpFormat *f = &media->formats[i];
        if (f->payload_type < 0)
            continue;
        entries[count++] = (PayloadEntry){
            .payload_type = (uint8_t)f->payload_type,
            .channels = f->channels,
            .clock_hz = f->clock_hz,
            .encoding = f->encoding,
            .fmtp = f->fmtp,
        };
    }
    if (count == 0 || !media->extensions)
        return count ? payload_map_get(table, entries, count) : NULL;
    uint8_t extensions[HEADER_EXTENSION_IDS] = { EXTENSION_NONE };
    for (unsigned id = 1; id < HEADER_EXTENSION_IDS; id++)
        if (media->extensions[id].len)
            extensions[id] = meaning_of(media, id);
    return payload_map_get_extended(table, entries, count, extensions);
}

StreamSecurity session_security(const SdpMedia *media)
{
    /* rtpengine offers both: DTLS is the one in use when a fingerprint is there */
    if (media->fingerprint.len && sdp_protocol_is_secure(media->protocol))
        return STREAM_SECURITY_DTLS;
    if (media->crypto_count && sdp_protocol_is_secure(media->protocol))
        return STREAM_SECURITY_SDES;
    return sdp_protocol_is_secure(media->protocol) ? STREAM_SECURITY_UNKNOWN : STREAM_SECURITY_NONE;
}

static Slice last_component(Slice protocol)
{
    for (size_t slash; (slash = slice_find(protocol, '/')) < protocol.len;)
        protocol = slice_from(protocol, slash + 1);
    return protocol;
}

/* "MSRP", "MSRP over TLS", "MSRP file "cat.jpg"". */
static void name_messaging(GString *text, const SdpMedia *media)
{
    bool secure = slice_search(media->protocol, SLICE_LITERAL("TLS/")) < media->protocol.len;
    SdpFile file;

    g_string_append(text, secure ? "MSRP over TLS" : "MSRP");
    if (!media->has_messaging || media->messaging.file_selector.len == 0)
        return;
    sdp_file_parse(media->messaging.file_selector, &file);
    g_autofree char *name = sdp_file_name(&file);
    g_string_append(text, " file");
    if (name)
        g_string_append_printf(text, " \"%s\"", name);
}

static const char *intern_summary(Model *model, const GString *text)
{
    return intern_string(model->strings, slice_of(text->str, MIN(text->len, SUMMARY_MAX)));
}

/* The protocol, unless a format says more: "BFCP", "MRCPv2", "webrtc-datachannel". */
static const char *content_of(Model *model, const SdpMedia *media)
{
    GString *text = tracker_text(model);
    Slice format = media->format_count ? media->formats[0].text : SLICE_EMPTY;
    bool speaks = format.len > 0 && g_ascii_isalpha(format.data[0]);

    if (sdp_protocol_is_msrp(media->protocol)) {
        name_messaging(text, media);
        return intern_summary(model, text);
    }
    return intern_string(model->strings, speaks ? format : last_component(media->protocol));
}

static void fill_line(Model *model, MediaLine *line, const SdpMedia *media)
{
    *line = (MediaLine){
        .direction = media->direction,
        .ptime_ms = media->ptime_ms,
        .security = (uint8_t)session_security(media),
        .rejected = media->port == 0 && !media->bundle_only,
        .rtcp_mux = media->rtcp_mux,
        .t38 = media->has_t38 || slice_equal_nocase(media->media, SLICE_LITERAL("image")),
    };
    line->over_tcp = slice_starts_with_nocase(media->protocol, SLICE_LITERAL("tcp"));
    size_t length = MIN(media->media.len, sizeof line->media - 1);
    if (length)
        memcpy(line->media, media->media.data, length);
    sdp_media_rtp_endpoint(media, &line->rtp);
    sdp_media_rtcp_endpoint(media, &line->rtcp);
    line->hold = media->direction == SDP_SENDONLY || media->direction == SDP_INACTIVE ||
                 (media->connection.present && ip_is_unspecified(media->connection.ip));
    if (sdp_protocol_is_rtp(media->protocol)) {
        line->payloads = payloads_of(model->payloads, media);
        return;
    }
    if (sdp_protocol_is_msrp(media->protocol)) /* a file goes one way (RFC 5547 section 8) */
        line->hold = false;
    if (!line->t38)
        line->content = content_of(model, media);
}

static void fill_side(Model *model, SessionSide *side, const Sdp *sdp, int64_t time_ns)
{
    session_clear_side(model, side);
    side->time_ns = time_ns;
    side->line_count = sdp->media_count;
    side->lines = slab_take(&model->slab, sdp->media_count * sizeof *side->lines);
    for (unsigned i = 0; i < sdp->media_count; i++)
        fill_line(model, &side->lines[i], &sdp->media[i]);
}

static bool worth_naming(const PayloadFormat *format)
{
    return format && format->encoding && format->kind != PAYLOAD_EVENT &&
           format->kind != PAYLOAD_COMFORT_NOISE;
}

const char *session_first_codec(const SessionSide *side)
{
    for (unsigned i = 0; i < side->line_count; i++) {
        const MediaLine *line = &side->lines[i];
        if (line->rejected || strcmp(line->media, "audio") != 0)
            continue;
        for (unsigned k = 0; k < payload_map_count(line->payloads); k++) {
            const PayloadFormat *format = payload_map_at(line->payloads, k);
            if (worth_naming(format))
                return format->encoding;
        }
    }
    return NULL;
}

static void add_codecs(GString *text, const PayloadMap *payloads)
{
    const char *separator = "";

    for (unsigned i = 0; i < payload_map_count(payloads); i++) {
        const PayloadFormat *format = payload_map_at(payloads, i);
        if (!worth_naming(format))
            continue;
        g_string_append(text, separator);
        g_string_append(text, format->encoding);
        separator = ", ";
    }
}

/* "PCMA, opus + video H264", "hold PCMA", "T.38", "MSRP". */
static const char *compose_summary(Model *model, const SessionSide *side)
{
    GString *text = tracker_text(model);
    bool any = false;

    for (unsigned i = 0; i < side->line_count && text->len < SUMMARY_MAX; i++) {
        const MediaLine *line = &side->lines[i];
        if (line->rejected)
            continue;
        if (any)
            g_string_append_printf(text, " + %s ", line->media);
        if (line->hold)
            g_string_append(text, "hold ");
        if (line->t38 && !line->payloads)
            g_string_append(text, line->over_tcp ? "T.38 over TCP" : "T.38");
        if (line->content)
            g_string_append(text, line->content);
        add_codecs(text, line->payloads);
        any = true;
    }
    if (!any)
        return "no media";
    return intern_summary(model, text);
}

/* Composed once for all calls with these codecs. */
static const char *codecs_of(Model *model, PayloadMap *payloads)
{
    const char *label = payload_map_label(payloads);

    if (!label) {
        GString *text = tracker_text(model);
        add_codecs(text, payloads);
        label = intern_summary(model, text);
        payload_map_set_label(payloads, label);
    }
    return label;
}

/* What the ladder shows beside the method. Nearly all have but one line, of RTP. */
static const char *summary_of(Model *model, const SessionSide *side)
{
    const MediaLine *line = side->lines;

    if (side->line_count == 1 && line->payloads && !line->rejected && !line->hold)
        return codecs_of(model, line->payloads);
    return compose_summary(model, side);
}

static bool same_host(const Model *model, uint32_t a, uint32_t b)
{
    return a == b || ip_equal(model_endpoint(model, a).ip, model_endpoint(model, b).ip);
}

/* Within a dialog either side sends requests, so that the number of Via does not tell the hop. */
bool session_at_callers_hop(const MessageContext *context)
{
    const SipMessage *sip = context->sip;
    uint32_t caller = context->call->source;
    bool in_dialog = sip->is_request ? sip->to_tag.len > 0
                                     : context->transaction && context->transaction->in_dialog;

    if (!in_dialog)
        return context->at_origin;
    return same_host(context->model, context->source, caller) ||
           same_host(context->model, context->destination, caller);
}

/* An SDP in INVITE and UPDATE always is an offer; of what answers them the request tells. */
static bool is_answer(const MessageContext *context, const Dialog *dialog, Party sender)
{
    const SipMessage *sip = context->sip;

    if (sip->is_request && (sip->method == SIP_INVITE || sip->method == SIP_UPDATE))
        return false;
    if (dialog->offer == OFFER_PENDING && dialog->offerer != sender)
        return true;
    return !sip->is_request && renegotiation_has_offer(context);
}

/* The answer of a 183 may come again, in other words, in the 200. */
static bool repeats_answer(const MessageContext *context, const Dialog *dialog, Party sender)
{
    return !context->sip->is_request && dialog->offer == OFFER_ANSWERED &&
           dialog->offerer != sender && dialog->offer_cseq == context->sip->cseq;
}

/* RFC 3264 and 6337: the first SDP of a transaction is the offer, the other side's next the answer.
 */
static void follow_offer(MessageContext *context, Dialog *dialog, Party sender)
{
    bool answers = repeats_answer(context, dialog, sender) || is_answer(context, dialog, sender);

    if (answers) {
        dialog->offer = OFFER_ANSWERED;
        dialog->offerer = sender == PARTY_CALLER ? PARTY_CALLEE : PARTY_CALLER;
        if (dialog->offers > 1)
            hold_follow_answer(context, dialog);
    } else {
        bool repeats = dialog->offer == OFFER_PENDING && dialog->offerer == sender;
        dialog->offer = OFFER_PENDING;
        dialog->offerer = sender;
        dialog->offer_cseq = context->sip->cseq;
        if (!repeats)
            dialog->offers++;
    }
    dialog->sides[sender].is_offer = !answers;
}

static Party party_of_body(const MessageContext *context)
{
    Party from = dialog_sender(context);

    return context->sip->is_request ? from : (from == PARTY_CALLER ? PARTY_CALLEE : PARTY_CALLER);
}

/* A final failure of the request that carried the offer leaves the session as it was. */
static void reject_offer(const MessageContext *context)
{
    if (context->dialog == DIALOG_NONE || context->sip->status < 300)
        return;
    Dialog *dialog = &context->call->dialogs[context->dialog];
    if (dialog->offer == OFFER_PENDING && dialog->offer_cseq == context->sip->cseq)
        dialog->offer = OFFER_REJECTED;
    renegotiation_restore(context);
}

/* An SDP that this party said before: a retransmission or another hop's copy says nothing new, but
 * with another CSeq it is an offer or an answer again. */
static void follow_repetition(MessageContext *context, Dialog *dialog, Party party)
{
    bool answers = dialog->offer == OFFER_PENDING && dialog->offerer != party;

    context->codecs = dialog->sides[party].codecs;
    if (!context->retransmission && session_at_callers_hop(context) &&
        (answers || dialog->offer_cseq != context->sip->cseq))
        follow_offer(context, dialog, party);
}

static void follow_sdp(MessageContext *context, const Sdp *sdp, uint64_t content)
{
    Model *model = context->model;
    SessionSide said = { .time_ns = TIME_UNKNOWN };

    fill_side(model, &said, sdp, context->origin->time_ns);
    said.content = content;
    context->codecs = said.codecs = summary_of(model, &said);
    if (context->dialog == DIALOG_NONE) {
        session_clear_side(model, &said);
        return;
    }
    Dialog *dialog = &context->call->dialogs[context->dialog];
    Party party = party_of_body(context);
    SessionSide *side = &dialog->sides[party];

    /* Every hop announces addresses of its own; the dialog keeps what the caller's hop said. */
    renegotiation_offered(context, dialog, party, &said);
    for (unsigned i = 0; i < said.line_count; i++)
        if (ip_is_multicast(said.lines[i].rtp.ip))
            conference_note_group(context, &sdp->media[i], party);
    if (session_at_callers_hop(context) || side->time_ns == TIME_UNKNOWN) {
        renegotiation_keep(context, party);
        session_clear_side(model, side);
        *side = said;
        follow_offer(context, dialog, party);
    } else {
        session_clear_side(model, &said);
    }
    media_match_announce(context, sdp, party);
    fax_match_announce(context, sdp, party);
    msrp_match_announce(context, sdp, party);
}

/* NULL when it is not usable. */
static const Sdp *sdp_of(const MessageContext *context, Slice body)
{
    SdpBuffer *buffer = tracker_sdp(context->model);

    if (context->sip->sdp)
        return context->sip->sdp;
    return sdp_parse(body, buffer) == DISSECT_OK ? &buffer->sdp : NULL;
}

/* What was parsed ahead is all of the body. */
static bool find_sdp(const SipMessage *sip, Slice *out)
{
    if (!sip->sdp)
        return mime_find(sip->content_type, sip->body, SLICE_LITERAL("application/sdp"), out);
    *out = sip->body;
    return true;
}

void session_follow(MessageContext *context)
{
    Model *model = context->model;
    const SipMessage *sip = context->sip;
    Slice body;

    if (!context->call->is_call)
        return;
    if (!sip->is_request)
        reject_offer(context);
    if (sip->body.len == 0 || !find_sdp(sip, &body))
        return;
    uint64_t content = body.len == sip->body.len ? sip->keys.body : slice_hash(body);
    if (context->dialog != DIALOG_NONE) {
        Dialog *dialog = &context->call->dialogs[context->dialog];
        Party party = party_of_body(context);
        if (dialog->sides[party].time_ns != TIME_UNKNOWN &&
            dialog->sides[party].content == content) {
            follow_repetition(context, dialog, party);
            return;
        }
    }
    const Sdp *sdp = sdp_of(context, body);
    if (!sdp)
        return;
    model_note_anomalies(model, &sdp->anomalies);
    call_note_anomalies(context->call, &sdp->anomalies);
    follow_sdp(context, sdp, content);
}

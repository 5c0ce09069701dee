/* dissect/call/call.c - one call as plain data: names, durations, memory. */
#include "dissect/call/call_private.h"
#include "dissect/call/identity_tracker.h"
#include "dissect/call/relation.h"
#include "dissect/call/transfer.h"

static const char *const state_names[CALL_STATES] = {
    [CALL_CALLING] = "calling",
    [CALL_PROCEEDING] = "proceeding",
    [CALL_RINGING] = "ringing",
    [CALL_IN_CALL] = "in-call",
    [CALL_COMPLETED] = "completed",
    [CALL_CANCELLED] = "cancelled",
    [CALL_BUSY] = "busy",
    [CALL_REJECTED] = "rejected",
    [CALL_REDIRECTED] = "redirected",
    [CALL_UNAUTHORIZED] = "unauthorized",
    [CALL_FAILED] = "failed",
    [CALL_TIMED_OUT] = "timed-out",
    [CALL_INCOMPLETE] = "incomplete",
};

const char *call_state_name(CallState state)
{
    return state < CALL_STATES ? state_names[state] : "unknown";
}

bool call_state_is_final(CallState state)
{
    return state >= CALL_COMPLETED;
}

const char *ended_by_name(EndedBy by)
{
    static const char *const names[] = { NULL, "caller", "callee", "network" };
    return by < G_N_ELEMENTS(names) ? names[by] : NULL;
}

const char *sip_transport_name(SipTransport transport)
{
    static const char *const names[SIP_TRANSPORTS] = { "UDP", "TCP", "TLS", "SCTP", "WS", "WSS" };
    return transport < SIP_TRANSPORTS ? names[transport] : "?";
}

/* A capture clock that was set back tells no duration. */
static int64_t duration(int64_t from_ns, int64_t to_ns)
{
    int64_t difference = time_between(from_ns, to_ns);

    return difference < 0 ? TIME_UNKNOWN : difference;
}

int64_t call_post_dial_delay(const Call *call)
{
    return duration(call->invite_ns,
                    call->ring_ns != TIME_UNKNOWN ? call->ring_ns : call->answer_ns);
}

int64_t call_setup_time(const Call *call)
{
    return duration(call->invite_ns, call->answer_ns);
}

int64_t call_ring_time(const Call *call)
{
    return duration(call->ring_ns, call->answer_ns);
}

int64_t call_talk_time(const Call *call)
{
    return duration(call->answer_ns, call->bye_ns);
}

int64_t call_duration(const Call *call, int64_t clock_ns, bool ended)
{
    bool live = !ended && !call_state_is_final(call_state(call, clock_ns, ended));

    return duration(call->first_ns, live && clock_ns > call->last_ns ? clock_ns : call->last_ns);
}

static const CallExtras no_extras;

CallExtras *call_own_extras(Call *call)
{
    if (call->extras == &no_extras)
        call->extras = g_new0(CallExtras, 1);
    return (CallExtras *)call->extras;
}

void call_note_anomalies(Call *call, const AnomalySet *anomalies)
{
    if (anomaly_any(anomalies))
        anomaly_merge(&call_own_extras(call)->anomalies, anomalies);
}

Call *call_new(Model *model, uint32_t number)
{
    Call *call = slab_take(&model->slab, slab_lines(sizeof *call));

    *call = (Call){
        .number = number,
        .extras = &no_extras,
        .invite_ns = TIME_UNKNOWN,
        .ring_ns = TIME_UNKNOWN,
        .answer_ns = TIME_UNKNOWN,
        .bye_ns = TIME_UNKNOWN,
        .end_ns = TIME_UNKNOWN,
        .attempt_ns = TIME_UNKNOWN,
        .progress_ns = TIME_UNKNOWN,
    };
    return call;
}

static void free_array(GArray *array)
{
    if (array)
        g_array_free(array, TRUE);
}

/* What is private to others they have cleared. */
static void extras_free(Call *call)
{
    const CallExtras *extras = call->extras;

    if (extras == &no_extras)
        return;
    free_array(extras->faxes);
    free_array(extras->msrp);
    free_array(extras->info_digits);
    free_array(extras->reports);
    free_array(extras->far_end);
    free_array(extras->icmp);
    free_array(extras->tunnels);
    free_array(extras->notes);
    if (extras->vq_reports)
        g_ptr_array_unref(extras->vq_reports);
    g_free(call_own_extras(call));
}

void call_free(Model *model, Call *call)
{
    if (!call)
        return;
    g_assert(!call->targets && !call->transactions && call->dialog_count == 0);
    g_assert(!call->structure);
    slab_give_back(&model->slab, call->messages, call->message_allocated * sizeof *call->messages);
    if (call->request_uri != call->to.uri)
        g_free(call->request_uri);
    slab_give_back(&model->slab, call->party_texts, call->party_texts_size);
    relations_clear(call);
    transfers_clear(call);
    free_array(call->streams);
    extras_free(call);
    identity_free(call->identity);
    call_reason_free(call->reason);
    slab_give_back(&model->slab, call, slab_lines(sizeof *call));
}

static char *append_text(char **at, Slice text)
{
    char *start = *at;

    if (text.len == 0)
        return NULL;
    memcpy(start, text.data, text.len);
    start[text.len] = '\0';
    *at += text.len + 1;
    return start;
}

/* Quoted pairs stand for their second character (RFC 3261 section 25.1). */
static char *append_unquoted(char **at, Slice text)
{
    char *start = *at, *to = *at;

    if (slice_find(text, '\\') == text.len)
        return append_text(at, text);
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '\\' && i + 1 < text.len)
            i++;
        *to++ = (char)text.data[i];
    }
    *to++ = '\0';
    *at = to;
    return start;
}

/* Neither a port nor parameters: then it need not be kept twice. */
static bool ends_with_host(const SipUri *uri)
{
    return uri->host.len && uri->host.data + uri->host.len == uri->whole.data + uri->whole.len;
}

/* Of one party, behind one another from *@at on. */
static void append_address(char **at, CallAddress *address, const SipNameAddr *from)
{
    Slice user = from->uri.user;
    g_autofree char *unescaped = NULL;

    if (from->uri.whole.len == 0)
        return;
    if (slice_find(user, '%') < user.len) {
        unescaped = sip_unescape(user);
        user = slice_from_string(unescaped);
    }
    address->uri = append_text(at, from->uri.whole);
    address->user = append_text(at, user);
    if (ends_with_host(&from->uri))
        address->host = address->uri + from->uri.whole.len - from->uri.host.len;
    else
        address->host = append_text(at, from->uri.host);
    address->display_name = append_unquoted(at, from->display_name);
}

/* Unescaped, a text is no longer than it was. */
static size_t address_size(const SipNameAddr *from)
{
    const SipUri *uri = &from->uri;

    if (uri->whole.len == 0)
        return 0;
    return uri->whole.len + uri->user.len + (ends_with_host(uri) ? 0 : uri->host.len + 1) +
           from->display_name.len + 3;
}

void call_set_parties(Model *model, Call *call, const SipNameAddr *from, const SipNameAddr *to)
{
    call->party_texts_size = (uint32_t)(address_size(from) + address_size(to));
    char *at = call->party_texts = slab_take(&model->slab, call->party_texts_size);

    append_address(&at, &call->from, from);
    append_address(&at, &call->to, to);
}

CallMessage *call_add_message(Model *model, Call *call)
{
    call->messages_seen++;
    if (call->message_count >= model->limits.messages_per_call)
        return NULL;
    if (call->message_count == call->message_allocated) {
        /* a call that is answered, and a registration that is challenged, fill them */
        unsigned first = call->is_call ? 7 : 4, old = call->message_allocated;
        call->message_allocated += old ? old / 2 : first;
        call->messages = slab_resize(&model->slab, call->messages, old * sizeof *call->messages,
                                     call->message_allocated * sizeof *call->messages);
    }
    return &call->messages[call->message_count++];
}

static void clear_note(gpointer note)
{
    g_free(((CallNote *)note)->text);
}

void call_note_body(Call *call, const char *text)
{
    CallNote note = { call->message_count - 1, g_strdup(text) };

    if (!call->extras->notes) {
        call_own_extras(call)->notes = g_array_new(FALSE, FALSE, sizeof note);
        g_array_set_clear_func(call->extras->notes, clear_note);
    }
    g_array_append_val(call->extras->notes, note);
}

static int compare_notes(const void *index, const void *note)
{
    uint32_t a = *(const uint32_t *)index, b = ((const CallNote *)note)->message;
    return (a > b) - (a < b);
}

const char *call_message_note(const Call *call, unsigned index)
{
    uint32_t key = index;
    const CallNote *note = call->extras->notes
                               ? bsearch(&key, call->extras->notes->data, call->extras->notes->len,
                                         sizeof *note, compare_notes)
                               : NULL;
    return note ? note->text : NULL;
}

void call_note_tunnel(Call *call, uint32_t path)
{
    CallTunnel tunnel = { call->message_count - 1, path };

    if (!call->extras->tunnels)
        call_own_extras(call)->tunnels = g_array_new(FALSE, FALSE, sizeof tunnel);
    g_array_append_val(call->extras->tunnels, tunnel);
}

uint32_t call_message_tunnel(const Call *call, unsigned index)
{
    unsigned low = 0, high = call->extras->tunnels ? call->extras->tunnels->len : 0;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        CallTunnel tunnel = g_array_index(call->extras->tunnels, CallTunnel, middle);
        if (tunnel.message == index)
            return tunnel.path;
        if (tunnel.message < index)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

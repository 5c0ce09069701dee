#include "dissect/call/dialog.h"
#include "dissect/call/security_private.h"
#include "dissect/call/security_watch.h"

#define SPOOF_SEARCH  64u   /* messages back in the call */
#define STRANGERS_MAX 1024u /* that are waited for; further ones are not */

/* Who sent a re-INVITE in the dialog of others. When a server takes over the dialogs of one that
 * failed it is just that; but then it is not refused, and the other one says nothing any more. */
typedef struct {
    IpAddress ip;
    int64_t time_ns;
    uint32_t frame, cseq, endpoint;
    Party party; /* whom it claims to be */
} Stranger;

static bool took_part(const MessageContext *context)
{
    const Call *call = context->call;
    IpAddress ip = context->origin->source.ip;

    for (unsigned i = 0; i < call->message_count; i++)
        if (ip_equal(model_endpoint(context->model, call->messages[i].source).ip, ip) ||
            ip_equal(model_endpoint(context->model, call->messages[i].destination).ip, ip))
            return true;
    const Dialog *dialog = &call->dialogs[context->dialog];
    for (unsigned party = 0; party < PARTIES; party++)
        for (unsigned i = 0; i < dialog->sides[party].line_count; i++)
            if (ip_equal(dialog->sides[party].lines[i].rtp.ip, ip))
                return true;
    return false;
}

/* Either party may be behind proxies that do not stay in the dialog. The caller is at the address
 * its INVITE came from with its Via alone; the callee where its INVITE went, when its media is
 * there as well. */
static bool is_address_known(const MessageContext *context, Party party)
{
    const Call *call = context->call;
    const SessionSide *callee = &call->dialogs[context->dialog].sides[PARTY_CALLEE];
    IpAddress destination = model_endpoint(context->model, call->destination).ip;

    if (party == PARTY_CALLER)
        return call->origin_vias == 1;
    for (unsigned i = 0; i < callee->line_count; i++)
        if (ip_equal(callee->lines[i].rtp.ip, destination))
            return true;
    return false;
}

static bool is_stranger(const MessageContext *context)
{
    const Call *call = context->call;

    return context->sip->via_count == 1 && !call->began_inside && call->method == SIP_INVITE &&
           call->message_count <= SPOOF_SEARCH && !took_part(context) &&
           is_address_known(context, dialog_sender(context));
}

static void wait_for(const MessageContext *context)
{
    SecurityWatch *watch = context->model->security;
    gpointer key = GUINT_TO_POINTER(context->call->number);

    if (g_hash_table_size(watch->strangers) >= STRANGERS_MAX ||
        g_hash_table_contains(watch->strangers, key))
        return;
    Stranger *stranger = g_new(Stranger, 1);
    *stranger = (Stranger){ .ip = context->origin->source.ip,
                            .time_ns = context->origin->time_ns,
                            .frame = context->origin->frame,
                            .cseq = context->sip->cseq,
                            .endpoint = context->source,
                            .party = dialog_sender(context) };
    g_hash_table_insert(watch->strangers, key, stranger);
}

/* Was it refused, or is the one whom it claims to be still there? */
static bool is_unmasked(const MessageContext *context, const Stranger *stranger)
{
    const SipMessage *sip = context->sip;

    if (sip->is_request)
        return sip->method != SIP_ACK && dialog_sender(context) == stranger->party &&
               !ip_equal(context->origin->source.ip, stranger->ip);
    return sip->method == SIP_INVITE && sip->cseq == stranger->cseq && sip->status >= 400 &&
           sip->status != 401 && sip->status != 407 && sip->status != 491 &&
           ip_equal(context->origin->destination.ip, stranger->ip);
}

static void follow_strangers(const MessageContext *context)
{
    GHashTable *strangers = context->model->security->strangers;
    gpointer key = GUINT_TO_POINTER(context->call->number);
    const Stranger *stranger =
        g_hash_table_size(strangers) ? g_hash_table_lookup(strangers, key) : NULL;

    if (!stranger || !is_unmasked(context, stranger))
        return;
    SecuritySource *source = security_source_for(context, stranger->endpoint);
    if (source)
        security_note_packet(source, SECURITY_SPOOFED_REQUEST, stranger->time_ns, stranger->frame);
    g_hash_table_remove(strangers, key);
}

static void follow_request(const MessageContext *context)
{
    if (!is_stranger(context))
        return;
    if (context->sip->method == SIP_INVITE) {
        wait_for(context);
        return;
    }
    SecuritySource *source = security_source_for(context, context->source);
    if (source)
        security_note(context, source, SECURITY_SPOOFED_REQUEST);
}

void security_follow_dialog(const MessageContext *context)
{
    const SipMessage *sip = context->sip;

    if (context->dialog == DIALOG_NONE)
        return;
    follow_strangers(context);
    if (sip->is_request && sip->to_tag.len && (sip->method == SIP_BYE || sip->method == SIP_INVITE))
        follow_request(context);
}

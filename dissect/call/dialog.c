#include "dissect/call/dialog.h"
#include "dissect/call/session.h"
#include "dissect/call/transaction.h"

#define DIALOGS_MAX 64

/* Both in one block, which caller_tag owns. */
static void set_tags(Model *model, Dialog *dialog, Slice caller, Slice callee)
{
    size_t size = caller.len + callee.len + 2;
    char *block = slab_take(&model->slab, size);
    char *behind = block + caller.len + 1;

    if (caller.len)
        memcpy(block, caller.data, caller.len);
    if (callee.len)
        memcpy(behind, callee.data, callee.len);
    block[caller.len] = behind[callee.len] = '\0';
    slab_give_back(&model->slab, dialog->caller_tag, dialog->tags_size);
    dialog->caller_tag = block;
    dialog->callee_tag = behind;
    dialog->tags_size = (uint32_t)size;
}

static uint16_t add_dialog(const MessageContext *context)
{
    Call *call = context->call;
    const SipMessage *sip = context->sip;

    if (call->dialog_count >= DIALOGS_MAX)
        return DIALOG_NONE;
    call->dialogs =
        slab_resize(&context->model->slab, call->dialogs, call->dialog_count * sizeof(Dialog),
                    (call->dialog_count + 1) * sizeof(Dialog));
    Dialog *dialog = &call->dialogs[call->dialog_count];
    *dialog = (Dialog){
        .caller_key = context->from_key,
        .callee_key = context->to_key,
        .early_ns = TIME_UNKNOWN,
        .confirmed_ns = TIME_UNKNOWN,
        .bye_ns = TIME_UNKNOWN,
        .terminated_ns = TIME_UNKNOWN,
        .sides = { { .time_ns = TIME_UNKNOWN }, { .time_ns = TIME_UNKNOWN } },
    };
    set_tags(context->model, dialog, sip->from_tag, sip->to_tag);
    return (uint16_t)call->dialog_count++;
}

/* The pair of tags in either order: requests come from both sides. */
static uint16_t find_dialog(const MessageContext *context)
{
    const Call *call = context->call;
    uint64_t from = context->from_key, to = context->to_key;

    for (unsigned i = 0; i < call->dialog_count; i++) {
        const Dialog *d = &call->dialogs[i];
        if ((d->caller_key == from && d->callee_key == to) ||
            (d->caller_key == to && d->callee_key == from))
            return (uint16_t)i;
    }
    return DIALOG_NONE;
}

static uint16_t find_of_caller(const MessageContext *context, bool unanswered)
{
    const Call *call = context->call;

    for (unsigned i = 0; i < call->dialog_count; i++)
        if (call->dialogs[i].caller_key == context->from_key &&
            (!unanswered || !call->dialogs[i].callee_key))
            return (uint16_t)i;
    return DIALOG_NONE;
}

/* A response to an INVITE names the dialog: the first To-tag takes the one that waits, each further
 * one forks, with the same offer. */
static uint16_t dialog_of_answer(const MessageContext *context)
{
    Call *call = context->call;
    uint16_t found = find_dialog(context);

    if (found != DIALOG_NONE)
        return found;
    found = find_of_caller(context, true);
    if (found != DIALOG_NONE) {
        Dialog *d = &call->dialogs[found];
        d->callee_key = context->to_key;
        set_tags(context->model, d, slice_from_string(d->caller_tag), context->sip->to_tag);
        return found;
    }
    uint16_t sibling = find_of_caller(context, false);
    found = add_dialog(context);
    if (found != DIALOG_NONE && sibling != DIALOG_NONE) {
        Dialog *d = &call->dialogs[found];
        session_copy_side(context->model, &d->sides[PARTY_CALLER],
                          &call->dialogs[sibling].sides[PARTY_CALLER]);
        d->offer = OFFER_PENDING;
        d->offerer = PARTY_CALLER;
        d->offer_cseq = call->dialogs[sibling].offer_cseq;
    }
    return found;
}

static void follow_response(MessageContext *context)
{
    const SipMessage *sip = context->sip;
    Call *call = context->call;
    int64_t now = context->origin->time_ns;

    if (sip->method != SIP_INVITE || sip->to_tag.len == 0 || sip->status <= 100 ||
        sip->status >= 300) {
        context->dialog = find_dialog(context);
        return;
    }
    context->dialog = dialog_of_answer(context);
    if (context->dialog == DIALOG_NONE)
        return;
    Dialog *d = &call->dialogs[context->dialog];
    if (d->early_ns == TIME_UNKNOWN)
        d->early_ns = now;
    if (sip->status >= 200 && d->state == DIALOG_EARLY) {
        d->state = DIALOG_CONFIRMED;
        d->confirmed_ns = now;
    }
    if (sip->status == 199 && d->state == DIALOG_EARLY) {
        d->state = DIALOG_TERMINATED; /* RFC 6228 */
        d->terminated_ns = now;
    }
}

static void follow_request(MessageContext *context)
{
    const SipMessage *sip = context->sip;
    Call *call = context->call;

    if (sip->to_tag.len == 0) {
        if (sip->method == SIP_INVITE) {
            context->dialog = find_of_caller(context, false);
            if (context->dialog == DIALOG_NONE)
                context->dialog = add_dialog(context);
        }
        return;
    }
    context->dialog = find_dialog(context);
    if (context->dialog == DIALOG_NONE) {
        if (sip->method != SIP_BYE && sip->method != SIP_INVITE && sip->method != SIP_UPDATE)
            return;
        context->dialog = add_dialog(context);
        if (context->dialog == DIALOG_NONE)
            return;
        call->dialogs[context->dialog].state = DIALOG_CONFIRMED;
    }
    Dialog *d = &call->dialogs[context->dialog];
    if (sip->method == SIP_ACK)
        d->acked = true;
    else if (sip->method == SIP_BYE && d->bye_ns == TIME_UNKNOWN)
        d->bye_ns = context->origin->time_ns;
}

void dialog_follow(MessageContext *context)
{
    context->dialog = DIALOG_NONE;
    if (!context->call->is_call)
        return;
    if (context->sip->is_request)
        follow_request(context);
    else
        follow_response(context);
    if (context->sip->is_request && context->transaction && !context->retransmission)
        context->transaction->dialog = context->dialog;
}

Party dialog_sender(const MessageContext *context)
{
    const Call *call = context->call;

    if (context->dialog == DIALOG_NONE)
        return PARTY_CALLER;
    uint64_t caller = call->dialogs[context->dialog].caller_key;
    return caller == context->from_key ? PARTY_CALLER : PARTY_CALLEE;
}

void dialog_end(const MessageContext *context)
{
    Call *call = context->call;

    if (context->dialog != DIALOG_NONE) {
        Dialog *d = &call->dialogs[context->dialog];
        if (d->state != DIALOG_TERMINATED) {
            d->state = DIALOG_TERMINATED;
            d->terminated_ns = context->origin->time_ns;
        }
    }
    for (unsigned i = 0; i < call->dialog_count; i++)
        if (call->dialogs[i].state == DIALOG_CONFIRMED)
            return;
    call_state_dialog_ended(context);
}

void dialog_end_early(Call *call, int64_t time_ns)
{
    for (unsigned i = 0; i < call->dialog_count; i++) {
        Dialog *d = &call->dialogs[i];
        if (d->state == DIALOG_EARLY && d->callee_key != 0) {
            d->state = DIALOG_TERMINATED;
            d->terminated_ns = time_ns;
        }
    }
}

void dialogs_clear(Model *model, Call *call)
{
    for (unsigned i = 0; i < call->dialog_count; i++) {
        Dialog *d = &call->dialogs[i];
        slab_give_back(&model->slab, d->caller_tag, d->tags_size);
        session_clear_side(model, &d->sides[PARTY_CALLER]);
        session_clear_side(model, &d->sides[PARTY_CALLEE]);
    }
    slab_give_back(&model->slab, call->dialogs, call->dialog_count * sizeof(Dialog));
    call->dialogs = NULL;
    call->dialog_count = 0;
}

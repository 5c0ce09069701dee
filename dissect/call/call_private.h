/* dissect/call/call_private.h - what the files of dissect/call/ share and nobody else needs. */
#pragma once
#include "dissect/call/model.h"
#include "dissect/call/tracker.h"

/* A message on its way through the tracker. */
typedef struct {
    Model *model;
    Call *call;
    const SipMessage *sip;
    const MessageOrigin *origin;
    uint32_t source, destination;    /* endpoint ids */
    uint64_t from_key, to_key;       /* of the tags, as good as these within one Call-ID; 0: none */
    struct Transaction *transaction; /* NULL: a response whose request was not seen */
    bool has_anomalies;              /* the message has */
    bool retransmission;
    bool another_final; /* its request had a final response before: a fork's, or one again */
    bool at_origin;     /* seen at the hop nearest to the caller */
    uint16_t dialog;    /* DIALOG_NONE */
    const char *codecs;
    const char *reason; /* interned or static: of a response */
    const char *note;   /* interned: becomes the phrase of a request with a method of its own */
} MessageContext;

/* call.c */
Call *call_new(Model *model, uint32_t number);
void call_free(Model *model, Call *call); /* transactions and targets must be gone */
/* Once in the life of a call. */
void call_set_parties(Model *model, Call *call, const SipNameAddr *from, const SipNameAddr *to);
/* NULL when the record is full; the message is then only counted. */
CallMessage *call_add_message(Model *model, Call *call);
/* The body of the message added last says @text; copied. */
void call_note_body(Call *call, const char *text);
/* The message added last came through that path of the model's tunnel table. */
void call_note_tunnel(Call *call, uint32_t path);

/* model.c */
/* Under which a Call-ID is found. */
static inline uint32_t model_leg_tag(Slice call_id)
{
    return (uint32_t)slice_hash(call_id);
}
/* @tag is that of the Call-ID. */
Call *model_add_call(Model *model, Slice call_id, uint32_t tag);
/* The call that has a leg with this Call-ID, or NULL. */
Call *model_find_leg(const Model *model, Slice call_id, uint32_t tag);
/* The same for one who expects it to be call @number; 0: no one does. */
Call *model_find_expected(const Model *model, Slice call_id, uint32_t tag, uint32_t number);
static inline Call *model_find_call(const Model *model, Slice call_id)
{
    return model_find_leg(model, call_id, model_leg_tag(call_id));
}

/* Of a Call-ID with @tag: begin to fetch its slot from memory; then the number of the call it will
 * probably be, unchecked, or 0; then where that call is. */
void model_fetch_leg(const Model *model, uint32_t tag);
uint32_t model_expect_call(const Model *model, uint32_t tag);
void model_fetch_number(const Model *model, uint32_t number);

/* state.c: the call's state machine, fed with the request or response of @context. */
void call_state_request(const MessageContext *context);
void call_state_response(const MessageContext *context);
CallState call_state_of_status(unsigned status);
/* A dialog ended: the call does when it was the last. */
void call_state_dialog_ended(const MessageContext *context);

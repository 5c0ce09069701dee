/* dissect/call/security_watch.h - how the tracker feeds security.h. */
#pragma once
#include "dissect/call/call_private.h"

SecurityWatch *security_watch_new(void);
void security_watch_free(SecurityWatch *watch);
/* Begins to fetch from memory where that is which is known of the endpoint's address; then that. */
void security_fetch_slot(const Model *model, uint32_t endpoint);
void security_fetch(const Model *model, uint32_t endpoint);
/* INVITE, REGISTER, OPTIONS and their responses, no retransmissions. Bounded work, and next to none
 * for what is inside a dialog. */
void security_follow(MessageContext *context);
/* The same of a message whose SDP was not taken up yet: is its sender a stranger in the dialog? */
void security_follow_dialog(const MessageContext *context);

/* dissect/call/direction.h - was both what went and what came back captured? A mirror port that
 * shows one direction of a hop, and queues that overtake one another, are told by messages that
 * cannot stand alone. */
#pragma once
#include "dissect/call/call_private.h"

/* Notes in the call and in the model's facts what the message of @context says of it. */
void direction_follow(const MessageContext *context);

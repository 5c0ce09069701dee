/* dissect/call/digit_tracker.h - INFO requests into digits of their call. */
#pragma once
#include "dissect/call/call_private.h"

/* INFO and its responses. Sets context->codecs to what a ladder says of the digits. */
void digit_tracker_follow(MessageContext *context);

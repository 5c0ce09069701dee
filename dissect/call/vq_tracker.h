/* dissect/call/vq_tracker.h - PUBLISH and NOTIFY of voice quality into their calls. */
#pragma once
#include "dissect/call/call_private.h"

/* PUBLISH and NOTIFY. Sets context->codecs to what a ladder says of the report. */
void vq_tracker_follow(MessageContext *context);
void vq_record_free(void *record);

/* dissect/call/tracker_private.h - what the tracker lends to the files it is made of. */
#pragma once
#include "dissect/call/model.h"
#include "dissect/net/flow.h"

/* One parsed SDP at a time, reused: it is large. */
Sdp *tracker_sdp(Model *model);
/* An empty string to write into, reused. */
GString *tracker_text(Model *model);

void tracker_new(Model *model);
void tracker_free(Model *model);
/* A call leaves the model: everything that points to it forgets it. */
void tracker_forget_call(Model *model, Call *call);

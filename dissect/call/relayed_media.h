/* dissect/call/relayed_media.h - calls whose media pass through one host: a stream of one comes to
 * a relay, and the same packets leave it as a stream of the other (dissect/media/passage.h). The
 * last resort of correlation.h, where nothing in the messages joins the legs. */
#pragma once
#include "dissect/call/model.h"

/* Two streams are the same; their calls may be known by now. */
void relayed_media_found(Model *model, const Passage *passage, const Stream *earlier,
                         const Stream *later);
/* @stream has got its call, and may be one side of passages. */
void relayed_media_joined(Model *model, const Stream *stream);

#include "dissect/call/relayed_media.h"
#include "dissect/call/call_private.h"
#include "dissect/call/correlator.h"
#include "dissect/call/endpoint_watch.h"

void relayed_media_found(Model *model, const Passage *passage, const Stream *earlier,
                         const Stream *later)
{
    Call *from = earlier->call ? model_call(model, earlier->call) : NULL;
    Call *to = later->call ? model_call(model, later->call) : NULL;

    if (!from || !to || from == to || model->correlator->off)
        return;
    g_autofree char *evidence =
        g_strdup_printf("relayed media: %u %s equal, stream #%u and %.1f ms later #%u",
                        passage->evidence, passage->payloads_equal ? "frames" : "packet numbers",
                        earlier->number, passage_delay_mean_ms(passage), later->number);
    if (calls_relate(from, 0, to, 0, RELATION_RELAY, slice_from_string(evidence)))
        endpoint_follow_join(model, from, to);
}

void relayed_media_joined(Model *model, const Stream *stream)
{
    const Passage *to = media_tracker_passage_to(model->media, stream);
    const Passage *from = media_tracker_passages_from(model->media, stream);

    if (to)
        relayed_media_found(model, to, model_stream(model, to->earlier), stream);
    for (; from; from = from->next_onward)
        relayed_media_found(model, from, stream, model_stream(model, from->later));
}

#include "export/call_story.h"
#include "dissect/call/relation.h"
#include "dissect/call/transfer.h"

static void write_related(JsonWriter *json, const Model *model, const Call *call)
{
    json_begin_array(json, "related");
    for (unsigned i = 0; i < call_relation_count(call); i++) {
        const CallRelation *r = call_relation(call, i);
        if (!model_call(model, r->call))
            continue;
        json_begin_object(json, NULL);
        json_uint(json, "call", r->call);
        json_string(json, "reason", relation_reason_name(r->reason));
        json_begin_object(json, "evidence");
        json_string(json, "text", r->evidence);
        json_uint_if(json, "packet", r->frame != 0, r->frame);
        json_uint_if(json, "other_packet", r->other_frame != 0, r->other_frame);
        json_end_object(json);
        json_end_object(json);
    }
    json_end_array(json);
}

static void write_transfers(JsonWriter *json, const Call *call)
{
    json_begin_array(json, "transfers");
    for (unsigned i = 0; i < call_transfer_count(call); i++) {
        const CallTransfer *t = call_transfer(call, i);
        json_begin_object(json, NULL);
        json_time(json, "time", t->time_ns);
        json_uint(json, "packet", t->frame);
        json_string(json, "by", t->by == PARTY_CALLER ? "caller" : "callee");
        json_string(json, "kind", t->attended ? "attended" : "blind");
        json_string(json, "target", t->target);
        json_string(json, "result", transfer_result_name(transfer_result(t)));
        json_time(json, "result_time", t->result_ns);
        json_uint_if(json, "refer_status", t->refer_status != 0, t->refer_status);
        json_uint_if(json, "status", t->status != 0, t->status);
        json_uint_if(json, "call", t->call != 0, t->call);
        json_uint_if(json, "replaced_call", t->replaced != 0, t->replaced);
        json_end_object(json);
    }
    json_end_array(json);
}

void json_call_story(JsonWriter *json, const Model *model, const Call *call)
{
    write_related(json, model, call);
    write_transfers(json, call);
}

#include "export/identity_json.h"

static void write_uris(JsonWriter *json, const char *key, char *const *uris)
{
    json_begin_array(json, key);
    for (; *uris; uris++)
        json_string(json, NULL, *uris);
    json_end_array(json);
}

static void write_hops(JsonWriter *json, const char *key, const GArray *hops)
{
    json_begin_array(json, key);
    for (unsigned i = 0; i < hops->len; i++) {
        const IdentityHop *hop = &g_array_index(hops, IdentityHop, i);
        json_begin_object(json, NULL);
        json_string(json, "uri", hop->uri);
        json_string(json, "reason", hop->reason);
        json_string(json, "index", hop->index);
        json_end_object(json);
    }
    json_end_array(json);
}

static void write_passport(JsonWriter *json, const CallIdentity *identity, const Passport *passport)
{
    bool dated = passport->iat_s >= 0;

    json_begin_object(json, NULL);
    json_string(json, "form", passport_form_name(passport->form));
    json_string(json, "alg", passport->alg);
    json_string(json, "ppt", passport->ppt);
    json_string(json, "x5u", passport->x5u);
    json_string(json, "orig", passport->orig);
    json_string(json, "dest", passport->dest);
    json_string(json, "div", passport->div);
    json_string(json, "attest", passport->attest);
    json_string(json, "origid", passport->origid);
    json_time(json, "iat", dated ? passport->iat_s * NS_PER_S : TIME_UNKNOWN);
    if (dated)
        json_bool(json, "fresh", passport_is_fresh(passport, identity->time_ns));
    else
        json_null(json, "fresh");
    json_string(json, "signature", "not-verified");
    json_end_object(json);
}

static void write_identity(JsonWriter *json, const CallIdentity *identity)
{
    json_begin_object(json, "identity");
    write_uris(json, "asserted", identity->asserted);
    write_uris(json, "preferred", identity->preferred);
    write_uris(json, "remote_parties", identity->remote_parties);
    json_string(json, "privacy", identity->privacy);
    write_hops(json, "diversions", identity->diversions);
    write_hops(json, "history", identity->history);
    json_begin_array(json, "passports");
    for (unsigned i = 0; i < identity->passports->len; i++)
        write_passport(json, identity, &g_array_index(identity->passports, Passport, i));
    json_end_array(json);
    json_end_object(json);
}

void json_call_identity(JsonWriter *json, const Call *call)
{
    if (call->identity)
        write_identity(json, call->identity);
    else
        json_null(json, "identity");
    if (!call->reason) {
        json_null(json, "reason");
        return;
    }
    json_begin_object(json, "reason");
    json_string(json, "protocol", call->reason->protocol);
    json_int_if(json, "cause", call->reason->cause >= 0, call->reason->cause);
    json_string(json, "text", call->reason->text);
    json_string(json, "meaning", call_reason_meaning(call->reason));
    json_end_object(json);
}

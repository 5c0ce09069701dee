#include "export/story_text.h"
#include "dissect/call/relation.h"
#include "dissect/call/transfer.h"
#include "export/escape.h"

static void add_transfers(GString *out, const Call *call, bool utf8)
{
    for (unsigned i = 0; i < call_transfer_count(call); i++) {
        const CallTransfer *t = call_transfer(call, i);
        g_autofree char *target = escape_line(t->target ? t->target : "?", utf8);
        g_string_append_printf(
            out, "  Transfer by %s to %s (%s): %s", t->by == PARTY_CALLER ? "caller" : "callee",
            target, t->attended ? "attended" : "blind", transfer_result_name(transfer_result(t)));
        if (t->call)
            g_string_append_printf(out, ", call %u", t->call);
        g_string_append_c(out, '\n');
    }
}

static void add_related(GString *out, const Model *model, const Call *call, bool utf8)
{
    const char *separator = "  Related: ";

    for (unsigned i = 0; i < call_relation_count(call); i++) {
        const CallRelation *r = call_relation(call, i);
        if (!model_call(model, r->call))
            continue;
        g_autofree char *evidence = escape_line(r->evidence ? r->evidence : "", utf8);
        g_string_append_printf(out, "%scall %u (%s, %s)", separator, r->call,
                               relation_reason_name(r->reason), evidence);
        separator = "; ";
    }
    if (separator[0] == ';')
        g_string_append_c(out, '\n');
}

void story_text(GString *out, const Model *model, const Call *call, bool utf8)
{
    add_transfers(out, call, utf8);
    add_related(out, model, call, utf8);
}

#include "export/fax.h"
#include "capture/capture.h"
#include "dissect/call/fax_match.h"
#include "dissect/media/codec/fax_modem.h"
#include "export/fax_audio.h"
#include "export/fax_t38.h"
#include <errno.h>

static bool make_folder(const char *folder, GError **error)
{
    if (g_mkdir_with_parents(folder, 0777) == 0)
        return true;
    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE, "%s: %s", folder, g_strerror(errno));
    return false;
}

static void plan_of_call(FaxT38Plan *t38, const Model *model, const AudioCall *planned)
{
    const Call *call = model_call(model, planned->number);

    for (unsigned i = 0; call && call->extras->faxes && i < call->extras->faxes->len; i++) {
        uint32_t number = g_array_index(call->extras->faxes, uint32_t, i);
        g_autofree char *name = g_strdup_printf("%s-t38-%u", planned->name, number);
        fax_t38_plan_add(t38, model->faxes, number, name);
    }
}

static void plan_of_no_call(FaxT38Plan *t38, const Model *model)
{
    for (uint32_t number = 1; number <= fax_tracker_last(model->faxes); number++) {
        const FaxSession *session = fax_tracker_session(model->faxes, number);
        g_autofree char *name = g_strdup_printf("no-call-t38-%u", number);
        if (session && session->call == 0)
            fax_t38_plan_add(t38, model->faxes, number, name);
    }
}

static bool is_known(const Model *model, const Call *call)
{
    for (unsigned i = 0; call->extras->faxes && i < call->extras->faxes->len; i++) {
        const FaxSession *session =
            fax_tracker_session(model->faxes, g_array_index(call->extras->faxes, uint32_t, i));
        if (session && session->carrier == FAX_OVER_AUDIO)
            return true;
    }
    return false;
}

static void adopt(Model *model, GPtrArray *found)
{
    for (unsigned i = 0; i < found->len; i++) {
        FaxSession *session = g_ptr_array_index(found, i);
        Call *call = model_call(model, session->call);
        if (!call || is_known(model, call) || !fax_match_adopt(model, call, session))
            fax_session_free(session);
    }
    if (found->len)
        model->generation++;
}

bool fax_export(Model *model, PacketStore *store, const FaxOptions *options, unsigned *out_pages,
                GError **error)
{
    static const AudioStyle as_sent = { .sent = true };
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    g_autoptr(GError) failure = NULL;
    unsigned pages = 0;

    if (!make_folder(options->folder, error))
        return false;
    FaxT38Plan *t38 = fax_t38_plan_new(options, model_decode_rules(model));
    model_read_lock(model);
    GPtrArray *plan = audio_plan_new(model, options->calls, options->call_count, &as_sent);
    uint64_t packets = model->facts.packets;
    for (unsigned i = 0; i < plan->len; i++)
        plan_of_call(t38, model, g_ptr_array_index(plan, i));
    if (options->all_sessions)
        plan_of_no_call(t38, model);
    model_read_unlock(model);
    bool done = fax_t38_plan_run(t38, store, packets, &pages, &failure) &&
                fax_audio_run(plan, store, options, packets, found, &pages, &failure);
    model_read_lock(model);
    adopt(model, found);
    audio_plan_free(plan, model);
    model_read_unlock(model);
    fax_t38_plan_free(t38);
    if (out_pages)
        *out_pages = pages;
    if (!done)
        g_propagate_error(error, g_steal_pointer(&failure));
    return done;
}

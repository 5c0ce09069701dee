#include "dissect/filter/field_msrp.h"
#include "dissect/call/msrp_file.h"

static bool each_msrp(const Search *search, const Call *call,
                      bool (*give)(const Search *, const MsrpSession *))
{
    for (unsigned i = 0; call->extras->msrp && i < call->extras->msrp->len; i++) {
        uint32_t number = g_array_index(call->extras->msrp, uint32_t, i);
        const MsrpSession *session = msrp_tracker_session(search->model->msrp, number);
        if (session && give(search, session))
            return true;
    }
    return false;
}

static bool sent_anything(const MsrpSession *session, unsigned side)
{
    for (unsigned i = 0; i < MSRP_METHODS; i++)
        if (session->counts[side].requests[i])
            return true;
    return false;
}

static bool give_msrp_source(const Search *search, const MsrpSession *session)
{
    for (unsigned side = 0; side < MSRP_ENDS; side++)
        if (sent_anything(session, side) && give_address(search, session->ends[side].ip))
            return true;
    return false;
}

static bool give_msrp_destination(const Search *search, const MsrpSession *session)
{
    for (unsigned side = 0; side < MSRP_ENDS; side++)
        if (sent_anything(session, side) && give_address(search, session->ends[!side].ip))
            return true;
    return false;
}

static bool give_msrp_ports(const Search *search, const MsrpSession *session)
{
    return give_number(search, session->ends[0].port) || give_number(search, session->ends[1].port);
}

static bool give_msrp_methods(const Search *search, const MsrpSession *session)
{
    for (unsigned i = 0; i < MSRP_OTHER; i++)
        if (session->counts[0].requests[i] + session->counts[1].requests[i] > 0 &&
            give_text(search, msrp_method_name((MsrpMethod)i)))
            return true;
    for (unsigned i = 0; i < session->events->len; i++) {
        const MsrpEvent *event = msrp_event(session, i);
        if (event->is_request && event->method == MSRP_OTHER && give_text(search, event->phrase))
            return true;
    }
    return false;
}

FIELD_FUNCTION(msrp_method_values)
{
    return each_msrp(&SEARCH, call, give_msrp_methods);
}

static bool give_msrp_statuses(const Search *search, const MsrpSession *session)
{
    for (unsigned i = 0; i < session->status_count; i++)
        if (session->statuses[i].status && give_number(search, session->statuses[i].status))
            return true;
    return false;
}

FIELD_FUNCTION(msrp_status_values)
{
    return each_msrp(&SEARCH, call, give_msrp_statuses);
}

static bool give_msrp_types(const Search *search, const MsrpSession *session)
{
    for (unsigned i = 0; i < session->type_count; i++)
        if (give_text(search, session->types[i].type))
            return true;
    return false;
}

FIELD_FUNCTION(msrp_type_values)
{
    return each_msrp(&SEARCH, call, give_msrp_types);
}

static bool give_msrp_ids(const Search *search, const MsrpSession *session)
{
    for (unsigned i = 0; i < session->events->len; i++)
        if (give_text(search, msrp_event(session, i)->message_id))
            return true;
    return false;
}

FIELD_FUNCTION(msrp_id_values)
{
    return each_msrp(&SEARCH, call, give_msrp_ids);
}

static bool give_msrp_from(const Search *search, const MsrpSession *session)
{
    for (unsigned side = 0; side < MSRP_ENDS; side++)
        if (sent_anything(session, side) && give_text(search, session->uris[side]))
            return true;
    return false;
}

FIELD_FUNCTION(msrp_from_values)
{
    return each_msrp(&SEARCH, call, give_msrp_from);
}

static bool give_msrp_to(const Search *search, const MsrpSession *session)
{
    for (unsigned side = 0; side < MSRP_ENDS; side++)
        if (sent_anything(session, side) && give_text(search, session->uris[!side]))
            return true;
    return false;
}

FIELD_FUNCTION(msrp_to_values)
{
    return each_msrp(&SEARCH, call, give_msrp_to);
}

static bool give_msrp_files(const Search *search, const MsrpSession *session)
{
    for (unsigned i = 0; i < session->events->len; i++) {
        g_auto(MsrpFile) file = { 0 };
        if (msrp_file_of(search->model, session, msrp_event(session, i), &file) &&
            give_text(search, file.name))
            return true;
    }
    return false;
}

FIELD_FUNCTION(msrp_file_values)
{
    return each_msrp(&SEARCH, call, give_msrp_files);
}

static bool give_msrp_unanswered(const Search *search, const MsrpSession *session)
{
    return give_number(search, (double)msrp_session_unanswered(session));
}

FIELD_FUNCTION(msrp_unanswered_values)
{
    return each_msrp(&SEARCH, call, give_msrp_unanswered);
}

FIELD_FUNCTION(msrp_source_values)
{
    return each_msrp(&SEARCH, call, give_msrp_source);
}

FIELD_FUNCTION(msrp_destination_values)
{
    return each_msrp(&SEARCH, call, give_msrp_destination);
}

FIELD_FUNCTION(msrp_ports_values)
{
    return each_msrp(&SEARCH, call, give_msrp_ports);
}

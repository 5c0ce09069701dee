#include "dissect/call/conference.h"
#include "dissect/call/correlator.h"
#include "dissect/call/dialog.h"
#include "dissect/call/structure_tracker.h"
#include "dissect/sip/contact.h"

const char *call_conference(const Call *call)
{
    const CallStructure *structure = call->structure;
    return structure && structure->conference ? structure->conference->uri : NULL;
}

const Conference *call_paging(const Call *call)
{
    const CallStructure *structure = call->structure;
    bool pages = structure && structure->conference && structure->conference->group.port;

    return pages ? structure->conference : NULL;
}

static Conference *conference_of(Call *call)
{
    CallStructure *structure = structure_of(call);

    if (!structure->conference) {
        structure->conference = g_new0(Conference, 1);
        structure->conference->group_ttl = -1;
    }
    return structure->conference;
}

/* Most contacts are "<uri>" and nothing else. */
static bool has_parameters(Slice contact)
{
    return contact.len && slice_last(contact) != '>';
}

/* Whoever joins the same conference becomes related to the newest that did. */
static void relate_participants(const MessageContext *context, Slice uri)
{
    uint64_t key = sign_key(SIGN_CONFERENCE, uri, NULL);
    const Sign *sign;
    Call *other = correlator_find(context, SIGN_CONFERENCE, key, &sign);

    if (other)
        calls_relate(context->call, context->origin->frame, other, sign->frame, RELATION_CONFERENCE,
                     uri);
    correlator_leave(context, SIGN_CONFERENCE, key);
}

void conference_follow(const MessageContext *context)
{
    Call *call = context->call;
    SipContactIterator at = { 0 };
    SipNameAddr contact;
    bool star;

    if (!has_parameters(sip_header_value(context->sip, SIP_HEADER_CONTACT)) ||
        call_conference(call) || !sip_contact_next(context->sip, &at, &contact, &star) || star ||
        !sip_parameter(contact.parameters, SLICE_LITERAL("isfocus"), NULL))
        return;
    Conference *conference = conference_of(call);
    Party client = dialog_sender(context);
    conference->uri = slice_dup(contact.uri.whole);
    conference->focus = context->sip->is_request ? client
                        : client == PARTY_CALLER ? PARTY_CALLEE
                                                 : PARTY_CALLER;
    relate_participants(context, contact.uri.whole);
}

/* "224.2.1.1/127", "224.2.1.1/127/3": IPv6 groups have no TTL. */
static int16_t ttl_of(Slice text)
{
    uint64_t ttl;

    slice_split(&text, '/');
    if (slice_find(text, '.') < text.len || !slice_to_uint(slice_split(&text, '/'), 255, &ttl))
        return -1;
    return (int16_t)ttl;
}

void conference_note_group(const MessageContext *context, const SdpMedia *media, Party party)
{
    Endpoint group;

    if (call_paging(context->call) || !sdp_media_rtp_endpoint(media, &group))
        return;
    Conference *conference = conference_of(context->call);
    conference->group = group;
    conference->group_ttl = ip_is_v4(group.ip) ? ttl_of(media->connection.text) : -1;
    conference->pager = party;
}

void conference_clear(CallStructure *structure)
{
    if (structure->conference)
        g_free(structure->conference->uri);
    g_clear_pointer(&structure->conference, g_free);
}

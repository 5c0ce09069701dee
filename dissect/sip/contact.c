#include "dissect/sip/contact.h"

#include "dissect/sip/text.h"

static bool next_element(const SipMessage *message, SipContactIterator *at, Slice *element)
{
    while (!sip_list_next(&at->rest, element)) {
        if (!at->started)
            at->header = sip_header(message, SIP_HEADER_CONTACT);
        else if (at->header)
            at->header = sip_header_next(message, at->header);
        at->started = true;
        if (!at->header)
            return false;
        at->rest = at->header->value;
    }
    return true;
}

bool sip_contact_next(const SipMessage *message, SipContactIterator *at, SipNameAddr *out,
                      bool *star)
{
    Slice element;
    while (next_element(message, at, &element)) {
        SipNameAddr contact = { 0 };
        bool is_star = slice_equal(element, SLICE_LITERAL("*"));
        if (!is_star)
            sip_name_addr_parse(element, &contact);
        if (!is_star && contact.uri.whole.len == 0)
            continue;
        *star = is_star;
        *out = contact;
        return true;
    }
    return false;
}

/* A number that does not fit asks for as long as can be (RFC 4475 section 3.1.2.4). */
static bool read_seconds(Slice value, int64_t *out)
{
    uint64_t seconds;
    Slice digits = text_cut_token(&value);
    if (slice_to_uint(digits, UINT32_MAX, &seconds))
        *out = (int64_t)seconds;
    else if (slice_to_uint(slice_sub(digits, 0, 10), UINT64_MAX, &seconds))
        *out = UINT32_MAX;
    else
        return false;
    return true;
}

int64_t sip_contact_expires(const SipMessage *message, const SipNameAddr *contact)
{
    Slice value;
    int64_t seconds;
    if (contact && sip_parameter(contact->parameters, SLICE_LITERAL("expires"), &value) &&
        read_seconds(value, &seconds))
        return seconds;
    if (read_seconds(sip_header_value(message, SIP_HEADER_EXPIRES), &seconds))
        return seconds;
    return -1;
}

bool sip_header_uint(const SipMessage *message, SipHeaderId id, uint64_t max, uint64_t *out)
{
    Slice value = sip_header_value(message, id);
    return slice_to_uint(text_cut_token(&value), max, out);
}

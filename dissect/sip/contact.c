#include "dissect/sip/contact.h"

bool sip_contact_next(const SipMessage *message, SipContactIterator *at, SipNameAddr *out,
                      bool *star)
{
    Slice element;

    for (;;) {
        if (at->started && sip_list_next(&at->rest, &element)) {
            element = slice_trim(element);
            *star = slice_equal(element, SLICE_LITERAL("*"));
            if (*star) {
                memset(out, 0, sizeof *out);
                return true;
            }
            if (sip_name_addr_parse(element, out) == DISSECT_OK)
                return true;
            continue;
        }
        at->header = at->started ? sip_header_next(message, at->header)
                                 : sip_header(message, SIP_HEADER_CONTACT);
        at->started = true;
        if (!at->header)
            return false;
        at->rest = at->header->value;
    }
}

bool sip_header_uint(const SipMessage *message, SipHeaderId id, uint64_t max, uint64_t *out)
{
    Slice value = sip_header_value(message, id);
    size_t digits = 0;

    while (digits < value.len && g_ascii_isdigit((char)value.data[digits]))
        digits++;
    return slice_to_uint(slice_sub(value, 0, digits), max, out);
}

int64_t sip_contact_expires(const SipMessage *message, const SipNameAddr *contact)
{
    Slice value;
    uint64_t seconds;

    if (sip_parameter(contact->parameters, SLICE_LITERAL("expires"), &value) &&
        slice_to_uint(value, UINT32_MAX, &seconds))
        return (int64_t)seconds;
    if (sip_header_uint(message, SIP_HEADER_EXPIRES, UINT32_MAX, &seconds))
        return (int64_t)seconds;
    return -1;
}

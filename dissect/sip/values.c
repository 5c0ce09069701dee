#include "dissect/sip/values.h"

#include "dissect/sip/text.h"

bool sip_contact_next(const SipMessage *message, SipContactIterator *iterator, SipNameAddr *out,
                      bool *is_star)
{
    Slice element;
    while (!sip_list_next(&iterator->list, &element)) {
        iterator->header = iterator->header ? sip_header_next(message, iterator->header)
                                            : sip_header(message, SIP_HEADER_CONTACT);
        if (!iterator->header) {
            iterator->list = SLICE_EMPTY;
            return false;
        }
        iterator->list = iterator->header->value;
    }
    *is_star = slice_equal(element, SLICE_LITERAL("*"));
    *out = (SipNameAddr){ 0 };
    if (!*is_star)
        sip_name_addr_parse(element, out);
    return true;
}

/* Digits at the front of @value, clamped to 32 bits. */
static bool read_seconds(Slice value, uint32_t *out)
{
    uint64_t number;
    Slice digits = text_cut_token(&value);
    if (slice_to_uint(digits, UINT32_MAX, &number))
        *out = (uint32_t)number;
    else if (slice_to_uint(slice_sub(digits, 0, 10), UINT64_MAX, &number))
        *out = UINT32_MAX;
    else
        return false;
    return true;
}

bool sip_expires_of(const SipMessage *message, const SipNameAddr *contact, uint32_t *out)
{
    Slice value;
    if (contact && sip_parameter(contact->parameters, SLICE_LITERAL("expires"), &value) &&
        read_seconds(value, out))
        return true;
    return read_seconds(sip_header_value(message, SIP_HEADER_EXPIRES), out);
}

bool sip_uint_header(const SipMessage *message, SipHeaderId id, uint64_t max, uint64_t *out)
{
    Slice value = sip_header_value(message, id);
    return slice_to_uint(text_cut_token(&value), max, out);
}

Slice sip_value_token(Slice value, Slice *parameters)
{
    Slice rest = value;
    Slice token = slice_trim(slice_split(&rest, ';'));
    if (parameters)
        *parameters = slice_trim(rest);
    return token;
}

DissectStatus sip_rack_parse(Slice value, SipRack *out)
{
    uint64_t rseq, cseq;
    Slice rest = text_skip_space(value);
    bool valid = slice_to_uint(text_cut_token(&rest), UINT32_MAX, &rseq);
    rest = text_skip_space(rest);
    valid = slice_to_uint(text_cut_token(&rest), UINT32_MAX, &cseq) && valid;
    rest = text_skip_space(rest);
    if (!valid || !text_is_token(rest))
        return DISSECT_MALFORMED;
    *out = (SipRack){ (uint32_t)rseq, (uint32_t)cseq, rest };
    return DISSECT_OK;
}

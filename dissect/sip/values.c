#include "dissect/sip/values.h"

#include "dissect/sip/text.h"

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
    uint64_t rseq = 0, cseq = 0;
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

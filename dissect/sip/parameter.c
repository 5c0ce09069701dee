#include "dissect/sip/text.h"
#include "dissect/sip/uri.h"

/* Position of the ; that ends the first parameter: one inside a quoted string does not. */
static size_t parameter_end(Slice s)
{
    size_t end = slice_find(s, ';');
    size_t quote = slice_find(slice_sub(s, 0, end), '"');
    if (quote == end)
        return end;
    for (size_t at = quote; at < s.len; at++) {
        if (s.data[at] == ';')
            return at;
        if (s.data[at] == '"')
            at += 1 + text_closing_quote(slice_from(s, at + 1));
    }
    return s.len;
}

static Slice unquoted(Slice value)
{
    if (text_first(value) != '"')
        return value;
    value = slice_from(value, 1);
    return slice_sub(value, 0, text_closing_quote(value));
}

bool sip_parameter_next(Slice *parameters, Slice *name, Slice *value)
{
    if (parameters->len == 0)
        return false;
    size_t end = parameter_end(*parameters);
    Slice rest = slice_sub(*parameters, 0, end);
    *parameters = slice_from(*parameters, end + 1);
    *name = slice_trim(slice_split(&rest, '='));
    *value = unquoted(slice_trim(rest));
    return true;
}

bool sip_parameter(Slice parameters, Slice name, Slice *out)
{
    Slice candidate, value;
    while (sip_parameter_next(&parameters, &candidate, &value)) {
        if (!slice_equal_nocase(candidate, name))
            continue;
        if (out)
            *out = value;
        return true;
    }
    return false;
}

#include "dissect/sip/text.h"
#include "dissect/sip/uri.h"

static Slice cut_value(Slice *rest)
{
    Slice value;
    if (text_first(*rest) == '"') {
        Slice inside = slice_from(*rest, 1);
        value = slice_sub(inside, 0, text_closing_quote(inside));
        *rest = slice_from(inside, value.len + 1);
        slice_split(rest, ';');
        return value;
    }
    return slice_trim(slice_split(rest, ';'));
}

/* Cuts "name=token;", "name;" or the same at the end, as most of them are; false and no change when
 * it is not of that form. */
static inline bool cut_usual_parameter(Slice *parameters, Slice *name, Slice *value)
{
    Slice rest = *parameters;
    Slice head = text_cut_token(&rest);
    Slice tail = SLICE_EMPTY;

    if (text_first(rest) == '=') {
        text_cut(&rest, 1);
        tail = text_cut_token(&rest);
    }
    if (head.len == 0 || (rest.len && rest.data[0] != ';'))
        return false;
    *name = head;
    *value = tail;
    *parameters = rest.len ? slice_of(rest.data + 1, rest.len - 1) : rest;
    return true;
}

static inline bool cut_parameter(Slice *parameters, Slice *name, Slice *value)
{
    if (parameters->len == 0)
        return false;
    if (cut_usual_parameter(parameters, name, value))
        return true;
    Slice rest = text_skip_space(*parameters);
    *name = text_cut_token(&rest);
    rest = text_skip_space(rest);
    *value = SLICE_EMPTY;
    switch (text_first(rest)) {
    case '=':
        rest = text_skip_space(slice_from(rest, 1));
        *value = cut_value(&rest);
        break;
    case ';':
        rest = slice_from(rest, 1);
        break;
    default: /* no parameter: it is passed over */
        slice_split(&rest, ';');
        break;
    }
    *parameters = rest;
    return true;
}

bool sip_parameter_next(Slice *parameters, Slice *name, Slice *value)
{
    return cut_parameter(parameters, name, value);
}

/* Does @parameters begin with @name and its =, without white space? */
static bool begins_with(Slice parameters, Slice name)
{
    return parameters.len > name.len && parameters.data[name.len] == '=' &&
           text_is_named(slice_of(parameters.data, name.len), name);
}

bool sip_parameter(Slice parameters, Slice name, Slice *out)
{
    Slice candidate, value;
    if (begins_with(parameters, name)) {
        Slice rest = slice_from(parameters, name.len + 1);
        value = text_cut_token(&rest);
        if (rest.len > 0) {
            rest = text_skip_space(slice_from(parameters, name.len + 1));
            value = cut_value(&rest);
        }
        if (out)
            *out = value;
        return true;
    }
    while (cut_parameter(&parameters, &candidate, &value)) {
        if (candidate.len != name.len || !slice_equal_nocase(candidate, name))
            continue;
        if (out)
            *out = value;
        return true;
    }
    return false;
}

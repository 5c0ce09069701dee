#include "dissect/sip/digest.h"

#include "dissect/sip/message.h"
#include "dissect/sip/text.h"

static const struct {
    Slice name;
    size_t offset; /* of its slice in SipDigest */
} fields[] = {
    { SLICE_LITERAL("username"), offsetof(SipDigest, username) },
    { SLICE_LITERAL("realm"), offsetof(SipDigest, realm) },
    { SLICE_LITERAL("nonce"), offsetof(SipDigest, nonce) },
    { SLICE_LITERAL("uri"), offsetof(SipDigest, uri) },
    { SLICE_LITERAL("response"), offsetof(SipDigest, response) },
    { SLICE_LITERAL("algorithm"), offsetof(SipDigest, algorithm) },
    { SLICE_LITERAL("opaque"), offsetof(SipDigest, opaque) },
    { SLICE_LITERAL("qop"), offsetof(SipDigest, qop) },
    { SLICE_LITERAL("nc"), offsetof(SipDigest, nc) },
    { SLICE_LITERAL("cnonce"), offsetof(SipDigest, cnonce) },
};

static void set_field(SipDigest *digest, Slice name, Slice value)
{
    if (slice_equal_nocase(name, SLICE_LITERAL("stale")))
        digest->is_stale = slice_equal_nocase(value, SLICE_LITERAL("true"));
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (name.len != fields[i].name.len || !slice_equal_nocase(name, fields[i].name))
            continue;
        Slice *field = (Slice *)((char *)digest + fields[i].offset);
        if (field->data == NULL)
            *field = value;
        return;
    }
}

/* Cuts name="value" or name=token with the comma behind it, as nearly all are; false and no change
 * when it is not of that form. */
static bool cut_usual_field(Slice *list, Slice *name, Slice *value)
{
    Slice rest = text_skip_space(*list);
    Slice head = text_cut_token(&rest), tail;

    if (head.len == 0 || text_first(rest) != '=')
        return false;
    text_cut(&rest, 1);
    if (text_first(rest) == '"') {
        Slice inside = slice_from(rest, 1);
        size_t end = slice_find(inside, '"');
        tail = slice_sub(inside, 0, end);
        if (end == inside.len || slice_find(tail, '\\') < end)
            return false;
        rest = slice_from(inside, end + 1);
    } else {
        tail = text_cut_token(&rest);
    }
    if (rest.len && rest.data[0] != ',')
        return false;
    *name = head;
    *value = tail;
    *list = slice_from(rest, 1);
    return true;
}

DissectStatus sip_digest_parse(Slice value, SipDigest *out)
{
    SipDigest digest = { 0 };
    Slice rest = slice_trim(value);
    Slice element;
    digest.scheme = text_cut_token(&rest);
    bool valid = digest.scheme.len > 0;

    for (;;) {
        Slice name, text;
        if (cut_usual_field(&rest, &name, &text))
            set_field(&digest, name, text);
        else if (!sip_list_next(&rest, &element))
            break;
        else if (slice_find(element, '=') == element.len)
            valid = false;
        else if (sip_parameter_next(&element, &name, &text))
            set_field(&digest, name, text);
    }
    *out = digest;
    return valid ? DISSECT_OK : DISSECT_MALFORMED;
}

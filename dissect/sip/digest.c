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

DissectStatus sip_digest_parse(Slice value, SipDigest *out)
{
    SipDigest digest = { 0 };
    Slice rest = slice_trim(value);
    Slice element;
    digest.scheme = text_cut_token(&rest);
    bool valid = digest.scheme.len > 0;

    while (sip_list_next(&rest, &element)) {
        Slice name, text;
        if (slice_find(element, '=') == element.len)
            valid = false;
        else if (sip_parameter_next(&element, &name, &text))
            set_field(&digest, name, text);
    }
    *out = digest;
    return valid ? DISSECT_OK : DISSECT_MALFORMED;
}

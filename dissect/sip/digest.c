#include "dissect/sip/digest.h"

#include "dissect/sip/message.h"
#include "dissect/sip/text.h"

static const struct {
    const char *name;
    size_t offset; /* of its slice in SipDigest */
} fields[] = {
    { "username", offsetof(SipDigest, username) },
    { "realm", offsetof(SipDigest, realm) },
    { "nonce", offsetof(SipDigest, nonce) },
    { "uri", offsetof(SipDigest, uri) },
    { "response", offsetof(SipDigest, response) },
    { "algorithm", offsetof(SipDigest, algorithm) },
    { "opaque", offsetof(SipDigest, opaque) },
    { "qop", offsetof(SipDigest, qop) },
    { "nc", offsetof(SipDigest, nc) },
    { "cnonce", offsetof(SipDigest, cnonce) },
};

static void set_field(SipDigest *digest, Slice name, Slice value)
{
    if (slice_equal_nocase(name, SLICE_LITERAL("stale")))
        digest->is_stale = slice_equal_nocase(value, SLICE_LITERAL("true"));
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        Slice *field = (Slice *)((char *)digest + fields[i].offset);
        if (field->data == NULL && slice_equal_nocase(name, slice_from_string(fields[i].name)))
            *field = value;
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

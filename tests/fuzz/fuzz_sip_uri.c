#include "dissect/sip/message.h"
#include "dissect/sip/passport.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Slice text = slice_of(data, size);
    SipNameAddr address;
    SipUri uri;
    SipVia via;
    sip_uri_parse(text, &uri);
    sip_name_addr_parse(text, &address);
    sip_parameter(address.parameters, SLICE_LITERAL("tag"), NULL);
    sip_parameter(uri.parameters, SLICE_LITERAL("lr"), NULL);
    sip_via_parse(text, &via);
    Passport passport; /* Identity has parameters as addresses have */
    passport_parse(text, &passport);
    passport_is_fresh(&passport, 0);
    g_assert(!passport.dest || passport.dest_count > 0);
    passport_clear(&passport);
    g_free(slice_dup(uri.user));
    g_free(slice_dup(uri.host));
    g_free(slice_dup(via.branch));
    g_free(sip_unescape(text));
    return 0;
}

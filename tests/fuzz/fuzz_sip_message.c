#include "dissect/sip/contact.h"
#include "dissect/sip/digest.h"
#include "dissect/sip/message.h"
#include "dissect/sip/sigcomp.h"
#include "dissect/sip/values.h"

static void read_lists(const SipMessage *message)
{
    for (unsigned i = 0; i < message->header_count; i++) {
        const SipHeader *header = &message->headers[i];
        Slice list = header->value;
        Slice element;
        SipNameAddr address;
        while (sip_list_next(&list, &element))
            sip_name_addr_parse(element, &address);
        g_free(sip_header_unfold(header->value));
        g_assert(sip_header(message, header->id) != NULL);
        g_assert(sip_header_named(message, header->name) != NULL);
    }
}

static void read_values(const SipMessage *message)
{
    SipContactIterator at = { 0 };
    SipNameAddr contact;
    SipDigest digest;
    SipRack rack;
    bool star;
    while (sip_contact_next(message, &at, &contact, &star))
        sip_contact_expires(message, &contact);
    sip_digest_parse(sip_header_value(message, SIP_HEADER_AUTHORIZATION), &digest);
    sip_digest_parse(sip_header_value(message, SIP_HEADER_WWW_AUTHENTICATE), &digest);
    sip_rack_parse(sip_header_value(message, SIP_HEADER_RACK), &rack);
    sip_value_token(sip_header_value(message, SIP_HEADER_EVENT), NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SipMessage message;
    sigcomp_looks_like(slice_of(data, size));
    Slice bytes = slice_of(data, size);
    DissectStatus status = sip_parse(bytes, &message);
    g_assert(sip_looks_like(bytes) == (status != DISSECT_NOT_MINE));
    if (status != DISSECT_OK && status != DISSECT_TRUNCATED)
        return 0;
    g_assert(message.bytes.len <= size && message.body.len <= size);
    read_lists(&message);
    read_values(&message);
    return 0;
}

/* dissect/sip/contact.h - Contact lists and numeric headers of a message. Pure functions; slices
 * are borrowed. */
#pragma once
#include "dissect/sip/message.h"

/* Start with zeroes. */
typedef struct {
    const SipHeader *header;
    Slice rest; /* of its value */
    bool started;
} SipContactIterator;

/* Every contact of every Contact header, as far as it can be read; those without a URI are left
 * out. *@star is true for "*" (RFC 3261 section 10.2.2), @out is then empty. False at the end. */
bool sip_contact_next(const SipMessage *message, SipContactIterator *at, SipNameAddr *out,
                      bool *star);

/* Seconds @contact asks for or was granted: its expires parameter, else the Expires header (RFC
 * 3261 section 10.2.1.1), clamped to 32 bits; -1 when neither says. @contact may be NULL. */
int64_t sip_contact_expires(const SipMessage *message, const SipNameAddr *contact);

/* The number a header begins with ("3600", "1800;refresher=uac"); false when absent, not one or
 * above @max. */
bool sip_header_uint(const SipMessage *message, SipHeaderId id, uint64_t max, uint64_t *out);

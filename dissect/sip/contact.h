/* dissect/sip/contact.h - Contact lists and numeric headers of a message. */
#pragma once
#include "dissect/sip/message.h"

/* Start with zeroes. */
typedef struct {
    const SipHeader *header;
    Slice rest;
    bool started;
} SipContactIterator;

/* Every contact of every Contact header; those that cannot be parsed are left out. *@star is true
 * for "*" (RFC 3261 section 10.2.2), @out is then empty. False at the end. */
bool sip_contact_next(const SipMessage *message, SipContactIterator *at, SipNameAddr *out,
                      bool *star);

/* Seconds @contact asks for or was granted: its expires parameter, else the Expires header; -1 when
 * neither says. */
int64_t sip_contact_expires(const SipMessage *message, const SipNameAddr *contact);

/* The number a header begins with ("3600", "1800;refresher=uac"); false when absent or not one. */
bool sip_header_uint(const SipMessage *message, SipHeaderId id, uint64_t max, uint64_t *out);

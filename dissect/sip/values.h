/* dissect/sip/values.h - what headers mean that not every reader of a message needs.
 * Pure functions; slices are borrowed. */
#pragma once
#include "dissect/sip/message.h"

/* Walks the Contact values of a message; start with one that is all zero. */
typedef struct {
    const SipHeader *header;
    Slice list; /* what is left of its value */
} SipContactIterator;

/* The next Contact, or "*" (RFC 3261 section 10.2.2: all bindings), for which @out is empty. False
 * at the end. */
bool sip_contact_next(const SipMessage *message, SipContactIterator *iterator, SipNameAddr *out,
                      bool *is_star);

/* Seconds: the contact's expires parameter, else the Expires header (RFC 3261 section 10.2.1.1),
 * clamped to 32 bits. @contact may be NULL. False when there is neither. */
bool sip_expires_of(const SipMessage *message, const SipNameAddr *contact, uint32_t *out);

/* The number a header begins with ("1800;refresher=uac", "120 (busy)"). False when it is absent,
 * no number or above @max. */
bool sip_uint_header(const SipMessage *message, SipHeaderId id, uint64_t max, uint64_t *out);

/* "refer;id=93" to "refer" and "id=93": Event, Subscription-State, Reason, Session-ID and others.
 * @parameters may be NULL. */
Slice sip_value_token(Slice value, Slice *parameters);

/* RAck: response number, CSeq number and method (RFC 3262 section 7.2). */
typedef struct {
    uint32_t rseq;
    uint32_t cseq;
    Slice method;
} SipRack;

/* DISSECT_OK, or DISSECT_MALFORMED with @out untouched. */
DissectStatus sip_rack_parse(Slice value, SipRack *out);

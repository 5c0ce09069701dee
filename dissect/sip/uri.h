/* dissect/sip/uri.h - SIP, SIPS and tel URIs (RFC 3261 section 19.1, RFC 3966) and the name-addr
 * form around them (section 20.10). Pure functions; slices are borrowed. */
#pragma once
#include "dissect/base/address.h"
#include "dissect/base/status.h"

typedef enum { SIP_SCHEME_OTHER, SIP_SCHEME_SIP, SIP_SCHEME_SIPS, SIP_SCHEME_TEL } SipScheme;

typedef struct {
    Slice whole; /* the URI as written, without angle brackets */
    SipScheme scheme;
    Slice user; /* as written (escapes kept); the number in a tel URI */
    Slice password;
    Slice host;       /* IPv6 without its brackets; empty in a tel URI */
    uint16_t port;    /* 0: not given */
    Slice parameters; /* "transport=tcp;lr", without the leading ';' */
    Slice headers;    /* without the leading '?' */
} SipUri;

/* DISSECT_OK, or DISSECT_MALFORMED when it breaks the grammar; @out has what could be read of it
 * either way. */
DissectStatus sip_uri_parse(Slice text, SipUri *out);

/* name-addr or addr-spec with its header parameters. */
typedef struct {
    Slice display_name; /* without quotes; escapes kept */
    SipUri uri;
    Slice parameters; /* header parameters, without the leading ';' */
} SipNameAddr;

/* Statuses as sip_uri_parse; an unterminated quote or bracket is DISSECT_MALFORMED as well. */
DissectStatus sip_name_addr_parse(Slice text, SipNameAddr *out);

/* Cuts the next ;@name=@value off a parameter list; quoted values come without their quotes. An
 * empty parameter (";;") has an empty name. False at the end. */
bool sip_parameter_next(Slice *parameters, Slice *name, Slice *value);

/* Value of ;@name in a parameter list. True when present; @out is empty for a flag (";lr").
 * Quoted values come without their quotes. @out may be NULL. */
bool sip_parameter(Slice parameters, Slice name, Slice *out);

/* Decodes %HH of @text into a new string for people; not reversible. Caller frees. */
char *sip_unescape(Slice text);

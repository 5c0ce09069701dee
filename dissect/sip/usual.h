/* dissect/sip/usual.h - the forms that nearly all URIs, addresses and Vias have, read straight from
 * a TextMap. What is not of such a form is refused, whether it is wrong or only rare: the parsers
 * of uri.h and message.h read it, and they alone say what is a fault. What is accepted has none,
 * and they would have read the same. Internal to dissect/sip. */
#pragma once
#include "dissect/sip/message.h"
#include "dissect/sip/text_map.h"

/* sip:[user@]host[:port][;parameters] with nothing escaped. Returns its end; 0: refused. */
size_t usual_uri(const TextMap *map, size_t at, SipUri *out);

/* [name]<URI>, where a usual URI is. Returns the end of the bracket, 0: refused. The parameters
 * behind it are not looked at. */
size_t usual_address(const TextMap *map, size_t at, SipNameAddr *out);

/* The parameters behind a usual address, up to @end, where a value ends. False: refused. */
bool usual_parameters(const TextMap *map, size_t at, size_t end, Slice *parameters);

/* A token: the value of the first parameter, when that is @name. False: refused. */
bool usual_first_parameter(const TextMap *map, Slice parameters, Slice name, Slice *value);

/* digits SP token, and nothing else up to @end; the number below 10^9. False: refused. */
bool usual_cseq(const TextMap *map, size_t at, size_t end, uint32_t *number, Slice *method);

/* SIP/2.0/UDP host[:port];name[=token]… and nothing else up to @end. False: refused. */
bool usual_via(const TextMap *map, size_t at, size_t end, SipVia *out);

/* dissect/sip/name_addr.h - addresses read in parts, and by those who count anomalies.
 * Internal to dissect/sip. */
#pragma once
#include "dissect/base/anomaly.h"
#include "dissect/sip/uri.h"

/* As sip_name_addr_parse, with what is wrong noted in @anomalies. The status is that of the URI.
 * @beyond: so many bytes behind @text may be looked at as well, which is faster near its end. */
DissectStatus sip_name_addr_scan(Slice text, size_t beyond, SipNameAddr *out,
                                 AnomalySet *anomalies);

/* Reads sip:user@host[:port], as most URIs are, in one pass, and returns how long it is; what
 * follows it is not looked at. 0 when @text does not begin with one. */
size_t sip_uri_usual_length(Slice text, SipUri *out);

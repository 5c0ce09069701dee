/* dissect/sip/name_addr.h - addresses, read by those who count anomalies. Internal to
 * dissect/sip. */
#pragma once
#include "dissect/base/anomaly.h"
#include "dissect/sip/uri.h"

/* As sip_name_addr_parse, with what is wrong noted in @anomalies. The status is that of the URI. */
DissectStatus sip_name_addr_scan(Slice text, SipNameAddr *out, AnomalySet *anomalies);

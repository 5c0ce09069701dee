/* dissect/session/hep_rtcp.h - RTCP that a capture agent read and passed on as JSON (HEP type 5, as
 * rtpengine, Asterisk, heplify and captagent write it), turned back into the packets it was, so
 * that it is read as all RTCP is. */
#pragma once
#include "dissect/base/slice.h"
#include "dissect/base/status.h"
#include <glib.h>

#define HEP_RTCP_BLOCKS_MAX 31u /* the report count of RFC 3550 section 6.4 has five bits */

/* Appends a compound packet to @out: SR or RR, XR (VoIP metrics), SDES (CNAME), as far as the JSON
 * has them; further report blocks than HEP_RTCP_BLOCKS_MAX are left out. Seconds of the sender's
 * clock below 2208988800 count from 1970 and come with microseconds, as Asterisk's; others are
 * NTP's with its fraction. DISSECT_NOT_MINE: no JSON object, or nothing of RTCP in it.
 * DISSECT_MALFORMED: it breaks off or is nested too deep; what stands before that is used. */
DissectStatus hep_rtcp_rebuild(Slice json, GByteArray *out);

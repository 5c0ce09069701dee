/* dissect/sip/sigcomp.h - SIP compressed by SigComp (RFC 3320, RFC 5049): told from other bytes, so
 * that it has a name. What it says only its receiver's virtual machine knows. */
#pragma once
#include "dissect/base/slice.h"

#define SIGCOMP_PORT 5060 /* RFC 3486: that of SIP */

/* Do @bytes begin as a SigComp message does, as far as its form goes (RFC 3320 section 7)? One
 * random message in some forty would: it takes a sign that they are SIP. */
bool sigcomp_looks_like(Slice bytes);

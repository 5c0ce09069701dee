/* dissect/sip/via.h - parameters of a Via (RFC 3261 section 20.42, RFC 3581). Internal to
 * dissect/sip; the rest of via.c is declared in message.h. */
#pragma once
#include "dissect/sip/message.h"

/* Keeps ;@name=@value in @via, when it is one that rung looks at. False: it is wrong. */
bool via_read_parameter(Slice name, Slice value, SipVia *via);

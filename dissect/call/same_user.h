/* dissect/call/same_user.h - do two users of SIP URIs name the same person? Numbers come with and
 * without prefixes ("+4930123456", "030123456", "123456"), so a suffix is enough. */
#pragma once
#include "dissect/base/slice.h"

#define SAME_USER_DIGITS 3 /* a suffix shorter than this says nothing */

/* Equal, or both numbers of which one ends with the other (a trunk prefix 0 is left out). */
bool same_user(Slice a, Slice b);

/* What same users always share: the last digits of a number, else the user itself without its
 * parameters. Empty for none. @buffer holds the digits. */
Slice same_user_tail(Slice user, char buffer[SAME_USER_DIGITS]);

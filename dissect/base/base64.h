/* dissect/base/base64.h - base64 as it is found (RFC 4648 section 4): padding may be missing. */
#pragma once
#include "dissect/base/slice.h"

/* Decodes @text to @out. False, with @out undefined, when it has another character than the
 * alphabet's, padding elsewhere than at its end, a length that no bytes have, or more than @size
 * bytes. */
bool base64_decode(Slice text, uint8_t *out, size_t size, size_t *ret_length);

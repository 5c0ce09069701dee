/* dissect/sip/body/isup_parameter.h - parameters of ISUP messages (Q.763 section 3).
 * Internal to this folder. */
#pragma once
#include "dissect/sip/body/body.h"

/* Octets of a parameter in the mandatory fixed part. */
size_t isup_fixed_length(uint8_t code);
/* Adds the parameter: by name and what it means where rung knows it, else by number and in
 * hexadecimal digits. */
void isup_parameter_add(uint8_t code, Slice value, BodyReport *out);

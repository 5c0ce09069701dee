/* dissect/net/dscp.h - names of Differentiated Services code points (RFC 2474, 2597, 3246, 5865,
 * 8622; RFC 4594 says what they are for). */
#pragma once
#include <glib.h>
#include <stdint.h>

/* "EF"; NULL: the code point has no name. */
const char *dscp_name(uint8_t dscp);
/* Appends "EF", or the number of what has no name. */
void dscp_append_one(GString *out, uint8_t dscp);
/* Appends those of @values (bit n: DSCP n): "EF, CS3, 23". */
void dscp_append(GString *out, uint64_t values);

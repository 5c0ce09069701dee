/* dissect/sip/q850.h - causes of the telephone network (ITU-T Q.850 table 1) and where they arose
 * (section 2.2.3): in ISUP and in the Reason header (RFC 3326). */
#pragma once

/* "normal call clearing" of 16; NULL for a value that Q.850 leaves open. */
const char *q850_cause_name(unsigned cause);
/* "user" of 0; NULL for one that is reserved. */
const char *q850_location_name(unsigned location);

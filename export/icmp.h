/* export/icmp.h - the ICMP errors that packets of a call met. */
#pragma once
#include "dissect/call/icmp.h"
#include "export/json_writer.h"

/* "ICMP port unreachable: RTP to 10.0.0.2:4000 (41)"; the caller frees it. */
char *icmp_label(const CallIcmp *icmp);

/* The member "icmp" of a call; none where there are none. */
void json_icmp(JsonWriter *json, const Call *call);

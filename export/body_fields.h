/* export/body_fields.h - what the bodies of a SIP message say, for screen and JSON. */
#pragma once
#include "dissect/sip/body/body.h"
#include "export/json_writer.h"

/* Decodes the bodies of the message @text, and the headers Identity and Reason; NULL when it is no
 * message or nothing can be told of it. @time_ns: when it was sent. The caller frees. */
BodyReport *message_fields_of(Slice text, int64_t time_ns);
/* What @data of an MSRP message says, whose headers are @head; NULL likewise. */
BodyReport *msrp_fields_of(Slice head, Slice data);
/* The fields as an array of {name, value, depth}; empty for NULL. */
void json_body_report(JsonWriter *json, const char *key, const BodyReport *report);
/* The same of the bodies of a SIP message; empty when there is nothing to tell. */
void json_body_fields(JsonWriter *json, const char *key, Slice text);

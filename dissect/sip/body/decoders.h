/* dissect/sip/body/decoders.h - the decoders of body.c's table. Internal to this folder. */
#pragma once
#include "dissect/sip/body/body.h"

/* isup.c: ITU-T Q.763 without CIC, as SIP-I and SIP-T carry it (Q.1912.5, RFC 3204). */
DissectStatus isup_decode(Slice body, BodyReport *out);
/* text_bodies.c: message/CPIM (RFC 3862), message/sipfrag (RFC 3420),
 * application/simple-message-summary (RFC 3842), text/plain. */
DissectStatus cpim_decode(Slice body, BodyReport *out);
DissectStatus sipfrag_decode(Slice body, BodyReport *out);
DissectStatus message_summary_decode(Slice body, BodyReport *out);
DissectStatus plain_text_decode(Slice body, BodyReport *out);

/* xml_types.c: the row for an XML media type, NULL when there is none. */
typedef struct XmlType XmlType;
const XmlType *xml_type_find(Slice content_type);
const char *xml_type_name(const XmlType *type);
DissectStatus xml_type_decode(const XmlType *type, Slice body, BodyReport *out);

/* xml.c: elements and attributes as fields, by local name, text as their value. No DTD, no entity
 * but the five of XML; nested XML_DEPTH_MAX deep. */
#define XML_DEPTH_MAX 24
DissectStatus xml_decode(Slice body, BodyReport *out);

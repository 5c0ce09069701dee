/* dissect/sip/sdp_attribute.h - a= lines of session descriptions. Internal to dissect/sip. */
#pragma once
#include "dissect/sip/sdp.h"

/* What stands before the first m= holds for every media description that does not say otherwise. */
typedef struct {
    SdpDirection direction;
    Slice ice_ufrag, ice_pwd, fingerprint, setup;
} SdpDefaults;

/* "IN IP4 192.0.2.1", "/ttl" behind the address allowed. False when it is not of that form. */
bool sdp_connection_parse(Slice value, SdpConnection *out);

/* The format of @media that is written @text, or NULL. */
SdpFormat *sdp_format_find(SdpMedia *media, Slice text);

/* @media is NULL at session level. */
void sdp_attribute_read(SdpBuffer *buffer, SdpDefaults *defaults, SdpMedia *media, Slice attribute);

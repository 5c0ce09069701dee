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

/* Is it written @text? A payload type is shorter than a call of memcmp() is worth. */
static inline bool sdp_format_is(const SdpFormat *format, Slice text)
{
    const uint8_t *own = format->text.data;
    size_t left = format->text.len;

    if (left != text.len)
        return false;
    while (left && own[left - 1] == text.data[left - 1])
        left--;
    return left == 0;
}

/* Adds one to @media, which has room for it. */
static inline void sdp_format_add(SdpMedia *media, Slice text, int16_t payload_type)
{
    media->formats[media->format_count++] =
        (SdpFormat){ .text = text, .payload_type = payload_type, .channels = 1 };
}

/* The format of @media that is written @text, or NULL. */
SdpFormat *sdp_format_find(SdpMedia *media, Slice text);

/* @media is NULL at session level. */
void sdp_attribute_read(SdpBuffer *buffer, SdpDefaults *defaults, SdpMedia *media, Slice attribute);

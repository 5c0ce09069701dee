/* dissect/media/codec/fmtp.h - one number of a=fmtp ("octet-align=1; mode-set=0,2").
 * Private to dissect/media/codec/. */
#pragma once
#include <stdint.h>

/* @fallback when it is not there or no number. Names are compared without case. */
uint32_t fmtp_number(const char *fmtp, const char *name, uint32_t fallback);

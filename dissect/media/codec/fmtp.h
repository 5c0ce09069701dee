/* dissect/media/codec/fmtp.h - one parameter of a=fmtp ("octet-align=1; mode-set=0,2"). Names are
 * compared without case. Private to dissect/media/codec/. */
#pragma once
#include "dissect/base/slice.h"

/* Borrowed from @fmtp, which may be NULL; empty when it is not there. */
Slice fmtp_text(const char *fmtp, const char *name);
/* @fallback when it is not there or no number. */
uint32_t fmtp_number(const char *fmtp, const char *name, uint32_t fallback);

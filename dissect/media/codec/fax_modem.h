/* dissect/media/codec/fax_modem.h - one direction of a fax inside telephone sound, demodulated for
 * an observer by spandsp: tones, V.21 frames, and pages in V.27ter, V.29 or V.17, as the frames of
 * the conversation say. Both directions share a session. */
#pragma once
#include "dissect/media/fax/session.h"

#define FAX_MODEM_RATE_HZ 8000u

typedef struct FaxModem FaxModem;

/* Was this built with spandsp? */
bool fax_modem_exists(void);
/* What this direction says is told to @session, which outlives it, as of @side. */
FaxModem *fax_modem_new(FaxSession *session, unsigned side);
void fax_modem_free(FaxModem *modem);
/* 8000 Hz; @time_ns is that of the first sample. */
void fax_modem_feed(FaxModem *modem, const int16_t *samples, size_t count, int64_t time_ns);

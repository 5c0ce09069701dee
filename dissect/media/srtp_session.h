/* dissect/media/srtp_session.h - libsrtp2 behind one door: one source, one master key. Private to
 * dissect/media/. */
#pragma once
#include "dissect/media/srtp_context.h"

/* How the RTCP of a suite looks in the field: with a tag of 32 bits as well (baresip, linphone),
 * and in the clear though nothing said so. */
typedef enum {
    SRTP_RTCP_AS_SUITE,
    SRTP_RTCP_SHORT_TAG,
    SRTP_RTCP_CLEAR,
    SRTP_RTCP_FORMS,
} SrtpRtcpForm;
/* Is @form another one than SRTP_RTCP_AS_SUITE for this key, or that itself? */
bool srtp_rtcp_form_differs(const SrtpKey *key, SrtpRtcpForm form);

typedef struct SrtpSession SrtpSession;

bool srtp_session_available(void);
/* NULL when libsrtp2 cannot do it. */
SrtpSession *srtp_session_new(const SrtpKey *key, uint32_t ssrc, SrtpRtcpForm form);
void srtp_session_free(SrtpSession *session);
/* Both work in place and change *@length. The index is @roc * 2^16 + SEQ. @bytes has at least a
 * header. */
SrtpVerdict srtp_session_rtp(SrtpSession *session, uint8_t *bytes, size_t *length, uint32_t roc);
SrtpVerdict srtp_session_rtcp(SrtpSession *session, uint8_t *bytes, size_t *length);

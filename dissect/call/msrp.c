#include "dissect/call/msrp.h"
#include "dissect/session/stack.h"

const char *msrp_content_state_name(MsrpContentState state)
{
    static const char *const names[] = { "complete", "incomplete", "aborted" };

    return names[(unsigned)state < MSRP_CONTENT_STATES ? state : MSRP_CONTENT_INCOMPLETE];
}

MsrpContentState msrp_content_state(const MsrpContent *content)
{
    if (content->aborted)
        return MSRP_CONTENT_ABORTED;
    return content->received == content->size && !content->left_out ? MSRP_CONTENT_COMPLETE
                                                                    : MSRP_CONTENT_INCOMPLETE;
}

uint64_t msrp_session_unanswered(const MsrpSession *session)
{
    uint64_t count = 0;

    for (unsigned side = 0; side < MSRP_ENDS; side++)
        count += session->counts[side].expected - session->counts[side].answered;
    return count;
}

const char *msrp_session_transport(const MsrpSession *session)
{
    static const char *const names[] = { "TCP", "TLS", "WS", "WSS" };

    return names[(session->carriers & STREAM_IN_TLS ? 1 : 0) +
                 (session->carriers & STREAM_IN_WEBSOCKET ? 2 : 0)];
}

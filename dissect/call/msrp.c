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

uint64_t msrp_session_messages(const MsrpSession *session)
{
    return session->counts[0].messages + session->counts[1].messages;
}

uint64_t msrp_session_failures(const MsrpSession *session)
{
    uint64_t count = session->counts[0].undelivered + session->counts[1].undelivered;

    for (unsigned i = 0; i < session->status_count; i++)
        if (session->statuses[i].status < 200 || session->statuses[i].status > 299)
            count += session->statuses[i].count;
    return count;
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

#include "dissect/call/security_private.h"
#include "dissect/call/tracker_private.h"

static bool is_stale(const MessageContext *context)
{
    Slice challenge = sip_header_value(context->sip, SIP_HEADER_WWW_AUTHENTICATE);

    return tracker_digest(context->model, challenge)->is_stale;
}

/* What is known of the user's wrong passwords; the one with the fewest gives way. */
static PasswordTries *tries_of(Suspicion *suspicion, uint32_t user, int64_t now_ns)
{
    PasswordTries *fewest = &suspicion->tries[0];

    for (unsigned i = 0; i < PASSWORD_USERS; i++) {
        PasswordTries *tries = &suspicion->tries[i];
        if (tries->count && tries->user == user) {
            if (now_ns - tries->since_ns >= MINUTE_NS)
                *tries = (PasswordTries){ .user = user, .since_ns = now_ns };
            return tries;
        }
        if (tries->count < fewest->count)
            fewest = tries;
    }
    *fewest = (PasswordTries){ .user = user, .since_ns = now_ns };
    return fewest;
}

static uint32_t user_of(const MessageContext *context)
{
    const char *user = context->call->to.user;
    return user ? (uint32_t)slice_hash(slice_from_string(user)) : 0;
}

/* Credentials were refused. */
static void note_rejection(const MessageContext *context, SecuritySource *source)
{
    int64_t now_ns = context->origin->time_ns;
    PasswordTries *tries = tries_of(security_suspect(source), user_of(context), now_ns);

    if (source->minute_ns == TIME_UNKNOWN || now_ns - source->minute_ns >= MINUTE_NS) {
        source->minute_ns = now_ns;
        source->minute_rejected = 0;
    }
    source->minute_rejected++;
    source->rejected_peak = MAX(source->rejected_peak, source->minute_rejected);
    tries->count++;
    source->user_rejected_peak = MAX(source->user_rejected_peak, tries->count);
    security_note(context, source, SECURITY_BRUTE_FORCE);
}

/* A phone may begin with a nonce that is too old now, every time (RFC 7616 section 3.3). */
static void note_acceptance(const MessageContext *context, SecuritySource *source)
{
    int64_t now_ns = context->origin->time_ns;

    if (!source->suspicion)
        return;
    PasswordTries *tries = tries_of(source->suspicion, user_of(context), now_ns);
    bool minute = source->minute_ns != TIME_UNKNOWN && now_ns - source->minute_ns < MINUTE_NS;
    if (tries->count >= REJECTED_ATTACK || (minute && source->minute_rejected >= REJECTED_ATTACK))
        security_note(context, source, SECURITY_PASSWORD_FOUND);
    tries->count = 0;
}

void security_follow_password(const MessageContext *context, SecuritySource *source)
{
    unsigned status = context->sip->status;

    if (context->sip->method != SIP_REGISTER)
        return;
    if ((status == 401 || status == 403 || status == 407) && !is_stale(context))
        note_rejection(context, source);
    else if (status < 300)
        note_acceptance(context, source);
}

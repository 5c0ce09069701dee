#include "dissect/call/security_private.h"
#include "dissect/call/transaction.h"

#define NUMBER_TAIL 8u          /* digits that name a line whatever stands before them */
#define REFUSED     UINT64_C(1) /* bit of a user's hash */

/* The user who is called or registered; 0: nobody is named. Who was only challenged stands in a
 * set as such, until the request comes again with credentials. */
static uint64_t user_asked(const Call *call)
{
    return call->to.user ? slice_hash(slice_from_string(call->to.user)) & ~REFUSED : 0;
}

/* True when the user was not in it. */
static bool user_add(DistinctSet *set, uint64_t user, bool refused)
{
    if (!refused)
        return !distinct_has(set, user | REFUSED) && distinct_add(set, user);
    bool known = distinct_remove(set, user);
    return distinct_add(set, user | REFUSED) && !known;
}

bool security_calls_in_vain(const SecuritySource *source)
{
    return source->served == 0 &&
           source->invites_agreed * 10 <= source->invites - source->invite_credentials;
}

void security_follow_credentials(const MessageContext *context, SecuritySource *source)
{
    uint64_t user = user_asked(context->call);
    Suspicion *suspicion = source->suspicion;

    source->credentials++;
    source->invite_credentials += context->sip->method == SIP_INVITE;
    if (!suspicion || !user)
        return;
    if (distinct_remove(&suspicion->users, user))
        suspicion->evidence[SECURITY_ENUMERATION].count--;
    if (distinct_remove(&suspicion->numbers, user)) {
        suspicion->evidence[SECURITY_TOLL_FRAUD].count--;
        source->minute_numbers -= source->minute_numbers > 0;
    }
}

/* Digits of an international or premium number, maybe behind one for the outside line. */
static bool is_expensive(const char *user)
{
    static const char *const prefixes[] = { "00", "011", "0900", "1900" };

    if (user[0] == '+')
        return g_ascii_isdigit(user[1]);
    if (user[0] == '9' && user[1] == '0')
        user++;
    if (strlen(user) < 10)
        return false;
    for (unsigned i = 0; i < G_N_ELEMENTS(prefixes); i++)
        if (g_str_has_prefix(user, prefixes[i]))
            return true;
    return false;
}

static uint64_t tail_of(const char *user)
{
    size_t length = strlen(user);
    return slice_hash(slice_from_string(user + (length > NUMBER_TAIL ? length - NUMBER_TAIL : 0)));
}

bool security_is_fraud_number(const SecuritySource *source, const char *user)
{
    return user &&
           (is_expensive(user) || (source->suspicion && strlen(user) > NUMBER_TAIL &&
                                   distinct_has(&source->suspicion->number_tails, tail_of(user))));
}

/* A PBX knows its prefixes, and does not want five expensive numbers in a minute and get none. */
static void note_number(const MessageContext *context, SecuritySource *source, bool refused)
{
    Suspicion *suspicion = source->suspicion;
    int64_t now_ns = context->origin->time_ns;

    if (!user_add(&suspicion->numbers, user_asked(context->call), refused))
        return;
    distinct_add(&suspicion->number_tails, tail_of(context->call->to.user));
    security_note(context, source, SECURITY_TOLL_FRAUD);
    if (source->number_ns == TIME_UNKNOWN || now_ns - source->number_ns >= MINUTE_NS) {
        source->number_ns = now_ns;
        source->minute_numbers = 0;
    }
    source->minute_numbers++;
    source->hunted |= source->minute_numbers >= NUMBERS_FRAUD && security_calls_in_vain(source);
    source->hunted |= suspicion->numbers.count >= NUMBERS_FRAUD &&
                      suspicion->number_tails.count * 3 <= suspicion->numbers.count;
}

bool security_is_challenge(const MessageContext *context)
{
    unsigned status = context->sip->status;

    return (status == 401 || status == 407) && !context->transaction->with_credentials;
}

void security_note_refusal(const MessageContext *context, SecuritySource *source)
{
    const char *user = context->call->to.user;
    bool refused = !security_is_challenge(context);

    if (!user)
        return;
    if (user_add(&security_suspect(source)->users, user_asked(context->call), refused))
        security_note(context, source, SECURITY_ENUMERATION);
    if (context->sip->method == SIP_INVITE && security_is_fraud_number(source, user))
        note_number(context, source, refused);
}

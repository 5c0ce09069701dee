#include "dissect/call/msrp_file.h"
#include "dissect/call/msrp_match.h"

void msrp_file_clear(MsrpFile *file)
{
    g_free(file->name);
    g_free(file->transfer_id);
    g_free(file->hash_function);
    *file = (MsrpFile){ 0 };
}

/* What is read, not kept: text, and the XML and messages that clients exchange. */
static bool is_talk(const char *type)
{
    static const char *const talks[] = { "text/", "message/", "multipart/", NULL };

    if (!type || g_str_has_suffix(type, "+xml"))
        return true;
    for (unsigned i = 0; talks[i]; i++)
        if (g_str_has_prefix(type, talks[i]))
            return true;
    return false;
}

/* RFC 5547 section 8: the file goes from the side that only sends. */
static bool goes_this_way(const MsrpTerms *terms, const MsrpSession *session, unsigned side)
{
    bool own = session->from_caller[side] == (terms->party == PARTY_CALLER);

    switch (terms->direction) {
    case SDP_SENDONLY:
        return own;
    case SDP_RECVONLY:
        return !own;
    default:
        return true;
    }
}

/* Both sides describe the file; what one leaves out the other may have. */
static void take_terms(const MsrpTerms *terms, MsrpFile *out)
{
    SdpFile told;

    sdp_file_parse(slice_from_string(terms->file_selector), &told);
    if (!out->name)
        out->name = sdp_file_name(&told);
    if (told.has_size)
        out->announced = told.size;
    if (!out->transfer_id)
        out->transfer_id = g_strdup(terms->file_transfer_id);
    if (told.hash_len && !out->hash_len) {
        out->hash_function = slice_dup(told.hash_function);
        out->hash_len = told.hash_len;
        memcpy(out->hash, told.hash, told.hash_len);
    }
}

static bool is_described(const Model *model, const MsrpSession *session, unsigned side,
                         MsrpFile *out)
{
    const Call *call = model_call(model, session->call);
    bool described = false;

    for (unsigned party = 0; call && party < PARTIES; party++) {
        const MsrpTerms *terms = msrp_terms_of(call, session->line, (Party)party);
        if (!terms || !terms->file_selector || !goes_this_way(terms, session, side))
            continue;
        take_terms(terms, out);
        described = true;
    }
    return described;
}

/* Of the bytes behind the wrapper. */
static uint64_t received_from(const MsrpContent *content, uint64_t begin)
{
    uint64_t count = 0;

    for (unsigned i = 0; i < msrp_span_count(content); i++) {
        MsrpSpan span = msrp_span(content, i);
        if (span.end > begin)
            count += span.end - MAX(span.begin, begin);
    }
    return count;
}

/* "C:\\photos\\cat.jpg", "/tmp/cat.jpg": no path is of interest, least of all on this machine. */
static void drop_folders(char **name)
{
    const char *bare = *name;

    for (const char *at = *name; at && *at; at++)
        if (*at == '/' || *at == '\\')
            bare = at + 1;
    char *kept = bare && *bare ? g_strdup(bare) : NULL;
    g_free(*name);
    *name = kept;
}

bool msrp_file_of(const Model *model, const MsrpSession *session, const MsrpEvent *event,
                  MsrpFile *out)
{
    const MsrpContent *content = event->content;
    g_auto(MsrpFile) file = { .announced = MSRP_UNKNOWN };

    if (!content || event->method != MSRP_SEND || content->is_composing)
        return false;
    bool described = is_described(model, session, event->side, &file);
    if (!described && !content->is_attachment && !content->file_name && is_talk(content->type))
        return false;
    if (content->file_name) {
        g_free(file.name);
        file.name = g_strdup(content->file_name);
    }
    drop_folders(&file.name);
    file.type = content->type;
    file.size = content->size == MSRP_UNKNOWN
                    ? MSRP_UNKNOWN
                    : content->size - MIN(content->wrapped_at, content->size);
    file.received = received_from(content, content->wrapped_at);
    file.state = msrp_content_state(content);
    *out = file;
    file = (MsrpFile){ 0 };
    return true;
}

unsigned msrp_session_files(const Model *model, const MsrpSession *session)
{
    unsigned count = 0;

    for (unsigned i = 0; i < session->events->len; i++) {
        g_auto(MsrpFile) file = { 0 };
        count += msrp_file_of(model, session, msrp_event(session, i), &file);
    }
    return count;
}

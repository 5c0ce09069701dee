#include "dissect/sip_stream.h"

/* A stream that has shown so much and no SIP carries something else. */
#define NOT_SIP_AFTER 8192u
/* Beyond it sip_frame() is asked in any case: it gives up what grows too large. */
#define SEARCH_MAX (256u * 1024)

typedef struct {
    bool is_sip;
    size_t refused;  /* bytes skipped before the first message */
    size_t wanted;   /* bytes that the message at the front has; 0: not known */
    size_t searched; /* bytes of it that do not hold the end of its headers */
} SipStreamState;

static SipStreamState *state_of(TcpStream *stream)
{
    SipStreamState *state = tcp_stream_state(stream);

    if (!state) {
        state = g_new0(SipStreamState, 1);
        tcp_stream_set_state(stream, state, g_free);
    }
    return state;
}

static bool only_line_ends(Slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        if (bytes.data[i] != '\r' && bytes.data[i] != '\n')
            return false;
    return bytes.len > 0;
}

static void use_message(SipStreamReader *reader, TcpStream *stream, Slice bytes)
{
    DissectStatus status = sip_parse(bytes, reader->scratch);

    if (status == DISSECT_OK && !sip_names_anything(reader->scratch))
        return;
    if (status == DISSECT_OK || status == DISSECT_TRUNCATED) {
        state_of(stream)->is_sip = true;
        reader->message(reader->context, stream, reader->scratch);
    }
}

/* A message cut by the end of its stream is used as far as it goes. */
static void use_rest(SipStreamReader *reader, TcpStream *stream, Slice bytes)
{
    if (state_of(stream)->is_sip && sip_looks_like(bytes))
        use_message(reader, stream, bytes);
}

static bool has_blank_line(Slice bytes)
{
    for (;;) {
        bytes = slice_from(bytes, slice_find(bytes, '\n') + 1);
        if (bytes.len == 0)
            return false;
        if (bytes.data[0] == '\n' ||
            (bytes.len > 1 && bytes.data[0] == '\r' && bytes.data[1] == '\n'))
            return true;
    }
}

/* False while what has come cannot complete the message at the front. Without this one that comes
 * byte by byte would be read from its beginning with every byte. */
static bool may_be_complete(SipStreamState *state, Slice bytes)
{
    if (bytes.len < state->wanted)
        return false;
    if (state->searched == 0 || bytes.len > SEARCH_MAX)
        return true;
    size_t from = state->searched - MIN(state->searched, 2); /* a line end may have been cut */
    state->searched = bytes.len;
    return has_blank_line(slice_from(bytes, from));
}

/* @rest begins a message of which more has to come; @length is what it has in all, or 0. */
static void wait_for_more(SipStreamState *state, Slice rest, size_t length)
{
    bool in_headers = length == 0 && slice_find(rest, '\n') < rest.len && sip_looks_like(rest);
    state->wanted = length;
    state->searched = in_headers ? rest.len : 0;
}

size_t sip_stream_deliver(SipStreamReader *reader, TcpStream *stream, Slice bytes, bool gap,
                          bool end)
{
    SipStreamState *state = state_of(stream);
    size_t consumed = 0;

    if (!gap && !end && !may_be_complete(state, bytes))
        return 0;
    wait_for_more(state, SLICE_EMPTY, 0);
    while (consumed < bytes.len) {
        Slice rest = slice_from(bytes, consumed);
        size_t skipped = 0, length = 0;
        DissectStatus status = sip_frame(rest, &skipped, &length);
        if (skipped) {
            if (only_line_ends(slice_sub(rest, 0, skipped)))
                reader->keep_alives++;
            else if (!state->is_sip)
                state->refused += skipped;
        }
        consumed += skipped;
        if (status == DISSECT_TRUNCATED)
            wait_for_more(state, slice_from(bytes, consumed), length);
        if (status != DISSECT_OK)
            break;
        use_message(reader, stream, slice_sub(rest, skipped, length));
        consumed += length;
    }
    if (end && consumed < bytes.len) {
        use_rest(reader, stream, slice_from(bytes, consumed));
        consumed = bytes.len;
    }
    if (!state->is_sip && state->refused > NOT_SIP_AFTER)
        tcp_stream_ignore(stream);
    return consumed;
}

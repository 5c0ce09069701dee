#include "dissect/sip_stream.h"

/* A stream that has shown so much and no SIP carries something else. */
#define NOT_SIP_AFTER 8192u

typedef struct {
    bool is_sip;
    size_t refused; /* bytes skipped before the first message */
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

size_t sip_stream_deliver(SipStreamReader *reader, TcpStream *stream, Slice bytes, bool gap,
                          bool end)
{
    SipStreamState *state = state_of(stream);
    size_t consumed = 0;

    (void)gap; /* sip_frame() finds the next start line behind missing bytes */
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

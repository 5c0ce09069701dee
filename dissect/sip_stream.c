#include "dissect/sip_stream.h"
#include "dissect/sip/sigcomp.h"

/* A stream that has shown so much and no SIP carries something else. */
#define NOT_SIP_AFTER 8192u
/* Beyond it sip_frame() is asked in any case: it gives up what grows too large. */
#define SEARCH_MAX (256u * 1024)

typedef struct {
    bool is_sip;
    bool seen;       /* its first bytes */
    size_t refused;  /* bytes skipped before the first message */
    size_t wanted;   /* bytes that the message at the front has; 0: not known */
    size_t searched; /* bytes of it that do not hold the end of its headers */
} SipStreamState;

typedef struct {
    StreamLayer *layer;      /* borrowed */
    SipStreamReader *reader; /* borrowed */
    SipStreamState sides[2];
} SipStream;

static bool only_line_ends(Slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        if (bytes.data[i] != '\r' && bytes.data[i] != '\n')
            return false;
    return bytes.len > 0;
}

static void use_message(SipStream *self, unsigned side, Slice bytes)
{
    SipStreamReader *reader = self->reader;
    DissectStatus status = sip_parse(bytes, reader->scratch);

    if (status == DISSECT_OK && !sip_names_anything(reader->scratch))
        return;
    if (status == DISSECT_OK || status == DISSECT_TRUNCATED) {
        StreamOrigin origin = stream_layer_origin(self->layer, side);
        self->sides[side].is_sip = true;
        stream_layer_settle(self->layer);
        reader->message(reader->context, &origin, reader->scratch);
    }
}

/* A message cut by the end of its stream is used as far as it goes. */
static void use_rest(SipStream *self, unsigned side, Slice bytes)
{
    if (self->sides[side].is_sip && sip_looks_like(bytes))
        use_message(self, side, bytes);
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

static void *sip_stream_open(StreamLayer *layer, void *context)
{
    SipStream *self = g_new0(SipStream, 1);

    self->layer = layer;
    self->reader = context;
    return self;
}

static void sip_stream_message(void *user, unsigned side, Slice bytes)
{
    SipStream *self = user;

    if (only_line_ends(bytes))
        self->reader->keep_alives++;
    else if (sip_looks_like(bytes))
        use_message(self, side, bytes);
}

/* A connection of SIP that begins with SigComp goes on with it. */
static void look_for_compression(SipStream *self, unsigned side, Slice bytes)
{
    SipStreamState *state = &self->sides[side];

    if (state->seen)
        return;
    StreamOrigin origin = stream_layer_origin(self->layer, side);
    bool to_sip = origin.source.port == SIGCOMP_PORT || origin.destination.port == SIGCOMP_PORT;

    if (to_sip && sigcomp_looks_like(bytes))
        stream_layer_note(self->layer, ANOMALY_SIP_COMPRESSED);
    state->seen = true;
}

static size_t sip_stream_deliver(void *user, unsigned side, Slice bytes, bool gap, bool end)
{
    SipStream *self = user;
    SipStreamState *state = &self->sides[side];
    size_t consumed = 0;

    look_for_compression(self, side, bytes);
    if (!gap && !end && !may_be_complete(state, bytes))
        return 0;
    wait_for_more(state, SLICE_EMPTY, 0);
    while (consumed < bytes.len) {
        Slice rest = slice_from(bytes, consumed);
        size_t skipped = 0, length = 0;
        DissectStatus status = sip_frame(rest, &skipped, &length);
        if (skipped) {
            if (only_line_ends(slice_sub(rest, 0, skipped)))
                self->reader->keep_alives++;
            else if (!state->is_sip)
                state->refused += skipped;
        }
        consumed += skipped;
        if (status == DISSECT_TRUNCATED)
            wait_for_more(state, slice_from(bytes, consumed), length);
        if (status != DISSECT_OK)
            break;
        use_message(self, side, slice_sub(rest, skipped, length));
        consumed += length;
    }
    if (end && consumed < bytes.len) {
        use_rest(self, side, slice_from(bytes, consumed));
        consumed = bytes.len;
    }
    if (!state->is_sip && state->refused > NOT_SIP_AFTER)
        stream_layer_ignore(self->layer, side);
    return consumed;
}

const StreamProtocol sip_stream_protocol = {
    .name = "sip",
    .open = sip_stream_open,
    .deliver = sip_stream_deliver,
    .message = sip_stream_message,
    .close = g_free,
};

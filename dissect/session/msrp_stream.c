#include "dissect/session/msrp_stream.h"

/* A chunk that says it is longer may lie: a start line ends it before that. */
#define TRUSTED_LENGTH (UINT64_C(1) << 20)

typedef struct {
    bool open;    /* data of a chunk is being read */
    bool in_sync; /* a message was read, and nothing was lost since */
    void *chunk;  /* the reader's */
    char id[MSRP_TRANSACTION_MAX];
    unsigned id_len;
    uint64_t stated;   /* bytes its Byte-Range announces; MSRP_UNKNOWN */
    uint64_t position; /* bytes of data so far */
    size_t searched;   /* bytes at the front without the end of the headers */
} Side;

typedef struct {
    StreamLayer *layer; /* borrowed, as the other */
    const MsrpStreamReader *reader;
    Side sides[2];
} MsrpStream;

static StreamProbe msrp_probe(Slice bytes)
{
    DissectStatus status = msrp_begins(bytes);

    if (status == DISSECT_OK || msrp_has_boundary(bytes))
        return STREAM_YES;
    return status == DISSECT_TRUNCATED ? STREAM_MAYBE : STREAM_NO;
}

static void *msrp_open(StreamLayer *layer, void *context)
{
    MsrpStream *self = g_new0(MsrpStream, 1);

    self->layer = layer;
    self->reader = context;
    return self;
}

static void end_chunk(MsrpStream *self, unsigned side, const StreamOrigin *origin, MsrpEnd end,
                      bool wrong_token)
{
    Side *state = &self->sides[side];
    AnomalySet anomalies = { 0 };
    bool cut = end == MSRP_END_MISSING;
    bool off = state->stated != MSRP_UNKNOWN && state->position != state->stated;

    if (wrong_token)
        anomaly_note(&anomalies, ANOMALY_MSRP_WRONG_END_LINE);
    else if (cut)
        anomaly_note(&anomalies, ANOMALY_MSRP_MISSING_END_LINE);
    if (off && !cut && end != MSRP_END_ABORTED)
        anomaly_note(&anomalies, ANOMALY_MSRP_RANGE_MISMATCH);
    state->open = false;
    self->reader->end(self->reader->context, state->chunk, origin, end, &anomalies);
}

static void msrp_close(void *user)
{
    MsrpStream *self = user;

    for (unsigned side = 0; side < 2; side++)
        if (self->sides[side].open)
            end_chunk(self, side, NULL, MSRP_END_MISSING, false);
    g_free(self);
}

static bool only_line_ends(Slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        if (bytes.data[i] != '\r' && bytes.data[i] != '\n')
            return false;
    return true;
}

static uint64_t stated_length(const MsrpRange *range)
{
    return range->last == MSRP_UNKNOWN ? MSRP_UNKNOWN : range->last - range->first + 1;
}

static void begin_chunk(MsrpStream *self, unsigned side, const MsrpMessage *message)
{
    const MsrpStreamReader *reader = self->reader;
    StreamOrigin origin = stream_layer_origin(self->layer, side);
    void *chunk = reader->begin(reader->context, &origin, message);
    const AnomalySet none = { 0 };

    self->sides[side] = (Side){
        .open = message->has_body,
        .in_sync = true,
        .chunk = chunk,
        .id_len = (unsigned)MIN(message->transaction_id.len, MSRP_TRANSACTION_MAX),
        .stated = message->has_range ? stated_length(&message->range) : MSRP_UNKNOWN,
    };
    memcpy(self->sides[side].id, message->transaction_id.data, self->sides[side].id_len);
    stream_layer_settle(self->layer);
    if (!message->has_body)
        reader->end(reader->context, chunk, &origin, message->end, &none);
}

/* False when more bytes are needed. */
static bool take_head(MsrpStream *self, unsigned side, Slice bytes, size_t *ret_used)
{
    Side *state = &self->sides[side];
    size_t skipped = msrp_skip(bytes);
    MsrpMessage message;

    if (skipped > 0) {
        if (state->in_sync && !only_line_ends(slice_sub(bytes, 0, skipped))) {
            stream_layer_note(self->layer, ANOMALY_MSRP_GARBAGE);
            state->in_sync = false;
        }
        state->searched = 0;
        *ret_used = skipped;
        return true;
    }
    size_t from = state->searched;
    if (from > 0 && bytes.len < MSRP_HEAD_MAX && from < bytes.len &&
        slice_find(slice_from(bytes, from), '\n') == bytes.len - from)
        return false;
    state->searched = bytes.len;
    switch (msrp_parse(bytes, &message)) {
    case DISSECT_OK:
        begin_chunk(self, side, &message);
        *ret_used = message.bytes.len;
        return true;
    case DISSECT_TRUNCATED:
        return false;
    default:
        stream_layer_note(self->layer, ANOMALY_MSRP_ENDLESS_HEADERS);
        *state = (Side){ 0 };
        *ret_used = 1; /* msrp_skip() finds the next one */
        return true;
    }
}

static void give_data(MsrpStream *self, unsigned side, const StreamOrigin *origin, Slice bytes)
{
    Side *state = &self->sides[side];

    if (bytes.len > 0)
        self->reader->data(self->reader->context, state->chunk, origin, bytes);
    state->position += bytes.len;
}

/* False when more bytes are needed. */
static bool take_data(MsrpStream *self, unsigned side, Slice bytes, size_t *ret_used)
{
    Side *state = &self->sides[side];
    StreamOrigin origin = stream_layer_origin(self->layer, side);
    bool trusted = state->stated <= TRUSTED_LENGTH && state->position < state->stated;
    uint64_t left = trusted ? state->stated - state->position : UINT64_MAX;
    Slice id = slice_of(state->id, state->id_len);
    MsrpTail tail;
    DissectStatus status = msrp_find_end(bytes, id, state->position == 0, !trusted, &tail);

    if (tail.data_len > left) { /* what follows the stated length is looked at with less trust */
        *ret_used = (size_t)left;
        give_data(self, side, &origin, slice_sub(bytes, 0, *ret_used));
        return true;
    }
    give_data(self, side, &origin, slice_sub(bytes, 0, tail.data_len));
    if (status != DISSECT_OK) {
        *ret_used = tail.data_len;
        return tail.data_len > 0;
    }
    end_chunk(self, side, &origin, tail.end, tail.wrong_token);
    *ret_used = tail.length;
    return true;
}

static void lose_sync(MsrpStream *self, unsigned side)
{
    StreamOrigin origin = stream_layer_origin(self->layer, side);

    if (self->sides[side].open)
        end_chunk(self, side, &origin, MSRP_END_MISSING, false);
    self->sides[side] = (Side){ 0 };
}

static size_t msrp_deliver(void *user, unsigned side, Slice bytes, bool gap, bool end)
{
    MsrpStream *self = user;
    size_t consumed = 0;

    if (gap)
        lose_sync(self, side);
    while (consumed < bytes.len) {
        Slice rest = slice_from(bytes, consumed);
        size_t used = 0;
        bool goes_on = self->sides[side].open ? take_data(self, side, rest, &used)
                                              : take_head(self, side, rest, &used);
        if (!goes_on)
            break;
        consumed += used;
    }
    if (!end)
        return consumed;
    lose_sync(self, side);
    return bytes.len;
}

const StreamProtocol msrp_stream_protocol = {
    .name = "msrp",
    .probe = msrp_probe,
    .open = msrp_open,
    .deliver = msrp_deliver,
    .close = msrp_close,
};

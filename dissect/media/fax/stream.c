#include "dissect/media/fax/stream.h"

static void take_ifp(Slice ifp, unsigned lost, int64_t time_ns, void *context);

FaxStream *fax_stream_new(FlowKey key, FaxSession *session, unsigned side, IfpSyntax syntax)
{
    FaxStream *stream = g_new0(FaxStream, 1);

    stream->key = key;
    stream->session = session;
    stream->side = (uint8_t)side;
    stream->syntax = syntax;
    stream->last_ns = TIME_UNKNOWN;
    stream->receiver = udptl_receiver_new(take_ifp, stream);
    session->ends[side] = key.source;
    session->targets[side] = key.destination;
    return stream;
}

void fax_stream_free(FaxStream *stream)
{
    if (!stream)
        return;
    udptl_receiver_free(stream->receiver);
    g_free(stream);
}

/* --- fields --- */

static void end_frame(FaxStream *stream, bool good, int64_t time_ns)
{
    if (stream->frame_open)
        fax_session_frame(stream->session, stream->side,
                          slice_of(stream->frame, stream->frame_length),
                          good && !stream->frame_torn, time_ns);
    stream->frame_length = 0;
    stream->frame_open = stream->frame_torn = false;
}

static void add_to_frame(FaxStream *stream, Slice octets)
{
    size_t room = sizeof stream->frame - stream->frame_length;

    if (octets.len == 0)
        return;
    stream->frame_open = true;
    stream->frame_torn |= octets.len > room;
    octets = slice_sub(octets, 0, room);
    memcpy(stream->frame + stream->frame_length, octets.data, octets.len);
    stream->frame_length += (unsigned)octets.len;
}

static void end_signal(FaxStream *stream, unsigned data_type, int64_t time_ns)
{
    stream->frame_length = 0;
    stream->frame_open = stream->frame_torn = false;
    stream->ended = true;
    if (data_type != IFP_DATA_V21)
        fax_session_data_end(stream->session, stream->side, time_ns);
}

static void take_field(FaxStream *stream, unsigned data_type, const IfpField *field,
                       int64_t time_ns)
{
    if (field->type == IFP_HDLC_DATA || field->type == IFP_T4_DATA)
        stream->ended = false;
    if (stream->ended) /* senders repeat the end of a signal, last octets and all */
        return;
    switch (field->type) {
    case IFP_HDLC_DATA:
        add_to_frame(stream, field->data);
        break;
    case IFP_HDLC_FCS_OK:
    case IFP_HDLC_FCS_BAD:
    case IFP_HDLC_FCS_OK_SIG_END:
    case IFP_HDLC_FCS_BAD_SIG_END:
        add_to_frame(stream, field->data); /* some put the last octets here */
        end_frame(stream, field->type == IFP_HDLC_FCS_OK || field->type == IFP_HDLC_FCS_OK_SIG_END,
                  time_ns);
        if (field->type >= IFP_HDLC_FCS_OK_SIG_END)
            end_signal(stream, data_type, time_ns);
        break;
    case IFP_T4_DATA:
        fax_session_data(stream->session, stream->side, field->data, time_ns);
        break;
    case IFP_T4_SIG_END:
        if (field->data.len)
            fax_session_data(stream->session, stream->side, field->data, time_ns);
        end_signal(stream, data_type, time_ns);
        break;
    case IFP_HDLC_SIG_END:
        end_signal(stream, data_type, time_ns);
        break;
    default: /* V.8 and V.34: named by their indicators */
        break;
    }
}

/* --- packets --- */

/* A frame that ends without a check sequence, or one that is checked without octets: no sender does
 * that, but it is what the other syntax looks like. */
static bool makes_sense(const FaxStream *stream, const IfpPacket *packet, IfpSyntax syntax)
{
    IfpFields fields = ifp_fields(packet, syntax);
    bool open = stream->frame_open;
    IfpField field;

    while (ifp_next_field(&fields, &field)) {
        if (field.type == IFP_HDLC_DATA) {
            if (field.data.len == 0)
                return false;
            open = true;
        } else if (field.type == IFP_HDLC_SIG_END) {
            if (open || field.data.len)
                return false;
        } else if (field.type <= IFP_HDLC_FCS_BAD_SIG_END) {
            if (!open && !stream->session->lost)
                return false;
            open = false;
        } else if (field.type == IFP_T4_DATA && field.data.len == 0) {
            return false;
        }
    }
    return packet->padded;
}

static bool fits(const FaxStream *stream, Slice ifp, IfpSyntax syntax, IfpPacket *out)
{
    return ifp_parse(ifp, syntax, out) == DISSECT_OK && out->excess == 0 &&
           makes_sense(stream, out, syntax);
}

/* Changes the syntax when only the other one makes sense of a packet. */
static DissectStatus parse_either(FaxStream *stream, Slice ifp, IfpPacket *out)
{
    IfpSyntax other = stream->syntax == IFP_1998 ? IFP_2002 : IFP_1998;

    if (stream->syntax_proven || fits(stream, ifp, stream->syntax, out))
        return ifp_parse(ifp, stream->syntax, out);
    if (fits(stream, ifp, other, out)) {
        stream->syntax = other;
        stream->syntax_proven = true;
        return DISSECT_OK;
    }
    return ifp_parse(ifp, stream->syntax, out);
}

static void take_ifp(Slice ifp, unsigned lost, int64_t time_ns, void *context)
{
    FaxStream *stream = context;
    IfpPacket packet;
    IfpField field;

    if (lost) {
        fax_session_loss(stream->session, stream->side, lost);
        stream->frame_torn = stream->frame_open;
    }
    if (parse_either(stream, ifp, &packet) != DISSECT_OK) {
        stream->malformed++;
        anomaly_note(&stream->session->anomalies, ANOMALY_T38_BAD_IFP);
        return;
    }
    if (!packet.is_data) {
        stream->ended = false;
        fax_session_indicator(stream->session, stream->side, (IfpIndicator)packet.value, time_ns);
        return;
    }
    IfpFields fields = ifp_fields(&packet, stream->syntax);
    while (ifp_next_field(&fields, &field))
        take_field(stream, packet.value, &field, time_ns);
}

bool fax_stream_datagram(FaxStream *stream, Slice bytes, int64_t time_ns, AnomalySet *anomalies)
{
    AnomalySet *noted = &stream->session->anomalies;
    AnomalySet before = *noted;
    UdptlPacket packet;
    uint64_t jumps = udptl_receiver_counts(stream->receiver)->jumps;
    DissectStatus status = udptl_parse(bytes, &packet);

    if (status == DISSECT_NOT_MINE || packet.primary.len == 0)
        return false;
    memset(noted, 0, sizeof *noted);
    stream->last_ns = time_ns;
    if (status != DISSECT_OK) {
        stream->malformed++;
        anomaly_note(noted, ANOMALY_UDPTL_MALFORMED);
    }
    udptl_receiver_add(stream->receiver, &packet, time_ns);
    if (udptl_receiver_counts(stream->receiver)->jumps != jumps)
        anomaly_note(noted, ANOMALY_UDPTL_SEQUENCE_JUMP);
    anomaly_merge(anomalies, noted);
    anomaly_merge(noted, &before);
    return true;
}

bool fax_stream_is_rtp(const FaxStream *stream, Slice bytes)
{
    UdptlPacket packet;

    return bytes.len && bytes.data[0] >= 0x80 && bytes.data[0] < 0xc0 &&
           (udptl_parse(bytes, &packet) == DISSECT_NOT_MINE ||
            !udptl_receiver_is_near(stream->receiver, packet.seq));
}

void fax_stream_finish(FaxStream *stream)
{
    udptl_receiver_finish(stream->receiver);
}

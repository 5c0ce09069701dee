#include "export/media_reader.h"
#include "dissect/media/turn.h"
#include "dissect/net/reassembly.h"

struct MediaReader {
    const DecodeRules *rules; /* borrowed; NULL: none */
    Reassembly *reassembly;
    FramedMedia *framed; /* owned; NULL: TCP is passed over */
};

MediaReader *media_reader_new(const DecodeRules *rules)
{
    MediaReader *reader = g_new0(MediaReader, 1);

    reader->rules = rules;
    reader->reassembly = reassembly_new();
    reassembly_set_rules(reader->reassembly, rules);
    return reader;
}

void media_reader_free(MediaReader *reader)
{
    if (!reader)
        return;
    reassembly_free(reader->reassembly);
    framed_media_free(reader->framed);
    g_free(reader);
}

void media_reader_follow_tcp(MediaReader *reader, const char *secrets, FramedMediaTake *take,
                             void *context)
{
    g_clear_pointer(&reader->framed, framed_media_free);
    reader->framed = framed_media_new(reader->rules, secrets, take, context);
}

void media_reader_finish(MediaReader *reader)
{
    if (reader->framed)
        framed_media_finish(reader->framed);
}

void media_reader_unwrap(NetPacket *net)
{
    TurnData data;

    if (net->ip_protocol != IP_PROTOCOL_UDP ||
        turn_unwrap(net->payload, net->payload_on_wire, &data) != DISSECT_OK)
        return;
    net->payload = data.data;
    net->payload_on_wire = (uint32_t)data.on_wire;
}

bool media_reader_datagram(MediaReader *reader, const Packet *packet, NetPacket *out)
{
    if (net_decode_as(packet, reader->rules, out) != DISSECT_OK)
        return false;
    if (out->fragment.present && !reassembly_add(reader->reassembly, packet->time_ns, out))
        return false;
    if (reader->framed && out->ip_protocol == IP_PROTOCOL_TCP)
        framed_media_segment(reader->framed, packet->time_ns, out);
    return out->ip_protocol == IP_PROTOCOL_UDP && out->decode_as != DECODE_AS_NONE;
}

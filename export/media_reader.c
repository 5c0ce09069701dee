#include "export/media_reader.h"
#include "dissect/media/turn.h"
#include "dissect/net/reassembly.h"

struct MediaReader {
    const DecodeRules *rules; /* borrowed; NULL: none */
    Reassembly *reassembly;
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
    g_free(reader);
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
    return out->ip_protocol == IP_PROTOCOL_UDP && out->decode_as != DECODE_AS_NONE;
}

#include "export/tunnel_path.h"

void json_tunnel_path(JsonWriter *json, const char *key, const TunnelTable *tunnels, uint32_t path)
{
    const TunnelPath *through = tunnel_table_path(tunnels, path);
    char text[ADDRESS_TEXT_SIZE];

    json_begin_array(json, key);
    for (unsigned i = 0; through && i < through->count; i++) {
        const NetTunnel *tunnel = &through->tunnels[i];
        json_begin_object(json, NULL);
        json_string(json, "encapsulation", encapsulation_name(tunnel->encapsulation));
        json_uint_if(json, "id", tunnel->id, tunnel->id);
        json_string(json, "source", ip_format(tunnel->source, text, sizeof text));
        json_string(json, "destination", ip_format(tunnel->destination, text, sizeof text));
        json_end_object(json);
    }
    json_end_array(json);
}

void tunnel_path_append(GString *out, const TunnelTable *tunnels, uint32_t path)
{
    const TunnelPath *through = tunnel_table_path(tunnels, path);
    char from[ADDRESS_TEXT_SIZE], to[ADDRESS_TEXT_SIZE];

    for (unsigned i = through ? through->count : 0; i > 0; i--) {
        const NetTunnel *tunnel = &through->tunnels[i - 1];
        g_string_append_printf(out, " in %s", encapsulation_name(tunnel->encapsulation));
        if (tunnel->id)
            g_string_append_printf(out, " %u", tunnel->id);
        g_string_append_printf(out, " %s -> %s", ip_format(tunnel->source, from, sizeof from),
                               ip_format(tunnel->destination, to, sizeof to));
    }
}

char *stream_network_text(const Model *model, const Stream *stream)
{
    GString *text;

    if (!stream->overlaps)
        return NULL;
    text = g_string_new(NULL);
    if (stream->vlan)
        g_string_append_printf(text, " in vlan %u", stream->vlan);
    tunnel_path_append(text, model->tunnels, stream->tunnel);
    if (text->len == 0)
        g_string_append(text, " outside");
    g_string_erase(text, 0, 1);
    return g_string_free(text, FALSE);
}

/* export/tunnel_path.h - the tunnels that messages and streams came through, for reports. */
#pragma once
#include "dissect/call/model.h"
#include "export/json_writer.h"

/* "[]", or one object a tunnel, from outside. */
void json_tunnel_path(JsonWriter *json, const char *key, const TunnelTable *tunnels, uint32_t path);
/* Appends " in vxlan 4242 198.51.100.1 -> 198.51.100.2" for each tunnel, the innermost first;
 * nothing for 0. Plain ASCII. */
void tunnel_path_append(GString *out, const TunnelTable *tunnels, uint32_t path);
/* "in vlan 20", "in gtp 17 172.16.0.1 -> 172.16.0.99", "outside": the network of a stream whose
 * addresses and SSRC are in use in several at once (net/network.h). NULL: they are not. Plain
 * ASCII; the caller frees it. */
char *stream_network_text(const Model *model, const Stream *stream);

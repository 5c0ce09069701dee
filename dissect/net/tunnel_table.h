/* dissect/net/tunnel_table.h - the tunnels that packets came through, each path once: messages and
 * streams name it by a number. Bounded; what is beyond has no name. */
#pragma once
#include "dissect/net/net_packet.h"

typedef struct {
    NetTunnel tunnels[NET_TUNNELS_MAX]; /* from outside */
    unsigned count;
} TunnelPath;

typedef struct TunnelTable TunnelTable;

TunnelTable *tunnel_table_new(void);
void tunnel_table_free(TunnelTable *table);
/* The path's number, from 1; 0 for none, and when there are too many. */
uint32_t tunnel_table_number(TunnelTable *table, const NetTunnel *tunnels, unsigned count);
/* How surely two paths lead into the same network: where addresses are in use in several at once
 * it tells whose they are. */
typedef enum {
    TUNNELS_UNLIKE,
    TUNNELS_SAME_HOSTS, /* at the ends of the innermost: its ids may differ by direction (GTP-U) */
    TUNNELS_SAME_NETWORK, /* by the id of the innermost, where that is a network's (VXLAN, Geneve)
                           */
    TUNNELS_SAME_PATH,
} TunnelLikeness;
TunnelLikeness tunnel_table_likeness(const TunnelTable *table, uint32_t a, uint32_t b);
/* NULL for 0. Valid until the next number is given. */
const TunnelPath *tunnel_table_path(const TunnelTable *table, uint32_t number);

#include "dissect/media/early_packets.h"
#include <glib.h>

#define FIRST_ROOM 16u

EarlyPackets *early_packets_new(bool from_first)
{
    EarlyPackets *early = g_new0(EarlyPackets, 1);
    early->whole = from_first;
    return early;
}

void early_packets_free(EarlyPackets *early)
{
    if (!early)
        return;
    g_free(early->packets);
    g_free(early);
}

void early_packets_keep(EarlyPackets *early, const EarlyPacket *packet)
{
    if (early->count == EARLY_PACKETS_MAX) {
        g_clear_pointer(&early->packets, g_free);
        early->whole = false;
    }
    if (!early->whole)
        return;
    if (early->count == early->room) {
        early->room = early->room ? early->room * 2 : FIRST_ROOM;
        early->packets = g_renew(EarlyPacket, early->packets, early->room);
    }
    early->packets[early->count++] = *packet;
}

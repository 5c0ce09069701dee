/* capture/filter.h - capture filters (BPF). */
#pragma once
#include "capture/packet_block.h"
#include <glib.h>
#include <pcap/pcap.h>

typedef struct PacketFilter PacketFilter;

/* Compiles @text. CAPTURE_ERROR_FILTER names the column of the fault, counted from 1. */
bool packet_filter_compile(pcap_t *pcap, const char *text, struct bpf_program *out, GError **error);

/* For packets of files, where each link type needs a program of its own; these are made when they
 * are needed. Fails when @text is no filter for Ethernet. */
PacketFilter *packet_filter_new(const char *text, GError **error);
void packet_filter_free(PacketFilter *filter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PacketFilter, packet_filter_free)

/* Takes the packets that do not match out of @block. A link type for which the filter makes no
 * sense matches nothing; packet_filter_failure() then says so. */
void packet_filter_apply(PacketFilter *filter, PacketBlock *block);
const char *packet_filter_failure(const PacketFilter *filter); /* borrowed; NULL when none */

/* Between LINKTYPE_ values of files and libpcap's DLT_ values of this system. */
int link_type_to_dlt(uint16_t link_type);
uint16_t link_type_from_dlt(int dlt);

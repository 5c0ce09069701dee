/* dissect/net/structure.h - whether bytes are what a tunnel would carry: enough of their structure
 * is looked at that other traffic on the same port does not pass. Private to dissect/net.
 * @on_wire is the length of @bytes before the snap length cut them. */
#pragma once
#include "dissect/base/slice.h"

/* An IPv4 header with its checksum (or none: offloaded), or an IPv6 header; its length has to
 * leave no more over than padding. */
bool structure_is_ip(Slice bytes, size_t on_wire);
/* A frame that carries IP or ARP, behind VLAN tags or not. */
bool structure_is_ethernet(Slice bytes, size_t on_wire);
/* RFC 1071 over @bytes, added to @sum: 0xffff when a checksum in it is right. */
uint16_t structure_checksum(uint32_t sum, Slice bytes);

/* capture/writer.h - packets into a pcap or pcapng file that Wireshark opens. Time stamps are
 * nanoseconds in both. Used by one thread at a time; the bytes of a Packet are borrowed for the
 * call. Errors are CAPTURE_ERROR_WRITE and name the file. */
#pragma once
#include "capture/packet.h"
#include <glib.h>
#include <stdbool.h>

typedef enum {
    PACKET_WRITER_PCAPNG, /* any number of link types and sources, each an interface */
    PACKET_WRITER_PCAP,   /* one link type */
} PacketWriterFormat;

typedef struct PacketWriter PacketWriter;

/* Creates or replaces @path; "-" is standard output. */
PacketWriter *packet_writer_open(const char *path, PacketWriterFormat format, GError **error);
/* Pcap refuses a second link type; that leaves the file as it was, and usable. */
bool packet_writer_write(PacketWriter *writer, const Packet *packet, GError **error);
/* Adds whole lines of a TLS key log, as decryption secrets before the next packet; where room was
 * kept for them and is left, there. Pcap has no place for them: nothing is written. */
bool packet_writer_secrets(PacketWriter *writer, const uint8_t *text, size_t len, GError **error);
/* Keeps @room bytes here for secrets that come later: Wireshark uses none that stand behind the
 * packets they open. None in pcap, and where what was written cannot be written again (a pipe). */
void packet_writer_keep_room(PacketWriter *writer, size_t room);
/* Hands what is buffered to the system. */
bool packet_writer_flush(PacketWriter *writer, GError **error);
/* What the file has when all is flushed. */
uint64_t packet_writer_bytes(const PacketWriter *writer);
/* Flushes, closes and frees, in any case. */
bool packet_writer_close(PacketWriter *writer, GError **error);
/* Closes and frees without a flush. */
void packet_writer_free(PacketWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PacketWriter, packet_writer_free)

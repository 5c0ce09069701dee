/* capture/writer.c - see writer.h. */
#include "capture/writer.h"
#include "capture/bytes.h"
#include "capture/capture.h"
#include "capture/io.h"
#include "capture/pcapng_encoder.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define BUFFER_BYTES (256u << 10)
#define SNAPLEN      262144u
#define NS_PER_S     1000000000

struct PacketWriter {
    char *path; /* owned */
    int fd;     /* owned, unless it is standard output; -1 when closed */
    PacketWriterFormat format;
    PcapngEncoder encoder; /* its bytes are the buffer of either format */
    int link_type;         /* pcap: -1 before the first packet */
    uint64_t flushed_bytes;
    uint64_t room_at; /* where in the file secrets have room, */
    size_t room;      /* and how much is left */
};

static bool set_write_error(const PacketWriter *writer, const char *what, GError **error)
{
    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE, "%s: %s: %s", writer->path, what,
                g_strerror(errno));
    return false;
}

PacketWriter *packet_writer_open(const char *path, PacketWriterFormat format, GError **error)
{
    PacketWriter *writer = g_new0(PacketWriter, 1);
    writer->path = g_strdup(path);
    writer->format = format;
    writer->link_type = -1;
    pcapng_encoder_init(&writer->encoder);
    bool is_stdout = g_strcmp0(path, "-") == 0;
    writer->fd =
        is_stdout ? STDOUT_FILENO : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (writer->fd < 0) {
        set_write_error(writer, "cannot be written", error);
        packet_writer_free(writer);
        return NULL;
    }
    if (format == PACKET_WRITER_PCAPNG)
        pcapng_encoder_begin(&writer->encoder);
    return writer;
}

void packet_writer_free(PacketWriter *writer)
{
    if (!writer)
        return;
    if (writer->fd > STDERR_FILENO)
        close(writer->fd);
    pcapng_encoder_clear(&writer->encoder);
    g_free(writer->path);
    g_free(writer);
}

static void append_pcap_header(PacketWriter *writer, uint16_t link_type)
{
    uint8_t header[24] = { 0 };
    store_u32(header, 0xa1b23c4d);
    store_u16(header + 4, 2);
    store_u16(header + 6, 4);
    store_u32(header + 16, SNAPLEN);
    store_u32(header + 20, link_type);
    g_byte_array_append(writer->encoder.bytes, header, sizeof header);
    writer->link_type = link_type;
}

static bool append_pcap_packet(PacketWriter *writer, const Packet *packet, GError **error)
{
    if (writer->link_type < 0)
        append_pcap_header(writer, packet->link_type);
    if (writer->link_type != packet->link_type) {
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE,
                    "%s: a pcap file holds one link type, %d, not %u as well; write pcapng",
                    writer->path, writer->link_type, packet->link_type);
        return false;
    }
    uint8_t header[16];
    store_u32(header, (uint32_t)(packet->time_ns / NS_PER_S));
    store_u32(header + 4, (uint32_t)(packet->time_ns % NS_PER_S));
    store_u32(header + 8, packet->caplen);
    store_u32(header + 12, packet->len);
    g_byte_array_append(writer->encoder.bytes, header, sizeof header);
    if (packet->caplen > 0)
        g_byte_array_append(writer->encoder.bytes, packet->data, packet->caplen);
    return true;
}

bool packet_writer_write(PacketWriter *writer, const Packet *packet, GError **error)
{
    if (writer->format == PACKET_WRITER_PCAPNG)
        pcapng_encoder_packet(&writer->encoder, packet);
    else if (!append_pcap_packet(writer, packet, error))
        return false;
    return writer->encoder.bytes->len < BUFFER_BYTES || packet_writer_flush(writer, error);
}

void packet_writer_keep_room(PacketWriter *writer, size_t room)
{
    if (writer->format != PACKET_WRITER_PCAPNG || lseek(writer->fd, 0, SEEK_CUR) < 0)
        return;
    gsize at = pcapng_encoder_secrets(&writer->encoder, NULL, 0, room);
    writer->room_at = writer->flushed_bytes + at;
    writer->room = room;
}

/* Into the room: in memory as long as it is there. */
static bool fill_room(PacketWriter *writer, const uint8_t *text, size_t len)
{
    GByteArray *buffered = writer->encoder.bytes;

    if (len > writer->room)
        return false;
    if (writer->room_at >= writer->flushed_bytes)
        memcpy(buffered->data + (writer->room_at - writer->flushed_bytes), text, len);
    else if (pwrite(writer->fd, text, len, (off_t)writer->room_at) != (ssize_t)len)
        return false;
    writer->room_at += len;
    writer->room -= len;
    return true;
}

bool packet_writer_secrets(PacketWriter *writer, const uint8_t *text, size_t len, GError **error)
{
    if (writer->format != PACKET_WRITER_PCAPNG || fill_room(writer, text, len))
        return true;
    pcapng_encoder_secrets(&writer->encoder, text, len, len);
    return writer->encoder.bytes->len < BUFFER_BYTES || packet_writer_flush(writer, error);
}

bool packet_writer_flush(PacketWriter *writer, GError **error)
{
    GByteArray *bytes = writer->encoder.bytes;
    bool written = io_write(writer->fd, bytes->data, bytes->len);
    if (!written)
        set_write_error(writer, "cannot be written further", error);
    else
        writer->flushed_bytes += bytes->len;
    g_byte_array_set_size(bytes, 0);
    return written;
}

uint64_t packet_writer_bytes(const PacketWriter *writer)
{
    return writer->flushed_bytes + writer->encoder.bytes->len;
}

bool packet_writer_close(PacketWriter *writer, GError **error)
{
    if (writer->format == PACKET_WRITER_PCAP && writer->link_type < 0)
        append_pcap_header(writer, 1); /* a file without packets is still a capture */
    bool done = packet_writer_flush(writer, error);
    if (writer->fd > STDERR_FILENO) {
        if (close(writer->fd) != 0 && done)
            done = set_write_error(writer, "cannot be closed", error);
        writer->fd = -1;
    }
    packet_writer_free(writer);
    return done;
}

/* capture/live.c - see live.h. */
#include "capture/live.h"
#include "capture/filter.h"
#include <string.h>

#define SNAPLEN_DEFAULT 262144u
#define BUFFER_DEFAULT  (64u << 20)
#define TIMEOUT_MS      100 /* the kernel hands over a block that is not full after this */

typedef struct {
    PacketSource base;
    char *device;        /* owned */
    pcap_t *pcap;        /* owned */
    PacketBlock *block;  /* borrowed while a fill goes on */
    uint8_t *spare;      /* owned; a packet that found no room in the last block */
    Packet spare_packet; /* its data is @spare */
    bool has_spare;
    uint32_t ns_per_unit;
    uint16_t link_type;
    uint16_t source;
    SourceStats stats;
    char *failure; /* owned */
} LiveSource;

static bool append_packet(LiveSource *self, const Packet *packet)
{
    Packet *copy = packet_block_append(self->block, packet->data, packet->caplen);
    if (!copy)
        return false;
    const uint8_t *data = copy->data;
    *copy = *packet;
    copy->data = data;
    return true;
}

static void on_packet(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
    LiveSource *self = (LiveSource *)user;
    Packet packet = {
        .time_ns = (int64_t)header->ts.tv_sec * 1000000000 +
                   (int64_t)header->ts.tv_usec * self->ns_per_unit,
        .data = bytes,
        .caplen = header->caplen,
        .len = MAX(header->len, header->caplen),
        .link_type = self->link_type,
        .source = self->source,
    };
    self->stats.bytes_read += header->caplen;
    if (append_packet(self, &packet))
        return;
    self->spare = g_realloc(self->spare, packet.caplen);
    memcpy(self->spare, bytes, packet.caplen);
    packet.data = self->spare;
    self->spare_packet = packet;
    self->has_spare = true;
    pcap_breakloop(self->pcap);
}

static SourceStatus live_fill(PacketSource *base, PacketBlock *block)
{
    LiveSource *self = (LiveSource *)base;
    if (self->failure)
        return SOURCE_END;
    self->block = block;
    if (self->has_spare && !append_packet(self, &self->spare_packet))
        return SOURCE_MORE;
    self->has_spare = false;
    int room = (int)(block->capacity - block->count);
    int got = room > 0 ? pcap_dispatch(self->pcap, room, on_packet, (u_char *)self) : 1;
    if (got == PCAP_ERROR) {
        self->failure = g_strdup_printf("%s: %s", self->device, pcap_geterr(self->pcap));
        base->poll_fd = -1;
        return SOURCE_END;
    }
    return got == 0 ? SOURCE_IDLE : SOURCE_MORE;
}

static void live_stats(PacketSource *base, SourceStats *out)
{
    LiveSource *self = (LiveSource *)base;
    struct pcap_stat told;
    if (!self->failure && pcap_stats(self->pcap, &told) == 0) {
        self->stats.kernel_drops = told.ps_drop;
        self->stats.interface_drops = told.ps_ifdrop;
    }
    *out = self->stats;
    out->failure = self->failure;
}

static void live_free(PacketSource *base)
{
    LiveSource *self = (LiveSource *)base;
    pcap_close(self->pcap);
    g_free(self->spare);
    g_free(self->device);
    g_free(self->failure);
    g_free(self);
}

static const PacketSourceOps live_ops = { live_fill, live_stats, live_free };

static void set_permission_error(const char *device, GError **error)
{
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);

    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_PERMISSION,
                "%s: no permission to capture; run: sudo setcap "
                "cap_net_raw,cap_net_admin=eip %s, or use sudo",
                device, program ? program : "$(command -v rung)");
}

static void set_activation_error(pcap_t *pcap, const char *device, int status, GError **error)
{
    switch (status) {
    case PCAP_ERROR_PERM_DENIED:
    case PCAP_ERROR_PROMISC_PERM_DENIED:
        set_permission_error(device, error);
        return;
    case PCAP_ERROR_NO_SUCH_DEVICE:
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN,
                    "%s: there is no such device; rung -D lists them", device);
        return;
    case PCAP_ERROR_IFACE_NOT_UP:
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN,
                    "%s: the device is down; run: sudo ip link set %s up", device, device);
        return;
    default: {
        const char *text = pcap_geterr(pcap);
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: cannot be opened: %s", device,
                    *text ? text : pcap_statustostr(status));
    }
    }
}

static bool activate(pcap_t *pcap, const char *device, const CaptureOptions *options,
                     GError **error)
{
    uint32_t snaplen = options->snaplen ? options->snaplen : SNAPLEN_DEFAULT;
    uint32_t buffer = options->buffer_bytes ? options->buffer_bytes : BUFFER_DEFAULT;
    pcap_set_snaplen(pcap, (int)MIN(snaplen, SNAPLEN_DEFAULT));
    pcap_set_buffer_size(pcap, (int)MIN(buffer, (uint32_t)INT32_MAX));
    pcap_set_promisc(pcap, options->promiscuous && strcmp(device, "any") != 0);
    pcap_set_timeout(pcap, TIMEOUT_MS);
    pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
    int status = pcap_activate(pcap);
    if (status < 0)
        set_activation_error(pcap, device, status, error);
    return status >= 0;
}

static bool set_filter(pcap_t *pcap, const char *device, const char *text, GError **error)
{
    struct bpf_program code;
    if (!text)
        return true;
    if (!packet_filter_compile(pcap, text, &code, error))
        return false;
    int status = pcap_setfilter(pcap, &code);
    pcap_freecode(&code);
    if (status != 0)
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_FILTER, "%s: the filter is refused: %s",
                    device, pcap_geterr(pcap));
    return status == 0;
}

/* "any" tells the device of each packet in this newer form only. */
static void prefer_sll2(pcap_t *pcap)
{
#ifdef DLT_LINUX_SLL2
    if (pcap_datalink(pcap) == DLT_LINUX_SLL)
        pcap_set_datalink(pcap, DLT_LINUX_SLL2);
#else
    (void)pcap;
#endif
}

static bool open_device(pcap_t *pcap, const char *device, const CaptureOptions *options,
                        GError **error)
{
    char message[PCAP_ERRBUF_SIZE] = "";
    if (!activate(pcap, device, options, error))
        return false;
    prefer_sll2(pcap);
    if (!set_filter(pcap, device, options->capture_filter, error))
        return false;
    if (pcap_setnonblock(pcap, 1, message) == 0)
        return true;
    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: %s", device, message);
    return false;
}

PacketSource *live_source_new(const char *device, const CaptureOptions *options, uint16_t source,
                              GError **error)
{
    char message[PCAP_ERRBUF_SIZE] = "";
    pcap_t *pcap = pcap_create(device, message);
    if (!pcap) {
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: cannot be opened: %s", device,
                    message);
        return NULL;
    }
    if (!open_device(pcap, device, options, error)) {
        pcap_close(pcap);
        return NULL;
    }
    LiveSource *self = g_new0(LiveSource, 1);
    bool nano = pcap_get_tstamp_precision(pcap) == PCAP_TSTAMP_PRECISION_NANO;
    self->base = (PacketSource){ .ops = &live_ops, .poll_fd = pcap_get_selectable_fd(pcap) };
    self->device = g_strdup(device);
    self->pcap = pcap;
    self->ns_per_unit = nano ? 1 : 1000;
    self->link_type = link_type_from_dlt(pcap_datalink(pcap));
    self->source = source;
    return &self->base;
}

/* capture/pcap_format.c - the pcap file format (draft-ietf-opsawg-pcap) and its variants: either
 * byte order, nanoseconds, Kuznetzov's and Ixia's. */
#include "capture/bytes.h"
#include "capture/file_format.h"
#include <glib.h>

#define PCAP_HEADER_BYTES 24u
#define PCAP_RECORD_BYTES 16u

typedef struct {
    uint32_t magic;
    uint32_t ns_per_unit; /* of the fraction of a second */
    uint8_t header_extra; /* bytes behind the file header */
    uint8_t record_extra; /* bytes behind each record header */
} PcapVariant;

static const PcapVariant variants[] = {
    { 0xa1b2c3d4, 1000, 0, 0 }, /* microseconds */
    { 0xa1b23c4d, 1, 0, 0 },    /* nanoseconds */
    { 0xa1b2cd34, 1000, 0, 8 }, /* Kuznetzov: interface, protocol and packet type */
    { 0x1c0001ac, 1, 4, 0 },    /* Ixia hardware: the file's size */
    { 0x1c0001ab, 1000, 4, 0 }, /* Ixia software */
};

typedef struct {
    const PcapVariant *variant; /* NULL until the file header was read */
    bool swapped;
    bool old_lengths; /* before version 2.4 some programs wrote len before caplen */
    uint16_t link_type;
    uint32_t caplen_max;
} PcapFile;

static const PcapVariant *find_variant(const uint8_t *bytes, bool *out_swapped)
{
    for (int swapped = 0; swapped < 2; swapped++)
        for (size_t i = 0; i < G_N_ELEMENTS(variants); i++)
            if (load_u32(bytes, swapped) == variants[i].magic) {
                *out_swapped = swapped;
                return &variants[i];
            }
    return NULL;
}

static bool pcap_probe(const uint8_t bytes[FILE_FORMAT_PROBE_BYTES])
{
    bool swapped;
    return find_variant(bytes, &swapped) != NULL;
}

static void *pcap_open(void)
{
    return g_new0(PcapFile, 1);
}

static bool walk_header(PcapFile *self, FileWalk *walk)
{
    const uint8_t *bytes = walk->block->data + walk->at;
    size_t room = walk->block->used - walk->at;
    if (room < PCAP_HEADER_BYTES) {
        walk->wanted = PCAP_HEADER_BYTES;
        return false;
    }
    bool swapped;
    const PcapVariant *variant = find_variant(bytes, &swapped);
    g_assert(variant);
    size_t size = PCAP_HEADER_BYTES + variant->header_extra;
    if (room < size) {
        walk->wanted = size;
        return false;
    }
    uint16_t major = load_u16(bytes + 4, swapped);
    uint16_t minor = load_u16(bytes + 6, swapped);
    if (major != 2) {
        walk->damage = "this version of the pcap format is unknown";
        return false;
    }
    self->swapped = swapped;
    self->variant = variant;
    self->old_lengths = minor < 4;
    self->link_type = file_format_link_type(load_u32(bytes + 20, swapped));
    self->caplen_max = file_format_caplen_max(self->link_type);
    walk->at += size;
    return true;
}

/* The loop all packets of a file go through; @swapped is a constant at both calls. */
static inline void walk_records(const PcapFile *self, FileWalk *walk, const bool swapped)
{
    PacketBlock *block = walk->block;
    const uint8_t *data = block->data;
    const size_t end = block->used;
    const size_t header = PCAP_RECORD_BYTES + self->variant->record_extra;
    const uint32_t ns_per_unit = self->variant->ns_per_unit;
    size_t at = walk->at;
    unsigned count = block->count;
    while (count < block->capacity) {
        if (end - at < header) {
            walk->wanted = header;
            break;
        }
        uint32_t seconds = load_u32(data + at, swapped);
        uint32_t fraction = load_u32(data + at + 4, swapped);
        uint32_t caplen = load_u32(data + at + 8, swapped);
        uint32_t len = load_u32(data + at + 12, swapped);
        if (self->old_lengths && caplen > len) {
            uint32_t first = caplen;
            caplen = len;
            len = first;
        }
        if (caplen > self->caplen_max) {
            walk->damage = "a packet header with an impossible length";
            break;
        }
        if (end - at - header < caplen) {
            walk->wanted = header + caplen;
            break;
        }
        at += header;
        block->packets[count++] = (Packet){
            .time_ns = (int64_t)seconds * 1000000000 + (int64_t)fraction * ns_per_unit,
            .data = data + at,
            .caplen = caplen,
            .len = MAX(len, caplen),
            .ref = { .offset = walk->base + at,
                     .length = walk->in_place ? caplen : 0,
                     .file = walk->file },
            .link_type = self->link_type,
            .source = walk->source,
        };
        at += caplen;
    }
    block->count = count;
    walk->at = at;
}

static void pcap_walk(void *user, FileWalk *walk)
{
    PcapFile *self = user;
    if (!self->variant && !walk_header(self, walk))
        return;
    if (self->swapped)
        walk_records(self, walk, true);
    else
        walk_records(self, walk, false);
}

static bool pcap_is_complete(const void *user)
{
    return ((const PcapFile *)user)->variant != NULL;
}

static void pcap_stats(const void *user, FileFormatStats *out)
{
    (void)user;
    *out = (FileFormatStats){ 0 };
}

const FileFormat pcap_file_format = {
    .name = "pcap",
    .probe = pcap_probe,
    .open = pcap_open,
    .walk = pcap_walk,
    .is_complete = pcap_is_complete,
    .stats = pcap_stats,
    .close = g_free,
};

/* capture/pcapng_format.c - the pcapng file format (draft-ietf-opsawg-pcapng): any number of
 * sections in either byte order, each with its own interfaces; blocks without packets are skipped
 * without being held in memory. */
#include "capture/bytes.h"
#include "capture/file_format.h"
#include <glib.h>

enum {
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_OLD_PACKET = 2,
    BLOCK_SIMPLE_PACKET = 3,
    BLOCK_INTERFACE_STATISTICS = 5,
    BLOCK_ENHANCED_PACKET = 6,
    BLOCK_DECRYPTION_SECRETS = 10,
};

enum {
    OPTION_END = 0,
    OPTION_EPB_DROPCOUNT = 4,
    OPTION_ISB_IFDROP = 5,
    OPTION_ISB_OSDROP = 7,
    OPTION_IF_TSRESOL = 9,
    OPTION_IF_TSOFFSET = 14,
};

#define BYTE_ORDER_MAGIC  0x1a2b3c4du
#define BLOCK_BYTES_MIN   12u
#define BLOCK_EXTRA_MAX   (128u << 10) /* header and options of a block that is held whole */
#define INTERFACES_MAX    65536u
#define SECRETS_BYTES_MAX (16u << 20)
#define SECRETS_TLS_KEYS  0x544c534bu /* "TLSK": an NSS key log */
#define NS_PER_S          1000000000u

/* A time stamp counts units: a second has 2^shift of them, or per_second. */
typedef struct {
    uint16_t link_type;
    uint32_t snaplen; /* 0: none */
    bool binary;
    uint8_t shift;       /* binary: 0..63 */
    uint64_t per_second; /* else: a power of ten */
    uint64_t ns_factor;  /* not 0 when nanoseconds are units times this */
    int64_t offset_s;
    uint64_t kernel_drops, interface_drops; /* the last statistics block counts from the start */
} Interface;

typedef struct {
    GArray *interfaces; /* of Interface; the section's own */
    bool in_section;
    bool swapped;
    uint64_t skip;         /* bytes of a block without packets that are still to come */
    int64_t last_time_ns;  /* a simple packet block has no time of its own */
    uint64_t packet_drops; /* told with packets, of the current section */
    FileFormatStats past;  /* of the sections before this one */
} PcapngFile;

/* One whole block. */
typedef struct {
    const uint8_t *bytes;
    uint32_t size;
    uint32_t type;
    bool swapped;
    size_t at; /* in block->data */
} Block;

static bool pcapng_probe(const uint8_t bytes[FILE_FORMAT_PROBE_BYTES])
{
    uint32_t magic = load_u32(bytes + 8, false);
    return load_u32(bytes, false) == BLOCK_SECTION &&
           (magic == BYTE_ORDER_MAGIC || bswap_32(magic) == BYTE_ORDER_MAGIC);
}

static void *pcapng_open(void)
{
    PcapngFile *self = g_new0(PcapngFile, 1);
    self->interfaces = g_array_new(FALSE, FALSE, sizeof(Interface));
    return self;
}

static void pcapng_close(void *user)
{
    PcapngFile *self = user;
    g_array_unref(self->interfaces);
    g_free(self);
}

static void pcapng_stats(const void *user, FileFormatStats *out)
{
    const PcapngFile *self = user;
    *out = self->past;
    for (guint i = 0; i < self->interfaces->len; i++) {
        const Interface *interface = &g_array_index(self->interfaces, Interface, i);
        out->kernel_drops += interface->kernel_drops;
        out->interface_drops += interface->interface_drops;
    }
    /* statistics blocks and packets tell of the same losses */
    out->kernel_drops = MAX(out->kernel_drops, self->past.kernel_drops + self->packet_drops);
}

static bool pcapng_is_complete(const void *user)
{
    const PcapngFile *self = user;
    return self->in_section && self->skip == 0;
}

/* Steps to the next option; false after the last or at one that is not whole. */
static bool next_option(const PcapngFile *self, const Block *block, size_t *at, Block *out)
{
    size_t end = block->size - 4;
    if (*at > end || end - *at < 4)
        return false;
    uint16_t code = load_u16(block->bytes + *at, self->swapped);
    uint16_t size = load_u16(block->bytes + *at + 2, self->swapped);
    if (code == OPTION_END || end - *at - 4 < size)
        return false;
    *out = (Block){ .bytes = block->bytes + *at + 4, .size = size, .type = code };
    *at += 4u + ((size + 3u) & ~3u);
    return true;
}

static void set_resolution(Interface *interface, uint8_t resolution)
{
    interface->binary = resolution & 0x80;
    interface->shift = MIN(resolution & 0x7f, 63);
    interface->per_second = 1;
    for (int i = 0; i < MIN(resolution & 0x7f, 19); i++)
        interface->per_second *= 10;
    bool coarse = !interface->binary && interface->per_second <= NS_PER_S;
    interface->ns_factor = coarse ? NS_PER_S / interface->per_second : 0;
}

static const char *read_interface(PcapngFile *self, const Block *block)
{
    if (block->size < 20)
        return "an interface block that is too short";
    if (self->interfaces->len >= INTERFACES_MAX)
        return "too many interfaces";
    Interface interface = {
        .link_type = file_format_link_type(load_u16(block->bytes + 8, self->swapped)),
        .snaplen = load_u32(block->bytes + 12, self->swapped),
    };
    set_resolution(&interface, 6);
    Block option;
    for (size_t at = 16; next_option(self, block, &at, &option);) {
        if (option.type == OPTION_IF_TSRESOL && option.size == 1)
            set_resolution(&interface, option.bytes[0]);
        if (option.type == OPTION_IF_TSOFFSET && option.size == 8)
            interface.offset_s = (int64_t)load_u64(option.bytes, self->swapped);
    }
    g_array_append_val(self->interfaces, interface);
    return NULL;
}

static const char *read_statistics(PcapngFile *self, const Block *block)
{
    if (block->size < 24)
        return "a statistics block that is too short";
    uint32_t id = load_u32(block->bytes + 8, self->swapped);
    if (id >= self->interfaces->len)
        return NULL;
    Interface *interface = &g_array_index(self->interfaces, Interface, id);
    Block option;
    for (size_t at = 20; next_option(self, block, &at, &option);) {
        if (option.size != 8)
            continue;
        uint64_t value = load_u64(option.bytes, self->swapped);
        if (option.type == OPTION_ISB_IFDROP)
            interface->interface_drops = value;
        if (option.type == OPTION_ISB_OSDROP)
            interface->kernel_drops = value;
    }
    return NULL;
}

/* Nanoseconds from seconds and a fraction below a second; what does not fit is the nearest. */
static int64_t join_time(uint64_t seconds, uint32_t fraction_ns, int64_t offset_s)
{
    int64_t limit_s = INT64_MAX / NS_PER_S - 1;
    int64_t whole = (int64_t)MIN(seconds, (uint64_t)limit_s);
    whole = CLAMP(whole + CLAMP(offset_s, -limit_s, limit_s), -limit_s, limit_s);
    return whole * NS_PER_S + fraction_ns;
}

static uint32_t binary_fraction_ns(uint64_t fraction, unsigned shift)
{
    if (shift > 32) {
        fraction >>= shift - 32;
        shift = 32;
    }
    return (uint32_t)((fraction * NS_PER_S) >> shift);
}

static int64_t time_of(const Interface *interface, uint64_t units)
{
    if (interface->ns_factor && interface->offset_s == 0 &&
        units <= INT64_MAX / interface->ns_factor)
        return (int64_t)(units * interface->ns_factor);
    if (interface->binary) {
        uint64_t fraction = units & ((UINT64_C(1) << interface->shift) - 1);
        return join_time(units >> interface->shift, binary_fraction_ns(fraction, interface->shift),
                         interface->offset_s);
    }
    uint64_t fraction = units % interface->per_second;
    uint64_t fraction_ns = interface->ns_factor ? fraction * interface->ns_factor
                                                : fraction / (interface->per_second / NS_PER_S);
    return join_time(units / interface->per_second, (uint32_t)fraction_ns, interface->offset_s);
}

typedef struct {
    uint32_t interface;
    uint32_t caplen, len;
    uint32_t header; /* where in the block the packet's bytes begin */
    uint64_t units;
    bool timed;
} PacketFields;

static bool read_fields(const PcapngFile *self, const Block *block, PacketFields *out)
{
    const uint8_t *bytes = block->bytes;
    bool swapped = self->swapped;
    if (block->type == BLOCK_SIMPLE_PACKET) {
        *out = (PacketFields){ .header = 12 };
        if (block->size < 16 || self->interfaces->len == 0)
            return block->size >= 16;
        uint32_t snaplen = g_array_index(self->interfaces, Interface, 0).snaplen;
        out->len = load_u32(bytes + 8, swapped);
        out->caplen = MIN(out->len, block->size - 16);
        out->caplen = snaplen ? MIN(out->caplen, snaplen) : out->caplen;
        return true;
    }
    if (block->size < 32)
        return false;
    bool old = block->type == BLOCK_OLD_PACKET; /* 16 bits of interface, 16 of drops */
    *out = (PacketFields){
        .interface = old ? load_u16(bytes + 8, swapped) : load_u32(bytes + 8, swapped),
        .units = (uint64_t)load_u32(bytes + 12, swapped) << 32 | load_u32(bytes + 16, swapped),
        .caplen = load_u32(bytes + 20, swapped),
        .len = load_u32(bytes + 24, swapped),
        .header = 28,
        .timed = true,
    };
    return true;
}

static void read_packet_options(PcapngFile *self, const Block *block, size_t at)
{
    Block option;

    while (next_option(self, block, &at, &option))
        if (option.type == OPTION_EPB_DROPCOUNT && option.size == 8)
            self->packet_drops += load_u64(option.bytes, self->swapped);
}

static const char *read_packet(PcapngFile *self, const Block *block, FileWalk *walk)
{
    PacketFields fields;
    if (!read_fields(self, block, &fields))
        return "a packet block that is too short";
    if (fields.interface >= self->interfaces->len)
        return "a packet of an interface that is not described";
    const Interface *interface = &g_array_index(self->interfaces, Interface, fields.interface);
    if (fields.caplen > block->size - fields.header - 4 ||
        fields.caplen > file_format_caplen_max(interface->link_type))
        return "a packet block with an impossible length";
    if (fields.timed)
        self->last_time_ns = time_of(interface, fields.units);
    size_t options = fields.header + ((fields.caplen + 3u) & ~3u);
    if (block->type == BLOCK_ENHANCED_PACKET && options + 4 < block->size)
        read_packet_options(self, block, options);
    size_t at = block->at + fields.header;
    walk->block->packets[walk->block->count++] = (Packet){
        .time_ns = self->last_time_ns,
        .data = walk->block->data + at,
        .caplen = fields.caplen,
        .len = MAX(fields.len, fields.caplen),
        .ref = { .offset = walk->base + at,
                 .length = walk->in_place ? fields.caplen : 0,
                 .file = walk->file },
        .link_type = interface->link_type,
        .source = walk->source,
    };
    return NULL;
}

/* Faulty ones are no reason to give the packets up. */
static const char *read_secrets(const PcapngFile *self, const Block *block, SecretsQueue *secrets)
{
    bool has_header = block->size >= 20;
    uint32_t kind = has_header ? load_u32(block->bytes + 8, self->swapped) : 0;
    uint32_t len = has_header ? load_u32(block->bytes + 12, self->swapped) : 0;
    if (!secrets)
        return NULL;
    if (kind == SECRETS_TLS_KEYS && len <= block->size - 20)
        secrets_queue_push(secrets, block->bytes + 16, len);
    else
        secrets_queue_refuse(secrets);
    return NULL;
}

static const char *begin_section(PcapngFile *self, const Block *block)
{
    uint32_t magic = load_u32(block->bytes + 8, false);
    if (magic != BYTE_ORDER_MAGIC && bswap_32(magic) != BYTE_ORDER_MAGIC)
        return "a section without byte-order magic";
    pcapng_stats(self, &self->past);
    self->packet_drops = 0;
    g_array_set_size(self->interfaces, 0);
    self->swapped = block->swapped;
    self->in_section = true;
    return NULL;
}

static const char *read_block(PcapngFile *self, const Block *block, FileWalk *walk)
{
    if (load_u32(block->bytes + block->size - 4, block->swapped) != block->size)
        return "a block whose two lengths differ";
    switch (block->type) {
    case BLOCK_SECTION:
        return begin_section(self, block);
    case BLOCK_INTERFACE:
        return read_interface(self, block);
    case BLOCK_INTERFACE_STATISTICS:
        return read_statistics(self, block);
    case BLOCK_DECRYPTION_SECRETS:
        return read_secrets(self, block, walk->secrets);
    default:
        return read_packet(self, block, walk);
    }
}

static bool is_held_whole(uint32_t type)
{
    return type == BLOCK_SECTION || type == BLOCK_INTERFACE || type == BLOCK_OLD_PACKET ||
           type == BLOCK_SIMPLE_PACKET || type == BLOCK_INTERFACE_STATISTICS ||
           type == BLOCK_ENHANCED_PACKET;
}

/* Blocks that are passed over without being held. */
static bool is_passed_over(const Block *block, const FileWalk *walk)
{
    if (block->type != BLOCK_DECRYPTION_SECRETS)
        return !is_held_whole(block->type);
    if (block->size <= SECRETS_BYTES_MAX)
        return false;
    if (walk->secrets)
        secrets_queue_refuse(walk->secrets);
    return true;
}

static uint32_t block_bytes_max(const PcapngFile *self, uint32_t type)
{
    uint32_t caplen_max = FILE_FORMAT_CAPLEN_MAX;
    if (type == BLOCK_DECRYPTION_SECRETS)
        return SECRETS_BYTES_MAX;
    if (type != BLOCK_ENHANCED_PACKET && type != BLOCK_SIMPLE_PACKET)
        return caplen_max + BLOCK_EXTRA_MAX;
    for (guint i = 0; i < self->interfaces->len && i < 8; i++) {
        uint16_t link_type = g_array_index(self->interfaces, Interface, i).link_type;
        caplen_max = MAX(caplen_max, file_format_caplen_max(link_type));
    }
    return caplen_max + BLOCK_EXTRA_MAX;
}

/* Reads the block's type and length; false when more bytes are wanted or it is damaged. */
static bool read_block_header(const PcapngFile *self, FileWalk *walk, Block *out)
{
    const uint8_t *bytes = walk->block->data + walk->at;
    size_t room = walk->block->used - walk->at;
    if (room < BLOCK_BYTES_MIN) {
        walk->wanted = BLOCK_BYTES_MIN;
        return false;
    }
    bool swapped = self->swapped;
    bool section = load_u32(bytes, false) == BLOCK_SECTION; /* the same in either byte order */
    if (section)
        swapped = load_u32(bytes + 8, false) != BYTE_ORDER_MAGIC;
    *out = (Block){
        .bytes = bytes,
        .size = load_u32(bytes + 4, swapped),
        .type = load_u32(bytes, swapped),
        .swapped = swapped,
        .at = walk->at,
    };
    if (!section && !self->in_section)
        walk->damage = "a block before any section header";
    else if (out->size < (section ? 28u : BLOCK_BYTES_MIN) || out->size % 4 != 0)
        walk->damage = "a block with an impossible length";
    return !walk->damage;
}

/* Begins or goes on to skip; true when the walk can go on behind it. */
static bool skip_bytes(PcapngFile *self, FileWalk *walk)
{
    size_t step = (size_t)MIN(self->skip, (uint64_t)(walk->block->used - walk->at));
    self->skip -= step;
    walk->at += step;
    walk->wanted = 1;
    return self->skip == 0;
}

static void pcapng_walk(void *user, FileWalk *walk)
{
    PcapngFile *self = user;
    Block block;
    while (skip_bytes(self, walk)) {
        walk->wanted = 0;
        if (walk->block->count == walk->block->capacity || !read_block_header(self, walk, &block))
            return;
        if (is_passed_over(&block, walk)) {
            self->skip = block.size;
            continue;
        }
        if (block.size > block_bytes_max(self, block.type)) {
            walk->damage = "a block with an impossible length";
            return;
        }
        if (walk->block->used - walk->at < block.size) {
            walk->wanted = block.size;
            return;
        }
        walk->damage = read_block(self, &block, walk);
        if (walk->damage)
            return;
        walk->at += block.size;
    }
}

const FileFormat pcapng_file_format = {
    .name = "pcapng",
    .probe = pcapng_probe,
    .open = pcapng_open,
    .walk = pcapng_walk,
    .is_complete = pcapng_is_complete,
    .stats = pcapng_stats,
    .close = pcapng_close,
};

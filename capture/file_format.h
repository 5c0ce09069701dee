/* capture/file_format.h - capture file formats: each walks the records of a piece of file that
 * stands in a block and describes its packets there, without copying them. */
#pragma once
#include "capture/packet_block.h"
#include "capture/secrets.h"

#define FILE_FORMAT_CAPLEN_MAX     262144u     /* what every tool writes at most */
#define FILE_FORMAT_CAPLEN_MAX_BUS (64u << 20) /* buses carry larger transfers than networks */
#define FILE_FORMAT_PROBE_BYTES    12u

/* One walk over block->data[at..used). */
typedef struct {
    PacketBlock *block;
    size_t at;     /* in: the first byte not walked; out: the first record that is not whole */
    uint64_t base; /* of block->data[0] in the file */
    uint32_t file; /* for PacketRef */
    uint16_t source;
    bool in_place;         /* the packets' references are known; else they stay empty */
    SecretsQueue *secrets; /* where decryption secrets go; NULL: they are passed over */
    size_t wanted;         /* out: bytes the record at @at takes in all, or at least one more than
                            * are there; 0 when the walk stopped because the block is full */
    const char *damage;    /* out: NULL, or what is wrong with the record at @at */
} FileWalk;

typedef struct {
    uint64_t kernel_drops, interface_drops; /* as the file tells them */
} FileFormatStats;

typedef struct {
    const char *name;
    bool (*probe)(const uint8_t bytes[FILE_FORMAT_PROBE_BYTES]);
    void *(*open)(void);
    void (*walk)(void *self, FileWalk *walk);
    /* Whether the file may end here, between two records. */
    bool (*is_complete)(const void *self);
    void (*stats)(const void *self, FileFormatStats *out);
    void (*close)(void *self);
} FileFormat;

extern const FileFormat pcap_file_format;
extern const FileFormat pcapng_file_format;

/* The LINKTYPE_ of a file's field: raw IP has three values, and the upper bits say other things. */
uint16_t file_format_link_type(uint32_t field);
uint32_t file_format_caplen_max(uint16_t link_type);

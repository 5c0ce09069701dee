/* capture/capture.h - packets in: the sources, the capture thread and the bounded queue of blocks.
 *
 * One thread reads all sources, merges files by time, keeps live, piped and compressed packets in
 * the store, writes the -w output, and hands over blocks. Offline it waits for room; live it never
 * waits: it drops, and counts. */
#pragma once
#include "capture/hep_tls.h"
#include "capture/packet_block.h"
#include "capture/packet_store.h"
#include "capture/secrets.h"
#include <glib.h>

typedef struct Capture Capture;

typedef struct {
    const char
        *capture_filter;   /* BPF, or NULL; applied to live sources by the kernel, to files here */
    uint32_t snaplen;      /* 0: 262144 */
    uint32_t buffer_bytes; /* kernel buffer of a device; 0: 64 MiB */
    bool promiscuous;
    bool follow;          /* -r FILE --follow: wait for more at the end of a file */
    uint64_t spool_bytes; /* see packet_store_new() */
    const char *run_as;   /* whom root becomes when devices are open; see privileges_drop() */
    HepTlsFiles hep_tls;  /* of listeners that speak TLS */
} CaptureOptions;

typedef struct {
    uint64_t kernel;    /* dropped by the kernel for want of buffer (ps_drop) */
    uint64_t interface; /* dropped by the network card or its driver (ps_ifdrop) */
    uint64_t rung;      /* dropped here because every block was in use */
    uint64_t paused;    /* thrown away on purpose, see capture_set_paused() */
} CaptureDrops;

typedef struct {
    const char *name; /* file name, "-", device or URL; owned by the capture */
    bool live;
    uint64_t packets;
    uint64_t bytes_read;  /* of the file, for progress */
    uint64_t bytes_total; /* 0 when not known (pipes, devices) */
    CaptureDrops drops;
    uint64_t refused; /* listeners: connections closed for what they sent or for want of room, and
                         packets too long for UDP */
    const char *failure; /* NULL, or one line: why reading ended early; owned by the capture */
} CaptureSourceInfo;

#define CAPTURE_ERROR capture_error_quark()
GQuark capture_error_quark(void);
typedef enum {
    CAPTURE_ERROR_OPEN,       /* missing, unreadable, not a capture */
    CAPTURE_ERROR_PERMISSION, /* a device that needs rights; the message says how to get them */
    CAPTURE_ERROR_FILTER,     /* BPF does not compile; the message has the column */
    CAPTURE_ERROR_READ,       /* cut or corrupt; what came before was delivered */
    CAPTURE_ERROR_WRITE,      /* the -w output */
} CaptureError;

Capture *capture_new(const CaptureOptions *options);
/* Stops, joins the thread, and frees everything but the blocks still held by the caller. */
void capture_free(Capture *capture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Capture, capture_free)

/* @path "-" is standard input. Format and compression are recognised by content. Files exclude
 * devices and listeners. */
bool capture_add_file(Capture *capture, const char *path, GError **error);
bool capture_add_device(Capture *capture, const char *device, GError **error);
/* Listens for capture agents; for @url see hep_url.h. */
bool capture_add_listener(Capture *capture, const char *url, GError **error);

typedef struct {
    const char *path;      /* NULL: nothing is written, but what stops counts */
    bool pcapng;           /* else pcap (nanoseconds) */
    uint64_t rotate_bytes; /* -b filesize, 0: off */
    int64_t rotate_ns;     /* -b duration, packet clock */
    unsigned ring_files;   /* -b files */
    uint64_t stop_bytes;   /* -a filesize */
    int64_t stop_ns;       /* -a duration */
    unsigned stop_files;   /* -a files */
    uint64_t stop_packets; /* -a packets */
    char *const *key_logs; /* NULL-terminated, borrowed; TLS key logs that are written too */
} CaptureOutput;
/* Opens the output; after the inputs, so that none of them is overwritten. In pcapng it holds the
 * decryption secrets of the inputs, and of @key_logs as they grow. CAPTURE_ERROR_WRITE, or _OPEN
 * for a key log. */
bool capture_set_output(Capture *capture, const CaptureOutput *output, GError **error);

/* Gives up root when there are live sources, and starts the thread. Nothing may be added
 * afterwards. */
bool capture_start(Capture *capture, GError **error);
/* Asks the thread to end; what is queued can still be popped. Safe in a signal handler. */
void capture_stop(Capture *capture);
/* Live sources only: while paused, packets are read and counted as dropped on purpose. */
void capture_set_paused(Capture *capture, bool paused);

/* The next block, or NULL after @timeout_us without one, or when all ended (capture_ended()). */
PacketBlock *capture_pop(Capture *capture, int64_t timeout_us);
void capture_recycle(Capture *capture, PacketBlock *block);
bool capture_ended(Capture *capture);

PacketStore *capture_store(Capture *capture); /* borrowed */
/* Borrowed. Secrets that stand before a packet in its file are here when its block is popped. */
SecretsQueue *capture_secrets(Capture *capture);
unsigned capture_source_count(const Capture *capture);
/* A snapshot; may be called from any thread. */
void capture_source_info(Capture *capture, unsigned index, CaptureSourceInfo *out);
/* NULL, or one line about the -w output (a full disk); borrowed until the next call. */
const char *capture_output_failure(Capture *capture);

/* For -D: one line a device, name first. */
bool capture_list_devices(GPtrArray **out_lines, GError **error);

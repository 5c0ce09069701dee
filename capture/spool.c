/* capture/spool.c - see spool.h. */
#include "capture/spool.h"
#include "capture/io.h"
#include "capture/pcapng_encoder.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define SEGMENTS          16u
#define SEGMENT_BYTES_MIN (64u << 10)
#define FLUSH_BYTES       (256u << 10)
#define RETRY_BYTES       (4u << 20) /* not kept after a failure, before the next attempt */

typedef struct {
    int fd;
    uint32_t number;  /* counts all segments ever; in PacketRef.file below SPOOL_FILE_BIT */
    uint64_t written; /* bytes in the file */
    unsigned users;   /* the ring and each reader; the last one closes @fd */
    bool sealed;      /* a write failed: offsets behind @written were handed out and lost */
} Segment;

struct Spool {
    GMutex lock;
    uint64_t cap_bytes, segment_bytes;
    GQueue segments;       /* lock; owns each Segment, oldest first; the last is written to */
    PcapngEncoder pending; /* lock; the last segment's bytes behind @written */
    uint32_t next_number;  /* lock */
    uint64_t stored_bytes; /* lock; in all segments, without @pending */
    uint64_t dropped_bytes, failed_writes; /* lock */
    uint64_t retry_bytes;                  /* lock; let go before the next attempt */
    char *last_error;                      /* lock; owned */
};

Spool *spool_new(uint64_t cap_bytes)
{
    Spool *spool = g_new0(Spool, 1);
    g_mutex_init(&spool->lock);
    g_queue_init(&spool->segments);
    pcapng_encoder_init(&spool->pending);
    spool->cap_bytes = cap_bytes;
    spool->segment_bytes = MIN(MAX(cap_bytes / SEGMENTS, SEGMENT_BYTES_MIN), cap_bytes);
    return spool;
}

static void segment_unref(Segment *segment)
{
    if (--segment->users > 0)
        return;
    close(segment->fd);
    g_free(segment);
}

void spool_free(Spool *spool)
{
    if (!spool)
        return;
    g_queue_clear_full(&spool->segments, (GDestroyNotify)segment_unref);
    pcapng_encoder_clear(&spool->pending);
    g_free(spool->last_error);
    g_mutex_clear(&spool->lock);
    g_free(spool);
}

/* Packets are let go for a while: a full disk must not cost a system call a packet. */
static void note_failure(Spool *spool, const char *what, int code)
{
    spool->failed_writes++;
    spool->retry_bytes = RETRY_BYTES;
    g_free(spool->last_error);
    spool->last_error =
        g_strdup_printf("spool in %s: %s: %s", g_get_tmp_dir(), what, g_strerror(code));
}

static void drop_oldest(Spool *spool)
{
    Segment *oldest = g_queue_pop_head(&spool->segments);
    spool->stored_bytes -= oldest->written;
    spool->dropped_bytes += oldest->written;
    segment_unref(oldest);
}

/* Writes what is pending; after a failure it is lost, and the segment ends before it. */
static bool flush_pending(Spool *spool)
{
    GByteArray *bytes = spool->pending.bytes;
    Segment *last = g_queue_peek_tail(&spool->segments);
    if (!last || bytes->len == 0)
        return true;
    bool written = io_write_at(last->fd, bytes->data, bytes->len, last->written);
    if (written) {
        last->written += bytes->len;
        spool->stored_bytes += bytes->len;
    } else {
        note_failure(spool, "writing failed", errno);
        last->sealed = true;
        spool->dropped_bytes += bytes->len;
    }
    g_byte_array_set_size(bytes, 0);
    return written;
}

static int open_unlinked(void)
{
    int fd = open(g_get_tmp_dir(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
        return fd;
    g_autofree char *name = g_build_filename(g_get_tmp_dir(), "rung-XXXXXX", NULL);
    fd = g_mkstemp_full(name, O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        unlink(name);
    return fd;
}

static bool begin_segment(Spool *spool, size_t bytes)
{
    uint64_t wanted = MAX(spool->segment_bytes, bytes);
    while (spool->segments.length > 0 && spool->stored_bytes + wanted > spool->cap_bytes)
        drop_oldest(spool);
    int fd = open_unlinked();
    if (fd < 0) {
        note_failure(spool, "a file cannot be made", errno);
        return false;
    }
    Segment *segment = g_new0(Segment, 1);
    *segment = (Segment){ .fd = fd, .number = spool->next_number, .users = 1 };
    spool->next_number = (spool->next_number + 1) & ~SPOOL_FILE_BIT;
    g_queue_push_tail(&spool->segments, segment);
    pcapng_encoder_begin(&spool->pending);
    return true;
}

/* Sees to it that the last segment has room for @bytes. */
static bool make_room(Spool *spool, size_t bytes)
{
    if (spool->retry_bytes > 0) {
        spool->retry_bytes -= MIN(spool->retry_bytes, bytes);
        return false;
    }
    Segment *last = g_queue_peek_tail(&spool->segments);
    if (last && !last->sealed &&
        last->written + spool->pending.bytes->len + bytes <= spool->segment_bytes)
        return true;
    return flush_pending(spool) && begin_segment(spool, bytes);
}

PacketRef spool_keep(Spool *spool, const Packet *packet)
{
    PacketRef ref = { 0 };
    size_t most = PCAPNG_ENCODER_SECTION_BYTES + pcapng_encoder_packet_bytes_max(packet->caplen);
    g_mutex_lock(&spool->lock);
    if (most <= spool->cap_bytes && make_room(spool, most)) {
        Segment *last = g_queue_peek_tail(&spool->segments);
        ref.offset = last->written + pcapng_encoder_packet(&spool->pending, packet);
        ref.length = packet->caplen;
        ref.file = last->number | SPOOL_FILE_BIT;
        if (spool->pending.bytes->len >= FLUSH_BYTES && !flush_pending(spool))
            ref.length = 0;
    } else {
        spool->dropped_bytes += packet->caplen;
    }
    g_mutex_unlock(&spool->lock);
    return ref;
}

static Segment *find_segment(Spool *spool, uint32_t number)
{
    for (GList *link = spool->segments.tail; link; link = link->prev)
        if (((Segment *)link->data)->number == number)
            return link->data;
    return NULL;
}

/* Copies @ref when it stands in the bytes that are not written yet. The lock is held. */
static bool read_pending(Spool *spool, const Segment *segment, PacketRef ref, uint8_t *out)
{
    GByteArray *bytes = spool->pending.bytes;
    if (segment != g_queue_peek_tail(&spool->segments) || ref.offset < segment->written)
        return false;
    uint64_t at = ref.offset - segment->written;
    if (at > bytes->len || bytes->len - at < ref.length)
        return false;
    memcpy(out, bytes->data + at, ref.length);
    return true;
}

PacketStoreStatus spool_read(Spool *spool, PacketRef ref, uint8_t *out)
{
    g_mutex_lock(&spool->lock);
    PacketStoreStatus status = PACKET_STORE_GONE;
    Segment *segment = find_segment(spool, ref.file & ~SPOOL_FILE_BIT);
    bool on_disk =
        segment && ref.length <= segment->written && ref.offset <= segment->written - ref.length;
    if (on_disk)
        segment->users++;
    else if (segment && read_pending(spool, segment, ref, out))
        status = PACKET_STORE_OK;
    g_mutex_unlock(&spool->lock);
    if (!on_disk)
        return status;
    bool done = io_read_at(segment->fd, out, ref.length, ref.offset);
    g_mutex_lock(&spool->lock);
    segment_unref(segment);
    g_mutex_unlock(&spool->lock);
    return done ? PACKET_STORE_OK : PACKET_STORE_ERROR;
}

GArray *spool_segments(Spool *spool)
{
    GArray *segments = g_array_new(FALSE, FALSE, sizeof(SpoolSegment));

    g_mutex_lock(&spool->lock);
    flush_pending(spool);
    for (GList *link = spool->segments.head; link; link = link->next) {
        const Segment *segment = link->data;
        SpoolSegment copy = { .fd = fcntl(segment->fd, F_DUPFD_CLOEXEC, 0),
                              .file = segment->number | SPOOL_FILE_BIT,
                              .bytes = segment->written };
        if (copy.fd >= 0)
            g_array_append_val(segments, copy);
    }
    g_mutex_unlock(&spool->lock);
    return segments;
}

void spool_usage(Spool *spool, PacketStoreUsage *out)
{
    g_mutex_lock(&spool->lock);
    *out = (PacketStoreUsage){
        .used_bytes = spool->stored_bytes + spool->pending.bytes->len,
        .cap_bytes = spool->cap_bytes,
        .dropped_bytes = spool->dropped_bytes,
        .failed_writes = spool->failed_writes,
        .last_error = g_strdup(spool->last_error),
    };
    g_mutex_unlock(&spool->lock);
}

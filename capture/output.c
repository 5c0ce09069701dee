/* capture/output.c - see output.h. */
#include "capture/output.h"
#include "capture/key_file.h"
#include "capture/writer.h"
#include <string.h>
#include <unistd.h>

#define RING_NUMBERS      100000u      /* dumpcap's names have five digits */
#define SECRETS_ROOM      (256u << 10) /* for keys that come later: hundreds of connections */
#define SECRETS_BYTES_MAX (32u << 20)  /* written again to each file of a ring */

struct Output {
    CaptureOutput options; /* its path is @path */
    char *path;            /* owned */
    PacketWriter *writer;  /* owned; NULL when closed or failed */
    GQueue written_paths;  /* owned strings, oldest first; the last is open; ring_files at most */
    unsigned files;        /* begun so far */
    uint64_t packets;
    int64_t begin_ns, file_begin_ns; /* INT64_MIN: no time is known yet */
    char *failure;                   /* owned */
    GPtrArray *key_files;            /* owns each KeyFile */
    GByteArray *secrets;             /* owned; all so far, as long as there is room */
};

static bool is_ring(const Output *output)
{
    const CaptureOutput *options = &output->options;
    return options->rotate_bytes || options->rotate_ns > 0;
}

/* base_00001_YYYYmmddHHMMSS.ext, as dumpcap names them (local time). */
static char *ring_path(const Output *output)
{
    const char *name = strrchr(output->path, '/');
    name = name ? name + 1 : output->path;
    const char *dot = strrchr(name, '.');
    size_t stem = dot && dot > name ? (size_t)(dot - output->path) : strlen(output->path);
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autofree char *stamp = g_date_time_format(now, "%Y%m%d%H%M%S");
    return g_strdup_printf("%.*s_%05u_%s%s", (int)stem, output->path, output->files % RING_NUMBERS,
                           stamp, output->path + stem);
}

static void note_failure(Output *output, GError *error)
{
    if (!output->failure)
        output->failure = g_strdup(error->message);
    g_error_free(error);
    g_clear_pointer(&output->writer, packet_writer_free);
}

static bool begin_secrets(Output *output, GError **error)
{
    GByteArray *secrets = output->secrets;

    if (secrets->len > 0 &&
        !packet_writer_secrets(output->writer, secrets->data, secrets->len, error))
        return false;
    if (output->key_files->len > 0)
        packet_writer_keep_room(output->writer, SECRETS_ROOM);
    return true;
}

void output_secrets(Output *output, const uint8_t *text, size_t len)
{
    GError *error = NULL;

    if (is_ring(output) && output->secrets->len + len <= SECRETS_BYTES_MAX)
        g_byte_array_append(output->secrets, text, (guint)len);
    if (output->writer && !packet_writer_secrets(output->writer, text, len, &error))
        note_failure(output, error);
}

static void read_key_files(Output *output)
{
    if (output->key_files->len == 0)
        return;
    g_autoptr(GByteArray) text = g_byte_array_new();
    for (unsigned i = 0; i < output->key_files->len; i++)
        key_file_read(output->key_files->pdata[i], text);
    if (text->len == 0)
        return;
    output_secrets(output, text->data, text->len);
    explicit_bzero(text->data, text->len);
}

static bool open_key_files(Output *output, GError **error)
{
    for (char *const *path = output->options.key_logs; path && *path; path++) {
        KeyFile *file = key_file_open(*path, error);
        if (!file)
            return false;
        g_ptr_array_add(output->key_files, file);
        key_file_read(file, output->secrets);
    }
    return true;
}

static bool open_next(Output *output, GError **error)
{
    output->files++;
    g_autofree char *path = is_ring(output) ? ring_path(output) : g_strdup(output->path);
    output->writer = packet_writer_open(
        path, output->options.pcapng ? PACKET_WRITER_PCAPNG : PACKET_WRITER_PCAP, error);
    if (output->writer && !begin_secrets(output, error))
        return false;
    if (!output->writer || !is_ring(output) || output->options.ring_files == 0)
        return output->writer != NULL;
    g_queue_push_tail(&output->written_paths, g_steal_pointer(&path));
    if (output->written_paths.length > output->options.ring_files) {
        g_autofree char *oldest = g_queue_pop_head(&output->written_paths);
        unlink(oldest);
    }
    return true;
}

Output *output_new(const CaptureOutput *options, GError **error)
{
    Output *output = g_new0(Output, 1);
    output->options = *options;
    output->path = g_strdup(options->path);
    output->options.path = output->path;
    output->begin_ns = output->file_begin_ns = INT64_MIN;
    g_queue_init(&output->written_paths);
    output->secrets = g_byte_array_new();
    output->key_files = g_ptr_array_new_with_free_func((GDestroyNotify)key_file_free);
    if (!output->path || (open_key_files(output, error) && open_next(output, error)))
        return output;
    output_free(output);
    return NULL;
}

void output_close(Output *output)
{
    GError *error = NULL;
    read_key_files(output);
    if (output->writer && !packet_writer_close(g_steal_pointer(&output->writer), &error))
        note_failure(output, error);
}

void output_free(Output *output)
{
    if (!output)
        return;
    output_close(output);
    g_queue_clear_full(&output->written_paths, g_free);
    if (output->secrets->len > 0)
        explicit_bzero(output->secrets->data, output->secrets->len);
    g_byte_array_unref(output->secrets);
    g_ptr_array_unref(output->key_files);
    g_free(output->path);
    g_free(output->failure);
    g_free(output);
}

const char *output_failure(const Output *output)
{
    return output->failure;
}

/* Goes on to the next file of the ring; false when that was the last one wanted. */
static bool rotate(Output *output, int64_t now_ns)
{
    if (output->options.stop_files && output->files >= output->options.stop_files)
        return false;
    GError *error = NULL;
    output_close(output);
    if (!output->failure && !open_next(output, &error))
        note_failure(output, error);
    output->file_begin_ns = now_ns;
    return true;
}

static bool has_passed(int64_t begin_ns, int64_t now_ns, int64_t duration_ns)
{
    return duration_ns > 0 && now_ns - duration_ns >= begin_ns;
}

static bool advance_clock(Output *output, int64_t now_ns)
{
    if (output->begin_ns == INT64_MIN)
        output->begin_ns = output->file_begin_ns = now_ns;
    if (has_passed(output->begin_ns, now_ns, output->options.stop_ns))
        return false;
    if (output->writer && has_passed(output->file_begin_ns, now_ns, output->options.rotate_ns))
        return rotate(output, now_ns);
    return true;
}

/* False when the capture is to stop behind this packet. */
static bool write_packet(Output *output, const Packet *packet)
{
    const CaptureOutput *options = &output->options;
    GError *error = NULL;
    output->packets++;
    if (output->writer && !packet_writer_write(output->writer, packet, &error))
        note_failure(output, error);
    uint64_t bytes = output->writer ? packet_writer_bytes(output->writer) : 0;
    if (options->stop_packets && output->packets >= options->stop_packets)
        return false;
    if (options->stop_bytes && bytes >= options->stop_bytes)
        return false;
    if (options->rotate_bytes && bytes >= options->rotate_bytes)
        return rotate(output, packet->time_ns);
    return true;
}

bool output_write(Output *output, PacketBlock *block, unsigned from)
{
    read_key_files(output);
    for (unsigned i = from; i < block->count; i++) {
        if (!advance_clock(output, block->packets[i].time_ns)) {
            block->count = i;
            return false;
        }
        if (!write_packet(output, &block->packets[i])) {
            block->count = i + 1;
            return false;
        }
    }
    return true;
}

bool output_tick(Output *output, int64_t now_ns)
{
    GError *error = NULL;
    read_key_files(output);
    if (output->writer && !packet_writer_flush(output->writer, &error))
        note_failure(output, error);
    return advance_clock(output, now_ns);
}

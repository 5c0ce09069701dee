#include "export/msrp_file_writer.h"
#include "capture/capture.h"
#include "export/escape.h"
#include "export/msrp_hash.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define FILL_MAX      (UINT64_C(16) << 20) /* zeros for what is missing; more is not believed */
#define EXTENSION_MAX 10u

typedef struct {
    int fd;
    uint64_t next;   /* byte of the file that is written next */
    uint64_t filled; /* zeros so far */
    bool cut;        /* a hole was too large to be filled */
    int error;       /* errno; 0: none */
} Output;

static bool fail(const char *path, int code, GError **error)
{
    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE, "%s: %s", path, g_strerror(code));
    return false;
}

static int open_new(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
}

static bool write_all(Output *output, const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        ssize_t written = write(output->fd, bytes, len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            output->error = errno;
            return false;
        }
        bytes += written;
        len -= (size_t)written;
        output->next += (uint64_t)written;
    }
    return true;
}

static bool fill(Output *output, uint64_t count)
{
    static const uint8_t zeros[4096];

    if (count > FILL_MAX - output->filled) {
        output->cut = true;
        return false;
    }
    output->filled += count;
    while (count > 0) {
        size_t len = (size_t)MIN(count, sizeof zeros);
        if (!write_all(output, zeros, len))
            return false;
        count -= len;
    }
    return true;
}

static bool write_piece(uint64_t offset, Slice bytes, void *context)
{
    Output *output = context;

    if (offset > output->next && !fill(output, offset - output->next))
        return false;
    return write_all(output, bytes.data, bytes.len);
}

/* ".png" for image/png; ".bin" where the subtype is no usual ending. */
static char *extension_of(const char *type)
{
    const char *subtype = type ? strchr(type, '/') : NULL;
    bool usual = subtype && subtype[1] && strcmp(subtype + 1, "octet-stream") != 0;

    for (const char *at = subtype ? subtype + 1 : ""; *at && usual; at++)
        usual = g_ascii_isalnum(*at) && at - subtype <= (ptrdiff_t)EXTENSION_MAX;
    return g_strdup_printf(".%s", usual ? subtype + 1 : "bin");
}

static char *name_of(const MsrpFileJob *job, bool whole)
{
    g_autofree char *safe = job->file->name ? escape_file_name(job->file->name) : NULL;
    g_autofree char *extension = extension_of(job->file->type);

    return g_strconcat(job->stem, safe ? "-" : "", safe ? safe : extension,
                       whole ? "" : ".incomplete", NULL);
}

static void remark(const MsrpFileJob *job, const char *name, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
static void remark(const MsrpFileJob *job, const char *name, const char *format, ...)
{
    va_list arguments;

    if (!job->remark)
        return;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *line = g_strdup_printf("%s: %s", name, text);
    job->remark(line, job->context);
}

static void remark_faults(const MsrpFileJob *job, const char *name, const Output *output)
{
    const MsrpFile *file = job->file;

    if (file->state == MSRP_CONTENT_ABORTED)
        remark(job, name, "its sender gave it up");
    if (file->size == MSRP_UNKNOWN)
        remark(job, name, "its end was not captured");
    else if (file->received != file->size)
        remark(job, name, "%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " bytes were captured%s",
               file->received, file->size,
               output->cut      ? "; it ends where too many are missing"
               : output->filled ? "; zeros stand for those missing between"
                                : "");
    if (file->announced != MSRP_UNKNOWN && file->size != MSRP_UNKNOWN &&
        file->announced != file->size)
        remark(job, name, "SDP announced %" G_GUINT64_FORMAT " bytes, it has %" G_GUINT64_FORMAT,
               file->announced, file->size);
    if (msrp_hash_check(job->store, job->reading, file) == MSRP_HASH_DIFFERS) {
        g_autofree char *function = escape_file_name(file->hash_function);
        remark(job, name, "its %s is not the one that SDP announced", function);
    }
}

/* The bytes to @path; false with an error. What cannot be read again is as good as not captured. */
static bool write_content(const MsrpFileJob *job, const char *path, Output *output, bool *ret_read,
                          GError **error)
{
    output->fd = open_new(path);
    if (output->fd < 0)
        return fail(path, errno, error);
    *ret_read = msrp_read(job->store, job->reading, write_piece, output, NULL);
    if (close(output->fd) != 0 && !output->error)
        output->error = errno;
    return output->error ? fail(path, output->error, error) : true;
}

char *msrp_file_write(const MsrpFileJob *job, GError **error)
{
    g_autofree char *name = name_of(job, false), *whole_name = name_of(job, true);
    g_autofree char *path = g_build_filename(job->folder, name, NULL);
    g_autofree char *whole_path = g_build_filename(job->folder, whole_name, NULL);
    Output output = { 0 };
    bool read = false;

    if (!write_content(job, path, &output, &read, error))
        return NULL;
    bool whole = read && job->file->state == MSRP_CONTENT_COMPLETE && !output.filled && !output.cut;
    if (!read)
        remark(job, name, "a part of it can no longer be read from the capture");
    if (whole && rename(path, whole_path) != 0) {
        fail(whole_path, errno, error);
        return NULL;
    }
    remark_faults(job, whole ? whole_name : name, &output);
    return whole ? g_steal_pointer(&whole_name) : g_steal_pointer(&name);
}

bool msrp_write_bytes(const char *folder, const char *name, const char *bytes, size_t len,
                      GError **error)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    Output output = { .fd = open_new(path) };

    if (output.fd < 0)
        return fail(path, errno, error);
    write_all(&output, (const uint8_t *)bytes, len);
    if (close(output.fd) != 0 && !output.error)
        output.error = errno;
    return output.error ? fail(path, output.error, error) : true;
}

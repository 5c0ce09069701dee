/* capture/key_file.c - see key_file.h. */
#include "capture/key_file.h"
#include "capture/capture.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_BYTES     (64u << 10)
#define LINE_BYTES_MAX 4096u /* what is longer is no line of a key log */

struct KeyFile {
    int fd;
    uint64_t read;    /* bytes so far */
    GByteArray *rest; /* a line of which the end has not come */
};

KeyFile *key_file_open(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: %s", path, g_strerror(errno));
        return NULL;
    }
    KeyFile *file = g_new0(KeyFile, 1);
    file->fd = fd;
    file->rest = g_byte_array_new();
    return file;
}

static void forget_rest(KeyFile *file)
{
    if (file->rest->len > 0)
        explicit_bzero(file->rest->data, file->rest->len);
    g_byte_array_set_size(file->rest, 0);
}

void key_file_free(KeyFile *file)
{
    if (!file)
        return;
    close(file->fd);
    forget_rest(file);
    g_byte_array_unref(file->rest);
    g_free(file);
}

/* Moves whole lines to @out. */
static void cut_lines(KeyFile *file, GByteArray *out)
{
    GByteArray *rest = file->rest;
    guint whole = rest->len;

    while (whole > 0 && rest->data[whole - 1] != '\n')
        whole--;
    if (whole > 0) {
        g_byte_array_append(out, rest->data, whole);
        g_byte_array_remove_range(rest, 0, whole);
    }
    if (rest->len > LINE_BYTES_MAX)
        forget_rest(file);
}

void key_file_read(KeyFile *file, GByteArray *out)
{
    struct stat info;

    if (fstat(file->fd, &info) != 0 || !S_ISREG(info.st_mode) ||
        (uint64_t)info.st_size == file->read)
        return;
    if ((uint64_t)info.st_size < file->read) { /* begun anew */
        file->read = 0;
        forget_rest(file);
    }
    g_autofree uint8_t *buffer = g_malloc(READ_BYTES);
    ssize_t got;
    while ((got = pread(file->fd, buffer, READ_BYTES, (off_t)file->read)) > 0) {
        file->read += (uint64_t)got;
        g_byte_array_append(file->rest, buffer, (guint)got);
        cut_lines(file, out);
    }
    explicit_bzero(buffer, READ_BYTES);
}

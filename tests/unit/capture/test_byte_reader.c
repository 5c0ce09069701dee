#include "capture/byte_reader.h"
#include "capture_builder.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef RUNG_HAVE_ARCHIVE
#include <archive.h>
#include <archive_entry.h>
#endif

static GByteArray *pattern(size_t size)
{
    GByteArray *out = g_byte_array_new();
    for (size_t i = 0; i < size; i++)
        put_fill(out, (uint8_t)(i * 7 + i / 251), 1);
    return out;
}

static GByteArray *read_to_end(ByteReader *reader, ByteStatus *out_status)
{
    GByteArray *out = g_byte_array_new();
    uint8_t bytes[1000];
    size_t got = 0;
    ByteStatus status;
    while ((status = byte_reader_read(reader, bytes, sizeof bytes, &got)) == BYTES_OK)
        g_byte_array_append(out, bytes, (guint)got);
    *out_status = status;
    return out;
}

static void assert_reads(ByteReader *reader, const GByteArray *expected)
{
    ByteStatus status;
    g_autoptr(GByteArray) got = read_to_end(reader, &status);
    g_assert_cmpint(status, ==, BYTES_END);
    assert_same_bytes(got->data, got->len, expected->data, expected->len);
}

static void test_file(void)
{
    g_autoptr(GByteArray) bytes = pattern(5000);
    g_autofree char *path = write_temp(bytes);
    g_autoptr(GError) error = NULL;
    g_autoptr(ByteReader) reader = byte_reader_open(path, (ByteReaderOptions){ 0 }, &error);
    g_assert_no_error(error);
    g_assert_cmpint(byte_reader_in_place_fd(reader), >=, 0);
    assert_reads(reader, bytes);
    uint64_t done, total;
    byte_reader_progress(reader, &done, &total);
    g_assert_cmpuint(done, ==, 5000);
    g_assert_cmpuint(total, ==, 5000);
    g_unlink(path);
}

static void test_follow(void)
{
    g_autoptr(GByteArray) bytes = pattern(100);
    g_autofree char *path = write_temp(bytes);
    ByteReaderOptions options = { .follow = true };
    g_autoptr(ByteReader) reader = byte_reader_open(path, options, NULL);
    ByteStatus status;
    g_autoptr(GByteArray) first = read_to_end(reader, &status);
    g_assert_cmpint(status, ==, BYTES_NONE_YET);
    g_assert_cmpuint(first->len, ==, 100);
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    g_assert_cmpint(write(fd, "more", 4), ==, 4);
    g_autoptr(GByteArray) second = read_to_end(reader, &status);
    g_assert_cmpint(status, ==, BYTES_NONE_YET);
    assert_same_bytes(second->data, second->len, (const uint8_t *)"more", 4);
    g_assert_cmpint(ftruncate(fd, 10), ==, 0);
    close(fd);
    g_autoptr(GByteArray) third = read_to_end(reader, &status);
    g_assert_cmpuint(third->len, ==, 0);
    g_assert_cmpint(status, ==, BYTES_FAILED);
    g_assert_nonnull(byte_reader_failure(reader));
    g_unlink(path);
}

static void *write_fifo(void *path)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    g_autoptr(GByteArray) bytes = pattern(3000);
    g_assert_cmpint(write(fd, bytes->data, 3), ==, 3);
    g_usleep(20000);
    g_assert_cmpint(write(fd, bytes->data + 3, 2997), ==, 2997);
    close(fd);
    return NULL;
}

static void test_pipe(void)
{
    g_autofree char *directory = g_dir_make_tmp("rung-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(directory, "fifo", NULL);
    g_assert_cmpint(mkfifo(path, 0600), ==, 0);
    GThread *thread = g_thread_new("write", write_fifo, path);
    g_autoptr(ByteReader) reader = byte_reader_open(path, (ByteReaderOptions){ 0 }, NULL);
    g_assert_nonnull(reader);
    g_assert_cmpint(byte_reader_in_place_fd(reader), ==, -1);
    g_assert_true(byte_reader_is_stream(reader));
    g_autoptr(GByteArray) got = g_byte_array_new();
    ByteStatus status = BYTES_NONE_YET;
    while (status == BYTES_NONE_YET && byte_reader_wait(reader)) {
        g_autoptr(GByteArray) part = read_to_end(reader, &status);
        g_byte_array_append(got, part->data, part->len);
    }
    g_autoptr(GByteArray) expected = pattern(3000);
    g_assert_cmpint(status, ==, BYTES_END);
    assert_same_bytes(got->data, got->len, expected->data, expected->len);
    g_thread_join(thread);
    g_unlink(path);
    g_rmdir(directory);
}

static void test_failures(void)
{
    static const char *const paths[] = { "/nonexistent/file", "/" };
    for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(byte_reader_open(paths[i], (ByteReaderOptions){ 0 }, &error));
        g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN);
        g_assert_true(g_str_has_prefix(error->message, paths[i]));
    }
}

#ifdef RUNG_HAVE_ARCHIVE
static char *write_compressed(int filter, const GByteArray *bytes)
{
    g_autoptr(GByteArray) empty = g_byte_array_new();
    char *path = write_temp(empty);
    struct archive *out = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_write_set_format_raw(out);
    g_assert_cmpint(archive_write_add_filter(out, filter), >=, ARCHIVE_WARN);
    g_assert_cmpint(archive_write_open_filename(out, path), ==, ARCHIVE_OK);
    g_assert_cmpint(archive_write_header(out, entry), ==, ARCHIVE_OK);
    g_assert_cmpint(archive_write_data(out, bytes->data, bytes->len), ==, bytes->len);
    archive_entry_free(entry);
    g_assert_cmpint(archive_write_free(out), ==, ARCHIVE_OK);
    return path;
}

static void test_compressed(void)
{
    static const int filters[] = { ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_XZ,
                                   ARCHIVE_FILTER_ZSTD, ARCHIVE_FILTER_LZ4 };
    g_autoptr(GByteArray) bytes = pattern(700000);
    for (size_t i = 0; i < G_N_ELEMENTS(filters); i++) {
        g_autofree char *path = write_compressed(filters[i], bytes);
        g_autoptr(GError) error = NULL;
        g_autoptr(ByteReader) reader = byte_reader_open(path, (ByteReaderOptions){ 0 }, &error);
        g_assert_no_error(error);
        g_assert_cmpint(byte_reader_in_place_fd(reader), ==, -1);
        assert_reads(reader, bytes);
        g_unlink(path);
    }
}

static void test_compressed_cut(void)
{
    g_autoptr(GByteArray) bytes = pattern(700000);
    g_autofree char *path = write_compressed(ARCHIVE_FILTER_GZIP, bytes);
    g_assert_cmpint(truncate(path, 3000), ==, 0);
    g_autoptr(ByteReader) reader = byte_reader_open(path, (ByteReaderOptions){ 0 }, NULL);
    g_assert_nonnull(reader);
    ByteStatus status;
    g_autoptr(GByteArray) got = read_to_end(reader, &status);
    g_assert_cmpint(status, ==, BYTES_FAILED);
    g_assert_cmpuint(got->len, <, bytes->len);
    g_assert_nonnull(byte_reader_failure(reader));
    g_unlink(path);
}
#endif

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/byte-reader/file", test_file);
    g_test_add_func("/byte-reader/follow", test_follow);
    g_test_add_func("/byte-reader/pipe", test_pipe);
    g_test_add_func("/byte-reader/failures", test_failures);
#ifdef RUNG_HAVE_ARCHIVE
    g_test_add_func("/byte-reader/compressed", test_compressed);
    g_test_add_func("/byte-reader/compressed-cut", test_compressed_cut);
#endif
    return g_test_run();
}

/* capture/io.h - whole reads and writes on a descriptor, whatever interrupts them. On failure errno
 * says why. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False with errno 0 when the file ends before. */
bool io_read_at(int fd, uint8_t *out, size_t size, uint64_t offset);
bool io_write_at(int fd, const uint8_t *bytes, size_t size, uint64_t offset);
bool io_write(int fd, const uint8_t *bytes, size_t size);

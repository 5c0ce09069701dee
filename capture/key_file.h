/* capture/key_file.h - a TLS key log file that may grow, line by line, for those who carry it on as
 * it is. What the lines mean is nobody's business here. Used by one thread. */
#pragma once
#include <glib.h>
#include <stdbool.h>

typedef struct KeyFile KeyFile;

/* Keeps @path open, so that it is read even after the right to was given up. CAPTURE_ERROR_OPEN. */
KeyFile *key_file_open(const char *path, GError **error);
void key_file_free(KeyFile *file);

/* Appends the whole lines that were added since the last time. A file that became shorter is read
 * from its start. */
void key_file_read(KeyFile *file, GByteArray *out);

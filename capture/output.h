/* capture/output.h - the -w output of a capture: a file, or a ring of files (-b), and what ends the
 * capture (-a). Used by the capture thread only. */
#pragma once
#include "capture/capture.h"

typedef struct Output Output;

/* Opens the (first) file. Without a path only the conditions to stop count.
 * CAPTURE_ERROR_WRITE on failure. */
Output *output_new(const CaptureOutput *options, GError **error);
/* Flushes and closes. */
void output_free(Output *output);

/* Writes the packets of @block behind the first @from. False when the capture is to stop; what is
 * too much has then been taken out of @block. A write that fails ends the output, not the capture.
 */
bool output_write(Output *output, PacketBlock *block, unsigned from);
/* Says what time it is when no packet does, and writes out what is buffered. False as above. */
bool output_tick(Output *output, int64_t now_ns);
/* Writes a TLS key log, now and at the beginning of every further file. */
void output_secrets(Output *output, const uint8_t *text, size_t len);
/* Closes the file; output_failure() tells whether all is on disk. */
void output_close(Output *output);
/* NULL, or one line; borrowed. */
const char *output_failure(const Output *output);

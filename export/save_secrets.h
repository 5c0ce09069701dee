/* export/save_secrets.h - the TLS and DTLS secrets that saved calls need, for the file they are
 * saved to. Not for use outside export/. */
#pragma once
#include "dissect/call/model.h"

/* Lines of a key log for the TLS connections that bore messages of the calls, and for the DTLS
 * handshakes of their media; with @captured only those that were in the capture itself. The model's
 * lock is held; the caller frees. */
GString *save_secrets(const Model *model, const uint32_t *calls, unsigned count, bool captured);

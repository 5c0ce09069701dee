/* export/msrp_hash.h - is a file the one that SDP announced (RFC 5547: hash of its bytes)? */
#pragma once
#include "dissect/call/msrp_file.h"
#include "export/msrp_read.h"

typedef enum {
    MSRP_HASH_UNKNOWN, /* none is announced, its function is not known, or bytes are missing */
    MSRP_HASH_MATCHES,
    MSRP_HASH_DIFFERS,
} MsrpHashResult;

/* SHA-1, and whatever else GLib has by that name: sha-256, sha-384, sha-512, md5. */
MsrpHashResult msrp_hash_check(PacketStore *store, const MsrpReading *reading,
                               const MsrpFile *file);
/* "72:24:5f", as SDP has it; the caller frees. NULL when none is announced. */
char *msrp_hash_text(const MsrpFile *file);

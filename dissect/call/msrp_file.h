/* dissect/call/msrp_file.h - which messages of an MSRP session are files, and what is known of
 * them: from SDP (RFC 5547), Content-Disposition (RFC 2183) and the message itself. */
#pragma once
#include "dissect/call/model.h"

typedef struct {
    char *name;         /* as the sender calls it; wire text, no path; owned; NULL: unnamed */
    const char *type;   /* media type; borrows of the model; NULL: not told */
    uint64_t size;      /* bytes, without the headers of CPIM; MSRP_UNKNOWN */
    uint64_t received;  /* of them */
    uint64_t announced; /* size by SDP; MSRP_UNKNOWN */
    MsrpContentState state;
    char *transfer_id;   /* of SDP; owned; NULL */
    char *hash_function; /* of SDP: "sha-1"; owned; NULL: none is given */
    unsigned hash_len;   /* bytes */
    uint8_t hash[SDP_HASH_BYTES_MAX];
} MsrpFile;

/* False when the message is no file: chat, an indication of composing, or nothing. */
bool msrp_file_of(const Model *model, const MsrpSession *session, const MsrpEvent *event,
                  MsrpFile *out);
/* Messages of the session that are. */
unsigned msrp_session_files(const Model *model, const MsrpSession *session);
void msrp_file_clear(MsrpFile *file);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MsrpFile, msrp_file_clear)

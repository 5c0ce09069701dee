/* dissect/sip/sdp_messaging.h - what SDP says of MSRP (RFC 4975 section 8): path, what is accepted,
 * CEMA (RFC 6714), and the file that is offered or asked for (RFC 5547).
 * Pure functions; slices borrowed. */
#pragma once
#include "dissect/base/slice.h"

typedef struct {
    Slice path;                 /* a=path: one MSRP URI or several; the last one is the endpoint */
    Slice accept_types;         /* media types, or "*" */
    Slice accept_wrapped_types; /* inside of message/cpim */
    uint64_t max_size;          /* bytes of a message that are accepted; 0: not given */
    bool cema;     /* RFC 6714: the address of c= and m= counts, not that of the path */
    bool existing; /* a=connection:existing (RFC 6135, 4145) */
    Slice file_selector, file_transfer_id, file_disposition; /* RFC 5547 section 6; or empty */
} SdpMessaging;

#define SDP_HASH_BYTES_MAX 64u /* of SHA-512 */

/* The selectors of a=file-selector. */
typedef struct {
    Slice name; /* without its quotes, still escaped with % */
    Slice type; /* "image/jpeg", parameters behind it */
    bool has_size;
    uint64_t size;       /* bytes */
    Slice hash_function; /* "sha-1" */
    unsigned hash_len;   /* bytes of @hash; 0: none is given, or it is not readable */
    uint8_t hash[SDP_HASH_BYTES_MAX];
} SdpFile;

/* MSRP over TCP or TLS (RFC 4975 section 8.1), WebSocket (RFC 7977). */
bool sdp_protocol_is_msrp(Slice protocol);

/* Reads "name:"my cat.jpg" type:image/jpeg size:4092 hash:sha-1:72:24:..." (RFC 5547 section 6). An
 * unknown selector is passed over. False when something in it breaks the grammar: what could be
 * read is stored all the same. */
bool sdp_file_parse(Slice selector, SdpFile *out);

/* The name with its %XX undone (RFC 5547 section 6: double quote, CR and LF are escaped so), for
 * people: no file may be called so. The caller frees; NULL without a name. */
char *sdp_file_name(const SdpFile *file);

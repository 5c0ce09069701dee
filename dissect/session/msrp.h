/* dissect/session/msrp.h - requests and responses of MSRP (RFC 4975 sections 5 to 9; relays 4976,
 * nicknames 7701). Pure functions over borrowed bytes: no allocation, no state. Faults are noted as
 * anomalies and the message is used as far as it goes. */
#pragma once
#include "dissect/base/anomaly.h"
#include "dissect/base/slice.h"
#include "dissect/base/status.h"

enum {
    MSRP_TRANSACTION_MAX = 32, /* bytes of a transaction id (section 9) */
    MSRP_HEAD_MAX = 16 * 1024, /* of start line and headers; a longer one is given up */
    MSRP_END_LINE_MAX = 7 + MSRP_TRANSACTION_MAX + 1 + 2,
};

#define MSRP_UNKNOWN UINT64_MAX /* a * of Byte-Range */

typedef enum {
    MSRP_SEND,
    MSRP_REPORT,
    MSRP_AUTH,     /* RFC 4976 */
    MSRP_NICKNAME, /* RFC 7701 */
    MSRP_OTHER,
    MSRP_METHODS
} MsrpMethod;
const char *msrp_method_name(MsrpMethod method); /* "SEND"; NULL for MSRP_OTHER */

/* Failure-Report (section 7.1.1); what is no other value counts as yes. */
typedef enum { MSRP_FAILURE_YES, MSRP_FAILURE_NO, MSRP_FAILURE_PARTIAL } MsrpFailureReport;

/* How a chunk ended: the continuation flag of its end-line, or why there is none. */
typedef enum {
    MSRP_END_COMPLETE = '$',
    MSRP_END_CONTINUED = '+',
    MSRP_END_ABORTED = '#', /* the whole message is */
    MSRP_END_MISSING = 0,   /* cut: by a gap, the end of the stream or the next start line */
} MsrpEnd;

/* Byte-Range: bytes of the message, from 1. */
typedef struct {
    uint64_t first, last, total; /* last, total: MSRP_UNKNOWN for * */
} MsrpRange;

typedef struct {
    Slice bytes; /* start line and headers, with the empty line or the end-line behind them */
    Slice transaction_id;
    bool is_request;
    MsrpMethod method; /* requests */
    Slice method_name;
    uint16_t status;          /* responses; of REPORT: of its Status header, 0 without */
    Slice comment;            /* of the status */
    Slice to_path, from_path; /* URIs, white space between them */
    Slice message_id;
    bool has_range;
    MsrpRange range; /* 1-"*"/"*" when there is no Byte-Range (section 7.1.1) */
    bool success_report;
    MsrpFailureReport failure_report;
    Slice content_type; /* with its parameters */
    Slice content_disposition;
    Slice use_nickname; /* without its quotes */
    bool has_body;      /* an empty line stands behind the headers */
    MsrpEnd end;        /* without a body */
    AnomalySet anomalies;
} MsrpMessage;

/* Reads start line and headers at the front of @bytes; out->bytes tells how long they are.
 * DISSECT_TRUNCATED: more bytes are needed to know their end. DISSECT_NOT_MINE: no start line of
 * MSRP. DISSECT_MALFORMED: they do not end within MSRP_HEAD_MAX; @out has anomalies only. */
DissectStatus msrp_parse(Slice bytes, MsrpMessage *out);

/* Does a start line begin at the front? DISSECT_TRUNCATED: it may, with more bytes. */
DissectStatus msrp_begins(Slice bytes);

/* Bytes to skip until a start line, or until what may be one with more bytes behind it. */
size_t msrp_skip(Slice bytes);

/* Is there a place where one message ends and the next one begins: an end-line, and behind it a
 * start line or nothing? For telling protocols apart when a capture begins anywhere. */
bool msrp_has_boundary(Slice bytes);

typedef struct {
    size_t data_len; /* bytes of data before the end */
    size_t length;   /* with the end-line, and the CRLF before it */
    MsrpEnd end;
    bool wrong_token; /* the end-line names another transaction */
} MsrpTail;

/* Searches data for its end. @before_any: no byte of the data was passed over yet, so that the
 * end-line may stand without a CRLF before it. With @guess an end-line of another transaction with
 * a start line behind it, or a start line alone, ends the data too.
 * DISSECT_OK: @out is filled. DISSECT_TRUNCATED: all but the last bytes are data for certain;
 * out->data_len says how many are. */
DissectStatus msrp_find_end(Slice data, Slice transaction_id, bool before_any, bool guess,
                            MsrpTail *out);

/* msrps://user@host:port/session-id;tcp (section 6). */
typedef struct {
    Slice text;
    bool secure;
    Slice host;    /* IPv6 without its brackets */
    uint16_t port; /* 0: not given */
    Slice session_id;
    Slice transport; /* "tcp", "ws" */
} MsrpUri;

bool msrp_uri_parse(Slice text, MsrpUri *out);
/* Section 6.1: host and transport without regard to case, no user, no parameters. */
bool msrp_uri_equal(const MsrpUri *a, const MsrpUri *b);
uint64_t msrp_uri_hash(const MsrpUri *uri);
/* The last URI of a path: the endpoint, behind its relays. Empty when there is none. */
Slice msrp_path_last(Slice path);
unsigned msrp_path_length(Slice path);

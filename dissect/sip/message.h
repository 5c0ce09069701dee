/* dissect/sip/message.h - SIP messages (RFC 3261 sections 7, 20, 25; compact forms; folding).
 * Pure functions over borrowed bytes: no allocation, no state. Faults are noted as anomalies and
 * the message is used as far as it goes. */
#pragma once
#include "dissect/base/anomaly.h"
#include "dissect/sip/method.h"
#include "dissect/sip/uri.h"

/* Headers rung looks at; any other is SIP_HEADER_UNKNOWN and found by name. */
typedef enum {
#define SIP_HEADER(id, name, compact, is_list) SIP_HEADER_##id,
#include "dissect/sip/header.def"
#undef SIP_HEADER
    SIP_HEADER_COUNT
} SipHeaderId;

/* "Call-ID". */
const char *sip_header_name(SipHeaderId id);
/* May its values be joined with commas (RFC 3261 section 7.3.1)? */
bool sip_header_is_list(SipHeaderId id);

typedef struct {
    SipHeaderId id;
    Slice name;  /* as written */
    Slice value; /* trimmed; a folded one still holds its CRLF and white space */
} SipHeader;

/* Headers beyond this are not indexed (sip.too-many-headers). */
#define SIP_HEADERS_MAX 160

typedef struct {
    Slice protocol; /* "UDP" of SIP/2.0/UDP */
    Slice host;     /* sent-by; IPv6 without its brackets */
    uint16_t port;  /* 0: not given */
    Slice branch;
    Slice received;
    uint16_t rport; /* 0: absent or without a value */
    bool has_rport;
    Slice parameters;
} SipVia;

/* Hashes of what messages are told apart by; 0 where it is missing. They belong to the message, so
 * that whoever parses it, maybe ahead of the others, has made them. */
typedef struct {
    uint64_t call_id;          /* slice_hash() of it */
    uint64_t from_tag, to_tag; /* likewise */
    uint64_t via;              /* of the topmost Via's sent-by and branch */
    uint64_t body;             /* as slice_hash() of it */
} SipKeys;

/* What every message is asked for stands first: another thread may have parsed it. */
typedef struct {
    Slice bytes; /* start line to the end of the body */
    SipKeys keys;
    const struct Sdp *sdp; /* the body, when it is all SDP and was parsed ahead; else NULL */
    SipMethod method;      /* of a response: that of its CSeq */
    uint32_t cseq;
    uint16_t status; /* responses; 0 in requests */
    bool is_request;
    uint8_t via_count;
    int16_t max_forwards; /* -1: absent or not a number */
    AnomalySet anomalies;
    uint8_t first[SIP_HEADER_COUNT]; /* 1 + index of the first header of an id; 0: absent */
    Slice call_id;
    Slice from_tag, to_tag;
    Slice content_type; /* type/subtype with its parameters */
    Slice body;   /* by Content-Length in a stream; what is there, at most that, in a datagram */
    Slice reason; /* responses */
    Slice method_name;
    Slice request_uri; /* requests */
    SipVia via;        /* the topmost */
    SipNameAddr from, to;

    unsigned header_count;
    SipHeader headers[SIP_HEADERS_MAX]; /* last: only those that are there are written */
} SipMessage;

/* Does it begin like a SIP message? Cheap: for telling protocols apart. Leading CRLFs are skipped.
 */
bool sip_looks_like(Slice bytes);

/* A datagram holds one message. DISSECT_NOT_MINE: no SIP start line. DISSECT_TRUNCATED: the headers
 * do not end within @bytes; what is there is in @out all the same. DISSECT_MALFORMED: a start line
 * of SIP that cannot be used (@out has bytes and anomalies only). */
DissectStatus sip_parse(Slice bytes, SipMessage *out);

/* Streams (RFC 3261 section 18.3). @skipped counts leading bytes that are no message (keep-alive
 * CRLFs, or garbage to resynchronise over); @length the message that follows them.
 * DISSECT_OK: a whole message is there. DISSECT_TRUNCATED: more bytes are needed; @length is what
 * the message will have in all, 0 while its headers are not all there. DISSECT_NOT_MINE: nothing
 * here begins a message; skip @skipped and go on. */
DissectStatus sip_frame(Slice bytes, size_t *skipped, size_t *length);

/* Has it any of the headers that say what it belongs to (Via, From, To, Call-ID, CSeq)? Another
 * protocol may begin like SIP. */
bool sip_names_anything(const SipMessage *message);

/* First header with @id, or NULL; the next one after @header, or NULL. */
const SipHeader *sip_header(const SipMessage *message, SipHeaderId id);
const SipHeader *sip_header_next(const SipMessage *message, const SipHeader *header);
/* Value of the first one; empty when absent. */
Slice sip_header_value(const SipMessage *message, SipHeaderId id);
/* By name, long or compact, case-insensitive, for headers rung has no id for. */
const SipHeader *sip_header_named(const SipMessage *message, Slice name);

/* Cuts the next element off a comma list: quoted strings, angle brackets and comments are
 * respected. False at the end. */
bool sip_list_next(Slice *list, Slice *element);

/* The value on one line: folds become one space (RFC 3261 section 7.3.1). Caller frees. */
char *sip_header_unfold(Slice value);

DissectStatus sip_via_parse(Slice value, SipVia *out);

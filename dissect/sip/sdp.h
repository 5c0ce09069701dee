/* dissect/sip/sdp.h - session descriptions (RFC 4566/8866) with the attributes of telephony:
 * rtpmap, fmtp, ptime, rtcp (3605), rtcp-mux (5761), ICE (8839), BUNDLE (9143), ssrc (5576),
 * crypto (4568), fingerprint and setup (8122, 5763), T.38, MSRP (4975, 5547: sdp_messaging.h).
 * Pure functions; slices borrowed. What exceeds the numbers below is counted as an anomaly. */
#pragma once
#include "dissect/base/address.h"
#include "dissect/base/anomaly.h"
#include "dissect/base/status.h"
#include "dissect/sip/sdp_messaging.h"

enum {
    SDP_MEDIA_MAX = 24,
    SDP_FORMATS_MAX = 40,
    SDP_CANDIDATES_MAX = 24,
    SDP_CRYPTO_MAX = 8,
    SDP_SSRC_MAX = 8,
    SDP_EXTENSION_IDS = 16, /* of header extensions: 1 to 15 */
};

typedef enum { SDP_SENDRECV, SDP_SENDONLY, SDP_RECVONLY, SDP_INACTIVE } SdpDirection;
const char *sdp_direction_name(SdpDirection direction);

typedef struct {
    Slice text;           /* as in m=: a payload type, or "t38", "*" */
    int16_t payload_type; /* 0..127, or -1 */
    Slice encoding;       /* from rtpmap, else empty: the static table is media/payload.h's */
    uint32_t clock_hz;    /* from rtpmap, else 0 */
    uint8_t channels;     /* from rtpmap, else 1 */
    Slice fmtp;
} SdpFormat;

typedef struct {
    bool present; /* a c= line with an address (not a name) is in force */
    Slice text;   /* as written: a name stays a name */
    IpAddress ip;
} SdpConnection;

typedef struct {
    uint8_t component; /* 1 RTP, 2 RTCP */
    Slice foundation;
    Slice transport; /* "UDP" */
    Slice type;      /* host srflx prflx relay */
    uint32_t priority;
    Endpoint endpoint; /* port 0 when the address is a name (mDNS) */
} SdpCandidate;

typedef struct {
    uint32_t tag;
    Slice suite;
    Slice key_params; /* "inline:..." and what follows the suite, up to the session parameters */
    Slice session_params;
} SdpCrypto;

typedef struct {
    Slice media;   /* "audio" */
    uint16_t port; /* 0: rejected, unless bundle_only */
    uint16_t port_count;
    Slice protocol; /* "RTP/AVP" */
    unsigned format_count;
    SdpFormat *formats;
    SdpConnection connection; /* media level, else the session's */
    SdpDirection direction;   /* media level, else the session's, else sendrecv */
    Slice mid, label;
    uint16_t ptime_ms, maxptime_ms; /* 0: not given */
    bool rtcp_mux, bundle_only;
    uint16_t rtcp_port; /* a=rtcp, else 0: port + 1 applies */
    SdpConnection rtcp_connection;
    int32_t bandwidth_as_kbps, bandwidth_rs, bandwidth_rr; /* -1: not given */
    Slice ice_ufrag, ice_pwd;                              /* media level, else the session's */
    unsigned candidate_count;
    SdpCandidate *candidates;
    unsigned ssrc_count;
    uint32_t *ssrcs;
    Slice *extensions; /* a=extmap (RFC 8285): the URI of each id; NULL: there is none */
    uint16_t encrypted_extensions; /* bit n: that of id n is sent encrypted (RFC 6904) */
    unsigned crypto_count;
    SdpCrypto *crypto;
    Slice fingerprint, setup; /* media level, else the session's */
    bool has_t38;
    Slice t38_udp_ec, t38_rate_management;
    uint32_t t38_version, t38_max_bit_rate, t38_max_datagram;
    bool has_messaging;     /* one of the attributes of MSRP is there */
    SdpMessaging messaging; /* undefined without */
} SdpMedia;

typedef struct Sdp {
    Slice origin_user, origin_session_id, origin_version, origin_address;
    Slice session_name;
    SdpConnection connection;
    Slice bundle; /* the mids of a=group:BUNDLE */
    bool ice_lite;
    unsigned media_count;
    SdpMedia *media;
    AnomalySet anomalies;
} Sdp;

/* One SDP with the arrays that it points to, as many as there may be: large, so one is kept and
 * reused. */
typedef struct {
    Sdp sdp;
    SdpMedia media[SDP_MEDIA_MAX];
    SdpFormat formats[SDP_MEDIA_MAX][SDP_FORMATS_MAX];
    SdpCandidate candidates[SDP_MEDIA_MAX][SDP_CANDIDATES_MAX];
    SdpCrypto crypto[SDP_MEDIA_MAX][SDP_CRYPTO_MAX];
    uint32_t ssrcs[SDP_MEDIA_MAX][SDP_SSRC_MAX];
    Slice extensions[SDP_MEDIA_MAX][SDP_EXTENSION_IDS];
} SdpBuffer;

/* The result is buffer->sdp. DISSECT_NOT_MINE: does not begin with v=. DISSECT_MALFORMED: nothing
 * usable. */
DissectStatus sdp_parse(Slice body, SdpBuffer *buffer);

/* A copy with all it points to in the @size bytes at @room, which must be aligned to eight; its
 * slices stay borrowed. NULL when it needs more; *@used tells how many it took. */
const Sdp *sdp_copy(const Sdp *sdp, void *room, size_t size, size_t *used);

/* RTP/AVP, RTP/SAVPF, UDP/TLS/RTP/SAVP and so on. */
bool sdp_protocol_is_rtp(Slice protocol);
/* RTP/SAVP..., UDP/TLS/RTP/SAVP... */
bool sdp_protocol_is_secure(Slice protocol);
/* Where RTP and RTCP for this line are expected; false when it names no usable address. */
bool sdp_media_rtp_endpoint(const SdpMedia *media, Endpoint *out);
bool sdp_media_rtcp_endpoint(const SdpMedia *media, Endpoint *out);

/* dissect/media/srtp_context.h - one SRTP source under the keys it may use (RFC 3711): its packets
 * authenticated and decrypted by libsrtp2, and what that has not by media/srtp_transform.h.
 *
 * Which key and which roll-over counter are the right ones is found out by the authentication
 * alone, so that several keys (forks, offers, keys of before a re-INVITE) can be tried, and a
 * capture may begin in the middle of a call. Without success nothing is given out. */
#pragma once
#include "dissect/media/rtp.h"
#include "dissect/media/srtp_suite.h"

#define SRTP_MKI_BYTES_MAX  16
#define SRTP_KEYS_MAX       16    /* tried for one source; the newest stay */
#define SRTP_PACKET_BYTES   65536 /* room for any datagram */
#define SRTP_ROC_SEARCH_MAX 1024u /* wraps of a source before the capture: 15 days at 50/s */

typedef enum { SRTP_KEY_FROM_SDES, SRTP_KEY_FROM_DTLS } SrtpKeyOrigin;

typedef struct {
    const SrtpSuite *suite; /* one that is supported */
    SrtpKeyOrigin origin;
    uint8_t master[SRTP_MASTER_BYTES_MAX]; /* master key, then master salt */
    uint8_t mki[SRTP_MKI_BYTES_MAX];
    uint8_t mki_bytes;          /* 0: packets carry no master key identifier */
    bool clear_rtp, clear_rtcp; /* UNENCRYPTED_SRTP, UNENCRYPTED_SRTCP */
    bool unauthenticated;       /* UNAUTHENTICATED_SRTP: the packets carry no tag */
    uint8_t derivation_bits;    /* KDR: session keys change every 2^n packets; 0: they stay */
    bool padded; /* of 192 bits, its session keys as libsrtp2 derives them, and all who use it; else
                    as RFC 6188 does */
} SrtpKey;

bool srtp_key_equal(const SrtpKey *a, const SrtpKey *b);
/* Are there two ways in use to derive its session keys? */
static inline bool srtp_key_is_ambiguous(const SrtpKey *key)
{
    return key->suite->cipher == SRTP_CIPHER_AES_CM && key->suite->key_bytes == 24;
}

typedef enum {
    SRTP_OPEN,     /* it is what was sent */
    SRTP_REPLAYED, /* a copy of one that was opened, or far older than what was */
    SRTP_FAILED,   /* no key authenticates it */
    SRTP_CUT,      /* the snap length took its tag, or it is none */
} SrtpVerdict;

typedef struct {
    uint64_t open, replayed, failed, cut; /* RTP packets by verdict */
    uint64_t rtcp_open, rtcp_failed;
    uint64_t key_changes; /* another key fitted from there on */
} SrtpCounts;

/* Bounds what all contexts of one owner keep open; a context beyond it opens again by itself. */
typedef struct SrtpPool SrtpPool;
SrtpPool *srtp_pool_new(void);
void srtp_pool_free(SrtpPool *pool); /* after its contexts */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SrtpPool, srtp_pool_free)

typedef struct SrtpContext SrtpContext;

/* Was rung built with libsrtp2? Without it every packet is SRTP_FAILED. */
bool srtp_is_available(void);

SrtpContext *srtp_context_new(SrtpPool *pool, uint32_t ssrc);
void srtp_context_free(SrtpContext *context);
/* Adds keys that may be in use, the likeliest first; known ones are passed over. Those of 192 bits
 * count as two, one for each way of derivation. */
void srtp_context_add_keys(SrtpContext *context, const SrtpKey *keys, unsigned count);
unsigned srtp_context_keys(const SrtpContext *context, const SrtpKey **out);

/* Opens the RTP packet @bytes, whole when @whole. SRTP_OPEN fills @out, with header and payload;
 * borrowed from the pool until its next use. */
SrtpVerdict srtp_context_rtp(SrtpContext *context, Slice bytes, bool whole, Slice *out);
/* The same for a compound RTCP packet of this source. */
SrtpVerdict srtp_context_rtcp(SrtpContext *context, Slice bytes, bool whole, Slice *out);
/* As srtp_context_rtp(), but a copy is opened again: dear, and not counted. */
SrtpVerdict srtp_context_rtp_again(SrtpContext *context, Slice bytes, Slice *out);

/* Opens the encrypted elements of @packet's header extension (RFC 6904), whose ids are in @ids (bit
 * n: id n); borrowed from @context until its next use. For packets that srtp_context_rtp() has
 * opened or that may be believed; of others nothing is changed. */
void srtp_context_open_extension(SrtpContext *context, uint16_t ids, RtpPacket *packet);

/* So many packets in a row could be opened that the next one may be believed unopened: all but its
 * last @ret_trailer bytes is what was sent, encrypted. */
bool srtp_context_is_steady(const SrtpContext *context, size_t *ret_trailer);

const SrtpCounts *srtp_context_counts(const SrtpContext *context);
/* The key that fits; NULL while none did. */
const SrtpKey *srtp_context_key(const SrtpContext *context);
/* Of the last packet; meaningful once a key fits. */
uint32_t srtp_context_roc(const SrtpContext *context);

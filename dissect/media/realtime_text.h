/* dissect/media/realtime_text.h - what was typed: T.140 text in RTP (RFC 4103), put together from
 * its packets and their redundant generations.
 *
 * A lost block that no generation holds becomes U+FFFD, as 5.4 says. Backspace takes the last
 * character away. Bounded: what is beyond the cap is counted. */
#pragma once
#include "dissect/media/red.h"

#define REALTIME_TEXT_MAX 65536 /* bytes of a stream */

typedef struct {
    GString *text;      /* owned; bytes of the wire: UTF-8 by the standard; NULL: none yet */
    uint64_t blocks;    /* with text in them */
    uint64_t lost;      /* blocks that nothing gave back */
    uint64_t recovered; /* blocks that a redundant generation gave back */
    uint64_t dropped;   /* bytes beyond the cap */
    int64_t next_seq;   /* private: extended; 0: nothing yet */
} RealtimeText;

/* A packet with a single block. @extended_seq tells its place: 1 for each packet. */
void realtime_text_add(RealtimeText *text, int64_t extended_seq, Slice block);
/* A packet of encoding "red". */
void realtime_text_add_red(RealtimeText *text, int64_t extended_seq, const RedPacket *red);
void realtime_text_clear(RealtimeText *text);

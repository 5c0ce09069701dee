/* export/msrp_read.h - MSRP messages read back from where they were captured: their headers, their
 * text, their bytes in order. What is needed is taken under the model's lock; reading holds none.
 */
#pragma once
#include "capture/packet_store.h"
#include "dissect/call/msrp.h"

typedef struct {
    PacketRef head;
    GArray *pieces; /* MsrpPiece, ascending; owned */
    uint64_t from;  /* where the content begins: behind the headers of CPIM, or 0 */
} MsrpReading;

/* @whole: with the headers of CPIM. */
void msrp_reading_init(MsrpReading *reading, const MsrpEvent *event, bool whole);
void msrp_reading_clear(MsrpReading *reading);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MsrpReading, msrp_reading_clear)

/* Takes bytes of the content, @offset counted from its beginning; false ends the reading. */
typedef bool (*MsrpVisit)(uint64_t offset, Slice bytes, void *context);

/* All bytes that were captured, in order, each once. False when some of them are gone from the
 * store, or cannot be read: @error tells. */
bool msrp_read(PacketStore *store, const MsrpReading *reading, MsrpVisit visit, void *context,
               GError **error);
/* The first bytes, at most @max, up to the first that is missing. The caller unrefs. */
GByteArray *msrp_read_beginning(PacketStore *store, const MsrpReading *reading, size_t max);
/* Start line and headers, NUL-terminated; NULL with an error when they are gone. */
char *msrp_read_head(PacketStore *store, const MsrpReading *reading, size_t *out_length,
                     GError **error);

/* dissect/media/payload.h - payload types, their encodings and clocks (RFC 3551 tables 4 and 5, and
 * the IANA registrations for dynamic ones).
 *
 * A PayloadMap is what one side of one media line says of all its payload types. It is immutable,
 * shared by content, and counted, so that a thousand calls with the same codecs cost one. */
#pragma once
#include "dissect/base/slice.h"
#include "dissect/media/rtp_extension.h"

typedef enum {
    PAYLOAD_AUDIO,
    PAYLOAD_VIDEO,
    PAYLOAD_TEXT,
    PAYLOAD_COMFORT_NOISE, /* CN: RFC 3389 */
    PAYLOAD_EVENT,         /* telephone-event: RFC 4733 */
    PAYLOAD_OTHER,         /* RED, FEC, unknown */
} PayloadKind;

typedef struct {
    uint8_t payload_type;
    uint8_t channels;
    PayloadKind kind;
    uint32_t clock_hz;    /* 0: not known */
    const char *encoding; /* rtpmap spelling: "PCMA", "opus", "telephone-event"; static lifetime or
                             the map's; NULL: not known */
    const char *fmtp;     /* NULL: none */
} PayloadFormat;

/* RFC 3551's static assignment, or NULL for dynamic and reserved types. */
const PayloadFormat *payload_static(uint8_t payload_type);
/* The kind of an encoding name, case-insensitive. */
PayloadKind payload_kind_of(Slice encoding);
/* RTP clock that an encoding fixes whatever the rtpmap says (G722 8000, opus 48000); 0: none. */
uint32_t payload_fixed_clock(Slice encoding);

/* Does a marker begin a talkspurt (RFC 3551 4.1)? Else it ends a frame or an access unit. */
bool payload_marks_talkspurts(const PayloadFormat *format);

typedef struct PayloadMap PayloadMap;
typedef struct PayloadMapTable PayloadMapTable; /* the sharing */

typedef struct {
    uint8_t payload_type, channels;
    uint32_t clock_hz;
    Slice encoding, fmtp;
} PayloadEntry;

PayloadMapTable *payload_map_table_new(void);
void payload_map_table_free(PayloadMapTable *table); /* every map must have been released */
/* A reference the caller releases. Later entries of one payload type are ignored. */
PayloadMap *payload_map_get(PayloadMapTable *table, const PayloadEntry *entries, unsigned count);
/* The same with the meaning of header extensions: the HeaderExtension of each id, with
 * HEADER_EXTENSION_ENCRYPTED where it is, or NULL. */
PayloadMap *payload_map_get_extended(PayloadMapTable *table, const PayloadEntry *entries,
                                     unsigned count, const uint8_t *extensions);
/* HEADER_EXTENSION_IDS of them; NULL when none is named. */
const uint8_t *payload_map_extensions(const PayloadMap *map);
/* Those that are encrypted: bit n is id n. */
uint16_t payload_map_encrypted_extensions(const PayloadMap *map);
/* What the table's owner calls it: a text that outlives it, NULL at first. */
const char *payload_map_label(const PayloadMap *map);
void payload_map_set_label(PayloadMap *map, const char *label);
PayloadMap *payload_map_ref(PayloadMap *map);
void payload_map_unref(PayloadMapTable *table, PayloadMap *map);

/* What @payload_type means: by the map, else the static table, else NULL. @map may be NULL. */
const PayloadFormat *payload_lookup(const PayloadMap *map, uint8_t payload_type);
unsigned payload_map_count(const PayloadMap *map);
const PayloadFormat *payload_map_at(const PayloadMap *map, unsigned index);

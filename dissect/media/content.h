/* dissect/media/content.h - what a stream carries that is no plain audio: digits, text, redundancy,
 * pictures. One row of a table for each; plain audio has no row and costs nothing.
 * Of a secure stream only what its headers tell is read. */
#pragma once
#include "dissect/media/audio_levels.h"
#include "dissect/media/contributors.h"
#include "dissect/media/payload.h"
#include "dissect/media/realtime_text.h"
#include "dissect/media/redundancy.h"
#include "dissect/media/stream_changes.h"
#include "dissect/media/telephone_event.h"
#include "dissect/media/video/meter.h"

/* NULL: nothing of the kind came. Each is owned. */
typedef struct StreamContent {
    TelephoneEventLog *events;
    RealtimeText *text;
    Redundancy *redundancy;
    VideoMeter *video;
    AudioLevels *levels;
    StreamChanges *changes;
    Contributors *contributors;
} StreamContent;

/* A packet that is no copy. */
typedef struct {
    const PayloadFormat *format; /* of its payload type; NULL: not known */
    const PayloadMap *payloads;  /* to look the types of inner blocks up; may be NULL */
    const Sequence *sequence;    /* with this packet in it */
    int64_t time_ns, extended_seq;
    uint32_t ts_ticks;
    Slice payload;
    uint32_t payload_bytes; /* on the wire: more than payload.len when the snap length cut it */
    uint8_t payload_type;
    bool marker;
    bool encrypted; /* only the header can be read */
} ContentPacket;

/* The reader of a payload type, to be kept with it; 0: none, plain audio or unknown. @format may be
 * NULL. */
uint8_t content_reader(const PayloadFormat *format);
/* That of events, for a type that nothing names. */
uint8_t content_event_reader(void);

/* What the reader found in the packet. */
typedef struct {
    const PayloadFormat *inner; /* RED: of the primary block; else NULL */
    uint32_t inner_bytes;       /* of that block, on the wire */
    bool repair;                /* FEC: not media of its own */
} ContentFinding;

/* @content is made when there is none yet. */
ContentFinding content_read(StreamContent **content, uint8_t reader, const ContentPacket *packet);
/* The header extensions of a packet, secure or not; nothing happens when @payloads names none.
 * Returns what audio_levels_add() does. */
int content_read_extensions(StreamContent **content, const PayloadMap *payloads,
                            const RtpPacket *packet);
/* The contributing sources of a packet, at least one. */
void content_note_contributors(StreamContent **content, Slice csrcs);
void content_note_change(StreamContent **content, const StreamChange *change);
void content_free(StreamContent *content);

/* export/framed_media.h - media framed in TCP streams, read again from the store: what the engine
 * gave to its trackers, by the same layers. Not for use outside export/. */
#pragma once
#include "dissect/call/model.h"

typedef struct FramedMedia FramedMedia;

/* Takes one packet of RTP or what shares its port, out of TURN where it was in it, with the
 * addresses of its stream and the time at which TCP could hand it over. Borrowed. */
typedef void FramedMediaTake(const NetPacket *net, int64_t time_ns, void *context);

/* @rules (or NULL) are borrowed. @secrets: lines of a key log for connections in TLS, or NULL. */
FramedMedia *framed_media_new(const DecodeRules *rules, const char *secrets, FramedMediaTake *take,
                              void *context);
void framed_media_free(FramedMedia *media);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FramedMedia, framed_media_free)
/* A segment of TCP, in the order of the capture. */
void framed_media_segment(FramedMedia *media, int64_t time_ns, NetPacket *segment);
/* The input is over: what waits behind holes is given. */
void framed_media_finish(FramedMedia *media);

/* Appends what opens the TLS that brought @stream; nothing for others. Under the model's lock. */
void framed_media_secrets(const Model *model, const Stream *stream, GString *out);

/* export/media_reader.h - packets read again from the store as the trackers saw them: what the user
 * said of their ports (-d), fragments put together, media between a client and its TURN relay taken
 * out, framed in TCP streams too. One place, so that what is saved, heard and listed is what was
 * counted. Not for use outside export/. */
#pragma once
#include "export/framed_media.h"

typedef struct MediaReader MediaReader;

/* @rules (or NULL) are borrowed. Packets come in the order of the capture. */
MediaReader *media_reader_new(const DecodeRules *rules);
void media_reader_free(MediaReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MediaReader, media_reader_free)

/* From now on media_reader_datagram() gives what is framed in TCP streams to @take. The rest is as
 * for framed_media_new(). */
void media_reader_follow_tcp(MediaReader *reader, const char *secrets, FramedMediaTake *take,
                             void *context);
/* The input is over. */
void media_reader_finish(MediaReader *reader);

/* The UDP datagram that @packet holds, or completes, borrowed until the next one. False when there
 * is none, or the user said that it is not to be looked into. */
bool media_reader_datagram(MediaReader *reader, const Packet *packet, NetPacket *out);

/* Makes the payload what TURN carries in it; whatever is not TURN stays as it is. */
void media_reader_unwrap(NetPacket *net);

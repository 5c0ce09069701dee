/* export/save_match.h - does a packet belong to the calls that are saved? Built from the model
 * under its lock, then used without it. Not for use outside export/.
 *
 * A message in one packet is known by where its bytes stand; one in a stream by its connection and
 * time; one in IP fragments by the identification of the fragment that completed it; RTP by
 * addresses, SSRC and time; RTCP by the ports beside it; ICMP by the header it quotes; MSRP, and
 * media framed in TCP, by its connection and time; what a capture agent saw (HEP) likewise;
 * handshakes of DTLS by the addresses of the media they are for. */
#pragma once
#include "dissect/call/model.h"

typedef struct SaveMatch SaveMatch;

/* @rules (or NULL), what the user said of ports, are borrowed. @handshakes: with DTLS, which media
 * that is written in the clear is better off without. */
SaveMatch *save_match_new(const DecodeRules *rules, bool handshakes);
void save_match_free(SaveMatch *match);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SaveMatch, save_match_free)

/* The model's lock is held. */
void save_match_add_call(SaveMatch *match, const Model *model, const Call *call, bool with_media);
/* When all calls were added. */
void save_match_finish(SaveMatch *match);

/* Some messages came in fragments: all packets must be seen once by save_match_learn() first. */
bool save_match_must_learn(const SaveMatch *match);
void save_match_learn(SaveMatch *match, const Packet *packet);
bool save_match_packet(SaveMatch *match, const Packet *packet);

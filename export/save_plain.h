/* export/save_plain.h - saved calls whose SRTP and SRTCP is written as the RTP and RTCP it was, so
 * that any program can play it. Not for use outside export/.
 *
 * Lengths and checksums around it are made to fit, those of tunnels and TURN too. What does not
 * authenticate, came in fragments, or in a tunnel that has a check of its own (AH, ESP, MACsec) is
 * left as it was captured. Nothing in SDP is changed. */
#pragma once
#include "dissect/call/model.h"

typedef struct SavePlain SavePlain;

/* @rules (or NULL), what the user said of ports, are borrowed. */
SavePlain *save_plain_new(const DecodeRules *rules);
void save_plain_free(SavePlain *plain);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SavePlain, save_plain_free)

/* Takes the keys of the call's streams. The model's lock is held. */
void save_plain_add_call(SavePlain *plain, const Model *model, const Call *call);
/* @packet in the clear, borrowed until the next use; @packet itself when there is nothing to be
 * opened. All packets of a stream must come, in order. */
const Packet *save_plain_packet(SavePlain *plain, const Packet *packet);
/* Packets whose key is known and that had to stay as they were. */
uint64_t save_plain_kept(const SavePlain *plain);

/* export/save_plain.h - saved calls whose SRTP and SRTCP is written as the RTP and RTCP it was, so
 * that any program can play it. Not for use outside export/.
 *
 * Lengths and checksums of UDP and IP are made to fit. What does not authenticate, and what came
 * through a tunnel, is left as it was captured. Nothing in SDP is changed. */
#pragma once
#include "dissect/call/model.h"

typedef struct SavePlain SavePlain;

SavePlain *save_plain_new(void);
void save_plain_free(SavePlain *plain);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SavePlain, save_plain_free)

/* Takes the keys of the call's streams. The model's lock is held. */
void save_plain_add_call(SavePlain *plain, const Model *model, const Call *call);
/* @packet in the clear, borrowed until the next use; @packet itself when there is nothing to be
 * opened. All packets of a stream must come, in order. */
const Packet *save_plain_packet(SavePlain *plain, const Packet *packet);

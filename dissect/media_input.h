/* dissect/media_input.h - RTP, RTCP, DTLS and TURN that came framed in TCP streams, to where they
 * would have gone by UDP: the streams of the model and the keys of their paths. Writes the Model;
 * the caller holds its lock. */
#pragma once
#include "dissect/call/model.h"
#include "dissect/media_secrets.h"
#include "dissect/session/datagram_reader.h"

typedef struct {
    Model *model;     /* borrowed, as the others */
    FlowTable *flows; /* where streams are known by */
    MediaSecrets *secrets;
    const NetPacket *const *net; /* the segment that is being delivered; NULL: none */
    DatagramReader reader;       /* for the StreamRow */
} MediaInput;

/* Fills in @input->reader. @input stays where it is. */
void media_input_init(MediaInput *input);

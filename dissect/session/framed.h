/* dissect/session/framed.h - what the protocols of packets framed in a stream share
 * (session/framing.h): how they are recognised, and how their packets are handed on. */
#pragma once
#include "dissect/session/datagram_reader.h"
#include "dissect/session/framing.h"

typedef struct {
    StreamLayer *layer; /* borrowed, as the other */
    const DatagramReader *reader;
    FrameMemory memories[2]; /* of each direction */
} Framed;

StreamProbe framed_probe(FrameParser *parser, Slice bytes);
/* The frame of direction @side that ends at @end of the bytes delivered; an empty one holds no
 * packet. */
void framed_take(Framed *framed, unsigned side, const Frame *frame, size_t end);
void framed_gap(const Framed *framed, unsigned side);

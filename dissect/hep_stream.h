/* dissect/hep_stream.h - HEP3 on connections: cut by the length that each packet begins with. */
#pragma once
#include "dissect/hep_input.h"
#include "dissect/session/stack.h"

/* A row of a stack; its context is a HepInput. */
extern const StreamProtocol hep_stream_protocol;

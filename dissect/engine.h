/* dissect/engine.h - packets in, model out. One thread; the caller holds the model's lock. */
#pragma once
#include "capture/packet_store.h"
#include "dissect/call/model.h"
#include "dissect/decoded_run.h"

typedef struct Engine Engine;

/* @store is where reassembled messages are kept; both are borrowed and outlive the engine. */
Engine *engine_new(Model *model, PacketStore *store);
void engine_free(Engine *engine);
/* What was decoded may be changed: a fragment becomes the datagram that it completes. */
void engine_packets(Engine *engine, DecodedRun *run);
/* @total packets were lost before rung could see them, up to the end of this block: see
 * drop_log_note(). */
void engine_drops(Engine *engine, uint64_t total, bool of_now);
/* After the last packet of a block: its bytes are no longer there; counters are brought up to date.
 */
void engine_end_block(Engine *engine);
/* Between blocks, when secrets have come and packets have not. */
void engine_idle(Engine *engine);
/* The input is over: streams are flushed, what is open stays open. */
void engine_finish(Engine *engine);

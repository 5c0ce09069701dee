/* One packet into the engine, as the two threads of the pipeline would give it. */
#pragma once
#include "dissect/engine.h"

static inline void engine_give(Engine *engine, const Packet *packet)
{
    static SdpBuffer scratch;
    static DecodedRun *run;

    if (!run)
        run = decoded_run_new(&scratch);
    decoded_run_fill(run, NULL, packet, 1);
    engine_packets(engine, run);
    engine_end_block(engine);
}

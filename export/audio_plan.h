/* export/audio_plan.h - which streams of which calls can be heard, and how: learnt from the model
 * before the packets are read again. Not for use outside export/. */
#pragma once
#include "dissect/call/model.h"
#include "export/audio.h"

typedef struct {
    StreamKey key;
    int64_t first_ns, last_ns;
    PayloadMap *payloads; /* counted reference; NULL: static payload types only */
    bool from_caller;
} AudioStream;

typedef struct {
    uint32_t number;
    int64_t first_ns, last_ns; /* of its streams */
    uint32_t rate_hz;          /* of its file: the highest of its codecs */
    char *name;                /* of its file, without folder and suffix; owned */
    GArray *streams;           /* AudioStream; not empty */
} AudioCall;

/* AudioCall by their begin; those with nothing to be heard are told to options->remark. Takes the
 * model's lock. */
GPtrArray *audio_plan_new(Model *model, const AudioOptions *options);
void audio_plan_free(GPtrArray *plan, Model *model);

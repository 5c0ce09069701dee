/* export/audio_plan.h - which streams of which calls can be heard, and how: learnt from the model
 * before the packets are read again. Not for use outside export/. */
#pragma once
#include "dissect/call/model.h"
#include "export/audio.h"
#include "export/playout.h"

typedef struct {
    StreamKey key;
    uint32_t number; /* of the stream */
    uint16_t dialog; /* of its call */
    bool from_caller;
    bool is_speech;    /* neither video nor text alone */
    unsigned channels; /* the most that its codecs have, at most PLAYOUT_CHANNELS_MAX */
    uint64_t packets;  /* seen so far */
    int64_t first_ns, last_ns;
    int64_t quiet_from_ns, quiet_until_ns; /* in between another branch of a fork is heard instead;
                                              nothing is when they are equal */
    PayloadMap *payloads;                  /* counted reference; NULL: static payload types only */
    SrtpKey *keys; /* owned, @key_count of them; NULL: it came in the clear */
    unsigned key_count;
    const char *codec; /* of most packets; static or of @payloads; NULL: not known */
    char *refusal;     /* what of it cannot be heard, and why: wire text, to be escaped; owned;
                          NULL: nothing */
} AudioStream;

typedef struct {
    const DecodeRules *rules; /* what the user said of ports; of the model */
    uint32_t number;
    int64_t first_ns, last_ns; /* of the streams that are heard */
    uint32_t rate_hz;          /* of its file: the highest of its codecs; 0: nothing is heard */
    GString *secrets;          /* of those framed in TCP; owned; NULL: there are none */
    char *name;                /* of its file, without folder and suffix; owned */
    GArray *streams;           /* AudioStream that are heard */
    GArray *unheard;           /* AudioStream that cannot be heard, with a refusal */
    GArray *hops; /* AudioStream: other hops of what is heard, before or after a relay */
} AudioCall;

/* AudioCall by their begin, also those with nothing to be heard. @calls are numbers. The caller
 * holds the model's lock. */
GPtrArray *audio_plan_new(Model *model, const uint32_t *calls, unsigned count,
                          const AudioStyle *style);
/* The caller holds the model's lock: what the plan shares with the model is given back. */
void audio_plan_free(GPtrArray *plan, Model *model);

/* Is a packet of @time_ns part of what is heard? */
bool audio_stream_is_heard(const AudioStream *stream, int64_t time_ns);

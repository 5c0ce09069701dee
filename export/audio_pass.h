/* export/audio_pass.h - the packets of calls, read again from the store and played: the sound of
 * each stream on the time line of its call, and what is missing in it. Who listens makes files of
 * it, measures it, or shows it. Not for use outside export/. */
#pragma once
#include "capture/packet_store.h"
#include "export/audio_plan.h"
#include "export/network_trail.h"
#include "export/playout.h"

typedef struct AudioPass AudioPass;
typedef struct PlayingCall PlayingCall;

typedef struct PlayingStream {
    const AudioStream *stream; /* borrowed */
    PlayingCall *call;
    Playout *playout;           /* NULL before its first packet */
    SrtpContext *srtp;          /* NULL: it came in the clear, or before its first packet */
    unsigned channels;          /* of what is told of it */
    void *data;                 /* of who listens */
    NetworkTrail trail;         /* private */
    struct PlayingStream *next; /* private: with the same key */
} PlayingStream;

struct PlayingCall {
    const AudioCall *call; /* borrowed */
    AudioPass *pass;
    unsigned count;
    PlayingStream *streams; /* owned */
    void *data;             /* of who listens */
    bool started, closed;   /* private, as what follows */
    int64_t now_ns;
};

/* Positions are frames of the call's rate, from its first packet on. */
typedef struct {
    /* @count frames of stream->channels, interleaved. */
    void (*sound)(PlayingStream *stream, int64_t at, const int16_t *samples, size_t count);
    /* Nothing came in time for [@from, @to); it may have been made up for. May be NULL. */
    void (*missing)(PlayingStream *stream, int64_t from, int64_t to);
    /* Nothing before @at will change. May be NULL. */
    void (*settled)(PlayingCall *call, int64_t at);
    /* All was played; the playouts are still there. Also for a call without any packet. */
    void (*ended)(PlayingCall *call);
} AudioListener;

typedef struct {
    const GPtrArray *plan; /* of audio_plan_new(); borrowed */
    const AudioStyle *style;
    const AudioListener *listener;
    bool own_channels; /* as many as a stream has are told, not their mean */
    void *context;     /* of the listener: audio_pass_context() */
    uint64_t packets;  /* of the capture, for the progress */
    /* As AudioOptions.progress; may be NULL. */
    bool (*progress)(double done, void *context);
    void *progress_context;
} AudioPassSetup;

/* Plays the calls of the plan that have something to be heard: at most 128 that went on at once a
 * pass, in as many passes as that takes. False when the store cannot be read, or the listener
 * failed; a stop by @progress is no failure. */
bool audio_pass_run(PacketStore *store, const AudioPassSetup *setup, GError **error);

/* Why a stream of the plan is not heard, or not all of it, after it was played; @counts of its
 * playout, NULL when there was no packet for one. One static line; NULL: all is. */
const char *audio_stream_fault(const AudioStream *stream, const PlayoutCounts *counts);

void *audio_pass_context(const AudioPass *pass);
/* From within the listener: ends the run with @error, which is taken over; the first one counts. */
void audio_pass_fail(AudioPass *pass, GError *error);
bool audio_pass_failed(const AudioPass *pass);
/* By its progress, or a failure: calls end before their time. */
bool audio_pass_was_stopped(const AudioPass *pass);

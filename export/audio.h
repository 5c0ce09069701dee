/* export/audio.h - the sound of calls as files, one a call: "-r F --audio DIR". Caller left, callee
 * right, from the first media packet on, early media included. Video, encrypted streams and codecs
 * without a decoder are left out and named. */
#pragma once
#include "capture/packet_store.h"
#include "dissect/call/model.h"
#include "export/audio_file.h"

typedef struct {
    AudioFormat format;
    bool sent;     /* as it was sent: nothing is late and no loss is made up for; else as it was
                      heard through a jitter buffer */
    bool mixed;    /* one channel */
    bool sides;    /* into a folder: a file for each side, with the channels of its streams */
    bool adaptive; /* jitter buffer: it grows with the jitter, to 500 ms; else fixed */
    unsigned buffer_ms; /* of the fixed one */
} AudioStyle;

typedef struct {
    const uint32_t *calls; /* numbers */
    unsigned call_count;
    const char *folder; /* made when it is not there; a file a call */
    const char *file;   /* instead of @folder, for one call; NULL: none */
    AudioStyle style;
    /* Called every so often with 0..1; returning false stops, leaving valid files. May be NULL. */
    bool (*progress)(double done, void *context);
    /* One line about what cannot be heard. */
    void (*remark)(const char *line, void *context);
    void *context;
} AudioOptions;

/* The format that the name of a file asks for, ".wav"; AUDIO_FORMATS: none. */
AudioFormat audio_format_of(const char *path);

/* Takes the model's lock only to learn what belongs to the calls, then reads the packets again: as
 * often as more than 128 calls went on at once. False when a file cannot be read or written. */
bool audio_export(Model *model, PacketStore *store, const AudioOptions *options,
                  unsigned *out_files, GError **error);

#include "dissect/media/codec/libav.h"

#ifdef RUNG_HAVE_AVCODEC
#include <dlfcn.h>
#include <libavcodec/avcodec.h>
#include <math.h>

#define FRAME_BYTES_MAX (64u * 1024)
/* Members of another major version stand elsewhere: only the one of the headers will do. */
#define LIBRARY "libavcodec.so." G_STRINGIFY(LIBAVCODEC_VERSION_MAJOR)
/* Channel layouts became structs within version 59. */
#define HAS_LAYOUT (LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(59, 24, 100))

typedef struct {
    const AVCodec *(*find_decoder)(const char *name);
    AVCodecContext *(*context_new)(const AVCodec *codec);
    void (*context_free)(AVCodecContext **context);
    int (*open)(AVCodecContext *context, const AVCodec *codec, AVDictionary **options);
    AVPacket *(*packet_new)(void);
    void (*packet_free)(AVPacket **packet);
    int (*packet_fill)(AVPacket *packet, int size);
    void (*packet_empty)(AVPacket *packet);
    AVFrame *(*frame_new)(void);
    void (*frame_free)(AVFrame **frame);
    int (*send)(AVCodecContext *context, const AVPacket *packet);
    int (*receive)(AVCodecContext *context, AVFrame *frame);
    void *(*zeros)(size_t size);
    void (*log_level)(int level);
} Functions;

struct Libav {
    Functions call;
    AVCodecContext *context;
    AVPacket *packet;
    AVFrame *frame;
    unsigned channels;
};

static bool load(Functions *out)
{
    const struct {
        const char *name;
        void *function; /* pointer to where it goes */
    } wanted[] = {
        { "avcodec_find_decoder_by_name", &out->find_decoder },
        { "avcodec_alloc_context3", &out->context_new },
        { "avcodec_free_context", &out->context_free },
        { "avcodec_open2", &out->open },
        { "av_packet_alloc", &out->packet_new },
        { "av_packet_free", &out->packet_free },
        { "av_new_packet", &out->packet_fill },
        { "av_packet_unref", &out->packet_empty },
        { "av_frame_alloc", &out->frame_new },
        { "av_frame_free", &out->frame_free },
        { "avcodec_send_packet", &out->send },
        { "avcodec_receive_frame", &out->receive },
        { "av_mallocz", &out->zeros },
        { "av_log_set_level", &out->log_level },
    };
    bool complete = true;
    void *library = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);

    for (unsigned i = 0; library && complete && i < G_N_ELEMENTS(wanted); i++) {
        void *symbol = dlsym(library, wanted[i].name);
        memcpy(wanted[i].function, &symbol, sizeof symbol);
        complete = symbol != NULL;
    }
    if (library)
        dlclose(library); /* it stays: RTLD_NODELETE */
    return library && complete;
}

bool libav_exists(void)
{
    Functions functions;
    return load(&functions);
}

static void set_up(Libav *libav, const LibavSetup *setup)
{
    AVCodecContext *context = libav->context;

    context->sample_rate = (int)setup->rate_hz;
    context->block_align = (int)setup->frame_bytes;
    context->thread_count = 1;
#if HAS_LAYOUT
    context->ch_layout.nb_channels = (int)setup->channels;
#else
    context->channels = (int)setup->channels;
#endif
    if (setup->config.len == 0)
        return;
    context->extradata = libav->call.zeros(setup->config.len + AV_INPUT_BUFFER_PADDING_SIZE);
    if (!context->extradata)
        return;
    memcpy(context->extradata, setup->config.data, setup->config.len);
    context->extradata_size = (int)setup->config.len;
}

Libav *libav_open(const LibavSetup *setup)
{
    Libav *libav = g_new0(Libav, 1);
    const AVCodec *codec = NULL;

    libav->channels = setup->channels;
    if (load(&libav->call)) {
        libav->call.log_level(AV_LOG_QUIET); /* damaged frames are news for the report only */
        codec = libav->call.find_decoder(setup->decoder);
    }
    if (codec && setup->config.len <= FRAME_BYTES_MAX) {
        libav->context = libav->call.context_new(codec);
        libav->packet = libav->call.packet_new();
        libav->frame = libav->call.frame_new();
    }
    if (libav->context)
        set_up(libav, setup);
    if (libav->context && libav->packet && libav->frame &&
        libav->call.open(libav->context, codec, NULL) == 0)
        return libav;
    libav_close(libav);
    return NULL;
}

void libav_close(Libav *libav)
{
    if (!libav)
        return;
    if (libav->context)
        libav->call.context_free(&libav->context);
    if (libav->packet)
        libav->call.packet_free(&libav->packet);
    if (libav->frame)
        libav->call.frame_free(&libav->frame);
    g_free(libav);
}

static unsigned channels_of(const AVFrame *frame)
{
#if HAS_LAYOUT
    return (unsigned)frame->ch_layout.nb_channels;
#else
    return (unsigned)frame->channels;
#endif
}

static int16_t from_float(float value)
{
    return (int16_t)lrintf(CLAMP(value * 32768.0f, (float)INT16_MIN, (float)INT16_MAX));
}

static int16_t sample_at(const AVFrame *frame, size_t at, unsigned channel, unsigned channels)
{
    const uint8_t *plane = frame->extended_data[0];
    int16_t whole = 0;
    float real = 0;

    if (frame->format == AV_SAMPLE_FMT_S16P || frame->format == AV_SAMPLE_FMT_FLTP)
        plane = frame->extended_data[channel];
    else
        at = at * channels + channel;
    if (frame->format == AV_SAMPLE_FMT_S16P || frame->format == AV_SAMPLE_FMT_S16)
        memcpy(&whole, plane + at * sizeof whole, sizeof whole);
    else if (frame->format == AV_SAMPLE_FMT_FLTP || frame->format == AV_SAMPLE_FMT_FLT)
        memcpy(&real, plane + at * sizeof real, sizeof real);
    return real != 0 ? from_float(real) : whole;
}

static int16_t mean_at(const AVFrame *frame, size_t at, unsigned channels)
{
    int sum = 0;

    for (unsigned channel = 0; channel < channels; channel++)
        sum += sample_at(frame, at, channel, channels);
    return (int16_t)(sum / (int)channels);
}

/* One channel of several is their mean; several of one are the same. */
static size_t take_samples(const Libav *libav, int16_t *out, size_t capacity)
{
    const AVFrame *frame = libav->frame;
    unsigned channels = channels_of(frame);
    size_t count = (size_t)MAX(frame->nb_samples, 0);

    if (channels == 0 || count > capacity)
        return 0;
    for (size_t at = 0; at < count; at++)
        for (unsigned channel = 0; channel < libav->channels; channel++)
            *out++ = libav->channels == 1
                         ? mean_at(frame, at, channels)
                         : sample_at(frame, at, MIN(channel, channels - 1), channels);
    return count;
}

size_t libav_decode(Libav *libav, Slice frame, int16_t *out, size_t capacity)
{
    size_t done = 0;

    if (frame.len == 0 || frame.len > FRAME_BYTES_MAX ||
        libav->call.packet_fill(libav->packet, (int)frame.len) != 0)
        return 0;
    memcpy(libav->packet->data, frame.data, frame.len);
    int sent = libav->call.send(libav->context, libav->packet);
    libav->call.packet_empty(libav->packet);
    while (sent == 0 && libav->call.receive(libav->context, libav->frame) == 0)
        done += take_samples(libav, out + done * libav->channels, capacity - done);
    return done;
}

uint32_t libav_rate_hz(const Libav *libav)
{
    return (uint32_t)MAX(libav->context->sample_rate, 0);
}
#else
bool libav_exists(void)
{
    return false;
}

Libav *libav_open(const LibavSetup *setup)
{
    (void)setup;
    return NULL;
}

void libav_close(Libav *libav)
{
    (void)libav;
}

size_t libav_decode(Libav *libav, Slice frame, int16_t *out, size_t capacity)
{
    (void)libav;
    (void)frame;
    (void)out;
    (void)capacity;
    return 0;
}

uint32_t libav_rate_hz(const Libav *libav)
{
    (void)libav;
    return 0;
}
#endif

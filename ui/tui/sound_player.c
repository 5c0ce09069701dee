#include "ui/tui/sound_player.h"
#include "ui/tui/tui.h"

#ifdef RUNG_HAVE_PORTAUDIO
#include <fcntl.h>
#include <portaudio.h>
#include <unistd.h>

#define CHUNK_MS    20u
#define FRAMES_MAX  4096u /* of a chunk */
#define CHANNELS    2u
#define FULL_VOLUME 100u

struct SoundPlayer {
    const SoundTrack *track;
    uint32_t rate_hz;
    GThread *thread;
    GMutex lock;
    GCond changed;
    /* lock: lock */
    PlayerState state;
    bool wanted, leave; /* it should play; the thread should end */
    bool moved;         /* @position was set from outside */
    int64_t position;   /* next frame that is written */
    int64_t behind;     /* frames that were written and are not heard yet */
    PlayerSide side;
    unsigned volume;
    char *trouble; /* owned */
};

/* The sound libraries of Linux tell their troubles to standard error, in the middle of the screen.
 */
static int hush(void)
{
    int kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

    if (nowhere >= 0) {
        dup2(nowhere, STDERR_FILENO);
        close(nowhere);
    }
    return kept;
}

static void unhush(int kept)
{
    if (kept < 0)
        return;
    dup2(kept, STDERR_FILENO);
    close(kept);
}

static void set_state(SoundPlayer *player, PlayerState state, const char *trouble)
{
    g_mutex_lock(&player->lock);
    player->state = state;
    g_free(player->trouble);
    player->trouble = g_strdup(trouble);
    g_mutex_unlock(&player->lock);
    tui_wake();
}

static PaStream *open_device(SoundPlayer *player)
{
    PaDeviceIndex device = Pa_GetDefaultOutputDevice();
    const PaDeviceInfo *info = device == paNoDevice ? NULL : Pa_GetDeviceInfo(device);
    PaStream *stream = NULL;

    if (!info) {
        set_state(player, PLAYER_NONE, "no sound device");
        return NULL;
    }
    const PaStreamParameters output = {
        .device = device,
        .channelCount = CHANNELS,
        .sampleFormat = paInt16,
        .suggestedLatency = info->defaultHighOutputLatency,
    };
    PaError error = Pa_OpenStream(&stream, NULL, &output, player->rate_hz,
                                  paFramesPerBufferUnspecified, paClipOff, NULL, NULL);
    if (error == paNoError)
        return stream;
    set_state(player, PLAYER_NONE, Pa_GetErrorText(error));
    return NULL;
}

static int16_t scale(int sample, unsigned volume)
{
    int scaled = sample * (int)volume / (int)FULL_VOLUME;
    return (int16_t)CLAMP(scaled, INT16_MIN, INT16_MAX);
}

/* One side alone is heard on both ears. */
static void mix(int16_t *samples, size_t frames, PlayerSide side, unsigned volume)
{
    for (size_t i = 0; i < frames; i++, samples += CHANNELS) {
        if (side != PLAYER_BOTH)
            samples[0] = samples[1] = samples[side == PLAYER_CALLER ? 0 : 1];
        samples[0] = scale(samples[0], volume);
        samples[1] = scale(samples[1], volume);
    }
}

/* What to play next. */
typedef struct {
    int64_t at;
    bool moved, leave;
    PlayerSide side;
    unsigned volume;
} PlayerOrder;

static bool is_idle(SoundPlayer *player)
{
    g_mutex_lock(&player->lock);
    bool idle = !player->wanted && !player->leave;
    g_mutex_unlock(&player->lock);
    return idle;
}

/* Waits until there is something to play, or the thread has to end. */
static PlayerOrder next_order(SoundPlayer *player, PaStream *stream)
{
    if (is_idle(player) && Pa_IsStreamActive(stream) == 1)
        Pa_AbortStream(stream);
    g_mutex_lock(&player->lock);
    while (!player->wanted && !player->leave) {
        player->state = PLAYER_PAUSED;
        player->behind = 0;
        g_cond_wait(&player->changed, &player->lock);
    }
    const PlayerOrder order = { player->position, player->moved, player->leave, player->side,
                                player->volume };
    player->state = PLAYER_PLAYING;
    player->moved = false;
    g_mutex_unlock(&player->lock);
    return order;
}

/* @frames were written from @at on; 0: it is at its end. */
static void note_played(SoundPlayer *player, PaStream *stream, int64_t at, size_t frames)
{
    const PaStreamInfo *info = Pa_GetStreamInfo(stream);

    g_mutex_lock(&player->lock);
    if (!player->moved)
        player->position = at + (int64_t)frames;
    if (frames == 0) {
        player->wanted = false;
        player->position = 0;
    }
    player->behind = info ? (int64_t)(info->outputLatency * player->rate_hz) : 0;
    g_mutex_unlock(&player->lock);
    tui_wake();
}

/* False when the device failed. */
static bool write_chunk(SoundPlayer *player, PaStream *stream, const PlayerOrder *order)
{
    int16_t samples[FRAMES_MAX * CHANNELS];
    size_t chunk = MIN(player->rate_hz * CHUNK_MS / 1000, FRAMES_MAX);
    size_t frames = sound_track_read(player->track, order->at, samples, chunk);

    if (order->moved && Pa_IsStreamActive(stream) == 1)
        Pa_AbortStream(stream); /* what is buffered is of another place */
    if (Pa_IsStreamActive(stream) != 1)
        Pa_StartStream(stream);
    mix(samples, frames, order->side, order->volume);
    PaError error = frames ? Pa_WriteStream(stream, samples, frames) : Pa_StopStream(stream);
    if (error != paNoError && error != paOutputUnderflowed) {
        set_state(player, PLAYER_NONE, Pa_GetErrorText(error));
        return false;
    }
    note_played(player, stream, order->at, frames);
    return true;
}

static void play_loop(SoundPlayer *player, PaStream *stream)
{
    for (;;) {
        PlayerOrder order = next_order(player, stream);
        if (order.leave || !write_chunk(player, stream, &order))
            return;
    }
}

/* Without any configuration of ALSA PortAudio 19.6 fails an assertion, which would end the program.
 */
static bool may_probe(void)
{
    return g_getenv("ALSA_CONFIG_PATH") || g_getenv("ALSA_CONFIG_DIR") ||
           g_file_test("/usr/share/alsa/alsa.conf", G_FILE_TEST_EXISTS) ||
           g_file_test("/etc/alsa", G_FILE_TEST_EXISTS) ||
           g_file_test("/etc/asound.conf", G_FILE_TEST_EXISTS);
}

static gpointer player_thread(gpointer data)
{
    SoundPlayer *player = data;

    if (!may_probe()) {
        set_state(player, PLAYER_NONE, "no sound device: ALSA is not configured");
        return NULL;
    }
    int kept = hush();
    PaError error = Pa_Initialize();
    if (error != paNoError) {
        set_state(player, PLAYER_NONE, Pa_GetErrorText(error));
        unhush(kept);
        return NULL;
    }
    PaStream *stream = open_device(player);
    if (stream) {
        set_state(player, PLAYER_PAUSED, NULL);
        play_loop(player, stream);
        Pa_AbortStream(stream);
        Pa_CloseStream(stream);
    }
    Pa_Terminate();
    unhush(kept);
    return NULL;
}

SoundPlayer *sound_player_new(const SoundTrack *track)
{
    SoundPlayer *player = g_new0(SoundPlayer, 1);

    player->track = track;
    player->rate_hz = sound_track_rate_hz(track);
    player->volume = FULL_VOLUME;
    g_mutex_init(&player->lock);
    g_cond_init(&player->changed);
    player->thread = g_thread_new("player", player_thread, player);
    return player;
}

void sound_player_free(SoundPlayer *player)
{
    if (!player)
        return;
    g_mutex_lock(&player->lock);
    player->leave = true;
    g_cond_signal(&player->changed);
    g_mutex_unlock(&player->lock);
    g_thread_join(player->thread);
    g_mutex_clear(&player->lock);
    g_cond_clear(&player->changed);
    g_free(player->trouble);
    g_free(player);
}

PlayerState sound_player_state(SoundPlayer *player)
{
    g_mutex_lock(&player->lock);
    PlayerState state = player->state;
    if (state == PLAYER_PAUSED && player->wanted)
        state = PLAYER_PLAYING;
    g_mutex_unlock(&player->lock);
    return state;
}

const char *sound_player_trouble(SoundPlayer *player)
{
    g_mutex_lock(&player->lock);
    const char *trouble = player->trouble ? player->trouble : "";
    g_mutex_unlock(&player->lock);
    return trouble;
}

void sound_player_play(SoundPlayer *player, bool play)
{
    g_mutex_lock(&player->lock);
    player->wanted = play && player->state != PLAYER_NONE;
    g_cond_signal(&player->changed);
    g_mutex_unlock(&player->lock);
}

double sound_player_position_ms(SoundPlayer *player)
{
    g_mutex_lock(&player->lock);
    int64_t heard = MAX(player->position - player->behind, 0);
    g_mutex_unlock(&player->lock);
    return (double)heard * 1000.0 / player->rate_hz;
}

void sound_player_seek(SoundPlayer *player, double ms)
{
    g_mutex_lock(&player->lock);
    player->position = (int64_t)(MAX(ms, 0) * player->rate_hz / 1000);
    player->behind = 0;
    player->moved = true;
    g_mutex_unlock(&player->lock);
}

void sound_player_mix(SoundPlayer *player, PlayerSide side, unsigned volume_percent)
{
    g_mutex_lock(&player->lock);
    player->side = side;
    player->volume = volume_percent;
    g_mutex_unlock(&player->lock);
}
#else
struct SoundPlayer {
    PlayerState state;
};

SoundPlayer *sound_player_new(const SoundTrack *track)
{
    SoundPlayer *player = g_new0(SoundPlayer, 1);

    (void)track;
    player->state = PLAYER_NONE;
    return player;
}

void sound_player_free(SoundPlayer *player)
{
    g_free(player);
}

PlayerState sound_player_state(SoundPlayer *player)
{
    return player->state;
}

const char *sound_player_trouble(SoundPlayer *player)
{
    (void)player;
    return "built without portaudio";
}

void sound_player_play(SoundPlayer *player, bool play)
{
    (void)player;
    (void)play;
}

double sound_player_position_ms(SoundPlayer *player)
{
    (void)player;
    return 0;
}

void sound_player_seek(SoundPlayer *player, double ms)
{
    (void)player;
    (void)ms;
}

void sound_player_mix(SoundPlayer *player, PlayerSide side, unsigned volume_percent)
{
    (void)player;
    (void)side;
    (void)volume_percent;
}
#endif

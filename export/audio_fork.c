#include "export/audio_fork.h"

/* The dialog that was answered first; DIALOG_NONE before an answer. */
static uint16_t answered_dialog(const Call *call)
{
    uint16_t answered = DIALOG_NONE;
    int64_t first_ns = INT64_MAX;

    for (unsigned i = 0; i < call->dialog_count; i++) {
        int64_t time_ns = call->dialogs[i].confirmed_ns;
        if (time_ns == TIME_UNKNOWN || time_ns >= first_ns)
            continue;
        first_ns = time_ns;
        answered = (uint16_t)i;
    }
    return answered;
}

/* Two branches: streams of one direction that belong to different dialogs of one INVITE. Streams of
 * dialogs that were both answered are no branches of each other: a transfer, or a conference. */
static bool are_branches(const AudioStream *a, const AudioStream *b, const Call *call)
{
    if (a->dialog == b->dialog || a->from_caller != b->from_caller ||
        MAX(a->dialog, b->dialog) >= call->dialog_count)
        return false;
    return call->dialogs[a->dialog].confirmed_ns == TIME_UNKNOWN ||
           call->dialogs[b->dialog].confirmed_ns == TIME_UNKNOWN;
}

/* Keeps @stream quiet from @from_ns until @until_ns, and in what was quiet before. */
static void silence(AudioStream *stream, int64_t from_ns, int64_t until_ns)
{
    if (from_ns >= until_ns)
        return;
    bool first = stream->quiet_from_ns == stream->quiet_until_ns;
    stream->quiet_from_ns = first ? from_ns : MIN(stream->quiet_from_ns, from_ns);
    stream->quiet_until_ns = first ? until_ns : MAX(stream->quiet_until_ns, until_ns);
}

static void choose_between(AudioStream *early, const AudioStream *later, const Call *call,
                           uint16_t answered)
{
    int64_t answer_ns = answered == DIALOG_NONE ? INT64_MAX : call->dialogs[answered].confirmed_ns;

    if (early->dialog == answered)
        silence(early, later->first_ns, answer_ns);
    else
        silence(early, MIN(later->first_ns, answer_ns), INT64_MAX);
}

void audio_fork_choose(AudioCall *planned, const Call *call)
{
    uint16_t answered = answered_dialog(call);

    if (call->dialog_count < 2)
        return;
    for (unsigned i = 0; i < planned->streams->len; i++) {
        AudioStream *stream = &g_array_index(planned->streams, AudioStream, i);
        for (unsigned j = i + 1; j < planned->streams->len; j++) {
            AudioStream *later = &g_array_index(planned->streams, AudioStream, j);
            if (!are_branches(stream, later, call))
                continue;
            choose_between(stream, later, call, answered);
            if (answered != DIALOG_NONE && later->dialog != answered)
                silence(later, call->dialogs[answered].confirmed_ns, INT64_MAX);
        }
    }
}
